"""Types of single values: text, numbers, flags, choices, addresses and blocks.

Only here is decided what a scalar means: by its field, never by how it looks.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from natlane.describe.document import Document
from natlane.describe.field_types import ABSENT, Absent, Reading, Schema, Shape, shown
from natlane.describe.nodes import Node, Path, Scalar, Sequence, in_short
from natlane.facts import aws
from natlane.problems import HIDING

_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,18})")
# What YAML 1.1 or 1.2 would not read as text although it has no quotes: words, and numbers, times and dates.
_WORDS = frozenset(("~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"))
_NUMERIC = r"""(?x)
    [-+]? (0b[01_]+ | 0x[0-9a-f_]+ | 0o?[0-7_]+ | [0-9][0-9_]*) |
    [-+]? ([0-9][0-9_]*)? \. [0-9_]* (e[-+]?[0-9]+)? | [-+]? [0-9][0-9_]* e [-+]?[0-9]+ |
    [-+]? \. inf | \. nan | [-+]? [0-9][0-9_]* (:[0-5]?[0-9])+ (\.[0-9_]*)? |
    \d{4}-\d\d?-\d\d? ([t\s].*)?"""
# What acts on a terminal: controls but tab and line end; and what hides what a text says.
_UNSEEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f]|{HIDING.pattern}")
_DOTTED = re.compile(r"(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}")
_CIDR = re.compile(r"(?P<address>[0-9.]+)/(?P<length>0|[1-9][0-9]?)")
_LOOKS_V6 = re.compile(r"[0-9a-fA-F]*:[0-9a-fA-F:.]*(/[0-9]+)?")


def _scalar(reading: Reading, node: Node, field: Path, what: str) -> Scalar | None:
    if isinstance(node, Scalar) and not (node.plain and node.text in ("", "~", "null")):
        return node
    reading.refuse("wrong-type", node, field, f"needs {what}, not {shown(node)}", _block_hint(node, what))
    return None


def _block_hint(node: Node, what: str) -> str:
    if isinstance(node, Sequence) and len(node.items) == 1:
        return "write the value without the dash or brackets"
    return f"write {what}" if isinstance(node, Scalar) else f"write one value: {what}"


def _is_not_text(text: str) -> bool:
    # The pattern is long, and compiled only where something looks like a number: most descriptors never need it.
    return text in _WORDS or (text[:1] in "+-.0123456789" and re.fullmatch(_NUMERIC, text) is not None)


def _placed(example: str, reading: Reading) -> str:
    """An example in the region that the document is about, and in its partition, where it names one."""
    region = reading.document.text_at(("region",))
    return aws.in_region(example, region) if _REGION.fullmatch(region) else example


@dataclass(frozen=True, slots=True)
class Text(Shape):
    """Text that fits a pattern; `what` is how people call it."""

    what: str = "text"
    pattern: str = ""
    most: int = 255
    example: str = ""

    def read(self, reading: Reading, node: Node, field: Path) -> str | Absent:
        scalar = _scalar(reading, node, field, self.what)
        if scalar is None:
            return ABSENT
        text = scalar.text
        if scalar.plain and _is_not_text(text.lower()):
            return reading.refuse(
                "not-quoted",
                node,
                field,
                f"{in_short(text)} without quotes may be read as something else than text",
                f'write "{in_short(text)}"',
            )
        unseen = _UNSEEN.search(text)
        if unseen:
            message = f"character U+{ord(unseen[0]):04X} is not allowed"
            return reading.refuse("yaml-character", node, field, message, "write the text without it")
        if len(text) > self.most:
            return reading.refuse(
                "too-long",
                node,
                field,
                f"has {len(text)} characters, at most {self.most} are allowed",
                "shorten it",
            )
        if self.pattern and not re.fullmatch(self.pattern, text):
            hint = (
                f"it looks like {_placed(self.example, reading)}" if self.example else f"it must match {self.pattern}"
            )
            return reading.refuse("pattern", node, field, f"{shown(node)} is not {self.what}", hint)
        return text

    def schema(self) -> Schema:
        schema: Schema = {"type": "string", "maxLength": self.most}
        if self.pattern:
            schema["pattern"] = f"^(?:{self.pattern})$"
        if self.example:
            schema["examples"] = [self.example]
        return schema


@dataclass(frozen=True, slots=True)
class Integer(Shape):
    """A whole number from `least` to `most`, both included; `beside` says within which bounds other fields leave it."""

    least: int
    most: int
    beside: Callable[[Document, Path], tuple[int, int]] | None = None

    def read(self, reading: Reading, node: Node, field: Path) -> int | Absent:
        scalar = _scalar(reading, node, field, "a whole number")
        if scalar is None:
            return ABSENT
        if not scalar.plain or not _INTEGER.fullmatch(scalar.text):
            bare = scalar.text.replace("_", "").replace(",", "")
            plain = bare.isascii() and bare.isdigit() and len(bare) < 12 and not bare.startswith("0")
            hint = f"write {bare}" if plain else "write decimal digits only, without quotes or leading zeros"
            return reading.refuse("wrong-type", node, field, f"{shown(node)} is not a plain whole number", hint)
        value = int(scalar.text)
        if not self.least <= value <= self.most:
            least, most = self.beside(reading.document, field) if self.beside else (self.least, self.most)
            nearest = min(max(min(max(value, least), most), self.least), self.most)
            beside = "" if nearest in (self.least, self.most) else ", beside the others of the tunnel"
            return reading.refuse(
                "out-of-range",
                node,
                field,
                f"{value} is not within {self.least} to {self.most}",
                f"the nearest allowed is {nearest}{beside}",
            )
        return value

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Flag(Shape):
    """true or false, nothing else."""

    def read(self, reading: Reading, node: Node, field: Path) -> bool | Absent:
        scalar = _scalar(reading, node, field, "true or false")
        if scalar is None:
            return ABSENT
        if scalar.plain and scalar.text in ("true", "false"):
            return scalar.text == "true"
        meant = {"yes": "true", "on": "true", "y": "true", "1": "true", "true": "true"}.get(
            scalar.text.lower(), "false"
        )
        return reading.refuse("wrong-type", node, field, f"{shown(node)} is not true or false", f"write {meant}")

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Choice(Shape):
    """One of a few names or numbers; `better` is what to write for a value that is like none."""

    of: tuple[str | int, ...]
    better: str | int | None = None

    def read(self, reading: Reading, node: Node, field: Path) -> str | int | Absent:
        scalar = _scalar(reading, node, field, "one of " + ", ".join(map(str, self.of)))
        if scalar is None:
            return ABSENT
        for choice in self.of:
            if scalar.text == str(choice) and (isinstance(choice, str) or scalar.plain):
                return choice
        if scalar.text in map(str, self.of):  # a number in quotes
            return reading.refuse("not-one-of", node, field, f"{shown(node)} has quotes", f"write {scalar.text}")
        words = [each.lower() for each in self.of if isinstance(each, str)]
        near = difflib.get_close_matches(scalar.text.lower(), words, 1, 0.5)
        meant = next((str(each) for each in self.of if near and str(each).lower() == near[0]), "")
        hint = f"did you mean {meant}?" if meant else ""
        message = f"{shown(node)} is not one of {', '.join(map(str, self.of))}"
        return reading.refuse("not-one-of", node, field, message, hint or f"write {self.better or self.of[0]}")

    def schema(self) -> Schema:
        return {"enum": list(self.of)}


@dataclass(frozen=True, slots=True)
class Digit(Shape):
    """A key that is one of a few numerals, with quotes or without."""

    of: tuple[str, ...]

    def read(self, reading: Reading, node: Node, field: Path) -> str | Absent:
        if isinstance(node, Scalar) and node.text in self.of:
            return node.text
        return reading.refuse("unknown-field", node, field, "no such field", f"known are {', '.join(self.of)}")

    def schema(self) -> Schema:
        return {"enum": list(self.of)}


@dataclass(frozen=True, slots=True)
class Cidr(Shape):
    """An IPv4 block without host bits."""

    def read(self, reading: Reading, node: Node, field: Path) -> IPv4Network | Absent:
        scalar = _scalar(reading, node, field, "an IPv4 CIDR like 10.179.0.0/27")
        if scalar is None:
            return ABSENT
        text = scalar.text
        match = _CIDR.fullmatch(text)
        if match is None or not _is_address(match["address"]) or int(match["length"]) > 32:
            if _is_address(text):
                return reading.refuse(
                    "cidr-invalid",
                    node,
                    field,
                    f"{text} is an address, not a CIDR",
                    f"write {text}/32 for one host",
                )
            hint = (
                "IPv4 only: a virtual private gateway carries no IPv6"
                if _LOOKS_V6.fullmatch(text)
                else "write it like 10.179.0.0/27"
            )
            return reading.refuse("cidr-invalid", node, field, f"{shown(node)} is not an IPv4 CIDR", hint)
        network = IPv4Network(text, strict=False)
        if str(network) != text:
            return reading.refuse(
                "cidr-host-bits", node, field, f"{text} has host bits set", f"did you mean {network}?"
            )
        return network

    def schema(self) -> Schema:
        octet = r"(25[0-5]|2[0-4]\d|1?\d?\d)"
        return {
            "type": "string",
            "pattern": rf"^({octet}\.){{3}}{octet}/(3[0-2]|[12]?\d)$",
            "examples": ["10.179.0.0/27"],
        }


@dataclass(frozen=True, slots=True)
class Address(Shape):
    """An IPv4 address."""

    def read(self, reading: Reading, node: Node, field: Path) -> IPv4Address | Absent:
        scalar = _scalar(reading, node, field, "an IPv4 address like 203.0.113.10")
        if scalar is None:
            return ABSENT
        if _is_address(scalar.text):
            return IPv4Address(scalar.text)
        bare = scalar.text.partition("/")[0]
        hint = f"did you mean {bare}?" if _is_address(bare) else "write it like 203.0.113.10"
        return reading.refuse("address-invalid", node, field, f"{shown(node)} is not an IPv4 address", hint)

    def schema(self) -> Schema:
        octet = r"(25[0-5]|2[0-4]\d|1?\d?\d)"
        return {"type": "string", "pattern": rf"^({octet}\.){{3}}{octet}$", "examples": ["203.0.113.10"]}


def _is_address(text: str) -> bool:
    return bool(_DOTTED.fullmatch(text)) and all(int(part) <= 255 for part in text.split("."))
