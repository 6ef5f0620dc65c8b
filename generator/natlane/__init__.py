"""natlane writes each VPN partner's Terraform root module from one YAML file."""

__version__ = "0.1.0"
