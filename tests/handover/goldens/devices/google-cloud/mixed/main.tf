# long-partner-named-mixed: written by natlane for Google Cloud VPN, with hashicorp/google 6.38 and newer.

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
resource "google_compute_address" "ours" {
  name    = "long-partner-named-mixed"
  address = "203.0.113.20"
}

resource "google_compute_vpn_gateway" "ours" {
  name    = "long-partner-named-mixed"
  network = var.network
}

resource "google_compute_forwarding_rule" "esp" {
  name        = "long-partner-named-mixed-esp"
  ip_protocol = "ESP"
  ip_address  = google_compute_address.ours.address
  target      = google_compute_vpn_gateway.ours.id
}

resource "google_compute_forwarding_rule" "udp500" {
  name        = "long-partner-named-mixed-udp500"
  ip_protocol = "UDP"
  port_range  = "500"
  ip_address  = google_compute_address.ours.address
  target      = google_compute_vpn_gateway.ours.id
}

resource "google_compute_forwarding_rule" "udp4500" {
  name        = "long-partner-named-mixed-udp4500"
  ip_protocol = "UDP"
  port_range  = "4500"
  ip_address  = google_compute_address.ours.address
  target      = google_compute_vpn_gateway.ours.id
}

variable "key_of_tunnel_1" {
  description = "The pre-shared key of tunnel 1, as TF_VAR_key_of_tunnel_1 and in no file."
  type        = string
  sensitive   = true
}

# Lifetimes are Google's own: 36000 s in phase 1, 10800 s in phase 2. AWS's end renews the keys before.
resource "google_compute_vpn_tunnel" "aws_1" {
  name          = "long-partner-named-mixed-aws-1"
  ike_version   = 2
  shared_secret = var.key_of_tunnel_1

  target_vpn_gateway      = google_compute_vpn_gateway.ours.id
  peer_ip                 = "198.51.100.1"
  local_traffic_selector  = ["192.168.60.0/24"]
  remote_traffic_selector = ["10.181.0.0/27"]

  cipher_suite {
    phase1 {
      encryption = ["AES-CBC-256"]
      integrity  = ["HMAC-SHA2-256-128"]
      prf        = ["PRF-HMAC-SHA2-256"]
      dh         = ["Group-14"]
    }

    phase2 {
      encryption = ["AES-GCM-16-256"]
      pfs        = ["Group-14"]
    }
  }

  depends_on = [
    google_compute_forwarding_rule.esp,
    google_compute_forwarding_rule.udp500,
    google_compute_forwarding_rule.udp4500,
  ]
}

resource "google_compute_route" "aws_1" {
  name                = "long-partner-named-mixed-aws-1"
  network             = var.network
  dest_range          = "10.181.0.0/27"
  priority            = 10
  next_hop_vpn_tunnel = google_compute_vpn_tunnel.aws_1.id
}

variable "key_of_tunnel_2" {
  description = "The pre-shared key of tunnel 2, as TF_VAR_key_of_tunnel_2 and in no file."
  type        = string
  sensitive   = true
}

# Lifetimes are Google's own: 36000 s in phase 1, 10800 s in phase 2. AWS's end renews the keys before.
resource "google_compute_vpn_tunnel" "aws_2" {
  name          = "long-partner-named-mixed-aws-2"
  ike_version   = 2
  shared_secret = var.key_of_tunnel_2

  target_vpn_gateway      = google_compute_vpn_gateway.ours.id
  peer_ip                 = "198.51.100.2"
  local_traffic_selector  = ["192.168.60.0/24"]
  remote_traffic_selector = ["10.181.0.0/27"]

  cipher_suite {
    phase1 {
      encryption = ["AES-CBC-256"]
      integrity  = ["HMAC-SHA2-256-128"]
      prf        = ["PRF-HMAC-SHA2-256"]
      dh         = ["Group-14"]
    }

    phase2 {
      encryption = ["AES-GCM-16-256"]
      pfs        = ["Group-14"]
    }
  }

  depends_on = [
    google_compute_forwarding_rule.esp,
    google_compute_forwarding_rule.udp500,
    google_compute_forwarding_rule.udp4500,
  ]
}

resource "google_compute_route" "aws_2" {
  name                = "long-partner-named-mixed-aws-2"
  network             = var.network
  dest_range          = "10.181.0.0/27"
  priority            = 20
  next_hop_vpn_tunnel = google_compute_vpn_tunnel.aws_2.id
}

# What may come from us. Google clamps the segment size by its gateway's MTU of 1460 bytes; our end clamps to its own.
resource "google_compute_firewall" "from_aws_1" {
  name               = "long-partner-named-mixed-from-aws-1"
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
  name               = "long-partner-named-mixed-from-aws-2"
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
  name          = "long-partner-named-mixed-from-aws-rest"
  network       = var.network
  direction     = "INGRESS"
  priority      = 4000
  source_ranges = ["10.181.0.0/27"]

  deny {
    protocol = "all"
  }
}

resource "google_compute_firewall" "to_aws_1" {
  name               = "long-partner-named-mixed-to-aws-1"
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
  name               = "long-partner-named-mixed-to-aws-2"
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
  name               = "long-partner-named-mixed-to-aws-3"
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
  name               = "long-partner-named-mixed-to-aws-4"
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
  name               = "long-partner-named-mixed-to-aws-rest"
  network            = var.network
  direction          = "EGRESS"
  priority           = 4000
  destination_ranges = ["10.181.0.0/27"]

  deny {
    protocol = "all"
  }
}
