"""Annotated dataclasses become readers of nodes and JSON Schema: a field is declared once.

A model is a frozen dataclass whose fields are `Annotated[type, Shape(...), "what it is"]`. The
shape turns a node into the field's value or into problems, all of them, and says the same in JSON
Schema. A field without a default must be written.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping as Dict
from dataclasses import MISSING, dataclass, fields
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final, get_type_hints

from generator.describe.document import Document, Mapping, Node, Path, Scalar, Sequence, dotted
from generator.problems import Problem

Schema = dict[str, Any]


class Absent:
    """Stands for a value that could not be read; its problems are already told."""


ABSENT: Final = Absent()

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,18})")
# What YAML 1.1 or 1.2 would not read as text although it has no quotes.
_NOT_TEXT = re.compile(
    r"""(?ix) ~ | null | true | false | yes | no | on | off | y | n |
    [-+]? (0b[01_]+ | 0x[0-9a-f_]+ | 0o?[0-7_]+ | [0-9][0-9_]*) |
    [-+]? ([0-9][0-9_]*)? \. [0-9_]* (e[-+]?[0-9]+)? | [-+]? [0-9][0-9_]* e [-+]?[0-9]+ |
    [-+]? \. inf | \. nan | [-+]? [0-9][0-9_]* (:[0-5]?[0-9])+ (\.[0-9_]*)? |
    \d{4}-\d\d?-\d\d? ([Tt\s].*)?"""
)
_DOTTED = re.compile(r"(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}")
_CIDR = re.compile(r"(?P<address>[0-9.]+)/(?P<length>0|[1-9][0-9]?)")
_LOOKS_V6 = re.compile(r"[0-9a-fA-F]*:[0-9a-fA-F:.]*(/[0-9]+)?")


@dataclass(slots=True)
class Reading:
    """One pass over one document: where problems gather."""

    document: Document
    problems: list[Problem]

    def refuse(self, code: str, node: Node, field: Path, message: str, hint: str = "") -> Absent:
        """Tell a problem at a node, and give what stands for the value."""
        path = self.document.path
        self.problems.append(Problem(code, "error", path, node.line, node.column, dotted(field), message, hint))
        return ABSENT


class Shape:
    """What may stand in a field: `read` gives the value or ABSENT, `schema` the same as JSON Schema."""

    __slots__ = ()

    def read(self, reading: Reading, node: Node, field: Path) -> Any:
        """The node's value, or ABSENT after telling why not."""
        raise NotImplementedError  # every shape has its own

    def schema(self) -> Schema:
        """The same as JSON Schema, draft 2020-12."""
        raise NotImplementedError  # every shape has its own


def shown(node: Node) -> str:
    """A node as a message names it, short and on one line."""
    if isinstance(node, Scalar):
        text = node.text if len(node.text) <= 60 else node.text[:57] + "..."
        return repr(text) if text else "nothing"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def _scalar(reading: Reading, node: Node, field: Path, what: str) -> Scalar | None:
    if isinstance(node, Scalar) and not (node.plain and node.text in ("", "~", "null")):
        return node
    reading.refuse("wrong-type", node, field, f"needs {what}, not {shown(node)}", _block_hint(node, what))
    return None


def _block_hint(node: Node, what: str) -> str:
    if isinstance(node, Sequence) and len(node.items) == 1:
        return "write the value without the dash or brackets"
    return f"write {what}" if isinstance(node, Scalar) else f"write one value: {what}"


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
        if scalar.plain and _NOT_TEXT.fullmatch(text):
            return reading.refuse(
                "not-quoted", node, field, f"{text} without quotes may be read as something else than text",
                f'write "{text}"',
            )
        if len(text) > self.most:
            return reading.refuse(
                "too-long", node, field, f"has {len(text)} characters, at most {self.most} are allowed", "shorten it"
            )
        if self.pattern and not re.fullmatch(self.pattern, text):
            hint = f"it looks like {self.example}" if self.example else f"it must match {self.pattern}"
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
    """A whole number from `least` to `most`, both included."""

    least: int
    most: int

    def read(self, reading: Reading, node: Node, field: Path) -> int | Absent:
        scalar = _scalar(reading, node, field, "a whole number")
        if scalar is None:
            return ABSENT
        if not scalar.plain or not _INTEGER.fullmatch(scalar.text):
            bare = scalar.text.replace("_", "").replace(",", "")
            hint = f"write {int(bare)}" if bare.isascii() and bare.isdigit() and len(bare) < 12 else "write digits only, without quotes"
            return reading.refuse("wrong-type", node, field, f"{shown(node)} is not a plain whole number", hint)
        value = int(scalar.text)
        if not self.least <= value <= self.most:
            nearest = min(max(value, self.least), self.most)
            return reading.refuse(
                "out-of-range", node, field, f"{value} is not within {self.least} to {self.most}",
                f"the nearest allowed is {nearest}",
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
        meant = {"yes": "true", "on": "true", "y": "true", "1": "true", "true": "true"}.get(scalar.text.lower(), "false")
        return reading.refuse("wrong-type", node, field, f"{shown(node)} is not true or false", f"write {meant}")

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Choice(Shape):
    """One of a few names or numbers."""

    of: tuple[str | int, ...]

    def read(self, reading: Reading, node: Node, field: Path) -> str | int | Absent:
        scalar = _scalar(reading, node, field, "one of " + ", ".join(map(str, self.of)))
        if scalar is None:
            return ABSENT
        for choice in self.of:
            if scalar.text == str(choice) and (isinstance(choice, str) or scalar.plain):
                return choice
        near = difflib.get_close_matches(scalar.text.lower(), [str(each).lower() for each in self.of], 1, 0.5)
        meant = next((str(each) for each in self.of if near and str(each).lower() == near[0]), "")
        hint = f"did you mean {meant}?" if meant else ""
        message = f"{shown(node)} is not one of {', '.join(map(str, self.of))}"
        return reading.refuse("not-one-of", node, field, message, hint or f"write {self.of[0]}")

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
                return reading.refuse("cidr-invalid", node, field, f"{text} is an address, not a CIDR", f"write {text}/32 for one host")
            hint = "IPv4 only: a virtual private gateway carries no IPv6" if _LOOKS_V6.fullmatch(text) else "write it like 10.179.0.0/27"
            return reading.refuse("cidr-invalid", node, field, f"{shown(node)} is not an IPv4 CIDR", hint)
        network = IPv4Network(text, strict=False)
        if str(network) != text:
            return reading.refuse("cidr-host-bits", node, field, f"{text} has host bits set", f"did you mean {network}?")
        return network

    def schema(self) -> Schema:
        octet = r"(25[0-5]|2[0-4]\d|1?\d?\d)"
        return {"type": "string", "pattern": rf"^({octet}\.){{3}}{octet}/(3[0-2]|[12]?\d)$", "examples": ["10.179.0.0/27"]}


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


@dataclass(frozen=True, slots=True)
class Listing(Shape):
    """A list of one shape, each value at most once, from `least` to `most` entries."""

    of: Shape
    least: int = 0
    most: int = 500

    def read(self, reading: Reading, node: Node, field: Path) -> tuple[Any, ...] | Absent:
        if not isinstance(node, Sequence):
            hint = f"write [{node.text}]" if isinstance(node, Scalar) and node.text else "write [value, ...]"
            return reading.refuse("wrong-type", node, field, f"needs a list, not {shown(node)}", hint)
        if not self.least <= len(node.items) <= self.most:
            bound = f"at least {self.least}" if len(node.items) < self.least else f"at most {self.most}"
            return reading.refuse("list-length", node, field, f"has {len(node.items)} entries, needs {bound}", "write them" if len(node.items) < self.least else "shorten it")
        values: list[Any] = []
        for index, item in enumerate(node.items):
            value = self.of.read(reading, item, (*field, index))
            if not isinstance(value, Absent) and value in values:
                value = reading.refuse("list-repeats", item, (*field, index), f"{shown(item)} is written twice", "keep one")
            values.append(value)
        return ABSENT if any(value is ABSENT for value in values) else tuple(values)

    def schema(self) -> Schema:
        return {"type": "array", "items": self.of.schema(), "minItems": self.least, "maxItems": self.most, "uniqueItems": True}


@dataclass(frozen=True, slots=True)
class Named(Shape):
    """Names of the user's own choice, each with a value of one shape."""

    of: Shape
    key: Shape
    least: int = 0
    most: int = 5_000

    def read(self, reading: Reading, node: Node, field: Path) -> dict[str, Any] | Absent:
        if not isinstance(node, Mapping):
            return reading.refuse("wrong-type", node, field, f"needs `name: value` lines, not {shown(node)}", "write `name: value`")
        if not self.least <= len(node.entries) <= self.most:
            return reading.refuse("list-length", node, field, f"has {len(node.entries)} entries, needs {self.least} to {self.most}", "write at least one")
        values: dict[str, Any] = {}
        for name, (key, value) in node.entries.items():
            read = self.key.read(reading, key, (*field, name))
            item = self.of.read(reading, value, (*field, name))
            values[name] = ABSENT if read is ABSENT else item
        return ABSENT if any(value is ABSENT for value in values.values()) else values

    def schema(self) -> Schema:
        return {
            "type": "object", "minProperties": self.least,
            "propertyNames": {k: v for k, v in self.key.schema().items() if k != "type"},
            "additionalProperties": self.of.schema(),
        }


@dataclass(frozen=True, slots=True)
class _Field:
    shape: Shape
    default: Any
    required: bool
    doc: str


class Record(Shape):
    """A dataclass: known fields only, each by its own shape.

    A partial record gives a dict of what was written, to be laid over something else.
    """

    __slots__ = ("_default", "fields", "model", "of", "partial")

    def __init__(self, model: type[Any], *, partial: bool = False) -> None:
        self.of = model
        self.model = dict if partial else model
        self.partial = partial
        self.fields = dict(_fields_of(model, partial))
        self._default = {name: each.default for name, each in self.fields.items() if not (each.required or partial)}

    def read(self, reading: Reading, node: Node, field: Path) -> Any:
        if not isinstance(node, Mapping):
            return reading.refuse("wrong-type", node, field, f"needs fields, not {shown(node)}", f"known are {', '.join(self.fields)}")
        values: dict[str, Any] = dict(self._default)
        complete = True
        for name, (key, value) in node.entries.items():
            known = self.fields.get(name)
            if known is None:
                complete = False
                reading.refuse("unknown-field", key, (*field, name), "no such field", self._nearest(name))
                continue
            read = known.shape.read(reading, value, (*field, name))
            complete = complete and read is not ABSENT
            values[name] = read
        for name, known in self.fields.items():
            if known.required and name not in node.entries:
                complete = False
                line, column = reading.document.place(field)
                message, hint = "is missing", f"write `{name}:`, {known.doc}"
                reading.problems.append(Problem("missing-field", "error", reading.document.path, line, column, dotted((*field, name)), message, hint))
        return self.model(**values) if complete else ABSENT

    def _nearest(self, name: str) -> str:
        near = difflib.get_close_matches(name.lower().replace("-", "_"), list(self.fields), 1, 0.6)
        return f"did you mean {near[0]}?" if near else f"known are {', '.join(self.fields)}"

    def schema(self) -> Schema:
        properties: Schema = {}
        for name, field in self.fields.items():
            properties[name] = {"description": field.doc, **field.shape.schema()}
            default = None if self.partial else field.default
            if isinstance(default, (str, int)) and default != "":
                properties[name]["default"] = default
        required = [name for name, field in self.fields.items() if field.required]
        schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**schema, "required": required} if required else schema


def _fields_of(model: type[Any], partial: bool) -> list[tuple[str, _Field]]:
    hints = get_type_hints(model, include_extras=True)
    found = []
    for field in fields(model):
        shape, doc = hints[field.name].__metadata__
        default = field.default
        if default is MISSING and field.default_factory is not MISSING:
            default = field.default_factory()
        required = default is MISSING and not partial
        if partial and isinstance(shape, Record):
            shape = Record(shape.of, partial=True)
        found.append((field.name, _Field(shape, default, required, doc)))
    return found


def parse(document: Document, shape: Shape, problems: list[Problem]) -> Any:
    """The document's root as its model, or None; the reasons are added to `problems`."""
    value = shape.read(Reading(document, problems), document.root, ())
    return None if value is ABSENT else value


Reader = Callable[[Reading, Node, Path], Any]
Tags = Dict[str, str]
