"""What validates can be planned and rendered, and its addresses are where AWS lets them be."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from natlane.addresses import AddressPlan, addresses_for
from natlane.check.fleet_facts import Claim
from natlane.facts import aws
from natlane.plan.plan import plan_for
from natlane.prefixes import Prefixes, overlaps
from natlane.render.templates import Templates, render
from natlane.workspace.paths import Workspace

from tests.conftest import ROOT
from tests.descriptors import LANDING_ZONE, Descriptor, descriptors, networks, validated

pytestmark = pytest.mark.slow

FEW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
TEMPLATES = Templates(Workspace(str(ROOT)))


@FEW
@given(descriptors())
def test_what_validates_is_planned_and_rendered(descriptor: Descriptor) -> None:
    files = render(plan_for(validated(descriptor), LANDING_ZONE), TEMPLATES)
    assert isinstance(files, dict)
    assert {"vpc.tf", "nat.tf", "vpn.tf", "transit_gateway.tf", "README.md"} <= set(files)


@FEW
@given(descriptors())
def test_addresses_of_what_validates(descriptor: Descriptor) -> None:
    partner = validated(descriptor)
    plan = addresses_for(partner, LANDING_ZONE)
    assert isinstance(plan, AddressPlan)
    vpc = [plan.primary, *(block for _, block in plan.secondary)]
    assert _apart(vpc)
    public = [zone.public for zone in plan.zones]
    natted = [zone.natted for zone in plan.zones]
    outbound = [zone.outbound for zone in plan.zones if zone.outbound]
    subnets = public + natted + outbound
    assert _apart(subnets)
    assert all(any(subnet.subnet_of(block) for block in vpc) for subnet in subnets)
    assert all(subnet.subnet_of(partner.nat_cidr) for subnet in public)
    assert all(aws.LARGEST_PREFIX <= block.prefixlen <= aws.SMALLEST_PREFIX for block in subnets + vpc)
    ours = [cidr for each in LANDING_ZONE.vpcs.values() for cidr in each.cidrs]
    assert not [one for one in vpc for two in ours if one.overlaps(two)]
    for zone in plan.zones:
        held = [*zone.nat, *zone.endpoints, *([zone.inbound_nlb] if zone.inbound_nlb else [])]
        assert (
            len(held)
            == len(set(held))
            == partner.nat.addresses_per_gateway + len(partner.inbound.endpoints) + bool(partner.inbound.services)
        )
        offsets = [int(address) - int(zone.public.network_address) for address in held]
        assert all(4 <= offset <= zone.public.num_addresses - 2 for offset in offsets)


def _apart(blocks: list[IPv4Network]) -> bool:
    return not any(one.overlaps(two) for one, two in combinations(blocks, 2))


blocks = st.lists(networks("10.0.0.0/26", 26, 32), max_size=12)


@given(blocks, networks("10.0.0.0/26", 20, 32))
def test_prefixes_find_what_overlaps_and_nothing_else(held: list[IPv4Network], asked: IPv4Network) -> None:
    found = Prefixes((block, str(index)) for index, block in enumerate(held)).overlapping(asked)
    assert sorted(found, key=str) == sorted(
        ((block, str(index)) for index, block in enumerate(held) if block.overlaps(asked)), key=str
    )


@given(blocks)
def test_sweep_tells_each_claim_that_another_one_holds(held: list[IPv4Network]) -> None:
    claims = [
        Claim(int(block.network_address), block.prefixlen, str(index), 1, 1, "f", ())
        for index, block in enumerate(held)
    ]
    told = list(overlaps(claims))
    assert all(narrow.block.subnet_of(wide.block) and wide is not narrow for wide, narrow in told)
    # By brute force: in sorted order, each claim that an earlier one equals or contains is told once.
    order = sorted(claims)
    covered = [two for at, two in enumerate(order) if any(two.block.subnet_of(one.block) for one in order[:at])]
    assert [narrow for _, narrow in told] == covered
    for (_, one), (_, two) in pairwise(told):
        assert (one.first, one.length) <= (two.first, two.length)
