"""Execution of a parsed template: bounded in work and length, and reaching nothing but data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final

from natlane.render.template_parser import Step

MOST_STEPS: Final = 5_000_000  # of one text: twice what 5,000 networks in 50 route tables need
MOST_CHARACTERS: Final = 64_000_000
MOST_INCLUDES: Final = 16  # nested
_PLAIN: Final = (str, bool, int, IPv4Address, IPv4Network)
Filter = Callable[..., str]


class RunError(Exception):
    """Why a template gives no text, and the template and line at which it failed."""

    def __init__(self, name: str, line: int, message: str) -> None:
        super().__init__(message)
        self.name, self.line, self.message = name, line, message


class _Run:
    """One text being made: what was written so far, and how much work is left."""

    def __init__(self, trees: Mapping[str, list[Step]], filters: Mapping[str, Filter]) -> None:
        self.trees = trees
        self.filters = filters
        self.written: list[str] = []
        self.steps = MOST_STEPS
        self.characters = MOST_CHARACTERS
        self.within: list[str] = []
        self.line = 1  # of the loop that is being walked

    def include(self, name: str, scope: dict[str, Any], line: int) -> None:
        """Write a template's text."""
        if name in self.within or len(self.within) >= MOST_INCLUDES:
            raise RunError(self.within[-1], line, f"{name} is included within itself")
        if name not in self.trees:
            raise RunError(self.within[-1] if self.within else name, line, f"there is no template {name}")
        self.within.append(name)
        self.walk(self.trees[name], scope)
        self.within.pop()

    def walk(self, steps: list[Step], scope: dict[str, Any]) -> None:
        """Write what each step says."""
        self.steps -= len(steps) + 1
        if self.steps < 0:
            raise self.failed(self.line, f"takes more than {MOST_STEPS:,} steps")
        for step in steps:
            if isinstance(step, str):
                self.write(step, 1)
            elif step[0] == "value":
                self.write(self.text(step, scope), step[1])
            elif step[0] == "for":
                self.loop(step, scope)
            elif step[0] == "if":
                self.walk(step[3] if self.value(step[2], scope, step[1]) else step[4], scope)
            else:
                self.include(step[2], scope, step[1])

    def write(self, text: str, line: int) -> None:
        self.characters -= len(text)
        if self.characters < 0:
            raise self.failed(line, f"gives more than {MOST_CHARACTERS:,} characters")
        self.written.append(text)

    def loop(self, step: Step, scope: dict[str, Any]) -> None:
        _, line, target, path, body = step
        items = self.value(path, scope, line)
        if not isinstance(items, (tuple, list)) or hasattr(items, "_fields"):
            raise self.failed(line, f"{'.'.join(path)} is no list")
        inner = dict(scope)
        self.line = line
        for item in items:
            inner[target] = item
            self.walk(body, inner)

    def text(self, step: Step, scope: dict[str, Any]) -> str:
        _, line, path, applied = step
        value = self.value(path, scope, line)
        for name, indent in applied:
            try:
                value = self.filters[name](value) if indent is None else self.filters[name](value, indent)
            except (TypeError, ValueError, KeyError) as error:
                raise self.failed(line, f"{'.'.join(path)}: {error}") from error
        if isinstance(value, _PLAIN) or _says_itself(value):
            return str(value)
        raise self.failed(line, f"{'.'.join(path)} is {_kind(value)}, not a text")

    def value(self, path: list[str], scope: dict[str, Any], line: int) -> Any:
        """The value of a dotted name: fields and keys of the given values, never a method."""
        try:
            value = scope[path[0]]
        except KeyError:
            raise self.failed(line, f"there is no {path[0]} here") from None
        for part in path[1:]:
            try:
                value = value[part] if isinstance(value, Mapping) else getattr(value, part)
            except (KeyError, AttributeError):
                raise self.failed(line, f"{_kind(value)} has no {part}") from None
            if callable(value):
                raise self.failed(line, f"{part} is a method, not a value")
        return value

    def failed(self, line: int, message: str) -> RunError:
        return RunError(self.within[-1], line, message)


def run_template(
    name: str, trees: Mapping[str, list[Step]], filters: Mapping[str, Filter], values: Mapping[str, object]
) -> str:
    """The text that a template gives for these values. Raises RunError, with the template and line at fault."""
    run = _Run(trees, filters)
    run.include(name, dict(values), 1)
    text = "".join(run.written)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise RunError(name, 1, f"gives a character on line {line} that no file can hold") from None
    return text


def _says_itself(value: object) -> bool:
    """Whether a value is of a class of natlane's own that defines its text."""
    kind = type(value)
    return kind.__module__.startswith("natlane.") and "__str__" in vars(kind)


def _kind(value: object) -> str:
    return {"NoneType": "nothing", "tuple": "a list", "list": "a list"}.get(type(value).__name__, type(value).__name__)
