resource "aws_subnet" "public_a" {
  cidr_block = "10.179.0.0/28"
}
