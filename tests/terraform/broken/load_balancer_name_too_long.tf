resource "aws_lb" "inbound" {
  name               = "acme-clearing-and-settlement-inbound"
  internal           = true
  load_balancer_type = "network"
  subnets            = ["subnet-0aaaaaaaaaaaaaaaa"]
}
