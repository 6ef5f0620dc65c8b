"""Mutants of a module: each has one mistake in a resource or argument that bears on routes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import pairwise
from pathlib import Path
from typing import Final

from natlane.network.known_arguments import UNDERSTOOD

_BLOCK: Final = re.compile(r'^(resource|provider) "(\w+)"(?: "(\w+)")? \{\n.*?^\}\n', re.MULTILINE | re.DOTALL)
_ARGUMENT: Final = re.compile(r"^( +)(\w+)( *= )(.*[^{(\[])$")
_NESTED: Final = re.compile(r"^ +(\w+) (?:= )?\{$")
_REFERENCE: Final = re.compile(r"(aws_\w+)\.(\w+)\.(\w+)")
_ID: Final = re.compile(r"\b((?:rtb|tgw-rtb|tgw-attach|tgw)-)[0-9a-f]{17}\b")
_PROVIDER: Final = frozenset(("alias", "region", "allowed_account_ids"))
_WALKED: Final = ("subnet_mapping", "subnet_configuration", "default_action")
_ELSE: Final[Mapping[str, tuple[str, ...]]] = {
    '"tcp"': ('"udp"', '"-1"'),
    '"TCP"': ('"UDP"', '"TLS"', '"TCP_UDP"'),
    '"private"': ('"public"',),
    '"Interface"': ('"Gateway"', '"GatewayLoadBalancer"'),
    '"network"': ('"application"', '"gateway"'),
    '"ip"': ('"instance"', '"alb"'),
    '"forward"': ('"redirect"',),
    '"true"': ('"false"',),
    '"false"': ('"true"',),
    "true": ("false",),
    "false": ("true",),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file of a module with one mistake: in which resource and argument, of what kind, and the whole new text."""

    file: str
    address: str
    argument: str  # empty where the whole block is meant; `subnet_mapping.subnet_id` inside another block
    mistake: str
    value: str
    text: str

    @property
    def sort(self) -> tuple[str, str, str]:
        """What mutants that are one mistake in different places have in common."""
        return self.address.partition(".")[0], self.argument, self.mistake


@dataclass(frozen=True, slots=True)
class _Block:
    file: str
    kind: str
    label: str
    start: int
    text: str

    @property
    def address(self) -> str:
        return f"{self.kind}.{self.label}"


@dataclass(frozen=True, slots=True)
class _Argument:
    name: str
    start: int  # of the line, in the block
    end: int  # behind its newline
    at: int  # of the value
    value: str


def mutants(root: Path, partner: str) -> Iterator[Mutant]:
    """Every mutant of a golden module, in the order of files and lines."""
    texts = {path.name: path.read_text() for path in sorted((root / "out" / partner).glob("*.tf"))}
    blocks = [block for file, text in texts.items() for block in _blocks(file, text)]
    known = _Known(blocks, (root / "landing-zone.yaml").read_text())
    for block in blocks:
        whole = texts[block.file]

        def changed(start: int, end: int, new: str, block: _Block = block, whole: str = whole) -> str:
            return whole[: block.start + start] + new + whole[block.start + end :]

        yield Mutant(block.file, block.address, "", "deleted", "", changed(0, len(block.text) + 1, ""))
        if block.kind not in UNDERSTOOD and block.kind != "provider":
            continue
        for name, mistake, twin in _twins(block):
            text = changed(len(block.text), len(block.text), f"\n{twin}")
            yield Mutant(block.file, block.address, name, mistake, "", text)
        for name, start, end in _inner(block):
            yield Mutant(block.file, block.address, name, "deleted", "", changed(start, end, ""))
        found = list(_arguments(block))
        if block.kind != "provider" and all(argument.name != "provider" for argument in found):
            for alias in known.aliases:
                first = block.text.index("\n") + 1
                text = changed(first, first, f"  provider = {alias}\n")
                yield Mutant(block.file, block.address, "provider", "other", alias, text)
        for argument in found:
            text = changed(argument.start, argument.end, "")
            yield Mutant(block.file, block.address, argument.name, "deleted", "", text)
            others = ((mistake, value) for mistake, value in known.others(argument) if value != argument.value)
            for mistake, value in others:
                text = changed(argument.at, argument.at + len(argument.value), value)
                yield Mutant(block.file, block.address, argument.name, mistake, value, text)
    yield from _swapped(texts, blocks)


def _blocks(file: str, text: str) -> Iterator[_Block]:
    for match in _BLOCK.finditer(text):
        block, alias = match[0], re.search(r'^  alias += "(\w+)"', match[0], re.MULTILINE)
        kind, label = (match[2], match[3]) if match[1] == "resource" else ("provider", alias[1] if alias else "aws")
        yield _Block(file, kind, label, match.start(), block)


def _twins(block: _Block) -> Iterator[tuple[str, str, str]]:
    """A second one beside it, the same or with another prefix: (argument, mistake, the block)."""
    if block.kind == "provider":
        return
    twin = block.text.replace(f'"{block.label}"', f'"{block.label}_more"', 1)
    yield "", "added", twin
    for argument in _arguments(block):
        literal = argument.value.strip('"')
        if re.fullmatch(r"[0-9.]+/[0-9]+", literal):
            beside = dict(_prefixes(IPv4Network(literal))).get("next", '"192.0.2.0/24"')
            yield argument.name, "added", twin.replace(argument.value, beside)


def _arguments(block: _Block) -> Iterator[_Argument]:
    """The arguments on one line that the proof knows, and all of the blocks inside that it walks through."""
    wanted = _PROVIDER if block.kind == "provider" else UNDERSTOOD[block.kind] | {"provider"}
    at, inside = 0, list[str]()
    for line in block.text.splitlines(keepends=True)[:-1]:
        nested, found = _NESTED.match(line), _ARGUMENT.match(line.rstrip("\n"))
        if nested:
            inside.append(nested[1])
        elif line.strip() == "}":
            inside.pop()
        elif found and (found[2] in wanted if not inside else inside[0] in _WALKED):
            name = ".".join((*inside, found[2]))
            yield _Argument(name, at, at + len(line), at + found.start(4), found[4])
        at += len(line)


def _inner(block: _Block) -> Iterator[tuple[str, int, int]]:
    """The blocks inside that the proof walks through: name, start and end."""
    for match in re.finditer(r"^  (\w+) \{\n.*?^  \}\n", block.text, re.MULTILINE | re.DOTALL):
        if match[1] in _WALKED:
            yield match[1], match.start(), match.end()


class _Known:
    """What a module and its landing zone name, so that a mistake can name another of it."""

    def __init__(self, blocks: list[_Block], landing_zone: str) -> None:
        self.labels: dict[str, list[str]] = {}
        self.values: dict[str, dict[str, None]] = {}
        for block in blocks:
            self.labels.setdefault(block.kind, []).append(block.label)
            for argument in _arguments(block) if block.kind in (*UNDERSTOOD, "provider") else ():
                self.values.setdefault(argument.name, {})[argument.value] = None
        self.aliases = [f"aws.{label}" for label in self.labels.get("provider", ()) if label != "aws"]
        named = {match[0]: match[1] for match in _ID.finditer(landing_zone)}
        self.ids = {each: [f'"{one}"' for one, kind in named.items() if kind == each] for each in named.values()}

    def others(self, argument: _Argument) -> Iterator[tuple[str, str]]:
        """(mistake, new value): prefixes by size, and of everything else what stands elsewhere for the same thing."""
        literal = argument.value.strip('"')
        if re.fullmatch(r"[0-9.]+/[0-9]+", literal):
            yield from _prefixes(IPv4Network(literal))
        elif re.fullmatch(r"[0-9]+(\.[0-9]+){3}", literal):
            yield "next", f'"{IPv4Address(literal) + 1}"'
            yield "other zone", f'"{IPv4Address(int(IPv4Address(literal)) ^ 16)}"'
        elif literal.isdecimal():
            yield from (("other", argument.value.replace(literal, str(new))) for new in (int(literal) + 1, 65535))
        elif argument.value.startswith("["):
            yield from self._lists(argument)
        else:
            found = dict.fromkeys((*self._elsewhere(argument), *_ELSE.get(argument.value, ())))
            found.pop(argument.value, None)
            strange = [f'"x{literal}"'] if literal != argument.value else []
            yield from (("other", value) for value in _spread(list(found) or strange))

    def _elsewhere(self, argument: _Argument) -> Iterator[str]:
        if argument.name == "provider":
            yield from self.aliases
            return
        yield from self._siblings(argument.value)
        if literal := _ID.search(argument.value):
            yield from self.ids.get(literal[1], ())
            yield f'"{literal[1]}0123456789abcdeff"'
        yield from self.values[argument.name]

    def _siblings(self, value: str) -> Iterator[str]:
        """A reference to each other resource of the same type."""
        if found := _REFERENCE.fullmatch(value):
            kind, label, attribute = found.groups()
            yield from (f"{kind}.{other}.{attribute}" for other in self.labels[kind] if other != label)

    def _lists(self, argument: _Argument) -> Iterator[tuple[str, str]]:
        items = [item.strip() for item in argument.value.strip("[]").split(",") if item.strip()]
        for at, item in enumerate(items):
            yield "one less", _list([*items[:at], *items[at + 1 :]])
            for other in self._siblings(item):
                yield "other", _list([*items[:at], other, *items[at + 1 :]])
        if argument.name == "subnet_ids":
            yield "public subnets", argument.value.replace("natted", "public")
            yield "one more", _list([*items, f"aws_subnet.{self.labels['aws_subnet'][0]}.id"])
        if argument.name == "secondary_private_ip_addresses":
            yield "one more", _list([*items, '"10.0.0.9"'])
        if argument.name == "allowed_account_ids":
            yield from (("other", value) for value in self.values[argument.name] if value != argument.value)


def _spread(values: list[str]) -> list[str]:
    """At most four of them, the first and the last among these."""
    return [values[at * (len(values) - 1) // 3] for at in range(4)] if len(values) > 4 else values


def _list(items: list[str]) -> str:
    return f"[{', '.join(items)}]"


def _prefixes(prefix: IPv4Network) -> Iterator[tuple[str, str]]:
    if prefix.prefixlen:
        yield "wider", f'"{prefix.supernet()}"'
        yield "everything", '"0.0.0.0/0"'
        yield "next", f'"{IPv4Network((int(prefix.broadcast_address) + 1, prefix.prefixlen))}"'
    if prefix.prefixlen < 32:
        lower, upper = prefix.subnets()
        yield "lower half", f'"{lower}"'
        yield "upper half", f'"{upper}"'


def _swapped(texts: Mapping[str, str], blocks: list[_Block]) -> Iterator[Mutant]:
    """Two neighbours of one type, an argument of each given to the other: zones, targets, tables."""
    for one, two in pairwise(block for block in blocks if block.kind in UNDERSTOOD):
        if one.kind != two.kind or one.file != two.file:
            continue
        pairs = [(a, b) for a in _arguments(one) for b in _arguments(two) if a.name == b.name and a.value != b.value]
        if len(pairs) == 1 and not any(f"{each.address}." in text for each in (one, two) for text in texts.values()):
            continue  # only their names would be swapped
        for a, b in pairs:
            whole, first, second = texts[one.file], one.start + a.at, two.start + b.at
            between = whole[first + len(a.value) : second]
            text = whole[:first] + b.value + between + a.value + whole[second + len(b.value) :]
            yield Mutant(one.file, one.address, a.name, "swapped", f"with {two.label}", text)
