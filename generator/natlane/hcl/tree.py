"""A skeleton is what python-hcl2 found in a text, as plain lists that can be kept as JSON.

A value is `[tag, content]`:
    [CONSTANT, scalar]         a string, number, boolean or null that stands in the text
    [COMPUTED, [part, ...]]    an expression that is no literal, as written
    [STRING | NUMBER | REFERENCE, index]   the literal with that index, which was taken out (parse_cache.py)
    [TUPLE, [value, ...]], [OBJECT, [[key, value], ...]]
and a part is text, or the index of a literal. An attribute is `[name, line, value]`, a block
`[line, kind, [label, ...], [attribute, ...], [block, ...]]`, a body `[[attribute, ...], [block, ...]]`;
lines count from 1 in the text.
"""

from __future__ import annotations

import re
from typing import Any, Final

CONSTANT, COMPUTED, STRING, NUMBER, REFERENCE, TUPLE, OBJECT = range(7)
Skeleton = list[Any]

# Every escape of a quoted string; a backslash or a line's end that is matched alone is none.
ESCAPE: Final = re.compile(r'\\(?:([nrt"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|\$\$\{|%%\{|[\\\n]')
_PLAIN: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


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
