"""BIRD speaks BGP through the tunnels: what is learned, what is announced, and a hijack that moves no packet."""

from __future__ import annotations

from ipaddress import IPv4Network
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.lab import asking, bgp, charon, handed, ipsec, kernel, machine, matrix, side, streams
from tests.lab.asking import Broken
from tests.lab.bgp import MAIN, Speaker
from tests.lab.cell import Cell
from tests.lab.edited import added, module
from tests.lab.fleet import Fleet
from tests.lab.reading import Site
from tests.lab.side import FROM_US
from tests.lab.world import World

pytestmark = pytest.mark.lab

SPEAKING = ("hooli", "stark")  # on a virtual private gateway, and on the transit gateway
# A VPC of ours, a NAT address of the partner's own VPC N, another partner's network, and everything.
HIJACKED = ("10.150.0.0/24", "10.160.0.0/24", "10.184.0.4/32", "192.168.50.0/25", "0.0.0.0/0")

TO_THE_PUBLIC_TABLE = """
resource "aws_vpn_gateway_route_propagation" "public" {
  vpn_gateway_id = aws_vpn_gateway.vpc_n.id
  route_table_id = aws_route_table.public.id
}
"""
TO_THE_TABLE_OF_M_AND_A = """
resource "aws_ec2_transit_gateway_route_table_propagation" "vpn" {
  transit_gateway_attachment_id  = aws_vpn_connection.partner.transit_gateway_attachment_id
  transit_gateway_route_table_id = "tgw-rtb-0bbbbbbbbbbbbbbbb"
}
"""


@pytest.fixture(scope="module")
def spoken(golden: Fleet, shared_cell: Cell) -> World:
    """Both partners that speak BGP, over IPsec where the machine can, with nothing learned but by BGP."""
    if reason := machine.without_bgp():
        pytest.skip(reason)
    real = not machine.without_ipsec()
    tunnels = ipsec.draw_tunnels if real else side.draw_plain_tunnels
    built = asking.up(shared_cell, golden.world(*SPEAKING, tunnels=tunnels, announced=dict.fromkeys(SPEAKING, ())))
    if real:
        ends = [end for site in built.sites for end in _ends(golden, site)]
        shared_cell(charon.start, ends, built.routers)
        shared_cell(charon.wait_until_up, [end.space for end in ends])
    _speak(shared_cell, built, real)
    return built


def _speak(cell: Cell, built: World, real: bool) -> None:
    """Sessions up, everybody's own blocks learned, and taken into the tables that the modules name."""
    names = [site.partner for site in built.sites]
    cell(bgp.start, [each for name in names for each in _speakers(built, name, (), real)])
    for site, partner in zip(built.sites, built.sides, strict=True):
        blocks = [str(cidr) for cidr in partner.cidrs]
        cell(bgp.wait_until_learned, side.gateway(site.partner), FROM_US, blocks)
        blocks = [str(cidr) for cidr in bgp.let_in(site)]
        cell(bgp.wait_until_learned, side.device(site.partner), MAIN, blocks)
    cell(bgp.propagate, built.takers)


def _announce(cell: Cell, built: World, partner: str, besides: tuple[str, ...], real: bool) -> None:
    """A partner announces these besides its own blocks, until its gateway has learned them all and no more."""
    own = [str(cidr) for each in built.sides if each.partner == partner for cidr in each.cidrs]
    wanted = sorted([*own, *("default" if p == "0.0.0.0/0" else p.removesuffix("/32") for p in besides)])
    cell(bgp.restart, _speakers(built, partner, besides, real)[1])
    assert cell(bgp.wait_until_learned, side.gateway(partner), FROM_US, wanted) == wanted
    cell(bgp.propagate, built.takers)


def _ends(golden: Fleet, site: Site) -> tuple[ipsec.End, ...]:
    assert site.vpn is not None
    keys = {1: "documented.one", 2: "documented.two"}
    return ipsec.ends(golden.modules[site.partner], site.vpn, keys, golden.root)


def _speakers(built: World, name: str, besides: tuple[str, ...], real: bool) -> tuple[Speaker, Speaker]:
    """Both speakers of a partner, which announces its own blocks and these. `real` where tunnels are IPsec."""
    site = next(each for each in built.sites if each.partner == name)
    own = next(each.cidrs for each in built.sides if each.partner == name)
    assert site.vpn is not None
    if real:
        ours, theirs = ([ipsec.space_of(name, who, number) for number in (1, 2)] for who in ("aws", "theirs"))
        beyond = ((ours[0], ours[1]), (theirs[0], theirs[1]))
    else:
        beyond = ((side.device(name),) * 2, (side.gateway(name),) * 2)
    given = "" if besides else handed.text(str(ROOT), name, "bird.conf")
    return bgp.speakers(site, site.vpn, [*own, *map(IPv4Network, besides)], built.routers, beyond, given)


def _broken(golden: Fleet, cell: Cell, built: World) -> list[Broken]:
    return asking.broken(asking.asked(cell, matrix.promises(golden.partners, built)))


@pytest.mark.parametrize(
    ("partner", "ours", "theirs"),
    [
        ("hooli", ["192.168.90.0/24", "192.168.91.0/24"], ["10.184.0.0/27"]),  # and not the natted block
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
    """By the modules as they are in out/: what is learned goes wherever they propagate it, and they do not."""
    real = not machine.without_ipsec()
    _announce(shared_cell, spoken, partner, HIJACKED, real)
    found = _broken(golden, shared_cell, spoken)
    _announce(shared_cell, spoken, partner, (), real)
    assert found == []


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


@pytest.mark.parametrize(
    ("partner", "resource", "victims"),
    [
        ("hooli", TO_THE_PUBLIC_TABLE, {"a.host0", "b.host0"}),
        ("stark", TO_THE_TABLE_OF_M_AND_A, {f"{vpc}.host{n}" for vpc in "ma" for n in range(3)} | {"b.host0"}),
    ],
    ids=SPEAKING,
)
def test_with_a_propagation_the_same_hijack_moves_packets(
    golden: Fleet, cell: Cell, tmp_path: Path, partner: str, resource: str, victims: set[str]
) -> None:
    """So that the test above is known to be able to fail: one resource more, which natlane never writes."""
    if reason := machine.without_bgp():
        pytest.skip(reason)
    fleet = golden.edited(module(tmp_path, partner, added(partner, "vpn.tf", resource)))
    built = asking.up(cell, fleet.world(partner, announced={partner: ()}))
    _speak(cell, built, real=False)
    assert _broken(golden, cell, built) == []
    _announce(cell, built, partner, HIJACKED[:2], real=False)
    found = asking.broken(asking.asked(cell, matrix.promises(golden.partners, built), (), patience=2.0))
    assert {each.promise.flow.space for each in found} == victims
    _announce(cell, built, partner, (), real=False)
    assert _broken(golden, cell, built) == []
