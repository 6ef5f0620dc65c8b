# A module of the tests' own: every kind of thing that the stand-in must be able to hold.

terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }

  backend "s3" {
    bucket = "example-terraform-state"
    key    = "partners/acme/terraform.tfstate"
    region = "eu-west-1"
  }
}

provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["111111111111"]

  assume_role {
    role_arn = "arn:aws:iam::111111111111:role/network-deployer"
  }

  default_tags {
    tags = {
      project = "partner-vpn"
    }
  }
}

provider "aws" {
  alias               = "production"
  region              = "eu-west-2"
  allowed_account_ids = ["222222222222"]

  assume_role {
    role_arn = "arn:aws:iam::222222222222:role/network-deployer"
  }

  default_tags {
    tags = {
      project = "production"
    }
  }
}

variable "tunnel1_preshared_key" {
  type      = string
  sensitive = true
}

data "aws_caller_identity" "network" {}

data "aws_caller_identity" "production" {
  provider = aws.production
}

data "aws_iam_policy_document" "flow_logs" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }
  }
}

resource "aws_vpc" "vpc_n" {
  cidr_block = "10.179.0.0/16"

  tags = {
    Name = "acme-vpc-n"
  }
}

resource "aws_vpc_ipv4_cidr_block_association" "natted" {
  vpc_id     = aws_vpc.vpc_n.id
  cidr_block = "100.64.0.0/27"
}

resource "aws_subnet" "public_a" {
  vpc_id            = aws_vpc.vpc_n.id
  cidr_block        = "10.179.0.0/28"
  availability_zone = "eu-west-1a"
}

resource "aws_subnet" "natted_a" {
  vpc_id            = aws_vpc_ipv4_cidr_block_association.natted.vpc_id
  cidr_block        = "100.64.0.0/28"
  availability_zone = "eu-west-1a"
}

resource "aws_nat_gateway" "a" {
  connectivity_type              = "private"
  subnet_id                      = aws_subnet.public_a.id
  private_ip                     = "10.179.0.4"
  secondary_private_ip_addresses = ["10.179.0.5"]
}

resource "aws_route_table" "natted_a" {
  vpc_id = aws_vpc.vpc_n.id
}

resource "aws_route_table_association" "natted_a" {
  subnet_id      = aws_subnet.natted_a.id
  route_table_id = aws_route_table.natted_a.id
}

resource "aws_route" "natted_a_to_192_168_50_0_24" {
  route_table_id         = aws_route_table.natted_a.id
  destination_cidr_block = "192.168.50.0/24"
  nat_gateway_id         = aws_nat_gateway.a.id
}

resource "aws_route" "production_to_10_179_0_0_27" {
  provider = aws.production

  route_table_id         = "rtb-0cccccccccccccccc"
  destination_cidr_block = "10.179.0.0/27"
  transit_gateway_id     = "tgw-0a1b2c3d4e5f60718"
}

resource "aws_customer_gateway" "partner" {
  type       = "ipsec.1"
  bgp_asn    = "65010"
  ip_address = "203.0.113.10"

  tags = {
    Name = "acme"
  }
}

resource "aws_vpn_gateway" "partner" {
  amazon_side_asn = "64512"
}

resource "aws_vpn_gateway_attachment" "partner" {
  vpc_id         = aws_vpc.vpc_n.id
  vpn_gateway_id = aws_vpn_gateway.partner.id
}

resource "aws_ec2_transit_gateway_vpc_attachment" "vpc_n" {
  transit_gateway_id                              = "tgw-0a1b2c3d4e5f60718"
  vpc_id                                          = aws_vpc.vpc_n.id
  subnet_ids                                      = [aws_subnet.natted_a.id]
  transit_gateway_default_route_table_association = false
  transit_gateway_default_route_table_propagation = false
}

resource "aws_cloudwatch_log_group" "vpn" {
  name              = "/natlane/acme/vpn"
  retention_in_days = 365
}

resource "aws_vpn_connection" "partner" {
  type                     = "ipsec.1"
  customer_gateway_id      = aws_customer_gateway.partner.id
  vpn_gateway_id           = aws_vpn_gateway_attachment.partner.vpn_gateway_id
  static_routes_only       = true
  local_ipv4_network_cidr  = "192.168.50.0/24"
  remote_ipv4_network_cidr = "10.179.0.0/27"
  preshared_key_storage    = "Standard"

  tunnel1_inside_cidr                  = "169.254.44.0/30"
  tunnel1_preshared_key                = var.tunnel1_preshared_key
  tunnel1_ike_versions                 = ["ikev2"]
  tunnel1_phase1_encryption_algorithms = ["AES256-GCM-16"]
  tunnel1_phase1_integrity_algorithms  = ["SHA2-384"]
  tunnel1_phase1_dh_group_numbers      = [20]
  tunnel1_phase1_lifetime_seconds      = 28800
  tunnel1_phase2_encryption_algorithms = ["AES256-GCM-16"]
  tunnel1_phase2_integrity_algorithms  = ["SHA2-384"]
  tunnel1_phase2_dh_group_numbers      = [20]
  tunnel1_phase2_lifetime_seconds      = 3600
  tunnel1_rekey_margin_time_seconds    = 540
  tunnel1_rekey_fuzz_percentage        = 100
  tunnel1_replay_window_size           = 1024
  tunnel1_dpd_timeout_action           = "restart"
  tunnel1_dpd_timeout_seconds          = 30
  tunnel1_startup_action               = "add"

  tunnel1_log_options {
    cloudwatch_log_options {
      log_enabled       = true
      log_group_arn     = aws_cloudwatch_log_group.vpn.arn
      log_output_format = "json"
    }
  }
}

resource "aws_vpn_connection_route" "to_192_168_50_0_24" {
  vpn_connection_id      = aws_vpn_connection.partner.id
  destination_cidr_block = "192.168.50.0/24"
}

resource "aws_vpc_endpoint" "execute_api" {
  vpc_id              = aws_vpc.vpc_n.id
  service_name        = "com.amazonaws.eu-west-1.execute-api"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = false
  subnet_ids          = [aws_subnet.public_a.id]

  subnet_configuration {
    ipv4      = "10.179.0.14"
    subnet_id = aws_subnet.public_a.id
  }
}

resource "aws_lb" "inbound" {
  name               = "acme-inbound"
  internal           = true
  load_balancer_type = "network"

  subnet_mapping {
    subnet_id            = aws_subnet.public_a.id
    private_ipv4_address = "10.179.0.13"
  }
}

resource "aws_lb_target_group" "orders" {
  name               = "acme-orders"
  port               = 8443
  protocol           = "TCP"
  target_type        = "ip"
  vpc_id             = aws_vpc.vpc_n.id
  preserve_client_ip = "false"
}

resource "aws_iam_role" "flow_logs" {
  name               = "acme-flow-logs"
  assume_role_policy = data.aws_iam_policy_document.flow_logs.json
}

output "accounts" {
  description = "Network and production, as each provider tells."
  value       = [data.aws_caller_identity.network.account_id, data.aws_caller_identity.production.account_id]
}

output "nat_address" {
  description = "What the partner sees."
  value       = aws_nat_gateway.a.private_ip
}

output "tags_all" {
  description = "With the provider's default tags."
  value       = aws_customer_gateway.partner.tags_all
}

output "trust" {
  description = "The policy document, as JSON."
  value       = jsondecode(data.aws_iam_policy_document.flow_logs.json)
}

output "tunnel1" {
  description = "Outside and inside addresses of tunnel 1."
  value = {
    outside = aws_vpn_connection.partner.tunnel1_address
    ours    = aws_vpn_connection.partner.tunnel1_vgw_inside_address
    theirs  = aws_vpn_connection.partner.tunnel1_cgw_inside_address
  }
}
