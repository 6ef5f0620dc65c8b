# long-partner-named-mixed: written by natlane for Azure VPN Gateway, with hashicorp/azurerm 4. Your gateway must be route-based.

terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

variable "resource_group_name" {
  description = "The resource group of your virtual network gateway."
  type        = string
}

variable "location" {
  description = "Its region."
  type        = string
}

variable "virtual_network_gateway_id" {
  description = "Its ID."
  type        = string
}

variable "key_of_tunnel_1" {
  description = "The pre-shared key of tunnel 1, as TF_VAR_key_of_tunnel_1 and in no file."
  type        = string
  sensitive   = true
}

resource "azurerm_local_network_gateway" "aws_1" {
  name                = "long-partner-named-mixed-aws-1"
  resource_group_name = var.resource_group_name
  location            = var.location
  gateway_address     = "198.51.100.1"
  address_space       = ["10.181.0.0/27"]
}

resource "azurerm_virtual_network_gateway_connection" "aws_1" {
  name                       = "long-partner-named-mixed-aws-1"
  resource_group_name        = var.resource_group_name
  location                   = var.location
  type                       = "IPsec"
  virtual_network_gateway_id = var.virtual_network_gateway_id
  local_network_gateway_id   = azurerm_local_network_gateway.aws_1.id
  shared_key                 = var.key_of_tunnel_1
  connection_protocol        = "IKEv2"
  connection_mode            = "Default"
  dpd_timeout_seconds        = 30
  enable_bgp                 = false

  use_policy_based_traffic_selectors = true

  traffic_selector_policy {
    local_address_cidrs  = ["192.168.60.0/24"]
    remote_address_cidrs = ["10.181.0.0/27"]
  }

  # Phase 1 lives 28800 s at our side, and 28800 s at Azure's, where it cannot be set.
  ipsec_policy {
    ike_encryption   = "AES256"
    ike_integrity    = "SHA256"
    dh_group         = "DHGroup14"
    ipsec_encryption = "GCMAES256"
    ipsec_integrity  = "GCMAES256"
    pfs_group        = "PFS2048"
    sa_lifetime      = 3600
  }
}

variable "key_of_tunnel_2" {
  description = "The pre-shared key of tunnel 2, as TF_VAR_key_of_tunnel_2 and in no file."
  type        = string
  sensitive   = true
}

resource "azurerm_local_network_gateway" "aws_2" {
  name                = "long-partner-named-mixed-aws-2"
  resource_group_name = var.resource_group_name
  location            = var.location
  gateway_address     = "198.51.100.2"
  address_space       = ["10.181.0.0/27"]
}

resource "azurerm_virtual_network_gateway_connection" "aws_2" {
  name                       = "long-partner-named-mixed-aws-2"
  resource_group_name        = var.resource_group_name
  location                   = var.location
  type                       = "IPsec"
  virtual_network_gateway_id = var.virtual_network_gateway_id
  local_network_gateway_id   = azurerm_local_network_gateway.aws_2.id
  shared_key                 = var.key_of_tunnel_2
  connection_protocol        = "IKEv2"
  connection_mode            = "Default"
  dpd_timeout_seconds        = 30
  enable_bgp                 = false

  use_policy_based_traffic_selectors = true

  traffic_selector_policy {
    local_address_cidrs  = ["192.168.60.0/24"]
    remote_address_cidrs = ["10.181.0.0/27"]
  }

  # Phase 1 lives 28800 s at our side, and 28800 s at Azure's, where it cannot be set.
  ipsec_policy {
    ike_encryption   = "AES256"
    ike_integrity    = "SHA256"
    dh_group         = "DHGroup14"
    ipsec_encryption = "GCMAES256"
    ipsec_integrity  = "GCMAES256"
    pfs_group        = "PFS2048"
    sa_lifetime      = 3600
  }
}

# For the subnets that we talk with: what may come from us, and what may go to us. Azure clamps the segment size itself.
resource "azurerm_network_security_group" "aws" {
  name                = "long-partner-named-mixed-aws"
  resource_group_name = var.resource_group_name
  location            = var.location

  security_rule {
    name                       = "from-aws-1"
    priority                   = 1001
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_address_prefix      = "10.181.0.0/27"
    source_port_range          = "*"
    destination_address_prefix = "192.168.60.7/32"
    destination_port_range     = "22"
  }

  security_rule {
    name                       = "from-aws-2"
    priority                   = 1002
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Udp"
    source_address_prefix      = "10.181.0.0/27"
    source_port_range          = "*"
    destination_address_prefix = "192.168.60.8/32"
    destination_port_range     = "53"
  }

  security_rule {
    name                       = "from-aws-rest"
    priority                   = 4000
    direction                  = "Inbound"
    access                     = "Deny"
    protocol                   = "*"
    source_address_prefix      = "10.181.0.0/27"
    source_port_range          = "*"
    destination_address_prefix = "*"
    destination_port_range     = "*"
  }

  security_rule {
    name                       = "to-aws-1"
    priority                   = 1001
    direction                  = "Outbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_address_prefix      = "192.168.60.0/24"
    source_port_range          = "*"
    destination_address_prefix = "10.181.0.14/32"
    destination_port_range     = "443"
  }

  security_rule {
    name                       = "to-aws-2"
    priority                   = 1002
    direction                  = "Outbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_address_prefix      = "192.168.60.0/24"
    source_port_range          = "*"
    destination_address_prefix = "10.181.0.30/32"
    destination_port_range     = "443"
  }

  security_rule {
    name                       = "to-aws-3"
    priority                   = 1003
    direction                  = "Outbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_address_prefix      = "192.168.60.0/24"
    source_port_range          = "*"
    destination_address_prefix = "10.181.0.13/32"
    destination_port_range     = "8443"
  }

  security_rule {
    name                       = "to-aws-4"
    priority                   = 1004
    direction                  = "Outbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_address_prefix      = "192.168.60.0/24"
    source_port_range          = "*"
    destination_address_prefix = "10.181.0.29/32"
    destination_port_range     = "8443"
  }

  security_rule {
    name                       = "to-aws-rest"
    priority                   = 4000
    direction                  = "Outbound"
    access                     = "Deny"
    protocol                   = "*"
    source_address_prefix      = "*"
    source_port_range          = "*"
    destination_address_prefix = "10.181.0.0/27"
    destination_port_range     = "*"
  }
}
