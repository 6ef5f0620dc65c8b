"""Lines of generated files by what stands on them, so that a line more in a template breaks no test.

An expected text says `vpc.tf:<aws_subnet.natted_b>` for the line on which that block begins, and
`vpc.tf:<aws_subnet.natted_b cidr_block>` for the line of an argument or nested block in it; a number behind that takes
the second or third of them. `<<...>>` gives the line, column 1 and the address, as a problem has them.
"""

from __future__ import annotations

import re
from pathlib import Path

_PLACE = re.compile(
    r"(?P<file>[\w-]+\.tf):<(?P<whole><)?(?P<address>[^ <>]+)(?: (?P<argument>[^ >]+))?(?: (?P<number>\d+))?>"
    r"(?(whole)>)"
)


def located(expected: str, folder: Path) -> str:
    """The text with the lines of the files in a folder."""
    return _PLACE.sub(lambda match: _written(folder, match), expected)


def _written(folder: Path, match: re.Match[str]) -> str:
    place = f"{match['file']}:{_line(folder, match)}"
    return f"{place}:1: {match['address']}:" if match["whole"] else place


def _line(folder: Path, match: re.Match[str]) -> int:
    lines = (folder / match["file"]).read_text().splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(_head(match["address"])))
    if match["argument"] is None:
        return start + 1
    inside = range(start + 1, lines.index("}", start))
    found = [at for at in inside if re.match(rf"\s+{re.escape(match['argument'])}\b", lines[at])]
    return found[int(match["number"] or 1) - 1] + 1


def _head(address: str) -> str:
    """How a block begins: `output.agreed`, `provider.aws`, `terraform`, and everything else is a resource."""
    kind, _, label = address.partition(".")
    if not label:
        return f"{kind} {{"
    return f'{kind} "{label}" {{' if kind in ("output", "provider", "variable") else f'resource "{kind}" "{label}" {{'
