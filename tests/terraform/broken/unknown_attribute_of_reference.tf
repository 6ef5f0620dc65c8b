resource "aws_vpc" "vpc_n" {
  cidr_block = "10.179.0.0/16"
}

resource "aws_subnet" "public_a" {
  vpc_id     = aws_vpc.vpc_n.vpc_id
  cidr_block = "10.179.0.0/28"
}
