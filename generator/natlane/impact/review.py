"""The review of a change: every partner whose live resources it would change, the worst first."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from natlane.fleet import open_fleet
from natlane.impact.changed_fields import ChangedLine, changed_fields
from natlane.impact.cost import CostChange, cost_change
from natlane.impact.verdict import Surroundings, Verdict, agreed, verdict_on
from natlane.impact.versions import Root, open_base_root, open_folder, pairs
from natlane.impact_levels import LEVELS, worst
from natlane.problems import Problem
from natlane.workspace.git import GitError
from natlane.workspace.git_base import Base, git_problem, open_base
from natlane.workspace.paths import Workspace


@dataclass(frozen=True, slots=True)
class Impact:
    """The whole review; where there are problems, all of them errors, there are no verdicts.

    `change` names exactly these changes of all partners together, so that the landing zone can accept them at once.
    """

    base: str
    problems: tuple[Problem, ...]
    verdicts: tuple[Verdict, ...] = ()
    unchanged: int = 0
    change: str = ""
    costs: tuple[CostChange, ...] = ()

    @property
    def level(self) -> str:
        """The worst of all."""
        return worst(verdict.level for verdict in self.verdicts)


def impact_of(root: str, base: str | None) -> Impact:
    """What the working tree of a root would do to what is live.

    `base` is a git ref or a root's folder; None is the merge base with the main branch.
    """
    try:
        with open_base(root, base) as found:
            if isinstance(found, Problem):
                return Impact("", _errors_of(root) or (found,))
            return _against(found, root)
    except GitError as error:
        return Impact("", (git_problem(error),))


def _errors_of(root: str) -> tuple[Problem, ...]:
    """What is wrong in the working tree, which is reported before anything is compared; warnings are for validate."""
    fleet = open_fleet(Workspace(root))
    for _ in fleet.partners():
        pass
    return _errors(fleet.problems)


def _errors(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(each for each in problems if each.severity == "error")


def _against(base: Base, root: str) -> Impact:
    fleet, now = open_fleet(Workspace(root)), open_folder(root)
    then = open_base_root(base, now)
    around = Surroundings(_shared_lines(now, then, base), then.landing_zone, now.landing_zone)
    found, costs = [], []
    for pair in pairs(fleet, now, then, base):
        found.append(verdict_on(pair, around))
        costs.append(cost_change(pair, then.landing_zone, now.landing_zone))
    problems = (*_errors(fleet.problems), *(each for verdict in found for each in verdict.problems))
    if problems:
        return Impact("", problems)
    verdicts = [verdict for verdict in found if verdict.reported]
    verdicts.sort(key=lambda each: (LEVELS.index(each.level), each.partner))
    still = len(now.names - {each.partner for each in verdicts})
    change = _digest_of_all(verdicts)
    accepted = now.landing_zone.accepted_impact if now.landing_zone else None
    reason = agreed(accepted, worst(each.level for each in verdicts), change)
    told = (replace(each, accepted=each.accepted or (reason if each.change else "")) for each in verdicts)
    return Impact(base.label, (), tuple(told), still, change, tuple(filter(None, costs)))


def _digest_of_all(verdicts: Sequence[Verdict]) -> str:
    """Eight digits that name the changes of these partners, and nobody else's."""
    said = "".join(f"{each.partner} {each.level} {each.change}\n" for each in verdicts)
    return hashlib.sha256(said.encode()).hexdigest()[:8]


def _shared_lines(now: Root, then: Root, base: Base) -> tuple[ChangedLine, ...]:
    """The lines of the landing zone that differ, then the templates that do."""
    templates = sorted(path for path in base.changed if path.startswith("templates/"))
    fields = changed_fields(then.document, now.document, shared=True)
    return (*fields, *(ChangedLine(path, 0, "", shared=True) for path in templates))
