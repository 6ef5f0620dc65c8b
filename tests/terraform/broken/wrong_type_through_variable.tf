variable "retention" {
  default = "a year"
}

resource "aws_cloudwatch_log_group" "vpn" {
  name              = "/natlane/acme/vpn"
  retention_in_days = var.retention
}
