"""NAT gateways or tunnels are lost: who suffers, who does not, and that what comes back is used again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab import asking, kernel, matrix, side, streams
from tests.lab.asking import Asked
from tests.lab.cell import Cell
from tests.lab.fleet import Fleet
from tests.lab.matrix import Promise
from tests.lab.world import World, space_of

pytestmark = pytest.mark.lab

TUNNELS = ("tunnel1", "tunnel2")


@pytest.fixture(scope="module")
def kept(described: Fleet, shared_cell: Cell, world: World) -> Asked:
    """All that is answered, and who was seen as whom while nothing was lost."""
    answered = [each for each in matrix.promises(described.partners, world) if each.answered]
    found = asking.asked(shared_cell, answered)
    assert asking.broken(found) == []
    return found


def _nats(world: World, zone: str) -> Iterator[tuple[str, set[str]]]:
    """Each partner's NAT gateway in a zone: its namespace, and its addresses as the plan has them."""
    for site in world.sites:
        plan = next((each for each in world.plans[site.partner].zones if each.zone == zone), None)
        addresses = {str(address) for address in plan.nat} if plan else set()
        for each in site.nats:
            if addresses & set(each.addresses):
                yield space_of(site, each), addresses


def _back(world: World, space: str, interface: str) -> list[str]:
    """What sets a link up again: with it went its routes."""
    lines = next(each.lines for each in world.layout.spaces if each.name == space)
    again = [line for line in lines if line.startswith("route") and f"dev {interface}" in line]
    return [f"link set {interface} up", *again]


def test_a_lost_zones_nat_gateways_cost_that_zone_alone(
    described: Fleet, shared_cell: Cell, world: World, kept: Asked
) -> None:
    """Every partner's at once. A partner of one zone loses all; who enters VPC N in another zone loses nothing.

    Who was seen as a gateway of the zone is who uses it: by the promises above, the hosts of that zone, and of
    zones where VPC N is not attached some.
    """
    for zone in described.landing_zone.zones:
        lost = dict(_nats(world, zone))
        addresses = set().union(*lost.values())
        for space in lost:
            shared_cell(kernel.ip, space, "link set eth0 down")
        left = {promise for promise, outcome in kept if promise.flow.port and outcome.seen not in addresses}
        tried = [promise for promise, _ in kept if promise.flow.port]
        found = _answered(shared_cell, tried, left)
        for space in lost:
            shared_cell(kernel.ip, space, *_back(world, space, "eth0"))
        assert found == left
        suffering = {promise.partner for promise in tried if promise not in left}
        assert suffering == {space.partition(".")[0] for space in lost}
        for name in suffering:
            mine = [each for each in tried if each.partner == name and each.kind.startswith("outbound")]
            assert (len(world.plans[name].zones) == 1) == all(each not in left for each in mine)
    assert asking.broken(asking.asked(shared_cell, [promise for promise, _ in kept])) == []


def _answered(cell: Cell, tried: list[Promise], left: set[Promise]) -> set[Promise]:
    """Which of these are answered, waiting for those that should be."""
    wanted = [promise if promise in left else matrix.dropped(promise) for promise in tried]
    outcomes = asking.asked(cell, wanted)
    return {promise for promise, (_, outcome) in zip(tried, outcomes, strict=True) if outcome.answered}


@pytest.mark.parametrize("lost", TUNNELS)
def test_every_promise_is_kept_by_the_other_tunnel(shared_cell: Cell, world: World, kept: Asked, lost: str) -> None:
    devices = [side.device(site.partner) for site in world.sites]
    for device in devices:
        shared_cell(kernel.ip, device, f"link set {lost} down")
    found = asking.broken(asking.asked(shared_cell, [promise for promise, _ in kept]))
    for device in devices:
        shared_cell(kernel.ip, device, *_back(world, device, lost))
    assert found == []


def test_every_partners_connection_survives_the_loss_of_tunnel_1_and_returns_to_it(
    shared_cell: Cell, world: World, kept: Asked
) -> None:
    """Outwards where our hosts may call, else inwards: one open connection a partner, all tunnels lost at once."""
    flows = {p.partner: p.flow for p, _ in reversed(kept) if p.partner and p.flow.port}
    assert set(flows) == {site.partner for site in world.sites}
    for partner, flow in flows.items():
        shared_cell(streams.open_stream, partner, flow)

    def used() -> set[tuple[bool, bool]]:
        return {shared_cell(streams.used, side.device(partner), partner) for partner in flows}

    assert used() == {(True, False)}
    for partner in flows:
        shared_cell(kernel.ip, side.device(partner), "link set tunnel1 down")
    assert used() == {(False, True)}
    for partner in flows:
        shared_cell(kernel.ip, side.device(partner), *_back(world, side.device(partner), "tunnel1"))
    assert used() == {(True, False)}
    shared_cell(streams.close_streams)
