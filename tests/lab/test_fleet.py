"""What the descriptors promise is what the kernel does with the fleet that out/ describes."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from natlane.describe.partner import Partner

from tests.lab import asking, matrix, side, streams
from tests.lab.asking import Asked
from tests.lab.cell import Cell
from tests.lab.documented import documented
from tests.lab.fleet import Fleet
from tests.lab.reading import Site
from tests.lab.world import World, space_of

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def asked(described: Fleet, shared_cell: Cell, world: World) -> Asked:
    """Every promise with its outcome, watched in every namespace."""
    promises = (*matrix.promises(described.partners, world), *matrix.isolation(world))
    return asking.asked(shared_cell, promises, [space.name for space in world.layout.spaces])


def test_every_promise_is_kept(asked: Asked) -> None:
    assert asking.broken(asked) == []


def test_every_nat_address_is_used_and_every_target_is_reached(
    described: Fleet, shared_cell: Cell, world: World
) -> None:
    assert asking.never_chosen(shared_cell, matrix.promises(described.partners, world)) == []


def test_no_kind_of_promise_of_any_partner_is_empty(described: Fleet, asked: Asked) -> None:
    """So that a matrix which lost its flows cannot pass."""
    counted = {(promise.partner, promise.kind, promise.answered) for promise, _ in asked}
    vpcs = len(described.landing_zone.vpcs)
    expected = {(name, kind, yes) for name, each in described.partners.items() for kind, yes in _kinds(each, vpcs)}
    assert counted == expected | {("", matrix.OURS, True)}


def _kinds(partner: Partner, vpcs: int) -> set[tuple[str, bool]]:
    """Each kind of flow has some that are answered, as far as the partner asks for them, and some that are dropped."""
    kinds = {("nothing else", False)}
    kinds |= {("outbound", False)} if len(partner.reach) < vpcs or partner.translated_cidrs else set()
    kinds |= {("outbound", True)} if partner.reach and partner.routed_cidrs else set()
    for kind, wanted in (
        ("outbound service", partner.outbound),
        ("endpoint", partner.inbound.endpoints),
        ("service", partner.inbound.services),
    ):
        kinds |= {(kind, True), (kind, False)} if wanted else set()
    return kinds


def test_the_partner_sees_only_the_nat_addresses_of_the_hosts_zone(described: Fleet, asked: Asked) -> None:
    """Pings too, which nobody answers by name: what arrived at the partner is what was sniffed there."""
    wrong = []
    for promise, outcome in asked:
        if promise.kind.startswith("outbound") and promise.answered:
            seen = {each.source for each in outcome.arrived if each.space == f"{promise.partner}.site"}
            nat_cidr = described.partners[promise.partner].nat_cidr
            if not seen or not seen <= promise.sources or any(IPv4Address(s) not in nat_cidr for s in seen):
                wrong.append((promise, outcome))
    assert wrong == []


def test_what_a_partner_may_not_reach_dies_at_its_own_gateway(world: World, asked: Asked) -> None:
    """Or at the door of what it called, where that stands in its own VPC N. It never gets to a VPC of ours."""
    wrong = []
    for site in world.sites:
        for promise, outcome in asked:
            if promise.partner == site.partner and promise.kind == "nothing else":
                entered = {each.space for each in outcome.arrived}
                if not entered or not entered <= _up_to_the_door(site, promise.flow.destination):
                    wrong.append((promise, outcome))
    assert wrong == []


def _up_to_the_door(site: Site, destination: str) -> set[str]:
    """The namespaces that a partner's packet may enter on its way to something that must not answer."""
    ways = {side.device(site.partner), side.gateway(site.partner)}
    if site.vpn and not site.vpn.end:
        ways.add("tgw")
    if any(IPv4Address(destination) in cidr for cidr in site.cidrs):
        ways.add(f"{site.partner}.vpc")
        ways |= {space_of(site, each) for each in site.nats if destination in each.addresses}
    return ways


def test_what_our_hosts_may_not_reach_dies_among_our_vpcs(described: Fleet, asked: Asked) -> None:
    """In the host's own VPC; or in another of ours, where the partner's address lies in that one's block."""
    wrong = []
    for promise, outcome in asked:
        if promise.kind == "outbound" and not promise.answered:
            ways = {f"{promise.flow.space.partition('.')[0]}.vpc"}
            for name, vpc in described.landing_zone.vpcs.items():
                if any(IPv4Address(promise.flow.destination) in cidr for cidr in vpc.cidrs):
                    ways |= {"tgw", f"{name}.vpc"}
            entered = {each.space for each in outcome.arrived}
            if not entered or not entered <= ways:
                wrong.append((promise, outcome))
    assert wrong == []


def test_a_megabyte_goes_there_and_back_from_every_zone(shared_cell: Cell, asked: Asked) -> None:
    """Once for each host and partner that may talk, whole, through every translation on the way."""
    flows = {(p.partner, p.flow.space): p.flow for p, _ in asked if p.partner and p.answered and p.flow.port}
    for flow in flows.values():
        shared_cell(streams.open_stream, "bulk", flow)
        assert shared_cell(streams.exchange, "bulk", 1_000_000), flow
        shared_cell(streams.close_streams)


def test_the_proofs_page_counts_the_flows(described: Fleet, asked: Asked) -> None:
    documented(f"{len(asked):,} flows of {len(described.partners)} partners")
