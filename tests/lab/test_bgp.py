"""BIRD speaks BGP through the tunnels: what is learned, what is announced, and a hijack that moves no packet."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from tests.lab import bgp, charon, ipsec, kernel, listening, machine, matrix, probes, side, streams
from tests.lab.bgp import MAIN, Speaker
from tests.lab.cell import Cell
from tests.lab.fleet import Fleet
from tests.lab.matrix import Promise
from tests.lab.reading import Site
from tests.lab.side import FROM_US
from tests.lab.world import World, world

pytestmark = pytest.mark.lab

SPEAKING = ("hooli", "stark")  # on a virtual private gateway, and on the transit gateway
# A VPC of ours, a NAT address of the partner's own VPC N, another partner's network, and everything.
HIJACKED = ("10.150.0.0/24", "10.160.0.0/24", "10.184.0.4/32", "192.168.50.0/25", "0.0.0.0/0")


@pytest.fixture(scope="module")
def spoken(golden: Fleet, shared_cell: Cell) -> World:
    """Both partners that speak BGP, over IPsec where the machine can, with nothing learned but by BGP."""
    if reason := machine.without_bgp():
        pytest.skip(reason)
    real = not machine.without_ipsec()
    tunnels = ipsec.draw_tunnels if real else side.draw_plain_tunnels
    built = golden.world(*SPEAKING, tunnels=tunnels, announced=dict.fromkeys(SPEAKING, ()))
    shared_cell(kernel.build, built.layout)
    shared_cell(listening.listen, matrix.ports(built))
    if real:
        ends = [end for site in built.sites for end in _ends(golden, site)]
        shared_cell(charon.start, ends, built.routers)
        shared_cell(charon.wait_until_up, [end.space for end in ends])
    shared_cell(bgp.start, [each for name in SPEAKING for each in _speakers(built, name, ())])
    for site, partner in zip(built.sites, built.sides, strict=True):
        blocks = [str(cidr) for cidr in partner.cidrs]
        shared_cell(bgp.wait_until_learned, side.gateway(site.partner), FROM_US, blocks)
        blocks = [str(cidr) for cidr in bgp.announced_by_aws(site)]
        shared_cell(bgp.wait_until_learned, side.device(site.partner), MAIN, blocks)
    return built


def _ends(golden: Fleet, site: Site) -> tuple[ipsec.End, ...]:
    assert site.vpn is not None
    return ipsec.ends(golden.modules[site.partner], site.vpn, {1: "documented.one", 2: "documented.two"})


def _speakers(built: World, name: str, besides: tuple[str, ...]) -> tuple[Speaker, Speaker]:
    """Both speakers of a partner, which announces its own blocks and these."""
    site = next(each for each in built.sites if each.partner == name)
    own = next(each.cidrs for each in built.sides if each.partner == name)
    assert site.vpn is not None
    if machine.without_ipsec():
        beyond = ((side.device(name),) * 2, (side.gateway(name),) * 2)
    else:
        ours, theirs = ([ipsec.space_of(name, who, number) for number in (1, 2)] for who in ("aws", "theirs"))
        beyond = ((ours[0], ours[1]), (theirs[0], theirs[1]))
    return bgp.speakers(site, site.vpn, [*own, *map(IPv4Network, besides)], built.routers, beyond)


def _broken(golden: Fleet, cell: Cell, built: World, patience: float = probes.PATIENCE) -> list[Promise]:
    promises = matrix.promises(golden.partners, built)
    awaited = [index for index, promise in enumerate(promises) if promise.answered]
    outcomes = cell(probes.ask, [promise.flow for promise in promises], awaited, (), patience)
    return [p for p, o in zip(promises, outcomes, strict=True) if p.answered != o.answered]


@pytest.mark.parametrize(
    ("partner", "ours", "theirs"),
    [
        ("hooli", ["192.168.90.0/24", "192.168.91.0/24"], ["10.184.0.0/27", "100.64.0.0/25"]),
        ("stark", ["192.168.100.0/24"], ["10.185.0.0/27"]),
    ],
    ids=SPEAKING,
)
def test_each_side_learns_what_the_other_announces(
    shared_cell: Cell, spoken: World, partner: str, ours: list[str], theirs: list[str]
) -> None:
    assert shared_cell(bgp.learned, side.gateway(partner), FROM_US) == ours
    assert shared_cell(bgp.learned, side.device(partner), MAIN) == theirs


def test_every_promise_is_kept_by_learned_routes(golden: Fleet, shared_cell: Cell, spoken: World) -> None:
    assert _broken(golden, shared_cell, spoken) == []


@pytest.mark.parametrize("partner", SPEAKING)
def test_a_hijack_is_learned_and_moves_no_packet(golden: Fleet, shared_cell: Cell, spoken: World, partner: str) -> None:
    own = [str(cidr) for each in spoken.sides if each.partner == partner for cidr in each.cidrs]
    wanted = sorted([*own, *("default" if p == "0.0.0.0/0" else p.removesuffix("/32") for p in HIJACKED)])
    shared_cell(bgp.restart, _speakers(spoken, partner, HIJACKED)[1])
    assert shared_cell(bgp.wait_until_learned, side.gateway(partner), FROM_US, wanted) == wanted
    assert _broken(golden, shared_cell, spoken) == []
    shared_cell(bgp.restart, _speakers(spoken, partner, ())[1])
    assert shared_cell(bgp.wait_until_learned, side.gateway(partner), FROM_US, own) == own


@pytest.mark.parametrize("partner", SPEAKING)
def test_a_connection_survives_the_loss_of_a_tunnel(
    golden: Fleet, shared_cell: Cell, spoken: World, partner: str
) -> None:
    """Dead peers are noticed by BGP alone: nobody tells our gateway that the partner's link is gone."""
    device = side.device(partner)
    outwards = (
        each.flow for each in matrix.promises(golden.partners, spoken) if each.answered and each.partner == partner
    )
    flow = next(each for each in outwards if each.space in [host.space for host in spoken.hosts])
    shared_cell(streams.open_stream, partner, flow)
    before = shared_cell(streams.used, device, partner)
    lost = f"tunnel{1 + before.index(True)}"
    shared_cell(kernel.ip, device, f"link set {lost} down")
    assert shared_cell(streams.used, device, partner) == before[::-1]
    lines = next(each.lines for each in spoken.layout.spaces if each.name == device)
    back = [line for line in lines if line.startswith("route") and f"dev {lost}" in line]
    shared_cell(kernel.ip, device, f"link set {lost} up", *back)
    assert shared_cell(streams.used_again, device, partner, before) == before


@pytest.mark.parametrize(("propagates", "breaks"), [(False, False), (True, True)], ids=["as generated", "propagating"])
def test_only_a_module_that_propagates_loses_packets_to_a_hijack(
    golden: Fleet, cell: Cell, propagates: bool, breaks: bool
) -> None:
    """So that the test above is known to be able to fail: the one resource that natlane never writes."""
    true = golden.sites("hooli")
    public = next(subnet.table for subnet in true[0].subnets if "public" in subnet.name)
    sites = [replace(true[0], gateway_propagations=(public,) if propagates else ())]
    said = {"hooli": (*(side.side(true[0]).cidrs), IPv4Network("10.150.0.0/24"))}
    built = world(golden.landing_zone, true, sites, announced=said)
    cell(kernel.build, built.layout)
    cell(listening.listen, matrix.ports(built))
    broken = _broken(golden, cell, built, 2.0 if breaks else probes.PATIENCE)
    assert {promise.flow.space for promise in broken} == ({"a.host0"} if breaks else set())
