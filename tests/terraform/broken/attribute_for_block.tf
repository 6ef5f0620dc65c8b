resource "aws_lb" "inbound" {
  internal           = true
  load_balancer_type = "network"

  subnet_mapping = [
    {
      subnet_id            = "subnet-0aaaaaaaaaaaaaaaa"
      private_ipv4_address = "10.179.0.13"
    },
  ]
}
