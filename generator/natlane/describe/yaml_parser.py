"""A strict parser of YAML: gives a tree of nodes, or the first reason why a text cannot be read.

Only the plain core of YAML is read: no tags, no merge keys, no second document; duplicate keys,
deep nesting and many aliases are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

from natlane.describe.nodes import Mapping, Node, Scalar, Sequence, in_short
from natlane.problems import Problem

MOST_DEPTH: Final = 16
MOST_ALIASES: Final = 100
MOST_NODES: Final = 100_000  # aliases counted as what they stand for
MOST_ENTRIES: Final = 5_000  # of one list or mapping
MOST_DUPLICATES: Final = 100  # of one file: who has more needs no list of them

_OPENS: Final = re.compile("flow|simple key|quoted scalar")
# The pure reader serves where PyYAML was built without libyaml; both give the same events.
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class RefusedError(Exception):
    """The first thing that makes a file not readable at all."""

    def __init__(self, code: str, line: int, column: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.line, self.column, self.message, self.hint = code, line, column, message, hint


def compose(path: str, text: str, problems: list[Problem]) -> Mapping:
    """The root mapping of the only document in a text."""
    try:
        parser = _Parser(text)
    except yaml.reader.ReaderError as error:
        raise _unreadable(text, error) from error
    try:
        root = _Composer(path, problems, iter(parser.get_event, None)).document()
    except yaml.reader.ReaderError as error:
        raise _unreadable(text, error) from error
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(text, error) from error
    except (yaml.YAMLError, ValueError) as error:
        raise RefusedError("yaml-syntax", 1, 1, "is not YAML") from error
    finally:
        parser.dispose()
    if root is None or (isinstance(root, Scalar) and root.plain and root.text in ("", "~", "null")):
        raise RefusedError("yaml-empty", 1, 1, "is empty", "write its fields, or remove it")
    if not isinstance(root, Mapping):
        raise RefusedError(
            "yaml-not-mapping", root.line, root.column, "holds no `field: value` lines", "write `field: value`"
        )
    return root


def _unreadable(text: str, error: yaml.reader.ReaderError) -> RefusedError:
    """A character that YAML forbids, at its place."""
    for index, char in enumerate(text):
        if not (char in "\t\n\r\x85" or " " <= char <= "~" or (char >= "\xa0" and not _forbidden(char))):
            line = text.count("\n", 0, index) + 1
            column = index - text.rfind("\n", 0, index)
            return RefusedError("yaml-character", line, column, f"character U+{ord(char):04X} is not allowed in YAML")
    return RefusedError("yaml-character", 1, 1, f"a character is not allowed in YAML: {error.reason}")


def _forbidden(char: str) -> bool:
    return "\ud800" <= char <= "\udfff" or char in "\ufffe\uffff\ufeff"


def _syntax_error(text: str, error: yaml.MarkedYAMLError) -> RefusedError:
    """What libyaml stumbled on: where an unclosed bracket, quote or key begins, rather than where the text ends."""
    mark, lines = error.problem_mark or error.context_mark, text.split("\n")
    said = (error.problem or error.context or "cannot be parsed").replace("\n", " ")
    hint = "look at this line and the one before it: indentation, quotes, brackets and colons"
    begun = error.context_mark
    if begun and mark and begun.line < mark.line and _OPENS.search(error.context or ""):
        mark, said = begun, f"{said} before line {min(mark.line + 1, len(lines))}, for what begins here"
        hint = "close the bracket, brace or quote, or write the missing comma or colon"
    line, column = (min(mark.line + 1, len(lines)), mark.column + 1) if mark else (1, 1)
    around = lines[max(0, line - 2) : line]
    if any("\t" in each[: len(each) - len(each.lstrip())] for each in around):
        hint = "indent with spaces, not with tabs"
    return RefusedError("yaml-syntax", line, column, f"is not YAML: {said}", hint)


class _Composer:
    """Events of libyaml become nodes, within bounds."""

    def __init__(self, path: str, problems: list[Problem], events: Iterator[Any]) -> None:
        self.path = path
        self.problems = problems
        self.events = events
        self.anchors: dict[str, Node] = {}
        self.aliases = 0
        self.nodes = 0

    def document(self) -> Node | None:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise self._refused(
                        "yaml-documents", event, "starts a second YAML document", "one file, one document"
                    )
                root = self._node(next(self.events), 0)
        return root

    def _node(self, event: Any, depth: int) -> Node:
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        self.nodes += 1
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if event.tag is not None and event.tag != "!":
            raise self._refused("yaml-tag", event, f"tag {in_short(event.tag)} is not allowed", "write the plain value")
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = Scalar(line, column, event.value, not event.style)
        elif depth >= MOST_DEPTH:
            raise self._refused("yaml-depth", event, f"is nested more than {MOST_DEPTH} levels deep")
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(Sequence(line, column), depth)
        else:
            node = self._mapping(Mapping(line, column), depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _alias(self, event: Any) -> Node:
        self.aliases += 1
        node = self.anchors.get(event.anchor)
        if node is None:
            raise self._refused("yaml-alias", event, f"alias *{in_short(event.anchor)} has no anchor before it")
        self.nodes += node.size
        if self.aliases > MOST_ALIASES or self.nodes > MOST_NODES:
            raise self._refused("yaml-alias", event, "too many aliases", "write the values out")
        return node

    def _sequence(self, node: Sequence, depth: int) -> Sequence:
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            item = self._node(event, depth + 1)
            node.items.append(item)
            self._count(event, len(node.items))
            node.size += item.size
        return node

    def _mapping(self, node: Mapping, depth: int) -> Mapping:
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise self._refused("yaml-key", event, "a key must be plain text")
            if key.text == "<<" and key.plain:
                raise self._refused("yaml-merge", event, "merge keys (<<) are not allowed", "write the fields out")
            value = self._node(next(self.events), depth + 1)
            node.size += value.size
            earlier = node.entries.get(key.text)
            if earlier is not None:
                self._count(event, len(self.problems), MOST_DUPLICATES)
                message = f"{in_short(key.text)} is already written in line {earlier[0].line}"
                self.problems.append(
                    Problem(
                        "yaml-duplicate-key",
                        "error",
                        self.path,
                        key.line,
                        key.column,
                        in_short(key.text),
                        message,
                        "keep one",
                    )
                )
                continue
            node.entries[key.text] = (key, value)
            self._count(event, len(node.entries))
        return node

    def _count(self, event: Any, entries: int, most: int = MOST_ENTRIES) -> None:
        if entries > most or self.nodes > MOST_NODES:
            raise self._refused(
                "yaml-too-many", event, f"is more than a document may hold ({most:,} entries of a kind)"
            )

    def _refused(self, code: str, event: Any, message: str, hint: str = "") -> RefusedError:
        return RefusedError(code, event.start_mark.line + 1, event.start_mark.column + 1, message, hint)
