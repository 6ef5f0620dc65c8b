variable "accepted" {
  default = "10.179.0.4/27"
}

resource "aws_ec2_transit_gateway_route" "to_10_179_0_0_27" {
  transit_gateway_route_table_id = "tgw-rtb-0aaaaaaaaaaaaaaaa"
  transit_gateway_attachment_id  = "tgw-attach-0aaaaaaaaaaaaaaaa"
  destination_cidr_block         = var.accepted
}
