"""Every code that impact gives has a sentence and an example, and none is listed that it never gives."""

from __future__ import annotations

import re
from pathlib import Path

from natlane.impact.codes import FINDING_CODES

IMPACT = Path(__file__).parents[2] / "generator/natlane/impact"
GIVEN = re.compile(r'code="([a-z-]+)"|\("(route-[a-z]+)", ')


def test_every_code_is_listed_once() -> None:
    texts = [path.read_text() for path in sorted(IMPACT.rglob("*.py")) if path.name != "codes.py"]
    given = {first or second for text in texts for first, second in GIVEN.findall(text)} | {"opens", "closes"}
    assert [each.code for each in FINDING_CODES] == sorted(given)


def test_each_says_something() -> None:
    assert all(each.sentence.endswith(".") and each.example for each in FINDING_CODES)
