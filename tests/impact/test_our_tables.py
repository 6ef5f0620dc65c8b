"""A further table of a VPC of ours opens, and one that goes closes, though its others have the same routes."""

from __future__ import annotations

from pathlib import Path

import pytest
from natlane.impact.review import impact_of
from natlane.impact_levels import CLOSES, OPENS

from tests.conftest import ROOT
from tests.impact.roots import landing_zone, two_roots

LINE = next(
    line
    for line in (ROOT / "landing-zone.yaml").read_text(encoding="utf-8").split("\n  a:\n")[1].splitlines()
    if "route_tables: [" in line
)
MORE = LINE.replace("]", ", rtb-0eeeeeeeeeeeeeee9]")


@pytest.mark.parametrize(("before", "after", "level"), [(LINE, MORE, OPENS), (MORE, LINE, CLOSES)])
def test_a_table_beside_others(before: str, after: str, level: str, tmp_path: Path) -> None:
    start = (landing_zone(LINE, before),) if before != LINE else ()
    old, new = two_roots(tmp_path, ("globex",), start, (landing_zone(before, after),))
    (verdict,) = impact_of(str(new), str(old)).verdicts
    assert [each.finding.code for each in verdict.reported] == [level]
    assert "route table rtb-0eeeeeeeeeeeeeee9 of our VPC a" in verdict.reported[0].finding.sentence
    assert "192.168.60.0/24" in verdict.reported[0].finding.sentence
