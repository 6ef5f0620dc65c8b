"""What is printed commands neither GitHub's runner nor its pages, whatever stands before or between its signs."""

from __future__ import annotations

import sys
from unicodedata import category

import pytest
from natlane.output.escape import inert, markdown_text
from natlane.problems import visible

SPACES = [chr(code) for code in range(sys.maxunicode) if chr(code).isspace() and chr(code) != "\n"]
WITHOUT_WIDTH = [each for each in map(chr, range(0x80, sys.maxunicode)) if category(each) == "Cf"]


@pytest.mark.parametrize("before", ["", *SPACES, "\u00a0 \t", "\u3000\u2003"], ids=ascii)
def test_no_line_is_a_workflow_command(before: str) -> None:
    for text in (f"{before}::error::x", f"a\n{before}::error::x\n"):
        assert not any(line.lstrip().startswith("::") for line in inert(text).split("\n"))


def test_what_has_no_width_is_shown_before_a_command() -> None:
    """The runner's comparison of texts may pass over them."""
    for char in WITHOUT_WIDTH:
        assert "\\" in inert(f"{char}::error::x").partition("::")[0], ascii(char)


@pytest.mark.parametrize(
    "char", ["\u200b", "\u2060", "\ufeff", "\u00ad", "\U000e0041", "\u202e", "\x1b", "\x07"], ids=ascii
)
def test_what_cannot_be_seen_is_shown_as_an_escape(char: str) -> None:
    assert visible(f"a{char}b").isascii()
    assert char not in visible(f"a{char}b")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("&#64;team", "&amp;#&#8203;64;team"),
        ("@team", "@&#8203;team"),
        ("~~no~~", r"\~\~no\~\~"),
        ("<b>", r"\<b\>"),
        ("[a](https://evil.example)", r"\[a\](https&#8203;://evil.example)"),
        ("a\n| b", r"a \| b"),
        ("```", r"\`\`\`"),
    ],
)
def test_markdown_is_text(text: str, said: str) -> None:
    assert markdown_text(text) == said
