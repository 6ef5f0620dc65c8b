"""Acceptances of warnings: which warnings they settle, and which of them settle nothing any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from natlane.check.names import nearest
from natlane.describe.accepted_warning import AcceptedWarning
from natlane.describe.document import Document
from natlane.problems import Problem, Severity, has_error
from natlane.workspace.paths import LANDING_ZONE

SUBJECT = "Accepted warnings"
FIELDS = "docs/descriptor.md, accepted"
STALE = "accepted-stale"
UNKNOWN = "accepted-unknown"
SENTENCES: dict[str, tuple[Severity, str]] = {
    UNKNOWN: ("error", "What is accepted is a warning of `natlane validate`: no error can be."),
    STALE: ("warning", "What is accepted is still reported; an acceptance of nothing would hide the next one."),
}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One entry of `accepted`: a code, the document that accepts it, and the problem if it settles nothing."""

    code: str
    path: str
    stale: Problem

    def settles(self, problem: Problem) -> bool:
        """Whether it accepts a problem: the landing zone's acceptances do so for every partner."""
        same = problem.severity == "warning" and problem.code == self.code
        return same and self.path in (problem.path, LANDING_ZONE)


def acceptances(
    document: Document, accepted: Sequence[AcceptedWarning], severities: Mapping[str, str], problems: list[Problem]
) -> Iterator[Acceptance]:
    """The entries of a document that name a warning; the others become problems."""
    for index, each in enumerate(accepted):
        field = ("accepted", index, "code")
        if severities.get(each.code) == "warning":
            message = f"{each.code} is no longer reported, so this accepts nothing"
            stale = document.problem(STALE, field, message, "remove it", warning=True)
            yield Acceptance(each.code, document.path, stale)
        elif each.code in severities:
            message = f"{each.code} is an error, which nothing accepts"
            problems.append(document.problem(UNKNOWN, field, message, "mend what it reports, and remove this"))
        else:
            warnings = [code for code, severity in severities.items() if severity == "warning"]
            message = f"{each.code} is no warning's code"
            problems.append(document.problem(UNKNOWN, field, message, nearest(each.code, warnings)))


def settled(
    problems: Sequence[Problem], accepted: Sequence[Acceptance], *, whole: bool = True
) -> tuple[list[Problem], list[Problem]]:
    """Problems that stand, and those that were accepted.

    `whole`: the problems are all that a root has, so that an acceptance which settles none of them is stale. Where a
    document has an error, its warnings are not all known.
    """
    open_: list[Problem] = []
    closed: list[Problem] = []
    used: set[Acceptance] = set()
    for problem in problems:
        by = [each for each in accepted if each.settles(problem)]
        used.update(by)
        (closed if by else open_).append(problem)
    if whole:
        open_ += _stale(problems, (each for each in accepted if each not in used))
    return open_, closed


def _stale(problems: Sequence[Problem], unused: Iterable[Acceptance]) -> Iterator[Problem]:
    wrong = {each.path for each in problems if each.severity == "error"}
    for each in unused:
        if each.path not in wrong and not (each.path == LANDING_ZONE and has_error(problems)):
            yield each.stale
