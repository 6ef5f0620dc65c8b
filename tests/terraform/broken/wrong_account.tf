provider "aws" {
  alias               = "production"
  region              = "eu-west-1"
  allowed_account_ids = ["222222222222"]

  assume_role {
    role_arn = "arn:aws:iam::111111111111:role/network-deployer"
  }
}

data "aws_caller_identity" "production" {
  provider = aws.production
}
