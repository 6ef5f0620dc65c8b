"""The same promises over real tunnels: strongSwan on both sides, the partner's by the hand-over's own text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.lab import charon, ipsec, kernel, listening, machine, matrix, probes, streams
from tests.lab.cell import Cell
from tests.lab.fleet import Fleet
from tests.lab.ipsec import End
from tests.lab.probes import Flow
from tests.lab.world import World

pytestmark = pytest.mark.lab

FLOW = Flow("m.host0", "10.100.0.10", "192.168.50.10", 443)
AWS, THEIRS = "acme-clearing.aws1", "acme-clearing.theirs1"
DEVICE = "acme-clearing.device"


@pytest.fixture(scope="module", autouse=True)
def _possible() -> None:
    if reason := machine.without_ipsec():
        pytest.skip(reason)


@pytest.fixture(scope="module")
def tunnelled(golden: Fleet, shared_cell: Cell) -> World:
    """The whole golden fleet, every tunnel a real one and up."""
    world = golden.world(tunnels=ipsec.draw_tunnels)
    _start(golden, world, shared_cell, _ends(golden, world))
    return world


@pytest.fixture
def stream(tunnelled: World, shared_cell: Cell) -> Iterator[str]:
    """An open connection through tunnel 1."""
    shared_cell(streams.open_stream, "long", FLOW)
    yield "long"
    shared_cell(streams.close_streams)


def _ends(golden: Fleet, world: World) -> list[End]:
    found: list[End] = []
    for site in world.sites:
        assert site.vpn is not None
        keys = {number: f"{site.partner.replace('-', '_')}.{number}.documented" for number in (1, 2)}
        found += ipsec.ends(golden.modules[site.partner], site.vpn, keys)
    return found


def _start(golden: Fleet, world: World, cell: Cell, ends: list[End], up: bool = True) -> None:
    cell(kernel.build, world.layout)
    cell(listening.listen, matrix.ports(world))
    cell(charon.start, ends, world.routers)
    if up:
        cell(charon.wait_until_up, [end.space for end in ends])


def test_every_promise_is_kept_through_tunnels(golden: Fleet, shared_cell: Cell, tunnelled: World) -> None:
    promises = matrix.promises(golden.partners, tunnelled)
    awaited = [index for index, promise in enumerate(promises) if promise.answered]
    outcomes = shared_cell(probes.ask, [promise.flow for promise in promises], awaited)
    pairs = zip(promises, outcomes, strict=True)
    assert [(p, o) for p, o in pairs if p.answered != o.answered or (o.by and o.seen not in p.sources)] == []


def test_only_esp_is_on_the_internet(shared_cell: Cell, stream: str) -> None:
    whole, carried = shared_cell(streams.overheard, AWS, "out", stream, 1_000_000)
    assert whole
    assert set(carried) - {"IKE"} == {"ESP"}
    assert carried["ESP"] > 1_000_000 / 1_500


def test_a_rekey_of_each_kind_loses_nothing(shared_cell: Cell, tunnelled: World) -> None:
    ping = Flow(FLOW.space, FLOW.source, FLOW.destination, 0)
    for kind in ("--child", "--ike"):
        before = _spis(shared_cell, kind)
        command = ["swanctl", "--rekey", kind, "acme-clearing-1", *charon.uri(THEIRS)]
        assert shared_cell(streams.steady, ping, 200, command) == 200
        assert _spis(shared_cell, kind) - before


def _spis(cell: Cell, kind: str) -> set[str]:
    """The identifiers of the security associations of an end."""
    listed = cell(charon.swanctl, AWS, "--list-sas", "--ike", "acme-clearing-1")
    return set(re.findall(r"(?:in|out) +([0-9a-f]{8})" if kind == "--child" else r"([0-9a-f]{16})_i", listed))


def test_a_connection_survives_a_silent_loss_of_tunnel_1_and_returns_to_it(shared_cell: Cell, stream: str) -> None:
    assert shared_cell(streams.used, DEVICE, stream) == (True, False)
    shared_cell(charon.cut, AWS)
    assert shared_cell(streams.used, DEVICE, stream) == (False, True)
    shared_cell(charon.wait_until_down, (AWS, THEIRS))
    shared_cell(charon.mend, AWS)
    shared_cell(charon.wait_until_up, (AWS, THEIRS))
    assert shared_cell(streams.used, DEVICE, stream) == (True, False)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("documented", "mistyped", "AUTH_FAILED"),
        ("-prfsha384-ecp384", "-prfsha384-ecp256", "NO_PROP"),
        ("aes256gcm16-ecp384", "aes128-sha1-ecp384", "NO_PROP"),
        ("remote_ts = 10.179.0.0/27", "remote_ts = 10.180.0.0/27", "TS_UNACCEPT"),
    ],
    ids=["key", "phase 1", "phase 2", "selector"],
)
def test_what_the_partner_mistypes_brings_no_tunnel_up(
    golden: Fleet, cell: Cell, before: str, after: str, complaint: str
) -> None:
    world = golden.world("acme-clearing", tunnels=ipsec.draw_tunnels)
    ends = [ipsec.changed(e, before, after) if "theirs" in e.space else e for e in _ends(golden, world)]
    _start(golden, world, cell, ends, up=False)
    assert cell(charon.wait_for_words, THEIRS, complaint)
    assert not cell(charon.is_up, AWS)
    outcome = cell(probes.ask, [FLOW], [])[0]
    assert (outcome.answered, outcome.by) == (False, "")


def test_a_wrong_phase_2_group_shows_at_the_first_rekey_only(golden: Fleet, cell: Cell) -> None:
    """The first keys of a tunnel come with IKE's own exchange, so that the group is not tried before."""
    world = golden.world("acme-clearing", tunnels=ipsec.draw_tunnels)
    wrong = "esp_proposals = aes256gcm16-ecp256"
    right = "esp_proposals = aes256gcm16-ecp384"
    ends = [ipsec.changed(e, right, wrong) if "theirs" in e.space else e for e in _ends(golden, world)]
    _start(golden, world, cell, ends)
    assert cell(probes.ask, [FLOW], [0])[0].answered
    cell(charon.swanctl, THEIRS, "--rekey", "--child", "acme-clearing-1")
    assert cell(charon.wait_for_words, THEIRS, "NO_PROP")
