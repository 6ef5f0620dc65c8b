"""Types of fields: each reads a node, and says the same in JSON Schema.

A model is a named tuple (cheaper at every start than a dataclass). Its fields are
`Annotated[type, Shape(...), "what it is"]`: the shape turns a node into the field's value or into
problems, all of them, and says the same in JSON Schema. A field without a default must be written.
"""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any, Final

from natlane.describe.document import Document
from natlane.describe.nodes import Mapping, Node, Path, Scalar, Sequence, dotted, in_short
from natlane.problems import Problem

Schema = dict[str, Any]


class UnreadableError(TypeError):
    """Something asked for a value that could not be read."""


def _unreadable(*_: object) -> Any:
    raise UnreadableError


class Absent:
    """Stands for a value that could not be read; its problems are already reported. Any use of it is an error."""

    __slots__ = ()
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = __bool__ = __len__ = __iter__ = _unreadable
    __getattr__ = __getitem__ = __contains__ = __reversed__ = __int__ = __index__ = __str__ = __format__ = _unreadable
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __floordiv__ = __mod__ = _unreadable


ABSENT: Final = Absent()


@dataclass(slots=True)
class Reading:
    """One pass over one document: where problems gather. `partly` keeps what can be read of a record."""

    document: Document
    problems: list[Problem]
    partly: bool = False

    def refuse(self, code: str, node: Node, field: Path, message: str, hint: str = "") -> Absent:
        """Tell a problem at a node, and give what stands for the value."""
        path = self.document.path
        self.problems.append(Problem(code, "error", path, node.line, node.column, dotted(field), message, hint))
        return ABSENT


class Shape(ABC):
    """What may stand in a field: `read` gives the value or ABSENT, `schema` the same as JSON Schema."""

    __slots__ = ()

    @abstractmethod
    def read(self, reading: Reading, node: Node, field: Path) -> Any:
        """The node's value, or ABSENT after telling why not."""

    @abstractmethod
    def schema(self) -> Schema:
        """The same as JSON Schema, draft 2020-12."""


def shown(node: Node) -> str:
    """A node as a message names it, short and on one line."""
    if isinstance(node, Scalar):
        text = node.text if len(node.text) <= 60 else node.text[:57] + "..."
        return repr(text) if text else "nothing"
    return "a list" if isinstance(node, Sequence) else "a mapping"


@dataclass(frozen=True, slots=True)
class Listing(Shape):
    """A list of one shape, each value at most once, from `least` to `most` entries."""

    of: Shape
    least: int = 0
    most: int = 500

    def read(self, reading: Reading, node: Node, field: Path) -> tuple[Any, ...] | Absent:
        if not isinstance(node, Sequence):
            hint = (
                f"write [{in_short(node.text)}]"
                if isinstance(node, Scalar) and node.text not in ("", "~", "null")
                else "write [value, ...]"
            )
            return reading.refuse("wrong-type", node, field, f"needs a list, not {shown(node)}", hint)
        if not self.least <= len(node.items) <= self.most:
            bound = f"at least {self.least}" if len(node.items) < self.least else f"at most {self.most}"
            return reading.refuse(
                "list-length",
                node,
                field,
                f"has {len(node.items)} entries, needs {bound}",
                "write the entries" if len(node.items) < self.least else "shorten it",
            )
        values: list[Any] = []
        for index, item in enumerate(node.items):
            value = self.of.read(reading, item, (*field, index))
            if _repeats(value, values):
                value = reading.refuse(
                    "list-repeats", item, (*field, index), f"{shown(item)} is written twice", "keep one"
                )
            values.append(value)
        return ABSENT if any(value is ABSENT for value in values) else tuple(values)

    def schema(self) -> Schema:
        return {
            "type": "array",
            "items": self.of.schema(),
            "minItems": self.least,
            "maxItems": self.most,
            "uniqueItems": True,
        }


def _repeats(value: Any, values: list[Any]) -> bool:
    """Whether an equal value was read before; what cannot be read equals nothing."""
    for each in values:
        with suppress(UnreadableError):
            if value == each:
                return True
    return False


@dataclass(frozen=True, slots=True)
class Either(Shape):
    """A plain value, or a list."""

    one: Shape
    several: Listing

    def read(self, reading: Reading, node: Node, field: Path) -> Any:
        return (self.several if isinstance(node, Sequence) else self.one).read(reading, node, field)

    def schema(self) -> Schema:
        return {"anyOf": [self.one.schema(), self.several.schema()]}


@dataclass(frozen=True, slots=True)
class Named(Shape):
    """Names of the user's own choice, each with a value of one shape."""

    of: Shape
    key: Shape
    least: int = 0
    most: int = 5_000

    def read(self, reading: Reading, node: Node, field: Path) -> dict[str, Any] | Absent:
        if not isinstance(node, Mapping):
            return reading.refuse(
                "wrong-type",
                node,
                field,
                f"needs `name: value` lines, not {shown(node)}",
                "write `name: value`",
            )
        if not self.least <= len(node.entries) <= self.most:
            return reading.refuse(
                "list-length",
                node,
                field,
                f"has {len(node.entries)} entries, needs {self.least} to {self.most}",
                "write at least one",
            )
        values: dict[str, Any] = {}
        for name, (key, value) in node.entries.items():
            read = self.key.read(reading, key, (*field, name))
            item = self.of.read(reading, value, (*field, name))
            values[name] = ABSENT if read is ABSENT else item
        return ABSENT if any(value is ABSENT for value in values.values()) else values

    def schema(self) -> Schema:
        return {
            "type": "object",
            "minProperties": self.least,
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
    """A model: known fields only, each by its own shape.

    A partial record gives a dict of what was written, to be laid over something else. Of the fields `one_of`
    exactly one is written.
    """

    __slots__ = ("_default", "fields", "model", "of", "one_of", "partial")

    def __init__(self, model: type[Any], *, partial: bool = False, one_of: tuple[str, ...] = ()) -> None:
        self.of = model
        self.model = dict if partial else model
        self.partial = partial
        self.one_of = one_of
        self.fields = dict(_fields_of(model, partial))
        self._default = {name: each.default for name, each in self.fields.items() if not (each.required or partial)}

    def read(self, reading: Reading, node: Node, field: Path) -> Any:
        if not isinstance(node, Mapping):
            return reading.refuse(
                "wrong-type",
                node,
                field,
                f"needs fields, not {shown(node)}",
                f"known are {', '.join(self.fields)}",
            )
        values: dict[str, Any] = dict(self._default)
        unread: list[str] = []
        for name, (key, value) in node.entries.items():
            known = self.fields.get(name)
            if known is None:
                reading.refuse("unknown-field", key, (*field, name), "no such field", self._nearest(name))
                continue
            values[name] = known.shape.read(reading, value, (*field, name))
            if values[name] is ABSENT:
                unread.append(name)
        written = [name for name in self.one_of if name in node.entries]
        for name in written[1:]:
            unread += (written[0], name)  # either may be meant
            hint = f"keep one of {' and '.join(self.one_of)}"
            reading.refuse("fields-exclude", node.entries[name][0], (*field, name), f"beside {written[0]}", hint)
        for name, known in self.fields.items():
            if name not in node.entries and (known.required or (name in self.one_of[:1] and not written)):
                unread.append(name)
                self._missing(reading, field, name)
        if unread and not reading.partly:
            return ABSENT
        return self.model(**{**values, **dict.fromkeys(unread, ABSENT)})

    def _missing(self, reading: Reading, field: Path, name: str) -> None:
        path, (line, column) = reading.document.path, reading.document.place(field)
        hint = f"write `{name}:`, {self.fields[name].doc}"
        where = dotted((*field, name))
        reading.problems.append(Problem("missing-field", "error", path, line, column, where, "is missing", hint))

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
        if self.one_of:
            schema |= {"oneOf": [{"required": [name]} for name in self.one_of]}
        return {**schema, "required": required} if required else schema


def _fields_of(model: type[Any], partial: bool) -> list[tuple[str, _Field]]:
    found = []
    defaults = _defaults_of(model)
    for name, hint in model.__annotations__.items():
        shape, doc = hint.__metadata__
        required = name not in defaults and not partial
        if partial and isinstance(shape, Record):
            shape = Record(shape.of, partial=True)
        found.append((name, _Field(shape, defaults.get(name), required, doc)))
    return found


def _defaults_of(model: type[Any]) -> dict[str, Any]:
    if not is_dataclass(model):
        return dict(model._field_defaults)
    made = {f.name: f.default if f.default_factory is MISSING else f.default_factory() for f in fields(model)}
    return {name: default for name, default in made.items() if default is not MISSING}


def parse(document: Document, shape: Shape, problems: list[Problem]) -> Any:
    """The document's root as its model, or None; the reasons are added to `problems`."""
    value = shape.read(Reading(document, problems), document.root, ())
    return None if value is ABSENT else value


def parse_partly(document: Document, shape: Shape) -> Any:
    """The document's root as its model with ABSENT for what cannot be read; None where it is no mapping."""
    value = shape.read(Reading(document, [], partly=True), document.root, ())
    return None if value is ABSENT else value
