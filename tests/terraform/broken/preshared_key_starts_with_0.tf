resource "aws_vpn_connection" "partner" {
  type                  = "ipsec.1"
  customer_gateway_id   = "cgw-0aaaaaaaaaaaaaaaa"
  vpn_gateway_id        = "vgw-0aaaaaaaaaaaaaaaa"
  tunnel1_preshared_key = "0acme.example.key"
}
