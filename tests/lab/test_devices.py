"""Partners with two devices: the loss of either one costs no promise, by static routes and by BGP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from natlane.plan.vpn import device_title

from tests.conftest import TWO_DEVICES
from tests.lab import asking, bgp, charon, handed, ipsec, kernel, machine, matrix, pairs, probes, side, streams
from tests.lab.asking import Broken
from tests.lab.bgp import MAIN, Speaker
from tests.lab.cell import Cell
from tests.lab.fleet import Fleet, fleet
from tests.lab.ipsec import End
from tests.lab.matrix import Promise
from tests.lab.probes import Flow
from tests.lab.side import FROM_US
from tests.lab.world import World

pytestmark = pytest.mark.lab

STATIC, BGP, DEVICES = "oscorp", "nakatomi", (1, 2)


@pytest.fixture(scope="module")
def two() -> Fleet:
    """The fleet whose partners have two devices."""
    return fleet(str(TWO_DEVICES))


@pytest.fixture(scope="module")
def standing(two: Fleet, shared_cell: Cell) -> World:
    """Both partners, with nothing learned from the one that speaks BGP but by BGP."""
    if reason := machine.without_bgp():
        pytest.skip(reason)
    built = asking.up(shared_cell, two.world(announced={BGP: ()}))
    _speak(shared_cell, built, _speakers(two, built))
    return built


def _speak(cell: Cell, built: World, speakers: tuple[Speaker, ...]) -> None:
    """All three, until each has learned what it should; then into the tables that the module propagates into."""
    site = next(each for each in built.sites if each.partner == BGP)
    own = [str(cidr) for each in built.sides if each.partner == BGP for cidr in each.cidrs]
    cell(bgp.start, speakers)
    assert cell(bgp.wait_until_learned, side.gateway(BGP), FROM_US, own) == sorted(own)
    for number in DEVICES:
        blocks = [str(cidr) for cidr in bgp.let_in(site)]
        assert cell(bgp.wait_until_learned, side.device(BGP, number), MAIN, blocks) == sorted(blocks)
    cell(bgp.propagate, built.takers)


def _speakers(two: Fleet, built: World, *, real: bool = False) -> tuple[Speaker, ...]:
    """The three BIRDs of the partner that speaks BGP. `real` where tunnels are IPsec."""
    site = next(each for each in built.sites if each.partner == BGP)
    one, other = (
        handed.text(two.root, BGP, "bird.conf", gateway.name or "")
        for gateway in two.partners[BGP].vpn.customer_gateways
    )
    beyond = [(ipsec.beyond if real else side.plain_ends)(BGP, index) for index in (0, 1)]
    return bgp.speakers_of_two(site, built.routers, beyond, (one, other))


@pytest.fixture
def kept(two: Fleet, shared_cell: Cell, standing: World) -> Iterator[list[Promise]]:
    """All that is answered while both devices are up, before a test and after it."""
    promises = matrix.promises(two.partners, standing)
    assert asking.broken(asking.asked(shared_cell, promises)) == []
    yield [each for each in promises if each.answered and each.partner]
    assert _broken_at_last(shared_cell, promises) == []


def _broken_at_last(cell: Cell, promises: tuple[Promise, ...]) -> list[Broken]:
    """What stays broken: a cable that is mended takes a moment, in which the kernel refuses rather than waits."""
    found = asking.broken(asking.asked(cell, promises))
    for _ in range(4):
        found = asking.broken(asking.asked(cell, [each.promise for each in found])) if found else []
    return found


def _lines(world: World, space: str, *interfaces: str) -> list[str]:
    """What sets links up again: with them went their routes."""
    lines = next(each.lines for each in world.layout.spaces if each.name == space)
    routes = [line for line in lines if line.startswith("route") and any(f"dev {each}" in line for each in interfaces)]
    return [*(f"link set {each} up" for each in interfaces), *routes]


def _lose(cell: Cell, partner: str, number: int) -> None:
    """All cables of a device."""
    cell(kernel.ip, side.device(partner, number), *(f"link set {name} down" for name in _CABLES))


def _mend(cell: Cell, world: World, partner: str, number: int) -> None:
    cell(kernel.ip, side.device(partner, number), *_lines(world, side.device(partner, number), *_CABLES))


_CABLES = ("site", "tunnel1", "tunnel2")


@pytest.mark.parametrize("number", DEVICES)
def test_the_loss_of_either_device_costs_no_promise(
    shared_cell: Cell, standing: World, kept: list[Promise], number: int
) -> None:
    """Both partners lose theirs at once; promises are asked in both directions."""
    assert {each.partner for each in kept} == {STATIC, BGP}
    assert {each.flow.space.endswith(".site") for each in kept if each.partner == STATIC} == {True, False}
    for partner in (STATIC, BGP):
        _lose(shared_cell, partner, number)
    found = asking.broken(asking.asked(shared_cell, kept, (), bgp.SECONDS_TO_LEARN))
    for partner in (STATIC, BGP):
        _mend(shared_cell, standing, partner, number)
    assert found == []


def test_the_loss_of_both_devices_costs_every_promise(shared_cell: Cell, standing: World, kept: list[Promise]) -> None:
    """So that the test above is known to be able to fail."""
    for number in DEVICES:
        _lose(shared_cell, STATIC, number)
    lost = [matrix.dropped(each) for each in kept if each.partner == STATIC]
    outcomes = asking.asked(shared_cell, lost, (), 2.0)
    for number in DEVICES:
        _mend(shared_cell, standing, STATIC, number)
    assert [promise for promise, outcome in outcomes if outcome.answered] == []


@pytest.mark.parametrize("partner", [STATIC, BGP])
def test_an_open_connection_goes_by_the_other_device(
    shared_cell: Cell, standing: World, kept: list[Promise], partner: str
) -> None:
    """The first device carries it; where that is lost the second one does, by its tunnel 1; no router keeps state."""
    flow: Flow = next(each.flow for each in kept if each.partner == partner and each.flow.port)
    shared_cell(streams.open_stream, partner, flow)
    devices = [side.device(partner, number) for number in DEVICES]

    def used(space: str, wanted: tuple[bool, bool]) -> tuple[bool, bool]:
        found: tuple[bool, bool] = shared_cell(streams.used_again, space, partner, wanted)
        return found

    assert used(devices[0], (True, False)) == (True, False)
    assert used(devices[1], (False, False)) == (False, False)
    _lose(shared_cell, partner, 1)
    assert used(devices[1], (True, False)) == (True, False)
    _mend(shared_cell, standing, partner, 1)
    assert used(devices[0], (True, False)) == (True, False)
    shared_cell(streams.close_streams)


def test_by_bgp_the_metrics_of_the_hand_over_choose_the_device(
    two: Fleet, shared_cell: Cell, standing: World, kept: list[Promise]
) -> None:
    """Our BIRD prefers no session to another: with a lower metric the second device is used, though the first is up."""
    flow: Flow = next(each.flow for each in kept if each.partner == BGP and each.flow.port)
    shared_cell(streams.open_stream, BGP, flow)
    *_, second = _speakers(two, standing)
    assert "bgp_med = 30;" in second.conf
    shared_cell(bgp.restart, replace(second, conf=second.conf.replace("bgp_med = 30;", "bgp_med = 5;")))
    devices = [side.device(BGP, number) for number in DEVICES]
    moved = shared_cell(streams.used_again, devices[1], BGP, (True, False))
    shared_cell(bgp.restart, second)
    back = shared_cell(streams.used_again, devices[0], BGP, (True, False))
    shared_cell(streams.close_streams)
    assert (moved, back) == ((True, False), (True, False))


def test_by_static_routes_packets_may_come_by_one_device_and_leave_by_the_other(
    shared_cell: Cell, standing: World, kept: list[Promise]
) -> None:
    """AWS chooses by itself: here the partner's hosts use the second device while our end uses the first one."""
    mine = [each for each in kept if each.partner == STATIC]
    way = next(each for each in _lines(standing, side.lan(STATIC), "device1") if "default" in each)
    shared_cell(kernel.ip, side.lan(STATIC), way.replace("route add", "route del"))
    found = asking.broken(asking.asked(shared_cell, mine))
    shared_cell(kernel.ip, side.lan(STATIC), way)
    assert found == []


def test_each_of_four_tunnels_is_negotiated_by_its_devices_own_folder(two: Fleet, cell: Cell) -> None:
    """strongSwan at both ends: each device's swanctl.conf against what the module asks AWS for."""
    if reason := machine.without_ipsec():
        pytest.skip(reason)
    made = []
    for partner in (STATIC, BGP):
        for index, title in enumerate(map(device_title, two.partners[partner].vpn.customer_gateways)):
            for number in (1, 2):
                name = f"{partner[0]}{index}{number}"
                module = two.modules[partner]
                made.append(pairs.pair(name, module, two.root, number, device_named=title, index=index))
    layout, routers = pairs.draw(made)
    cell(kernel.build, layout)
    cell(charon.start, [end for each in made for end in (each.aws, each.theirs)], routers)
    cell(charon.wait_until_up, [end.space for each in made for end in (each.aws, each.theirs)])
    outcomes = cell(probes.ask, [each.ping for each in made], range(len(made)))
    assert [each.name for each, outcome in zip(made, outcomes, strict=True) if not outcome.answered] == []
    assert len({each.theirs.conf for each in made}) == 8


def test_the_loss_of_either_device_costs_no_promise_through_ipsec(two: Fleet, cell: Cell) -> None:
    """Both partners' devices of a number fall silent: AWS's ends notice by themselves, and use the other device."""
    if reason := machine.without_ipsec() or machine.without_bgp():
        pytest.skip(reason)
    built = asking.up(cell, two.world(tunnels=ipsec.draw_tunnels, announced={BGP: ()}))
    ends = {(partner, number): _ends(two, built, partner, number) for partner in (STATIC, BGP) for number in DEVICES}
    every = [end for each in ends.values() for end in each]
    assert len({end.space for end in every}) == 16
    cell(charon.start, every, built.routers)
    cell(charon.wait_until_up, [end.space for end in every])
    _speak(cell, built, _speakers(two, built, real=True))
    promises = matrix.promises(two.partners, built)
    assert asking.broken(asking.asked(cell, promises)) == []
    kept = [each for each in promises if each.answered and each.partner]
    for number in DEVICES:
        for partner in (STATIC, BGP):
            _silence(cell, partner, number, ends[partner, number])
        assert asking.broken(asking.asked(cell, kept, (), bgp.SECONDS_TO_LEARN)) == []
        for partner in (STATIC, BGP):
            _wake(cell, built, partner, number, ends[partner, number])
        assert _broken_at_last(cell, promises) == []
    for number in DEVICES:  # so that the above is known to be able to fail
        _silence(cell, STATIC, number, ends[STATIC, number])
    lost = [matrix.dropped(each) for each in kept if each.partner == STATIC]
    assert [promise for promise, outcome in asking.asked(cell, lost, (), 2.0) if outcome.answered] == []


def _ends(two: Fleet, built: World, partner: str, number: int) -> tuple[End, ...]:
    """The four strongSwans of a device's tunnels, two of them AWS's."""
    site = next(each for each in built.sites if each.partner == partner)
    assert site.vpn is not None
    index, keys = number - 1, {1: f"{partner}.{number}.one", 2: f"{partner}.{number}.two"}
    title = device_title(two.partners[partner].vpn.customer_gateways[index])
    return ipsec.ends(
        two.modules[partner], (site.vpn, *site.others)[index], keys, two.root, device_named=title, index=index
    )


def _silence(cell: Cell, partner: str, number: int, ends: tuple[End, ...]) -> None:
    """A device loses the internet and the partner's network: nobody is told, until AWS's ends miss it."""
    _, theirs = ipsec.beyond(partner, number - 1)
    for space in theirs:
        cell(charon.cut, space)
    cell(kernel.ip, side.device(partner, number), "link set site down")
    cell(charon.wait_until_down, [end.space for end in ends])


def _wake(cell: Cell, built: World, partner: str, number: int, ends: tuple[End, ...]) -> None:
    _, theirs = ipsec.beyond(partner, number - 1)
    for space in theirs:
        cell(charon.mend, space)
    cell(kernel.ip, side.device(partner, number), *_lines(built, side.device(partner, number), "site"))
    cell(charon.wait_until_up, [end.space for end in ends])
