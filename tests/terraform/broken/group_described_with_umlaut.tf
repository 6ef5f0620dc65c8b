resource "aws_security_group" "endpoints" {
  name        = "acme-endpoints"
  description = "The partner in Zürich, on HTTPS only"
}
