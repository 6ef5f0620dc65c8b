"""Each kind of change gets the verdict that the table states, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.review.cases import CASES, VERDICTS, Case, review, told

SECTIONS = {part.partition("\n")[0]: part for part in VERDICTS.read_text(encoding="utf-8").split("## ")[1:]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_verdict(case: Case, tmp_path: Path) -> None:
    impact = review(case, tmp_path)
    assert impact.problems == ()
    assert impact.level == case.level


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_said(case: Case, tmp_path: Path) -> None:
    said = told(case, tmp_path).removeprefix("## ")
    assert said.rstrip() == SECTIONS[case.name].rstrip(), "if it is right, run: python -m tests.review.cases"


def test_every_section_has_its_case() -> None:
    assert list(SECTIONS) == [case.name for case in CASES]
