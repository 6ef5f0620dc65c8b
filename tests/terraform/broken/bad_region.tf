provider "aws" {
  alias  = "production"
  region = "eu-wset-one"
}

data "aws_caller_identity" "production" {
  provider = aws.production
}
