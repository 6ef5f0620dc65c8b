resource "aws_vpc" "vpc_n" {
  cidr = "10.179.0.0/16"
}
