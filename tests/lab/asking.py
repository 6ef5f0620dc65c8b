"""The promises of a fleet that runs in a cell, asked one by one; those that are broken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.lab import kernel, listening, matrix, probes
from tests.lab.cell import Cell
from tests.lab.fleet import Fleet
from tests.lab.matrix import Promise
from tests.lab.probes import Outcome
from tests.lab.world import World

Asked = tuple[tuple[Promise, Outcome], ...]
TRIES = 6  # each of 16 connections a choice: that one of eight is never taken is less likely than 1 in 10^40


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise, and what came of it instead, or what AWS never chose of all that it should choose from."""

    promise: Promise
    instead: Outcome | frozenset[str]


def up(cell: Cell, world: World) -> World:
    """A world that stands in a cell, with everything listening."""
    cell(kernel.build, world.layout)
    cell(listening.listen, matrix.ports(world))
    return world


def down(cell: Cell) -> None:
    """Nothing of it left."""
    cell(listening.hush)
    cell(kernel.clear)


def asked(
    cell: Cell, promises: Sequence[Promise], watched: Iterable[str] = (), patience: float = probes.PATIENCE
) -> Asked:
    """Every promise with what came of it, watched in these namespaces."""
    awaited = [index for index, promise in enumerate(promises) if promise.answered]
    flows = [promise.flow for promise in promises]
    return tuple(zip(promises, cell(probes.ask, flows, awaited, tuple(watched), patience), strict=True))


def broken(asked: Asked) -> list[Broken]:
    """Which promises are not kept."""
    return [Broken(promise, outcome) for promise, outcome in asked if not promise.kept(outcome)]


def never_chosen(cell: Cell, promises: Iterable[Promise], patience: float = probes.PATIENCE) -> list[Broken]:
    """Choices of AWS's that it never makes: a NAT address that nobody is seen as, a target that nobody gets to."""
    left = {promise: promise.sources | promise.targets for promise in matrix.alternatives(promises)}
    trying, tries = list(left), TRIES
    while trying and tries:
        many = [promise for promise in trying for _ in range(16 * max(len(promise.sources), len(promise.targets)))]
        outcomes = asked(cell, many, (), patience)
        for promise, outcome in outcomes:
            left[promise] -= {outcome.at.source, outcome.at.target}
        alive = {promise for promise, outcome in outcomes if outcome.answered}
        trying, tries = [promise for promise in trying if left[promise] and promise in alive], tries - 1
    return [Broken(promise, rest) for promise, rest in left.items() if rest]


def complaints(fleet: Fleet, cell: Cell, world: World, patience: float = probes.PATIENCE) -> list[Broken]:
    """All that is broken in a world that is up."""
    promises = matrix.promises(fleet.partners, world)
    return [*broken(asked(cell, promises, (), patience)), *never_chosen(cell, promises, patience)]
