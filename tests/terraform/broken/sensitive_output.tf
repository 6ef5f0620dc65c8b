resource "aws_vpn_connection" "partner" {
  type                = "ipsec.1"
  customer_gateway_id = "cgw-0aaaaaaaaaaaaaaaa"
  vpn_gateway_id      = "vgw-0aaaaaaaaaaaaaaaa"
}

output "preshared_key" {
  value = aws_vpn_connection.partner.tunnel1_preshared_key
}
