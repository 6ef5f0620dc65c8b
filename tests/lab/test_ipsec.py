"""The same promises over real tunnels: strongSwan on both sides, the partner's by the hand-over's own text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest

from tests.conftest import TRANSIT_ACCOUNT
from tests.lab import charon, ipsec, kernel, listening, machine, matrix, probes, side, streams
from tests.lab.cell import Cell
from tests.lab.conftest import Clock
from tests.lab.fleet import Fleet, fleet
from tests.lab.ipsec import End
from tests.lab.matrix import Promise
from tests.lab.probes import Flow, Outcome
from tests.lab.world import World

pytestmark = pytest.mark.lab

SIZE = 300_000  # bytes each way
# A partner of each kind: static, BGP (its routes are static here), on the transit gateway, policy-based.
KINDS = ("acme-clearing", "hooli", "tyrell", "initech")


@pytest.fixture(scope="module")
def tunnelled(golden: Fleet, clock: Clock, shared_cell: Cell) -> World:
    """The whole golden fleet, every tunnel a real one and up."""
    return _built(golden, shared_cell)


def _built(described: Fleet, cell: Cell) -> World:
    """A fleet's world, with real tunnels that are up and everything listening."""
    world = described.world(tunnels=ipsec.draw_tunnels)
    cell(kernel.build, world.layout)
    cell(listening.listen, matrix.ports(world))
    ends = _ends(described, world)
    cell(charon.start, ends, world.routers)
    cell(charon.wait_until_up, [end.space for end in ends])
    return world


def _ends(described: Fleet, world: World) -> list[End]:
    found: list[End] = []
    for site in world.sites:
        assert site.vpn is not None
        keys = {number: f"{site.partner.replace('-', '_')}.{number}.documented" for number in (1, 2)}
        found += ipsec.ends(described.modules[site.partner], site.vpn, keys, described.root)
    return found


def _broken(described: Fleet, cell: Cell, world: World) -> list[tuple[Promise, Outcome]]:
    """The promises that were not kept, and what came of them."""
    promises = matrix.promises(described.partners, world)
    awaited = [index for index, promise in enumerate(promises) if promise.answered]
    outcomes = cell(probes.ask, [promise.flow for promise in promises], awaited)
    pairs = zip(promises, outcomes, strict=True)
    return [(p, o) for p, o in pairs if p.answered != o.answered or (o.by and o.seen not in p.sources)]


def _flows(described: Fleet, world: World) -> dict[str, Flow]:
    """Of each partner a connection between a host of ours and one of the partner's, of its first promise kept."""
    promised = matrix.promises(described.partners, world)
    answered = [each for each in promised if each.partner and each.answered and each.flow.port]
    return {each.partner: each.flow for each in reversed(answered)}


def test_every_promise_is_kept_through_tunnels(golden: Fleet, shared_cell: Cell, tunnelled: World) -> None:
    assert _broken(golden, shared_cell, tunnelled) == []


def test_every_promise_is_kept_through_the_tunnels_of_the_other_root(cell: Cell) -> None:
    if reason := machine.without_ipsec():
        pytest.skip(reason)
    described = fleet(str(TRANSIT_ACCOUNT))
    assert _broken(described, cell, _built(described, cell)) == []


@pytest.mark.parametrize("who", ["aws", "theirs"])
@pytest.mark.parametrize("kind", ["--child", "--ike"])
def test_a_rekey_from_either_end_loses_nothing(
    golden: Fleet, shared_cell: Cell, tunnelled: World, kind: str, who: str
) -> None:
    """All kinds of partners at once, with pings all the while."""
    pings = [
        next(each.flow for each in matrix.promises(golden.partners, tunnelled) if _is_ping(each, partner))
        for partner in KINDS
    ]
    before = [_spis(shared_cell, kind, partner) for partner in KINDS]
    ends = [(f"{partner}-1", charon.uri(ipsec.space_of(partner, who, 1))) for partner in KINDS]
    commands = [["swanctl", "--rekey", kind, connection, *uri] for connection, uri in ends]
    assert shared_cell(streams.steady, pings, 200, commands) == [200] * len(KINDS)
    assert all(_spis(shared_cell, kind, partner) - old for partner, old in zip(KINDS, before, strict=True))


def _is_ping(promise: Promise, partner: str) -> bool:
    return promise.answered and promise.partner == partner and not promise.flow.port


def _spis(cell: Cell, kind: str, partner: str) -> set[str]:
    """The identifiers of the security associations of tunnel 1, as our end has them."""
    listed = cell(charon.swanctl, ipsec.space_of(partner, "aws", 1), "--list-sas", "--ike", f"{partner}-1")
    return set(re.findall(r"(?:in|out) +([0-9a-f]{8})" if kind == "--child" else r"([0-9a-f]{16})_i", listed))


def test_connections_survive_a_silent_loss_of_every_tunnel_1_and_return_to_it_by_esp_alone(
    golden: Fleet, shared_cell: Cell, tunnelled: World
) -> None:
    """All partners at once; what is on the internet between both ends is heard meanwhile, on every link."""
    flows = _flows(golden, tunnelled)
    assert set(flows) == set(golden.partners)
    first, second = ([ipsec.space_of(partner, "aws", number) for partner in flows] for number in (1, 2))
    shared_cell(streams.eavesdrop, [*first, *second], "out")
    for partner, flow in flows.items():
        shared_cell(streams.open_stream, partner, flow)
    assert _used(shared_cell, flows) == dict.fromkeys(flows, (True, False))
    _each(shared_cell, first, charon.cut)
    assert _used(shared_cell, flows) == dict.fromkeys(flows, (False, True))
    lost = [*first, *(ipsec.space_of(partner, "theirs", 1) for partner in flows)]
    shared_cell(charon.wait_until_down, lost)
    _each(shared_cell, first, charon.mend)
    shared_cell(charon.wait_until_up, lost)
    assert _used(shared_cell, flows) == dict.fromkeys(flows, (True, False))
    shared_cell(streams.close_streams)
    carried: dict[str, Counter[str]] = shared_cell(streams.heard)
    assert {space: set(each) - {"IKE"} for space, each in carried.items()} == {s: {"ESP"} for s in [*first, *second]}
    assert [space for space, each in carried.items() if each["ESP"] < SIZE / 1_500] == []


def _each(cell: Cell, spaces: list[str], what: Callable[[str], None]) -> None:
    for space in spaces:
        cell(what, space)


def _used(cell: Cell, flows: dict[str, Flow]) -> dict[str, tuple[bool, bool]]:
    """By which tunnels the bytes of each partner's open connection came to its device."""
    return {partner: cell(streams.used, side.device(partner), partner, SIZE) for partner in flows}
