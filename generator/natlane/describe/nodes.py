"""Nodes of a YAML text with their places, and fields as messages name them."""

from __future__ import annotations

Path = tuple[str | int, ...]


class Node:
    """One YAML node: where it stands (from 1) and what it holds."""

    __slots__ = ("column", "line", "size")

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column
        self.size = 1


class Scalar(Node):
    """Text as written; `plain` where it had no quotes, so that it could also mean a number."""

    __slots__ = ("plain", "text")

    def __init__(self, line: int, column: int, text: str, plain: bool) -> None:
        super().__init__(line, column)
        self.text = text
        self.plain = plain


class Sequence(Node):
    """A list of nodes."""

    __slots__ = ("items",)

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.items: list[Node] = []


class Mapping(Node):
    """Keys with their own places, and their values."""

    __slots__ = ("entries",)

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.entries: dict[str, tuple[Scalar, Node]] = {}


def dotted(field: Path) -> str:
    """`("partner_cidrs", 1)` as people write it: `partner_cidrs[1]`."""
    text = ""
    for part in field:
        text += f"[{part}]" if isinstance(part, int) else f".{in_short(part)}" if text else in_short(part)
    return text


def in_short(text: str) -> str:
    """A text of the user's as a message may hold it: one line, no control characters, 60 characters."""
    text = text if text.isprintable() else repr(text)[1:-1]
    return text if len(text) <= 60 else text[:57] + "..."
