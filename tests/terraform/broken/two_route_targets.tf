resource "aws_vpn_gateway" "partner" {
}

resource "aws_route" "natted_a_to_192_168_50_0_24" {
  route_table_id         = "rtb-0aaaaaaaaaaaaaaaa"
  destination_cidr_block = "192.168.50.0/24"
  gateway_id             = aws_vpn_gateway.partner.id
  transit_gateway_id     = "tgw-0a1b2c3d4e5f60718"
}
