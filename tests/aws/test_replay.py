"""The kept calls of every committed module make an AWS in which nothing is amiss."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.aws.conftest import landing_zone_of
from tests.aws.fake import FakeAws
from tests.aws.replay import CALLS, replay
from tests.conftest import ROOT, TRANSIT_ACCOUNT

DECOMMISSIONED = {"cyberdyne"}  # its module has nothing
FLEETS = {
    root: sorted(path.parent.name for path in (root / "out").glob("*/providers.tf")) for root in (ROOT, TRANSIT_ACCOUNT)
}


def test_every_module_has_its_calls() -> None:
    assert sorted(path.stem for path in CALLS.glob("*.jsonl")) == sorted(
        name for fleet in FLEETS.values() for name in fleet
    )


@pytest.mark.parametrize("root", FLEETS, ids=lambda root: root.name)
def test_a_whole_fleet_is_in_one_aws(root: Path) -> None:
    """All at once: no name, address, route or quota of one partner is in the way of another's."""
    zone = landing_zone_of(root)
    with FakeAws.of(zone) as aws:
        replay(aws, *FLEETS[root])
        connections = [each.data for each in aws.world.live("vpn-connection")]  # in whichever account
        assert len(connections) == len([name for name in FLEETS[root] if name not in DECOMMISSIONED])
        outside = [each["OutsideIpAddress"] for one in connections for each in one["VgwTelemetry"]]
        assert len(set(outside)) == len(outside)
        for name in zone.accounts:
            tables = aws.client("ec2", name).describe_route_tables()["RouteTables"]
            assert {route["State"] for table in tables for route in table["Routes"]} <= {"active"}
        assert aws.wrong == []
