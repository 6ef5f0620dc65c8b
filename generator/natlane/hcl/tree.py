"""The syntax tree of an HCL text, and its form as JSON.

The tree of an outline (parse_cache.py) holds a Placeholder wherever a literal was taken out. Lines count from 1 in the
text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, NamedTuple, Union

# Every escape of a quoted string; a backslash or a line's end that is matched alone is none.
ESCAPE: Final = re.compile(r'\\(?:([nrt"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|\$\$\{|%%\{|[\\\n]')
_PLAIN: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


class Kind(Enum):
    """What sort of literal was taken out."""

    STRING = "string"
    NUMBER = "number"
    REFERENCE = "reference"


class Placeholder(NamedTuple):
    """A literal that was taken out, by its number among them."""

    kind: Kind
    literal: int


class Constant(NamedTuple):
    """A string, number, boolean or null that is in the text."""

    value: str | int | float | bool | None


class Computed(NamedTuple):
    """An expression that is no literal, as written: text, and the indices of literals that were taken out."""

    parts: tuple[str | int, ...]


class TupleTree(NamedTuple):
    """`[value, ...]`."""

    items: tuple[ValueTree, ...]


class ObjectTree(NamedTuple):
    """`{key = value, ...}`."""

    entries: tuple[tuple[ValueTree, ValueTree], ...]


ValueTree = Union[Placeholder, Constant, Computed, TupleTree, ObjectTree]  # noqa: UP007 - it refers to itself


class AttributeTree(NamedTuple):
    """`name = value`."""

    name: str
    line: int
    value: ValueTree


class BlockTree(NamedTuple):
    """`kind "label" ... { attributes and blocks }`."""

    line: int
    kind: str
    labels: tuple[ValueTree, ...]
    attributes: tuple[AttributeTree, ...]
    blocks: tuple[BlockTree, ...]


def values_in(block: BlockTree) -> int:
    """How many blocks, arguments and items a block is, all that is in it included."""
    own = sum(1 + _items_in(attribute.value) for attribute in block.attributes)
    return 1 + own + sum(map(values_in, block.blocks))


def _items_in(value: ValueTree) -> int:
    if isinstance(value, TupleTree):
        return len(value.items) + sum(_items_in(item) for item in value.items)
    if isinstance(value, ObjectTree):
        return 2 * len(value.entries) + sum(_items_in(each) for _, each in value.entries)
    return 0


class Body(NamedTuple):
    """What stands between braces, or in a whole text."""

    attributes: tuple[AttributeTree, ...]
    blocks: tuple[BlockTree, ...]


class Refused(Exception):  # noqa: N818 - the text is at fault, not the program
    """The first thing in a text that is not HCL, or that HCL and python-hcl2 read differently."""

    def __init__(self, code: str, line: int, column: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.line, self.column, self.message, self.hint = code, line, column, message, hint


def unescaped(written: str) -> str:
    """The text that a quoted literal means, as HCL reads it: the inverse of the `hcl` filter and more."""
    if "\\" in written or "{" in written:
        return ESCAPE.sub(_meant, written[1:-1])
    return written[1:-1]


def _meant(match: re.Match[str]) -> str:
    if match[1]:
        return _PLAIN[match[1]]
    if match[2] or match[3]:
        return chr(int(match[2] or match[3], 16))
    return match[0][1:]  # `$${` and `%%{`


_TAGS: Final[Mapping[type, str]] = {
    Placeholder: "p",
    Constant: "c",
    Computed: "e",
    TupleTree: "t",
    ObjectTree: "o",
}


def blocks_as_data(blocks: tuple[BlockTree, ...]) -> list[Any]:
    """Blocks as lists that JSON can hold."""
    return [
        [
            block.line,
            block.kind,
            [_as_data(label) for label in block.labels],
            [[each.name, each.line, _as_data(each.value)] for each in block.attributes],
            blocks_as_data(block.blocks),
        ]
        for block in blocks
    ]


def _as_data(value: ValueTree) -> list[Any]:
    tag = _TAGS[type(value)]
    if isinstance(value, Placeholder):
        return [tag, value.kind.value, value.literal]
    if isinstance(value, TupleTree):
        return [tag, [_as_data(item) for item in value.items]]
    if isinstance(value, ObjectTree):
        return [tag, [[_as_data(key), _as_data(each)] for key, each in value.entries]]
    return [tag, value[0]]


def blocks_from_data(data: Any) -> tuple[BlockTree, ...]:
    """The same blocks again. Errors: ValueError, TypeError, KeyError for what is no tree."""
    return tuple(
        BlockTree(
            line=int(line),
            kind=str(kind),
            labels=tuple(_from_data(label) for label in labels),
            attributes=tuple(AttributeTree(str(name), int(at), _from_data(value)) for name, at, value in attributes),
            blocks=blocks_from_data(blocks),
        )
        for line, kind, labels, attributes, blocks in data
    )


def _from_data(data: Any) -> ValueTree:
    tag, content, *rest = data
    if tag == "p":
        return Placeholder(Kind(content), int(rest[0]))
    if tag == "t":
        return TupleTree(tuple(_from_data(item) for item in content))
    if tag == "o":
        return ObjectTree(tuple((_from_data(key), _from_data(value)) for key, value in content))
    if tag == "e":
        return Computed(tuple(content))
    if tag != "c":
        raise ValueError(tag)
    return Constant(content)
