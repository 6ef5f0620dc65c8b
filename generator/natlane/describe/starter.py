"""The commented descriptor that `natlane new` writes."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Final

from natlane.describe.partner import NATTED_CIDR

STARTER_BLOCK: Final = IPv4Network("10.179.0.0/27")  # what the partner accepts, until somebody asks it
_TEXT = """\
# yaml-language-server: $schema=../schemas/partner.json
partner: {name} # this file's name without .yaml
description: {title}
contacts: [noc@{name}.example] # whom to call when a tunnel is down

# What the partner accepts, and all that it will ever see of us. A /27 gives two zones, a /28 one.
nat_cidr: {block}

# Written out, so that no change of the landing zone moves an address: how many of its zones, and the block of the
# natted subnets, which neither the partner nor our VPCs ever see.
zones: {zones}
natted_cidr: {natted}

# The partner's networks: what we open connections to.
partner_cidrs: [192.168.50.0/24]

# Which of our VPCs (by their names in landing-zone.yaml) may open connections to the partner.
reach: []

vpn:
  # The partner's device: its public address and its ASN, which AWS wants for static routing too.
  customer_gateway: {{ip: 203.0.113.10, asn: 65000}}
  routing: static # or bgp
  # Until the partner's device is connected, the tunnels' alarms notify nobody. Then take this line out.
  connected: false
  # For a policy-based device, exactly what it is set to:
  # policy_based: true
  # selectors: {{ours: 10.179.0.0/27, theirs: 192.168.50.0/24}}
  # Only where its device cannot do AES256-GCM-16, SHA2-384 and group 20:
  # phase1: {{encryption: [AES256], integrity: [SHA2-256], dh_groups: [14], lifetime: 28800}}
  # phase2: {{encryption: [AES256], integrity: [SHA2-256], dh_groups: [14], lifetime: 3600}}
  # AWS makes the keys and keeps them in Secrets Manager, unless Terraform shall ask for them.
  # Never write a key into this file.
  # preshared_keys: variables

# What the partner may call. Nothing, unless it is written here.
# inbound:
#   endpoints:
#     - {{service: execute-api}} # an AWS service over HTTPS; natlane warns of it until a `policy` limits the calls
#   services: # TCP services of ours
#     - {{name: orders, port: 443, vpc: a, targets: [10.150.10.20], target_port: 8443}}

# nat: {{addresses_per_gateway: 2}} # 55,000 flows to one destination for each address and zone
# tags: {{cost-center: "4711"}}
"""


def starter_text(name: str, zones: int) -> str:
    """The text of partners/<name>.yaml before anyone filled it in, for so many zones."""
    title = name.replace("-", " ").title()
    return _TEXT.format(name=name, title=title, block=STARTER_BLOCK, zones=zones, natted=NATTED_CIDR)
