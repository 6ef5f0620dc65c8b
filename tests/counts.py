"""Counts in docs/proof.md, written by the tests that measure them.

Each is a row of a table, with what was counted in the first column. A test that counts fails where its row says
otherwise. With NATLANE_COUNTS=write in the environment it writes the row instead; `make counts` does.
"""

from __future__ import annotations

import fcntl
import os
import re

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "proof.md"


def counted(what: str, *numbers: int) -> None:
    """The row of what was counted holds these numbers, or gets them."""
    row = f"| {what} | {' | '.join(f'{number:,}' for number in numbers)} |"
    if os.environ.get("NATLANE_COUNTS") == "write":
        _write(what, row)
    assert row in PAGE.read_text().splitlines(), f"docs/proof.md should say: {row}; make counts writes it"


def rows(heading: str) -> dict[str, tuple[int, ...]]:
    """The numbers of the table whose first column has this heading, by what was counted."""
    lines = PAGE.read_text().splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(f"| {heading} |")) + 2
    found = {}
    for line in lines[start:]:
        if not line.startswith("| "):
            break
        what, *numbers = (cell.strip() for cell in line.strip("|").split("|"))
        found[what] = tuple(int(number.replace(",", "")) for number in numbers)
    return found


def _write(what: str, row: str) -> None:
    """Many processes may write at a time, each its own row."""
    with PAGE.open("r+") as page:
        fcntl.flock(page, fcntl.LOCK_EX)
        text = page.read()
        new, times = re.subn(rf"^\| {re.escape(what)} \|.*$", lambda _: row, text, flags=re.MULTILINE)
        assert times == 1, f"docs/proof.md has {times} rows for {what}"
        page.seek(0)
        page.write(new)
        page.truncate()
