"""Escaping of text for terminals, workflow commands and Markdown.

Sources: GitHub, "Workflow commands" (%25, %0D, %0A, and in properties %3A and %2C; actions/toolkit command.ts);
actions/runner ActionCommand.cs (a line that starts with `::` after white space of any kind, `##[` anywhere);
GitHub Flavored Markdown, "Backslash escapes", "Autolinks (extension)", "Fenced code blocks".
"""

from __future__ import annotations

import re
from typing import Final

from natlane.problems import visible

# Before `::` the runner passes over every white space of Unicode, and its comparison over what has no width.
_COMMAND: Final = re.compile(r"^([^\n!-~]*):(?=:)", re.MULTILINE)
_PUNCTUATION: Final = re.compile(r"([\\`*_\[\]<>|~])")
# What GitHub makes a link of by itself: addresses of pages, @people and @teams, #issues, GH-issues.
_LINK: Final = re.compile(r"(?i)\b(?:https?|ftp)(?=://)|\bwww(?=\.)|(?<![\w.])@(?=\w)|(?<!&)#(?=[0-9])|\bGH(?=-[0-9])")
_TICKS: Final = re.compile(r"`+")


class Safe(str):
    """Text that a printer made safe itself: a workflow command that is meant, or colour."""

    __slots__ = ()


def inert(text: str, *, starts_line: bool = True) -> str:
    """Text in which nothing commands a terminal or GitHub's runner; lines stay lines."""
    text = visible(text, lines=True).replace("##[", "##\\[")
    if starts_line:
        return _COMMAND.sub(r"\1\\:", text)
    first, line, rest = text.partition("\n")
    return first + line + _COMMAND.sub(r"\1\\:", rest)


def workflow_command(kind: str, message: str, **properties: str | int) -> Safe:
    """`::error file=a,line=2::message`, with a line's end."""
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return Safe(f"::{kind} {written}::{_data(message)}\n")


def _data(text: str) -> str:
    return visible(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def markdown_text(text: str) -> str:
    """A text as one line of Markdown: no markup, no HTML, no link, no mention."""
    plain = " ".join(visible(text, lines=True).split()).replace("&", "&amp;")  # an entity could be an @
    escaped = _PUNCTUATION.sub(r"\\\1", plain)
    return _LINK.sub(lambda found: f"{found[0]}&#8203;", escaped)


def fenced(text: str, language: str = "text") -> str:
    """A text as a block of code, whose fence is longer than any that the text holds."""
    fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(text)), default=0))
    return f"{fence}{language}\n{text}{'' if text.endswith(chr(10)) else chr(10)}{fence}\n"
