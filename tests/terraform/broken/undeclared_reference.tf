resource "aws_subnet" "public_a" {
  vpc_id     = aws_vpc.vpc_n.id
  cidr_block = "10.179.0.0/28"
}
