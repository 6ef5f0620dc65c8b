resource "aws_vpc" "vpc_n" {
  cidr_block = "10.179.0.0/16"

  tags {
    Name = "acme-vpc-n"
  }
}
