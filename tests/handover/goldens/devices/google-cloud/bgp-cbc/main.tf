# long-partner-named-bgp-cbc: written by natlane for Google Cloud VPN, with hashicorp/google 6.38 and newer.

terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.38"
    }
  }
}

variable "project" {
  description = "Your project."
  type        = string
}

variable "region" {
  description = "The region of your gateway."
  type        = string
}

variable "network" {
  description = "The self link of your VPC network."
  type        = string
}

provider "google" {
  project = var.project
  region  = var.region
}

# The gateway's address must be 203.0.113.20: tell us if Google gives you another one.
resource "google_compute_ha_vpn_gateway" "ours" {
  name    = "long-partner-named-bgp-cbc"
  network = var.network
}

resource "google_compute_external_vpn_gateway" "aws" {
  name            = "long-partner-named-bgp-cbc-aws"
  redundancy_type = "TWO_IPS_REDUNDANCY"

  interface {
    id         = 0
    ip_address = "198.51.100.1"
  }

  interface {
    id         = 1
    ip_address = "198.51.100.2"
  }
}

resource "google_compute_router" "ours" {
  name    = "long-partner-named-bgp-cbc"
  network = var.network

  bgp {
    asn                = 65020
    keepalive_interval = 20
    advertise_mode     = "CUSTOM"

    advertised_ip_ranges {
      range = "192.168.60.0/24"
    }
  }
}

variable "key_of_tunnel_1" {
  description = "The pre-shared key of tunnel 1, as TF_VAR_key_of_tunnel_1 and in no file."
  type        = string
  sensitive   = true
}

# Lifetimes are Google's own: 36000 s in phase 1, 10800 s in phase 2. AWS's end renews the keys before.
resource "google_compute_vpn_tunnel" "aws_1" {
  name          = "long-partner-named-bgp-cbc-aws-1"
  ike_version   = 2
  shared_secret = var.key_of_tunnel_1

  vpn_gateway                     = google_compute_ha_vpn_gateway.ours.id
  vpn_gateway_interface           = 0
  peer_external_gateway           = google_compute_external_vpn_gateway.aws.id
  peer_external_gateway_interface = 0
  router                          = google_compute_router.ours.id

  cipher_suite {
    phase1 {
      encryption = ["AES-CBC-256"]
      integrity  = ["HMAC-SHA2-256-128"]
      prf        = ["PRF-HMAC-SHA2-256"]
      dh         = ["Group-14"]
    }

    phase2 {
      encryption = ["AES-GCM-16-256"]
      pfs        = ["Group-20"]
    }
  }
}

resource "google_compute_router_interface" "aws_1" {
  name       = "long-partner-named-bgp-cbc-aws-1"
  router     = google_compute_router.ours.name
  ip_range   = "169.254.44.2/30"
  vpn_tunnel = google_compute_vpn_tunnel.aws_1.name
}

# The policy lets in 10.181.0.0/27 and nothing else.
resource "google_compute_router_route_policy" "aws_1" {
  name   = "long-partner-named-bgp-cbc-aws-1"
  router = google_compute_router.ours.name
  type   = "ROUTE_POLICY_TYPE_IMPORT"

  terms {
    priority = 10

    match {
      expression = "destination == '10.181.0.0/27'"
    }

    actions {
      expression = "accept()"
    }
  }

  terms {
    priority = 20

    match {
      expression = "true"
    }

    actions {
      expression = "drop()"
    }
  }
}

resource "google_compute_router_peer" "aws_1" {
  name                      = "long-partner-named-bgp-cbc-aws-1"
  router                    = google_compute_router.ours.name
  interface                 = google_compute_router_interface.aws_1.name
  peer_ip_address           = "169.254.44.1"
  peer_asn                  = 64512
  advertised_route_priority = 10
  import_policies           = [google_compute_router_route_policy.aws_1.name]
}

variable "key_of_tunnel_2" {
  description = "The pre-shared key of tunnel 2, as TF_VAR_key_of_tunnel_2 and in no file."
  type        = string
  sensitive   = true
}

# Lifetimes are Google's own: 36000 s in phase 1, 10800 s in phase 2. AWS's end renews the keys before.
resource "google_compute_vpn_tunnel" "aws_2" {
  name          = "long-partner-named-bgp-cbc-aws-2"
  ike_version   = 2
  shared_secret = var.key_of_tunnel_2

  vpn_gateway                     = google_compute_ha_vpn_gateway.ours.id
  vpn_gateway_interface           = 0
  peer_external_gateway           = google_compute_external_vpn_gateway.aws.id
  peer_external_gateway_interface = 1
  router                          = google_compute_router.ours.id

  cipher_suite {
    phase1 {
      encryption = ["AES-CBC-256"]
      integrity  = ["HMAC-SHA2-256-128"]
      prf        = ["PRF-HMAC-SHA2-256"]
      dh         = ["Group-14"]
    }

    phase2 {
      encryption = ["AES-GCM-16-256"]
      pfs        = ["Group-20"]
    }
  }
}

resource "google_compute_router_interface" "aws_2" {
  name       = "long-partner-named-bgp-cbc-aws-2"
  router     = google_compute_router.ours.name
  ip_range   = "169.254.44.6/30"
  vpn_tunnel = google_compute_vpn_tunnel.aws_2.name
}

# The policy lets in 10.181.0.0/27 and nothing else.
resource "google_compute_router_route_policy" "aws_2" {
  name   = "long-partner-named-bgp-cbc-aws-2"
  router = google_compute_router.ours.name
  type   = "ROUTE_POLICY_TYPE_IMPORT"

  terms {
    priority = 10

    match {
      expression = "destination == '10.181.0.0/27'"
    }

    actions {
      expression = "accept()"
    }
  }

  terms {
    priority = 20

    match {
      expression = "true"
    }

    actions {
      expression = "drop()"
    }
  }
}

resource "google_compute_router_peer" "aws_2" {
  name                      = "long-partner-named-bgp-cbc-aws-2"
  router                    = google_compute_router.ours.name
  interface                 = google_compute_router_interface.aws_2.name
  peer_ip_address           = "169.254.44.5"
  peer_asn                  = 64512
  advertised_route_priority = 20
  import_policies           = [google_compute_router_route_policy.aws_2.name]
}

# What may come from us. Google clamps the segment size by its gateway's MTU of 1460 bytes; our end clamps to its own.
resource "google_compute_firewall" "from_aws_1" {
  name               = "long-partner-named-bgp-cbc-from-aws-1"
  network            = var.network
  direction          = "INGRESS"
  priority           = 1001
  source_ranges      = ["10.181.0.0/27"]
  destination_ranges = ["192.168.60.7/32"]

  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}

resource "google_compute_firewall" "from_aws_2" {
  name               = "long-partner-named-bgp-cbc-from-aws-2"
  network            = var.network
  direction          = "INGRESS"
  priority           = 1002
  source_ranges      = ["10.181.0.0/27"]
  destination_ranges = ["192.168.60.8/32"]

  allow {
    protocol = "udp"
    ports    = ["53"]
  }
}

resource "google_compute_firewall" "from_aws_rest" {
  name          = "long-partner-named-bgp-cbc-from-aws-rest"
  network       = var.network
  direction     = "INGRESS"
  priority      = 4000
  source_ranges = ["10.181.0.0/27"]

  deny {
    protocol = "all"
  }
}

resource "google_compute_firewall" "to_aws_1" {
  name               = "long-partner-named-bgp-cbc-to-aws-1"
  network            = var.network
  direction          = "EGRESS"
  priority           = 1001
  source_ranges      = ["192.168.60.0/24"]
  destination_ranges = ["10.181.0.14/32"]

  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}

resource "google_compute_firewall" "to_aws_2" {
  name               = "long-partner-named-bgp-cbc-to-aws-2"
  network            = var.network
  direction          = "EGRESS"
  priority           = 1002
  source_ranges      = ["192.168.60.0/24"]
  destination_ranges = ["10.181.0.30/32"]

  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}

resource "google_compute_firewall" "to_aws_3" {
  name               = "long-partner-named-bgp-cbc-to-aws-3"
  network            = var.network
  direction          = "EGRESS"
  priority           = 1003
  source_ranges      = ["192.168.60.0/24"]
  destination_ranges = ["10.181.0.13/32"]

  allow {
    protocol = "tcp"
    ports    = ["8443"]
  }
}

resource "google_compute_firewall" "to_aws_4" {
  name               = "long-partner-named-bgp-cbc-to-aws-4"
  network            = var.network
  direction          = "EGRESS"
  priority           = 1004
  source_ranges      = ["192.168.60.0/24"]
  destination_ranges = ["10.181.0.29/32"]

  allow {
    protocol = "tcp"
    ports    = ["8443"]
  }
}

resource "google_compute_firewall" "to_aws_rest" {
  name               = "long-partner-named-bgp-cbc-to-aws-rest"
  network            = var.network
  direction          = "EGRESS"
  priority           = 4000
  destination_ranges = ["10.181.0.0/27"]

  deny {
    protocol = "all"
  }
}
