resource "aws_vpn_connection" "partner" {
  type                = "ipsec.1"
  customer_gateway_id = "cgw-0aaaaaaaaaaaaaaaa"
  vpn_gateway_id      = "vgw-0aaaaaaaaaaaaaaaa"
  tunnel1_inside_cidr = "169.254.5.0/30"
}
