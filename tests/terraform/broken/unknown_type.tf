resource "aws_instance" "nat" {
  ami = "ami-0aaaaaaaaaaaaaaaa"
}
