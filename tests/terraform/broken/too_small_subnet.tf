resource "aws_subnet" "public_a" {
  vpc_id     = "vpc-0aaaaaaaaaaaaaaaa"
  cidr_block = "10.179.0.0/29"
}
