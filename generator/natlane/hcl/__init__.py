"""Terraform text, read into blocks that know their lines."""
