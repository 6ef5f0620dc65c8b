"""Two witnesses, one verdict: the proof's walk and the kernel agree on every flow, of true modules and of mutants."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from natlane.assumptions import network_from
from natlane.network.build import network_of
from natlane.network.from_hcl import read_segment

from tests.conftest import ROOTS
from tests.lab import agreement, asking, matrix, probes
from tests.lab.agreement import Verdict
from tests.lab.cell import Cell
from tests.lab.documented import documented
from tests.lab.fleet import Fleet, fleet
from tests.lab.matrix import Promise
from tests.lab.mistakes import UNSEEN, rounds
from tests.verify.mutants import mutants

pytestmark = pytest.mark.lab

ROUNDS = 7  # worlds in each of which every partner's module has one mistake
Counted = Callable[[str, object], None]
Compared = list[tuple[Promise, Verdict, frozenset[Verdict]]]


def compared(fleet: Fleet, cell: Cell) -> Compared:
    """Every flow of the matrix with the kernel's verdict and the model's, in a world of this fleet's modules."""
    built = fleet.world()
    ours = network_from(fleet.landing_zone)
    read = {name: read_segment(module, ours)[0] for name, module in fleet.modules.items()}
    parts = {name: agreement.ungrouped(part) for name, part in read.items() if part}
    model = agreement.model(network_of(ours, parts.values()), parts, built)
    promises = matrix.promises(fleet.partners, built)
    expected = [agreement.modelled(model, promise) for promise in promises]
    awaited = [index for index, each in enumerate(expected) if all(verdict.answered for verdict in each)]
    ends = {host.space for host in built.hosts} | {side.space for side in built.sides}
    asking.up(cell, built)
    outcomes = cell(probes.ask, [promise.flow for promise in promises], awaited, ends)
    asking.down(cell)
    seen = [agreement.observed(*pair, ends) for pair in zip(promises, outcomes, strict=True)]
    return list(zip(promises, seen, expected, strict=True))


def disagreements(found: Compared) -> Compared:
    """Where one of the two is wrong."""
    return [each for each in found if not agreement.agree(each[1], each[2])]


def test_they_agree_on_the_true_modules(described: Fleet, cell: Cell, record_property: Counted) -> None:
    found = compared(described, cell)
    assert disagreements(found) == []
    size = f"{len(found):,} flows of {len(described.modules)} true modules"
    record_property("counted", f"model and kernel agree on {size}")
    documented(size)


@pytest.mark.parametrize("root", ROOTS, ids=["repository", "transit-account"])
def test_they_agree_on_mutants(root: Path, cell: Cell, tmp_path: Path, record_property: Counted) -> None:
    true, flows, changed, tried = fleet(str(root)), 0, 0, 0
    for mistakes in rounds(root, true, tmp_path, ROUNDS):
        found = compared(true.edited(*(mistake.module for mistake in mistakes)), cell)
        assert disagreements(found) == [], [str(mistake) for mistake in mistakes]
        differ = {promise.partner for promise, seen, _ in found if _otherwise(promise, seen)}
        flows, changed, tried = flows + len(found), changed + len(differ - {""}), tried + len(mistakes)
    size = f"{flows:,} flows of {tried} mutants"
    record_property("counted", f"model and kernel agree on {size}, {changed} of which break a promise")
    documented(size)
    assert changed > tried / 3


def _otherwise(promise: Promise, seen: Verdict) -> bool:
    """Whether a mistake shows in a flow: by whom and as whom, where it is answered at all."""
    _, source, target = seen.at
    another = seen.answered and (source not in promise.sources or target not in promise.targets)
    return seen.answered != promise.answered or another


def test_every_row_of_what_is_unseen_has_mutants() -> None:
    every = [mutant for root in ROOTS for partner in fleet(str(root)).modules for mutant in mutants(root, partner)]
    assert [row for row in UNSEEN if not any(row.holds(mutant) for mutant in every)] == []
