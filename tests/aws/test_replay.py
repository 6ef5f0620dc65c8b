"""The kept calls of every committed module make an AWS in which nothing is amiss."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.aws.conftest import landing_zone_of
from tests.aws.fake import FakeAws
from tests.aws.replay import CALLS, calls_of, replay
from tests.conftest import GOLDENS

DECOMMISSIONED = {"cyberdyne"}  # its module has nothing
FLEETS = {root: sorted(path.parent.name for path in (root / "out").glob("*/providers.tf")) for root in GOLDENS}


def test_every_module_has_its_calls() -> None:
    wanted = [calls_of(root) / f"{name}.jsonl" for root, fleet in FLEETS.items() for name in fleet]
    assert sorted(CALLS.rglob("*.jsonl")) == sorted(wanted)


@pytest.mark.parametrize("root", FLEETS, ids=lambda root: root.name)
def test_a_whole_fleet_is_in_one_aws(root: Path) -> None:
    """All at once: no name, address, route or quota of one partner is in the way of another's."""
    zone = landing_zone_of(root)
    with FakeAws.of(zone) as aws:
        replay(aws, *FLEETS[root], calls=calls_of(root))
        connections = [each.data for each in aws.world.live("vpn-connection")]  # in whichever account
        devices = [_devices_of(root, name) for name in FLEETS[root] if name not in DECOMMISSIONED]
        assert len(connections) == sum(devices)
        outside = [each["OutsideIpAddress"] for one in connections for each in one["VgwTelemetry"]]
        assert len(set(outside)) == len(outside)
        for name in zone.accounts:
            tables = aws.client("ec2", name).describe_route_tables()["RouteTables"]
            assert {route["State"] for table in tables for route in table["Routes"]} <= {"active"}
        assert aws.wrong == []


def _devices_of(root: Path, name: str) -> int:
    """How many customer gateways a partner's committed module has."""
    return (root / "out" / name / "vpn.tf").read_text().count('resource "aws_customer_gateway"')
