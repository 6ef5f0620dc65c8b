"""Two witnesses, one verdict: the proof's walk and the kernel agree on every flow, of true modules and of mutants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from generator.prove.module import Module
from generator.prove.network import network_of, read_part
from generator.prove.tables import Part
from tests.lab import agreement, kernel, listening, matrix, probes
from tests.lab.agreement import Verdict
from tests.lab.cell import Cell
from tests.lab.fleet import Fleet
from tests.lab.matrix import Promise
from tests.lab.mutants import Mutant, mutants
from tests.lab.reading import Route, Site, TransitRoute, site
from tests.lab.world import World, world

pytestmark = pytest.mark.lab

ROUNDS = 4  # worlds in each of which every partner's module has one mistake
Counted = Callable[[str, object], None]
Compared = list[tuple[Promise, Verdict, frozenset[Verdict]]]


def compared(fleet: Fleet, cell: Cell, modules: Mapping[str, Module]) -> Compared:
    """Every flow of the matrix with the kernel's verdict and the model's, in a world of these modules."""
    built = world(fleet.landing_zone, fleet.sites(), [site(module) for module in modules.values()])
    parts = {name: _part(fleet, module) for name, module in modules.items()}
    assert None not in parts.values()
    known = {name: part for name, part in parts.items() if part}
    model = agreement.model(network_of(fleet.landing_zone, known.values()), known, built)
    promises = matrix.promises(fleet.partners, _true(fleet, built))
    expected = [agreement.modelled(model, promise) for promise in promises]
    awaited = [index for index, each in enumerate(expected) if all(verdict.answered for verdict in each)]
    ends = {host.space for host in built.hosts} | {side.space for side in built.sides}
    cell(kernel.build, built.layout)
    cell(listening.listen, matrix.ports(built))
    outcomes = cell(probes.ask, [promise.flow for promise in promises], awaited, ends)
    cell(listening.hush)
    cell(kernel.clear)
    seen = [agreement.observed(*pair, ends) for pair in zip(promises, outcomes, strict=True)]
    return list(zip(promises, seen, expected, strict=True))


def _part(fleet: Fleet, module: Module) -> Part | None:
    part, problems = read_part(module, fleet.landing_zone)
    return None if problems else part


def _true(fleet: Fleet, built: World) -> World:
    """The same flows for every mutant: those of the true modules."""
    return World(built.layout, built.hosts, built.sides, fleet.sites(), built.routers)


def disagreements(found: Compared) -> Compared:
    """Where one of the two is wrong."""
    return [each for each in found if not agreement.agree(each[1], each[2])]


def test_they_agree_on_the_true_modules(described: Fleet, cell: Cell, record_property: Counted) -> None:
    found = compared(described, cell, described.modules)
    assert disagreements(found) == []
    answered = Counter(seen.answered for _, seen, _ in found)
    size = f"{len(described.modules)} true modules"
    record_property(
        "counted", f"model and kernel agree on {len(found)} flows of {size}, {answered[True]} of them answered"
    )
    assert answered[True] > 10 * len(described.modules)
    assert answered[False] > answered[True]


def test_they_agree_on_mutants(golden: Fleet, cell: Cell, record_property: Counted) -> None:
    true = {promise: seen for promise, seen, _ in compared(golden, cell, golden.modules)}
    flows, changed, tried = 0, 0, 0
    for choice in _rounds(golden):
        found = compared(golden, cell, {name: mutant.module for name, mutant in choice.items()})
        assert disagreements(found) == [], {name: mutant.mistake for name, mutant in choice.items()}
        differ = {p.partner for p, seen, _ in found if seen.answered != true[p].answered}
        flows, changed, tried = flows + len(found), changed + len(differ), tried + len(choice)
    record_property(
        "counted", f"model and kernel agree on {flows} flows of {tried} mutants, {changed} of which answer otherwise"
    )
    assert tried >= 20
    assert changed >= 20


def _rounds(fleet: Fleet) -> list[dict[str, Mutant]]:
    """In each round another mistake in every module, taken evenly from all that AWS would apply."""
    chosen = {name: _spread(fleet, list(mutants(module))) for name, module in fleet.modules.items()}
    return [{name: picks[number] for name, picks in chosen.items()} for number in range(ROUNDS)]


def _spread(fleet: Fleet, found: list[Mutant]) -> list[Mutant]:
    """From the middle of each of so many equal parts of a list, the next one that applies."""
    middles = [(2 * number + 1) * len(found) // (2 * ROUNDS) for number in range(ROUNDS)]
    return [next(each for each in found[start:] + found[:start] if _applies(fleet, each)) for start in middles]


def _applies(fleet: Fleet, mutant: Mutant) -> bool:
    """Whether the model can read it, and AWS would take it: a table has a prefix once."""
    if _part(fleet, mutant.module) is None:
        return False
    written = [s for s in fleet.sites() if s.partner != mutant.module.partner] + [site(mutant.module)]
    prefixes = [(route.table, route.destination) for each in written for route in _all_routes(each)]
    return len(prefixes) == len(set(prefixes))


def _all_routes(each: Site) -> tuple[Route | TransitRoute, ...]:
    return (*each.routes, *each.transit_routes)
