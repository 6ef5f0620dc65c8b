"""An acceptance without a reason is refused, and one at too low a level is told to be that."""

from __future__ import annotations

from pathlib import Path

import pytest
from natlane.impact.review import impact_of
from natlane.output.impact import text

from tests.impact.roots import partner, two_roots

MOVED = partner("globex", "203.0.113.20", "203.0.113.21")


def _accepting(level: str, change: str, reason: str) -> str:
    return f'accepted_impact: {{level: "{level}", change: "{change}", reason: "{reason}"}}\nvpn:'


def test_a_level_that_is_too_low_is_named(tmp_path: Path) -> None:
    old, new = two_roots(tmp_path / "one", ("globex",), (), (MOVED,))
    change = impact_of(str(new), str(old)).verdicts[0].change
    accepted = partner("globex", "vpn:", _accepting("in place", change, "agreed"))
    old, new = two_roots(tmp_path / "two", ("globex",), (), (MOVED, accepted))
    said = text(impact_of(str(new), str(old)), "both tunnels down")
    assert 'globex: accepted_impact names this change as "in place", and it is "re-engage partner"' in said


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reason_says_something(reason: str, tmp_path: Path) -> None:
    accepted = partner("globex", "vpn:", _accepting("in place", "01234567", reason))
    old, new = two_roots(tmp_path, ("globex",), (), (MOVED, accepted))
    (problem,) = impact_of(str(new), str(old)).problems
    assert (problem.code, problem.field) == ("pattern", "accepted_impact.reason")
