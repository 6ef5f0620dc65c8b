"""Which zones VPC N stands in, and what stays the same when one of them is exchanged."""

from __future__ import annotations

import pytest
from natlane.addresses import AddressPlan, addresses_for
from natlane.describe.document import read_text
from natlane.describe.partner import Partner, parse_partner

from tests.descriptors import LANDING_ZONE

GLOBEX = """\
partner: globex
nat_cidr: {nat}
partner_cidrs: [192.168.60.0/24]
reach: [a]
vpn: {{customer_gateway: {{ip: 203.0.113.20, asn: 65020}}}}
{zones}
"""
# nat_cidr, zones as written, and each zone with its first NAT address.
CASES = {
    ("10.181.0.0/27", ""): {"a": "10.181.0.4", "b": "10.181.0.20"},
    ("10.181.0.0/28", ""): {"a": "10.181.0.4"},
    ("10.181.0.0/27", "zones: 1"): {"a": "10.181.0.4"},
    ("10.181.0.0/26", "zones: 3"): {"a": "10.181.0.4", "b": "10.181.0.20", "c": "10.181.0.36"},
    ("10.181.0.0/27", "zones: [eu-west-1b, eu-west-1c]"): {"b": "10.181.0.4", "c": "10.181.0.20"},
    ("10.181.0.0/27", "zones: [eu-west-1c, eu-west-1b]"): {"c": "10.181.0.4", "b": "10.181.0.20"},
    ("10.181.0.0/28", "zones: [eu-west-1c]"): {"c": "10.181.0.4"},
    # One zone is exchanged, and every address stays.
    ("10.181.0.0/27", "zones: [eu-west-1a, eu-west-1c]"): {"a": "10.181.0.4", "c": "10.181.0.20"},
}


def _plan(nat: str, zones: str) -> AddressPlan:
    document, problems = read_text("partners/globex.yaml", GLOBEX.format(nat=nat, zones=zones).encode())
    partner: Partner | None = parse_partner(document, problems) if document else None
    assert partner is not None, problems
    plan = addresses_for(partner, LANDING_ZONE)
    assert isinstance(plan, AddressPlan)
    return plan


@pytest.mark.parametrize(("nat", "zones"), CASES)
def test_zones_and_their_addresses(nat: str, zones: str) -> None:
    assert {each.letter: str(each.nat[0]) for each in _plan(nat, zones).zones} == CASES[nat, zones]
