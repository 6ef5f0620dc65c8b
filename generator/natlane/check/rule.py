"""How a rule is declared, and how rules are asked about a subject.

A rule yields findings: the field, what is wrong, and what to write instead. Its code, severity
and place are added by whoever runs it. Its docstring is the rule in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Any

from natlane.describe.document import Document
from natlane.describe.nodes import Path
from natlane.problems import Problem, Severity

Fault = tuple[Path, str, str]  # field, message, hint
Findings = Iterable[Fault]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, as `natlane rules` lists it."""

    code: str
    severity: Severity
    subject: str
    sentence: str
    source: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules about one subject, in the order written; `find` is kept beside each."""

    subject: str
    held: list[tuple[Rule, Callable[..., Any]]]

    def __call__(
        self, code: str, severity: Severity, source: str
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorate a function as a rule of this subject."""

        def add(find: Callable[..., Any]) -> Callable[..., Any]:
            sentence = " ".join((find.__doc__ or "").split())
            self.held.append((Rule(code, severity, self.subject, sentence, source), find))
            return find

        return add


def rules_about(subject: str) -> Rules:
    """A decorator for the rules about a subject."""
    return Rules(subject, [])


def problems_of(groups: Iterable[Rules], subject: Any, document: Document, *, partly: bool = False) -> list[Problem]:
    """What these rules find wrong with a subject, at its places in the document.

    Of a subject that could be read in part, a rule says what it finds before it asks for a value that is not there.
    """
    problems: list[Problem] = []
    for rule, find in (each for group in groups for each in group.held):
        with suppress(TypeError) if partly else nullcontext():  # C code tells UnreadableError by a TypeError of its own
            for field, message, hint in find(subject):
                problems.append(document.problem(rule.code, field, message, hint, warning=rule.severity == "warning"))
    return problems


def repeats(field: Path, name: str, values: Iterable[object], hint: str) -> Iterator[Fault]:
    """Findings for entries of a list whose field `name` says what an earlier one says."""
    first: dict[object, int] = {}
    for index, value in enumerate(values):
        earlier = first.setdefault(value, index)
        if earlier != index:
            yield (*field, index, name), f"{value} is also the {name} of entry {earlier + 1}", hint
