"""The record of a user's mistake: what is wrong, where, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

Severity = Literal["error", "warning"]
# Control characters, what turns the direction of a line, what ends one, what shows nothing, and halves of characters.
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
# Of these what makes a reader see another text than a program does: turns, ends of lines, and what has no width.
# Joiners (U+200C, U+200D) belong to the words of some languages.
HIDING: Final = re.compile(
    "[\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SHORT: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake at one place.

    `path` is relative to the root; `line` and `column` count from 1, and `line` is 0 where the
    whole file is meant. `field` is dotted (`vpn.tunnels.1.inside_cidr`) and may be empty.
    `message` says what is wrong, `hint` what to write instead; neither ends in a full stop.
    """

    code: str
    severity: Severity
    path: str
    line: int
    column: int
    field: str
    message: str
    hint: str = ""

    def __post_init__(self) -> None:
        """No field holds what a terminal would obey; only message and hint may have lines."""
        for name, lines in (("path", False), ("field", False), ("message", True), ("hint", True)):
            text = getattr(self, name)
            if not text.isprintable():
                object.__setattr__(self, name, visible(text, lines=lines))

    def __str__(self) -> str:
        """The line that a person reads and an editor jumps to."""
        place = f"{self.path}:{self.line}:{self.column}: " if self.line else f"{self.path}: "
        field = f"{self.field}: " if self.field else ""
        hint = f"; {self.hint}" if self.hint else ""
        return visible(f"{place}{field}{self.message}{hint} [{self.severity}: {self.code}]")


def visible(text: str, *, lines: bool = False) -> str:
    r"""A text in which every character shows itself: an escape byte is \x1b, a line's end \n unless `lines`."""
    if text.isprintable():
        return text
    return _UNSEEN.sub(lambda found: found[0] if lines and found[0] in "\n\t" else _escaped(found[0]), text)


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte of a file's name that is not UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return _SHORT.get(char) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


class Code(NamedTuple):
    """What `natlane rules` says of one code: what holds where it is not reported, an example of a mistake, and what to
    write. `level` is the severity, or `finding` where a code names a change and not a mistake.
    """

    code: str
    level: str
    subject: str
    sentence: str
    source: str
    wrong: str = ""
    told: str = ""  # the message, where the example was checked to give it
    write: str = ""


def codes_about(subject: str, source: str, told: Iterable[tuple[str, ...]]) -> tuple[Code, ...]:
    """The codes of one subject: each with its sentence, what is wrong, what to write, and its level unless `error`."""
    return tuple(
        Code(code, (*level, "error")[0], subject, sentence, source, wrong, "", write)
        for code, sentence, wrong, write, *level in told
    )


def file_problem(code: str, path: str, message: str, hint: str = "") -> Problem:
    """A mistake that no single line holds: a file that is missing, unreadable or in the way."""
    return Problem(code, "error", path, 0, 0, "", message, hint)


def has_error(problems: Iterable[Problem]) -> bool:
    """Whether anything here forbids to write."""
    return any(problem.severity == "error" for problem in problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file, then by line: the order in which a person mends them. Each problem once."""
    return sorted(set(problems), key=lambda p: (p.path, p.line, p.column, p.field, p.code, p.message, p.hint))
