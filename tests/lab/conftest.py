"""Cells for tests, or a skip that says what the machine lacks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.conftest import ROOT, ROOTS
from tests.lab import asking, charon, kernel, machine, pairs, probes
from tests.lab.cell import Cell, open_cell
from tests.lab.fleet import Fleet, fleet
from tests.lab.world import World


@pytest.fixture(scope="session")
def golden() -> Fleet:
    """The repository's own fleet."""
    return fleet(str(ROOT))


@pytest.fixture
def cell() -> Iterator[Cell]:
    """An empty cell."""
    yield from _cells()


@pytest.fixture(scope="module")
def shared_cell() -> Iterator[Cell]:
    """An empty cell for all tests of a module."""
    yield from _cells()


@pytest.fixture(scope="module", params=ROOTS, ids=["repository", "transit-account"])
def described(request: pytest.FixtureRequest) -> Fleet:
    """Each root folder's fleet in turn."""
    return fleet(str(request.param))


@pytest.fixture(scope="module")
def world(described: Fleet, shared_cell: Cell) -> Iterator[World]:
    """A whole fleet with plain tunnels, up in the shared cell, with everything listening."""
    yield asking.up(shared_cell, described.world())
    asking.down(shared_cell)


@dataclass(frozen=True, slots=True)
class Clock:
    """A tunnel by the hand-over's own times, in a cell; `cut` is when it lost the internet, in seconds since 1970."""

    cell: Cell
    space: str
    cut: float


@pytest.fixture(scope="session")
def clock(golden: Fleet) -> Iterator[Clock]:
    """Up, and cut off at once, so that the others' tests take the time that it takes."""
    if reason := machine.without_ipsec():
        pytest.skip(reason)
    for cell in _cells():
        pair = pairs.pair("clock", golden.modules["acme-clearing"], golden.root, hurried=False)
        layout, routers = pairs.draw([pair])
        cell(kernel.build, layout)
        cell(charon.start, [pair.aws, pair.theirs], routers)
        cell(charon.wait_until_up, [pair.aws.space, pair.theirs.space])
        assert cell(probes.ask, [pair.ping], [0])[0].answered
        cell(charon.cut, pair.aws.space)
        yield Clock(cell, pair.theirs.space, time.time())


def _cells() -> Iterator[Cell]:
    command, reason = machine.wrap()
    if command is None:
        pytest.skip(reason)
    with open_cell(command) as cell:
        yield cell
