"""The model of the network, and how it is read from Terraform."""
