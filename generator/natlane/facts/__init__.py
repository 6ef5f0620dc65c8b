"""Facts about AWS and its Terraform provider, each once and with its source."""
