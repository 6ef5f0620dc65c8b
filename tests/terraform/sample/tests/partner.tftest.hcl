mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{}"
    }
  }
}

mock_provider "aws" {
  alias = "production"
}

variables {
  tunnel1_preshared_key = "natlane.example.key"
}

run "addresses" {
  command = plan

  assert {
    condition     = aws_nat_gateway.a.private_ip == "10.179.0.4"
    error_message = "The NAT gateway's address is on the partner's allow-list."
  }
}
