resource "aws_vpc_endpoint" "execute_api" {
  vpc_id            = "vpc-0aaaaaaaaaaaaaaaa"
  service_name      = "com.amazonaws.eu-west-1.execute-api"
  vpc_endpoint_type = "Interface"

  subnet_configuration {
    ipv4      = "10.179.0.256"
    subnet_id = "subnet-0aaaaaaaaaaaaaaaa"
  }
}
