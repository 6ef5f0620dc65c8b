"""Parser of HCL text into a syntax tree; refuses what python-hcl2 accepts and HCL does not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lark.exceptions import UnexpectedInput

from natlane.hcl.grammar import grammar
from natlane.hcl.lark_reader import Mark, read_tree
from natlane.hcl.tree import Body, Refused

try:
    import pygohcl
except ImportError:  # the extra `fast`: HashiCorp's own parser, as a second reader
    pygohcl = None

# Lark takes up to 1.3 kB and 60 microseconds for each character. natlane's own blocks are far smaller.
MOST_CHARACTERS: Final = 131_072


_FOUND: Final = re.compile(r"[ \t]*(\w+|[^\s])")
_GO: Final = re.compile(r"tmp\.hcl:(\d+),(\d+)-[\d,]+: ([^;]*)")


def parse_body(text: str, placeholders: Mapping[int, Mark]) -> Body:
    """The body that a text is. `placeholders` are those in it, by their offset.

    Errors: Refused, with the line of the text.
    """
    if len(text) > MOST_CHARACTERS:
        message = f"holds {len(text):,} characters that cannot be read block by block; the most is {MOST_CHARACTERS:,}"
        raise Refused("file-too-large", 1, 1, message, "write smaller blocks, without heredocs and comments of /* */")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Refused("hcl-syntax", line, 1, "is not HCL: a zero byte")
    # An escaped `$${` may stand without `}`, which python-hcl2 does not know; lengths stay the same.
    masked = text.replace("$${", "$$_").replace("%%{", "%%_")
    try:
        found = read_tree(grammar().parse(masked + "\n"), text, placeholders)
    except UnexpectedInput as error:
        raise _syntax(text, error) from error
    except RecursionError as error:
        raise Refused("hcl-syntax", 1, 1, "is nested too deeply to be read") from error
    _second_reader(text)
    return found


def _second_reader(text: str) -> None:
    """HashiCorp's own parser must not refuse what python-hcl2 read. Errors: Refused."""
    if pygohcl is None:
        return
    try:
        pygohcl.loads(text)
    except pygohcl.HCLParseError as error:
        place = _GO.search(str(error))
        line, column, said = (int(place[1]), int(place[2]), place[3]) if place else (1, 1, str(error))
        raise Refused("hcl-syntax", line, column, f"is not HCL: {said[0].lower()}{said[1:]}") from error
    except RecursionError as error:
        raise Refused("hcl-syntax", 1, 1, "is nested too deeply to be read") from error
    except (pygohcl.HCLInternalError, ValueError):
        pass  # it read the text, and could not turn it into JSON, or Python could not turn that into numbers


def _syntax(text: str, error: UnexpectedInput) -> Refused:
    """Where and at what python-hcl2 stopped."""
    if error.pos_in_stream is None or error.pos_in_stream >= len(text):
        return Refused("hcl-syntax", text.count("\n") + 1, 1, "is not HCL: ends inside a block or expression")
    found = _FOUND.match(text, error.pos_in_stream)
    message = f"unexpected {found[1]!r}" if found else "unexpected end of line"
    if text[error.pos_in_stream - 1 : error.pos_in_stream] == '"':
        message = "a string is not closed"
    return Refused("hcl-syntax", error.line, error.column, f"is not HCL: {message}")
