"""The commands that the documentation and the example pipeline show are commands that natlane has."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from natlane.cli import parser_for

ROOT = Path(__file__).parents[2]
PIPELINE = ROOT / ".github/workflows/partners.yml"
PAGES = (ROOT / "docs/operations.md", ROOT / "docs/impact.md", ROOT / "docs/adopting.md", PIPELINE)
COMMAND = re.compile(r"(?:^|[(`&|]|run: |\s{4})\s*natlane ([^\n`#;|&>)]+)", re.M)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_is_understood(page: Path) -> None:
    commands = [shlex.split(found) for found in COMMAND.findall(page.read_text(encoding="utf-8"))]
    whole = [words for words in commands if words != ["prune"]]  # which a sentence may name alone
    assert len(whole) > 3
    for words in whole:
        assert parser_for(words).parse_args(words).command in words
