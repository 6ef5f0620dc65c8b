resource "aws_route" "natted_a_to_192_168_50_0_24" {
  route_table_id         = "rtb-0aaaaaaaaaaaaaaaa"
  destination_cidr_block = "192.168.50.0/24"
}
