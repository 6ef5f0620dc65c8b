resource "aws_security_group" "a" {
  name        = "a"
  description = aws_security_group.b.name
}

resource "aws_security_group" "b" {
  name        = "b"
  description = aws_security_group.a.description
}
