"""What the descriptors promise is what the kernel does with the fleet that out/ describes."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from tests.lab import matrix, probes, side, streams
from tests.lab.cell import Cell
from tests.lab.fleet import Fleet
from tests.lab.matrix import Promise
from tests.lab.probes import Outcome
from tests.lab.reading import Site
from tests.lab.world import World, space_of

pytestmark = pytest.mark.lab

Asked = tuple[tuple[Promise, Outcome], ...]


@pytest.fixture(scope="module")
def asked(described: Fleet, shared_cell: Cell, world: World) -> Asked:
    """Every promise with its outcome, watched in every namespace."""
    promises = matrix.promises(described.partners, world)
    awaited = [index for index, promise in enumerate(promises) if promise.answered]
    watched = [space.name for space in world.layout.spaces]
    outcomes = shared_cell(probes.ask, [promise.flow for promise in promises], awaited, watched)
    return tuple(zip(promises, outcomes, strict=True))


def test_every_promise_is_kept(asked: Asked) -> None:
    broken = [(p, o) for p, o in asked if p.answered != o.answered or (o.by and o.by not in p.by)]
    assert broken == []


def test_no_kind_of_promise_is_empty(described: Fleet, asked: Asked) -> None:
    """So that a matrix which lost its flows cannot pass: each has some to be answered, and some to be dropped."""
    counted = {(promise.kind, promise.answered) for promise, _ in asked}
    partners = described.partners.values()
    kinds = {"outbound", "nothing else"}
    kinds |= {"outbound service"} if any(partner.outbound for partner in partners) else set()
    kinds |= {"endpoint"} if any(partner.inbound.endpoints for partner in partners) else set()
    kinds |= {"service"} if any(partner.inbound.services for partner in partners) else set()
    assert counted == {(kind, answered) for kind in kinds for answered in (True, False)} - {("nothing else", True)}


def test_the_partner_sees_only_the_nat_addresses_of_the_hosts_zone(described: Fleet, asked: Asked) -> None:
    """Pings too, which nobody answers by name: what arrived at the partner is what was sniffed there."""
    wrong = []
    for promise, outcome in asked:
        if promise.kind.startswith("outbound") and promise.answered:
            space = f"{promise.partner}.site"
            seen = {source for where, source in outcome.arrived if where == space}
            nat_cidr = described.partners[promise.partner].nat_cidr
            if not seen or not seen <= promise.sources or any(IPv4Address(s) not in nat_cidr for s in seen):
                wrong.append((promise, outcome))
    assert wrong == []


def test_a_service_sees_the_load_balancer_and_an_endpoint_the_partner(asked: Asked) -> None:
    inbound = [(p, o) for p, o in asked if p.kind in ("service", "endpoint") and p.answered]
    assert [(p, o) for p, o in inbound if o.seen not in p.sources] == []


def test_what_a_partner_may_not_reach_dies_at_its_own_gateway(world: World, asked: Asked) -> None:
    """Or at the door of what it called, where that stands in its own VPC N. It never gets to a VPC of ours."""
    wrong = []
    for site in world.sites:
        for promise, outcome in asked:
            if promise.partner == site.partner and promise.kind == "nothing else":
                entered = {where for where, _ in outcome.arrived}
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


def test_what_our_hosts_may_not_reach_dies_in_their_own_vpc(asked: Asked) -> None:
    wrong = []
    for promise, outcome in asked:
        if promise.kind == "outbound" and not promise.answered:
            vpc = f"{promise.flow.space.partition('.')[0]}.vpc"
            if {where for where, _ in outcome.arrived} != {vpc}:
                wrong.append((promise, outcome))
    assert wrong == []


def test_a_megabyte_goes_there_and_back_from_every_zone(shared_cell: Cell, asked: Asked) -> None:
    """Once for each host and partner that may talk, whole, through every translation on the way."""
    flows = {(p.partner, p.flow.space): p.flow for p, _ in asked if p.answered and p.flow.port}
    for flow in flows.values():
        shared_cell(streams.open_stream, "bulk", flow)
        assert shared_cell(streams.exchange, "bulk", 1_000_000), flow
        shared_cell(streams.close_streams)
