"""Drawn descriptors that get a second device, lose one of two, or exchange one: the verdict follows from the change."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from natlane.impact.review import Impact, impact_of
from natlane.impact_levels import CLOSES, IN_PLACE, NOTHING, ONE_DOWN, OPENS, RE_ENGAGE

from tests.conftest import ROOT
from tests.descriptors import Descriptor, as_yaml, descriptors, validated, with_one_device, with_two_devices

pytestmark = pytest.mark.slow

FRESH = "192.168.255.252/30"  # of a network that few drawn partners have


def reviewed(before: Descriptor, after: Descriptor) -> Impact:
    """What impact says of a change of the only partner of a root."""
    with tempfile.TemporaryDirectory() as folder:
        roots = [Path(folder, name) for name in ("old", "new")]
        for root, descriptor in zip(roots, (before, after), strict=True):
            (root / "partners").mkdir(parents=True)
            shutil.copy(ROOT / "landing-zone.yaml", root)
            (root / "partners" / f"{descriptor['partner']}.yaml").write_text(as_yaml(descriptor), encoding="utf-8")
        impact = impact_of(str(roots[1]), str(roots[0]))
    assert impact.problems == ()
    return impact


def levels(impact: Impact) -> set[str]:
    """The levels of all that is said."""
    return {finding.finding.level for verdict in impact.verdicts for finding in verdict.reported}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(descriptors().map(with_two_devices), st.integers(0, 1))
def test_a_second_device_comes_and_goes_and_opens_nothing(two: Descriptor, kept: int) -> None:
    """It comes without an outage; it goes at the price of one device; who may reach what is as it was."""
    one = with_one_device(two, kept)
    validated(two)
    validated(one)
    assert levels(reviewed(one, two)) == {IN_PLACE}
    gone = reviewed(two, one)
    assert gone.level == ONE_DOWN
    assert not levels(gone) & {OPENS, CLOSES, RE_ENGAGE}
    assert reviewed(two, two).level == NOTHING


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(descriptors().map(with_two_devices))
def test_the_only_device_is_exchanged(two: Descriptor) -> None:
    """New addresses and keys, so the partner must be engaged again; who may reach what is as it was."""
    first, second = (with_one_device(two, index) for index in (0, 1))
    validated(first)
    validated(second)
    found = reviewed(first, second)
    assert found.level == RE_ENGAGE
    assert not levels(found) & {OPENS, CLOSES}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(descriptors().map(with_two_devices), st.booleans())
def test_a_network_more_opens_with_two_devices_as_with_one(two: Descriptor, devices_too: bool) -> None:
    """Also where a device comes in the same change, whose own effect hides nothing."""
    more = two | {"partner_cidrs": [*two["partner_cidrs"], FRESH]}
    before = with_one_device(two, 0) if devices_too else two
    validated(before)
    validated(more)
    opened, closed = reviewed(before, more), reviewed(more, before)
    assert OPENS in levels(opened)
    assert CLOSES not in levels(opened)
    said = " ".join(each.finding.sentence for verdict in opened.verdicts for each in verdict.reported)
    assert FRESH in said
    assert CLOSES in levels(closed)
    assert OPENS not in levels(closed)
