"""Cache of syntax trees: texts that differ in their literals only are parsed once.

The outline of a text has each plain string written as "s", each whole number as 0, each reference as n.n and each
comment as #. python-hcl2's grammar does not tell these from what they stand for, so that the tree of the outline, with
the literals filled in, is the tree of the text. No placeholder holds a line's end: lines stay where they are. What is
not surely a literal stays as written, and a text with anything that could hide a quote (heredocs, /* */, a stray
backslash) has no outline.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from string import ascii_letters
from typing import Final, NamedTuple

from natlane import cache
from natlane.hcl.tree import BlockTree, Kind, Placeholder, Refused, blocks_as_data, blocks_from_data, values_in

_NAME: Final = r"[A-Za-z_][A-Za-z0-9_-]*+"
# Possessive are only repeats of single characters: of groups that could backtrack, Python 3.11.2 gets them wrong.
_CHARS: Final = r'[^"\\$%\x00-\x1f\x7f]*+'
_ESCAPED: Final = r'\\(?:[nrt"\\]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4})|\$\$\{|%%\{|\$(?!\{)|%(?!\{)'
_STRING: Final = rf'"{_CHARS}(?:(?:{_ESCAPED}){_CHARS})*"'
_TEMPLATE: Final = rf'"{_CHARS}(?:(?:{_ESCAPED}|\$\{{{_NAME}(?:\.{_NAME})*\}}){_CHARS})*"'
_KEYWORD: Final = r"(?:true|false|null|for_each|for|in|if|else|endif|endfor)\b"
_WORD: Final = rf"(?!{_KEYWORD}){_NAME}(?:\.{_NAME})+|[0-9]{{1,18}}(?![A-Za-z0-9_.-])"
_COMMENT: Final = r"(?:\#|//)[^\n\0]*+"
# What stays as written up to the next literal, that literal, or else what could hide a quote.
_UP_TO_LITERAL: Final = re.compile(
    rf'((?:[^"\#/<\\\0A-Za-z0-9_.-]++|(?!{_WORD})[A-Za-z0-9_.-]++|(?!{_STRING}){_TEMPLATE}|/(?![/*])|<(?!<))*)'
    rf"(?:({_STRING}|{_WORD}|{_COMMENT})|([\s\S])|\Z)"
)
_PLACEHOLDERS: Final = {
    "": "",
    '"': '"s"',
    "#": "#",
    "/": "#",
    **dict.fromkeys("0123456789", "0"),
    **dict.fromkeys(f"{ascii_letters}_", "n.n"),
}
_KINDS: Final = {'"s"': Kind.STRING, "0": Kind.NUMBER, "n.n": Kind.REFERENCE}  # a comment is no value


def outline_of(text: str) -> tuple[str, Sequence[str]] | None:
    """The outline of a text and its literals in order, comments among them; None where it has no outline."""
    before, literals, hiding = zip(*_UP_TO_LITERAL.findall(text), strict=True)
    if any(hiding):
        return None
    outline = [left + _PLACEHOLDERS[literal[:1]] for left, literal in zip(before, literals, strict=True)]
    return "".join(outline), literals


class Tree(NamedTuple):
    """The blocks of an outline, how many lines' ends it has, and how many values they will be in memory."""

    blocks: tuple[BlockTree, ...]
    lines: int
    values: int


@lru_cache(maxsize=65536)
def tree_of(outline: str) -> Tree | None:
    """An outline as python-hcl2 reads it; None if it is refused, or has attributes outside of blocks."""
    key = f"{readers()}\0{outline}"
    cached = cache.get("outline", key)
    if cached is not None:
        with suppress(ValueError, TypeError, KeyError, RecursionError):  # a damaged entry is a miss
            data = json.loads(cached)
            return _tree(blocks_from_data(data[0]), int(data[1])) if data else None
    found = _parsed(outline)
    data = [blocks_as_data(found.blocks), found.lines] if found else None
    cache.put("outline", key, json.dumps(data).encode())
    return found


def _parsed(outline: str) -> Tree | None:
    from natlane.hcl.lark_reader import Mark  # Lark takes longer to import than a cached module to read
    from natlane.hcl.parser import parse_body

    marks, offset = {}, 0
    for index, (before, placeholder, _) in enumerate(_UP_TO_LITERAL.findall(outline)):
        offset += len(before)
        if placeholder:
            kind = _KINDS.get(placeholder)
            marks[offset] = Mark(Placeholder(kind, index) if kind else None, index, len(placeholder))
        offset += len(placeholder)
    try:
        body = parse_body(outline, marks)
    except Refused:
        return None
    return None if body.attributes else _tree(body.blocks, outline.count("\n"))


def _tree(blocks: tuple[BlockTree, ...], lines: int) -> Tree:
    return Tree(blocks, lines, sum(map(values_in, blocks)))


@lru_cache(maxsize=1)
def readers() -> str:
    """The parsers, by their files' sizes and times: a tree holds for just these."""
    return "\n".join(f"{name}: {cache.package_state(name)}" for name in ("hcl2", "lark", "pygohcl"))
