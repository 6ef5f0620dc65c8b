"""What is wrong, where, and what to do: the one shape in which natlane reports a user's mistake."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake at one place.

    `path` is relative to the root; `line` and `column` count from 1, and `line` is 0 where the
    whole file is meant. `field` is dotted (`vpn.tunnels.1.inside_cidr`) and may be empty.
    `message` says what is wrong, `hint` what to write instead; neither ends in a full stop.
    """

    code: str
    severity: Severity
    path: str
    line: int
    column: int
    field: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """The line that a person reads and an editor jumps to."""
        place = f"{self.path}:{self.line}:{self.column}: " if self.line else f"{self.path}: "
        field = f"{self.field}: " if self.field else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{place}{field}{self.message}{hint} [{self.severity}: {self.code}]"


def file_problem(code: str, path: str, message: str, hint: str = "") -> Problem:
    """A mistake that no single line holds: a file that is missing, unreadable or in the way."""
    return Problem(code, "error", path, 0, 0, "", message, hint)


def has_error(problems: Iterable[Problem]) -> bool:
    """Whether anything here forbids to write."""
    return any(problem.severity == "error" for problem in problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file, then by line: the order in which a person mends them. Each problem once."""
    return sorted(set(problems), key=lambda p: (p.path, p.line, p.column, p.field, p.code, p.message, p.hint))
