resource "aws_vpc" "vpc_n" {
  provider = aws.production

  cidr_block = "10.179.0.0/16"
}
