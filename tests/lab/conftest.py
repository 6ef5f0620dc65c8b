"""What the machine can do becomes cells to test in, or a skip that says why not."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.lab import kernel, listening, machine, matrix
from tests.lab.cell import Cell, open_cell
from tests.lab.fleet import Fleet, fleet
from tests.lab.world import World

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

_SAID: list[str] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which part of the lab this machine cannot run, and why."""
    for part, reason in (
        ("no lab at all", machine.wrap()[1]),
        ("no IPsec", machine.without_ipsec()),
        ("no BGP", machine.without_bgp()),
    ):
        if reason:
            terminalreporter.write_line(f"lab: {part} here: {reason}")
    for line in _SAID:
        terminalreporter.write_line(f"lab: {line}")


@pytest.fixture(scope="session")
def golden() -> Fleet:
    """The repository's own fleet."""
    return fleet(ROOT)


@pytest.fixture
def say() -> list[str]:
    """Lines for the end of the run: what was counted."""
    return _SAID


@pytest.fixture
def cell() -> Iterator[Cell]:
    """An empty cell."""
    yield from _cells()


@pytest.fixture(scope="module")
def shared_cell() -> Iterator[Cell]:
    """An empty cell for all tests of a module."""
    yield from _cells()


@pytest.fixture(scope="module")
def world(golden: Fleet, shared_cell: Cell) -> World:
    """The whole golden fleet with plain tunnels, up in the shared cell, with everything listening."""
    built = golden.world()
    shared_cell(kernel.build, built.layout)
    shared_cell(listening.listen, matrix.ports(built))
    return built


def _cells() -> Iterator[Cell]:
    command, reason = machine.wrap()
    if command is None:
        pytest.skip(reason)
    with open_cell(command) as cell:
        yield cell
