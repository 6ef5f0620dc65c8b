"""Problems as text, JSON and GitHub annotations, for every command."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from typing import TextIO
from unicodedata import east_asian_width

from natlane.describe.document import MOST_BYTES
from natlane.output.escape import Safe, inert
from natlane.output.github import annotation
from natlane.problems import Problem, in_order
from natlane.secrets.detection import without_secrets
from natlane.workspace.paths import Workspace, from_top

FORMATS = ("text", "json", "github")
WIDTH = 100  # columns of a source line; of a longer one the part around the caret is shown
_COLOURS = {"error": "31", "warning": "33", "place": "1", "source": "2"}


def print_problems(root: str, problems: Iterable[Problem], how: str, stream: TextIO) -> None:
    """Print each problem once, by file and line. `how` is one of FORMATS."""
    ordered = shown(problems)
    if how == "json":
        print(json.dumps({"problems": as_data(problems)}, ensure_ascii=False), file=stream)
    elif how == "github":
        above = from_top(root)
        stream.writelines(annotation(replace(each, path=f"{above}{each.path}")) for each in ordered)
    else:
        stream.writelines(_text(root, ordered, colour=_wants_colour(stream)))


def shown(problems: Iterable[Problem]) -> list[Problem]:
    """Problems as they may be shown, in order: x for what looks like a secret, such as a name that out/ holds."""
    clean = without_secrets
    return [
        replace(each, field=clean(each.field), message=clean(each.message), hint=clean(each.hint))
        for each in in_order(problems)
    ]


def as_data(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """Problems as JSON holds them, in order."""
    return [asdict(problem) for problem in shown(problems)]


def _wants_colour(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _text(root: str, problems: Sequence[Problem], *, colour: bool) -> Iterator[str]:
    """The problems of each file together, each with its source line and a caret; files apart by an empty line."""
    between = ""
    for path, group in groupby(problems, key=lambda problem: problem.path):
        yield between
        between = "\n"
        lines = _lines(root, path)
        for problem in group:
            yield _as_it_is(f"{_painted(str(problem), problem, colour)}\n", colour)
            if 0 < problem.line <= len(lines):
                yield from _excerpt(lines[problem.line - 1], problem, colour)


def _painted(text: str, problem: Problem, colour: bool) -> str:
    if not colour:
        return text
    place, rest = inert(text).split(": ", 1)
    return f"{_paint(place, 'place')}: {_paint(rest, problem.severity)}"


def _paint(text: str, what: str) -> str:
    return f"\x1b[{_COLOURS[what]}m{text}\x1b[0m"


def _as_it_is(text: str, colour: bool) -> str:
    """A line with our own colours, marked safe to print: its other text was escaped before."""
    return Safe(text) if colour else text


def _lines(root: str, path: str) -> list[str]:
    """A file's lines, without what looks like a secret; none where it cannot be read."""
    try:
        text = Workspace(root).read(path, MOST_BYTES).decode("utf-8", "replace").removeprefix("\ufeff")
    except OSError:
        return []
    return without_secrets(text).split("\n")


def _excerpt(line: str, problem: Problem, colour: bool) -> Iterator[str]:
    at = min(problem.column - 1, len(line))
    start = max(0, at - WIDTH // 2) if len(line) > WIDTH else 0
    shown = "".join(char if char.isprintable() else " " for char in line[start : start + WIDTH].rstrip())
    before = sum(2 if east_asian_width(char) in "WF" else 1 for char in shown[: at - start])
    number = f"{problem.line:>6} | "
    caret = f"{' ' * 6} | {' ' * before}"
    yield _as_it_is((_paint(number + shown, "source") if colour else number + shown).rstrip() + "\n", colour)
    yield _as_it_is(caret + (_paint("^", problem.severity) if colour else "^") + "\n", colour)
