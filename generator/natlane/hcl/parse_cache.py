"""A text becomes its shape and its literals, so that texts of one shape are parsed once.

The shape is the text with each plain string written as "s", each whole number as 0, each reference
as n.n and each comment as #. python-hcl2's grammar does not tell these from what they stand for,
so that the skeleton of the shape, with the literals filled in, is the skeleton of the text. Marks
hold no line's end: lines stay where they are. What is not surely a mark stays as written, and a
text with anything that could hide a quote (heredocs, /* */, a stray backslash) has no shape.
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
from natlane.hcl.tree import NUMBER, REFERENCE, STRING, Refused, Skeleton

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
_STEP: Final = re.compile(
    rf'((?:[^"\#/<\\\0A-Za-z0-9_.-]++|(?!{_WORD})[A-Za-z0-9_.-]++|(?!{_STRING}){_TEMPLATE}|/(?![/*])|<(?!<))*)'
    rf"(?:({_STRING}|{_WORD}|{_COMMENT})|([\s\S])|\Z)"
)
_MARKS: Final = {
    "": "",
    '"': '"s"',
    "#": "#",
    "/": "#",
    **dict.fromkeys("0123456789", "0"),
    **dict.fromkeys(f"{ascii_letters}_", "n.n"),
}
_TAGS: Final = {'"s"': STRING, "0": NUMBER, "n.n": REFERENCE, "#": -1}  # a comment is no value


def shape_of(text: str) -> tuple[str, Sequence[str]] | None:
    """The shape of a text and its literals in order, comments among them; None where it has no shape."""
    kept, literals, hiding = zip(*_STEP.findall(text), strict=True)
    if any(hiding):
        return None
    return "".join([before + _MARKS[literal[:1]] for before, literal in zip(kept, literals, strict=True)]), literals


def marks_of(shape: str) -> dict[int, tuple[int, int, int]]:
    """Tag, index and length of each mark of a shape, by its offset: marks are literals themselves."""
    found = {}
    offset = 0
    for index, (before, mark, _) in enumerate(_STEP.findall(shape)):
        offset += len(before)
        if mark:
            found[offset] = (_TAGS[mark], index, len(mark))
        offset += len(mark)
    return found


class Parsed(NamedTuple):
    """The blocks of a shape, and how many marks and lines' ends it has."""

    blocks: list[Skeleton]
    marks: int
    lines: int


@lru_cache(maxsize=65536)
def parsed(shape: str) -> Parsed | None:
    """A shape as python-hcl2 reads it, once; None if it is refused, or has attributes outside of blocks."""
    key = f"{readers()}\0{shape}"
    kept = cache.get("shape", key)
    if kept is not None:
        with suppress(ValueError):  # a file that something else damaged is as good as none
            fields = json.loads(kept)
            return Parsed(*fields) if fields else None
    from natlane.hcl import parser as syntax  # Lark takes longer to import than a kept module to read

    found = None
    marks = marks_of(shape)
    with suppress(Refused):
        attributes, blocks = syntax.skeleton(shape, marks)
        found = None if attributes else Parsed(blocks, len(marks), shape.count("\n"))
    cache.put("shape", key, json.dumps(found).encode())
    return found


@lru_cache(maxsize=1)
def readers() -> str:
    """Who reads: a skeleton is kept for just these packages, by their files' sizes and times."""
    return "\n".join(f"{name}: {cache.package_state(name)}" for name in ("hcl2", "lark", "pygohcl"))
