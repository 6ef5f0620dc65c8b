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
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from generator import cache
from generator.prove.skeleton import NUMBER, REFERENCE, STRING, Refused, Skeleton

_CHARACTERS: Final = (
    r'[^"\\$%\x00-\x1f\x7f]++|\\(?:[nrt"\\]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4})|\$\$\{|%%\{|\$(?!\{)|%(?!\{)'
)
_NAME: Final = r"[A-Za-z_][A-Za-z0-9_-]*+"
_WORD: Final = r"(?<![A-Za-z0-9_.-])"
_KEYWORD: Final = r"(?:true|false|null|for_each|for|in|if|else|endif|endfor)\b"
_LITERAL: Final = re.compile(
    rf'"(?:{_CHARACTERS})*+"'
    rf"|{_WORD}(?!{_KEYWORD}){_NAME}(?:\.{_NAME})++"
    rf"|{_WORD}[0-9]{{1,18}}(?![A-Za-z0-9_.-])"
    r"|(?:\#|//)[^\n]*"
    # Last, what stays as it is (a template of plain references), and what must not be there.
    rf'|(?P<kept>"(?:{_CHARACTERS}|\$\{{{_NAME}(?:\.{_NAME})*+\}})*+")'
    r'|(?P<hides>["\\\0]|<<|/\*)'
)
_MARKS: Final = {'"': '"s"', "#": "#", "/": "#"}
_TAGS: Final = {'"': STRING, "n": REFERENCE, "0": NUMBER}
_COMMENT: Final = -1


def shape_of(text: str) -> tuple[str, list[str]] | None:
    """The shape of a text and its literals in order, comments among them; None where it has no shape."""
    literals: list[str] = []
    hidden = False

    def mark(match: re.Match[str]) -> str:
        nonlocal hidden
        found = match[0]
        if match.lastgroup:
            hidden = hidden or match.lastgroup == "hides"
            return found
        literals.append(found)
        first = found[0]
        return _MARKS.get(first) or ("0" if first <= "9" else "n.n")

    shape = _LITERAL.sub(mark, text)
    return None if hidden else (shape, literals)


def marks_of(shape: str) -> dict[int, tuple[int, int, int]]:
    """Tag, index and length of each mark of a shape, by its offset: marks are literals themselves."""
    found = (match for match in _LITERAL.finditer(shape) if not match.lastgroup)
    return {
        match.start(): (_TAGS.get(match[0][0], _COMMENT), index, len(match[0])) for index, match in enumerate(found)
    }


@lru_cache(maxsize=65536)
def skeleton_of(shape: str) -> Skeleton | None:
    """The skeleton of a shape, parsed once by python-hcl2 and kept; None if it is refused."""
    key = f"{_readers()}\0{shape}"
    kept = cache.get("shape", key)
    if kept is not None:
        return json.loads(kept)  # type: ignore[no-any-return]
    from generator.prove import syntax  # Lark takes longer to import than a kept module to read

    try:
        found = syntax.skeleton(shape, marks_of(shape))
    except Refused:
        found = None
    cache.put("shape", key, json.dumps(found).encode())
    return found


@lru_cache(maxsize=1)
def _readers() -> str:
    """Who reads: a skeleton is kept for just these."""
    return f"{version('python-hcl2')} {version('lark')} {_optional('pygohcl')}"


def _optional(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "-"
