"""natlane: one YAML file for each VPN partner becomes that partner's own Terraform root module."""

__version__ = "0.1.0"
