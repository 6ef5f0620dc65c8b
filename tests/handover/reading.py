"""Reader of device configurations by a grammar: every line must match it, and its places give values and records.

A grammar is lines as a device holds them, with places:
  {P} {S}              the partner's name, and its short one
  {n}                  the tunnel's number; {N}, {A}: its address at AWS, inside and public, which say the number too
  {field}              a value of that tunnel, or of both where the line has no number
  {field:1}            a value of tunnel 1
  {record.part}        a part of a record; parts with the same {record.id} belong together, else a line is a record
  ... @field=value     the line as a whole says this
  ?...                 a line that says nothing of interest
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tests.handover.expected import OUTER, Key

_PLACE = re.compile(r"\{([A-Za-z_0-9.]+)(?::(\d))?\}")


class UnreadError(Exception):
    """A line that no line of the grammar is like, or a value that says two things at once."""


@dataclass(slots=True)
class Found:
    """What was read: values by field and tunnel, and the parts of records by kind and id."""

    values: dict[Key, set[str]] = field(default_factory=dict)
    parts: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """Who the partner is, and how its tunnels are known apart."""

    partner: str
    inside: tuple[str, str]

    @property
    def short(self) -> str:
        """As the descriptor's name begins, in 13 characters."""
        return self.partner[:13].rstrip("-")


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    places: tuple[tuple[str, str], ...]  # (field or record.part, fixed number) by group
    says: tuple[tuple[str, str], ...]
    silent: bool


# What both tunnels have in common, wherever it is written.
_COMMON = re.compile(
    r"local|asn|mtu|mss|outside|inside|both|probe|(ours|sel_ours|sel_theirs|policy_ours|policy_theirs)(_(addr|mask|wild))?"
)


@lru_cache(maxsize=256)
def _rules(grammar: str, names: Names) -> tuple[_Rule, ...]:
    return tuple(_rule(line.strip(), names) for line in grammar.splitlines() if line.strip())


def _rule(line: str, names: Names) -> _Rule:
    silent = line.startswith("?")
    line, *said = line.removeprefix("?").split(" @")
    says = tuple((each.partition("=")[0], each.partition("=")[2]) for each in said)
    forms = {"P": re.escape(names.partner), "S": re.escape(names.short), "n": "([12])"}
    forms |= {"N": f"({'|'.join(map(re.escape, names.inside))})", "A": f"({'|'.join(map(re.escape, OUTER))})"}
    pattern, at = "", 0
    places: list[tuple[str, str]] = []
    for match in _PLACE.finditer(line):
        name = match[1]
        pattern += re.escape(line[at : match.start()]) + forms.get(name, r"([^\s\"',;|\]]+?)")
        at = match.end()
        if name not in ("P", "S"):
            places.append((name, "0" if _COMMON.fullmatch(name) else match[2] or ""))
    return _Rule(re.compile(pattern + re.escape(line[at:])), tuple(places), says, silent)


def read(grammar: str, lines: Iterable[str], names: Names) -> Found:
    """Everything that the lines say. Raises UnreadError."""
    found = Found()
    rules = _rules(grammar, names)
    for index, line in enumerate(lines):
        matched = ((rule, rule.pattern.fullmatch(line)) for rule in rules)
        hit = next(((rule, match) for rule, match in matched if match), None)
        if hit is None:
            raise UnreadError(line)
        if not hit[0].silent:
            _take(found, hit[0], hit[1].groups(), names, str(index))
    return found


def _take(found: Found, rule: _Rule, groups: Sequence[str], names: Names, line: str) -> None:
    number = _number(rule, groups, names)
    said = [
        (name, int(fixed) if fixed else number, value) for (name, fixed), value in zip(rule.places, groups, strict=True)
    ]
    said += [(name, number, value) for name, value in rule.says]
    kept: dict[str, dict[str, str]] = {}
    for name, of, value in said:
        kind, _, part = name.partition(".")
        if part:
            kept.setdefault(kind, {})[part] = value
        elif name not in ("n", "N", "A"):
            found.values.setdefault((name, of), set()).add(value)
    for kind, parts in kept.items():
        place = (kind, parts.pop("id", line))
        held = found.parts.setdefault(place, {})
        for part, value in parts.items():
            if held.setdefault(part, value) != value:
                raise UnreadError(f"{place} has two values of {part}: {held[part]}, {value}")


def _number(rule: _Rule, groups: Sequence[str], names: Names) -> int:
    """The tunnel that a line is about, or 0. Raises UnreadError where it is about both."""
    known: Mapping[str, Sequence[str]] = {"n": ("1", "2"), "N": names.inside, "A": OUTER}
    said = {known[name].index(value) + 1 for (name, _), value in zip(rule.places, groups, strict=True) if name in known}
    if len(said) > 1:
        raise UnreadError(f"{groups} speak of both tunnels")
    return said.pop() if said else 0
