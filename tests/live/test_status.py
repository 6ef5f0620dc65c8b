"""`natlane status` says what AWS reports of each tunnel, and where it is other than out/."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.aws.ec2.vpn_status import maintain, negotiate, tell
from tests.aws.fake import FakeAws
from tests.live.conftest import Run
from tests.live.connections import connect

SINCE = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def connection(aws: FakeAws, root: Path) -> str:
    """Globex with both tunnels up."""
    made = connect(aws, root, "globex")
    for tunnel in (1, 2):
        tell(aws.world, made, tunnel, up=True, since=SINCE)
    return made


def _lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()[1:]]


def test_both_tunnels_are_up(aws: FakeAws, run: Run, root: Path, connection: str) -> None:
    ran = run(root, "status", "globex")
    assert (ran.code, ran.err) == (0, "")
    negotiated = ["ikev2", "AES256-GCM-16", "SHA2-384", "20"]
    assert _lines(ran.out) == [
        ["globex", str(number), "up", "2026-03-01", "09:30", "0", *negotiated] for number in (1, 2)
    ]


def test_a_tunnel_that_is_down_fails(aws: FakeAws, run: Run, root: Path, connection: str) -> None:
    tell(aws.world, connection, 2, up=False, since=SINCE)
    ran = run(root, "status", "globex")
    assert ran.code == 1
    assert _lines(ran.out)[1] == ["globex", "2", "down", "2026-03-01", "09:30", "0", "IPSEC", "IS", "DOWN"]


def test_what_was_negotiated_is_held_against_out(aws: FakeAws, run: Run, root: Path, connection: str) -> None:
    negotiate(aws.world, connection, 1, Phase1EncryptionAlgorithm="AES128")
    ran = run(root, "status", "globex", "--format", "json")
    assert ran.code == 1
    first, second = json.loads(ran.out)["tunnels"]
    assert first["differences"] == ["Phase1EncryptionAlgorithm is AES128, and out/ allows AES256-GCM-16"]
    assert second["differences"] == []


def test_maintenance_that_waits_is_told(aws: FakeAws, run: Run, root: Path, connection: str) -> None:
    maintain(
        aws.world,
        connection,
        2,
        PendingMaintenance="Available",
        MaintenanceAutoAppliedAfter=datetime(2026, 4, 1, tzinfo=UTC),
    )
    ran = run(root, "status", "globex")
    assert ran.code == 0
    assert "AWS replaces the endpoint: 2026-04-01T00:00" in ran.out


def test_tunnels_that_aws_swapped_keep_the_numbers_of_out(aws: FakeAws, run: Run, root: Path, connection: str) -> None:
    options = aws.world.records["vpn-connection"][connection].data["Options"]["TunnelOptions"]
    before = {each["TunnelInsideCidr"]: each["OutsideIpAddress"] for each in options}
    options.reverse()
    told = json.loads(run(root, "status", "globex", "--format", "json").out)["tunnels"]
    assert [each["number"] for each in told] == [1, 2]
    assert {each["inside_cidr"]: each["outside"] for each in told} == before


def test_partners_without_a_connection_and_connections_without_a_partner(
    aws: FakeAws, run: Run, root: Path, connection: str
) -> None:
    stray = connect(aws, root, "hooli", "cyberdyne")
    ran = run(root, "status")
    assert ran.code == 1
    assert ["hooli", "none", "AWS", "has", "no", "VPN", "connection", "of", "this", "partner"] in _lines(ran.out)
    assert ["cyberdyne", "stray", stray, "is", "of", "no", "partner", "here"] in _lines(ran.out)
    assert run(root, "status", "globex").code == 0


def test_brief_asks_once_a_region(aws: FakeAws, run: Run, root: Path, connection: str) -> None:
    aws.calls.clear()
    assert run(root, "status", "--brief", "globex").code == 0
    assert [call.operation for call in aws.calls] == ["GetCallerIdentity", "DescribeVpnConnections"] or [
        call.operation for call in aws.calls
    ] == ["AssumeRole", "GetCallerIdentity", "DescribeVpnConnections"]


def test_an_unknown_partner_is_a_wrong_call(aws: FakeAws, run: Run, root: Path) -> None:
    ran = run(root, "status", "nobody")
    assert (ran.code, ran.out) == (2, "")


def test_no_key_is_printed_or_recorded(
    aws: FakeAws, run: Run, root: Path, connection: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """AWS answers both keys twice: as options, and in the device's configuration."""
    record = aws.world.records["vpn-connection"][connection]
    keys = [option["PreSharedKey"] for option in record.data["Options"]["TunnelOptions"]]
    assert all(keys)
    answer = aws.client("ec2", "master").describe_vpn_connections(VpnConnectionIds=[connection])
    assert all(json.dumps(answer, default=str).count(key) >= 1 for key in keys)
    folder = tmp_path_factory.mktemp("record")
    printed = [
        run(root, "status", "--record", str(folder)),
        run(root, "status", "--from", str(folder), "--format", "json"),
    ]
    kept = "".join(path.read_text() for path in folder.rglob("*.json"))
    assert connection in kept
    for key in keys:
        assert key not in kept
        assert all(key not in ran.out + ran.err for ran in printed)


def test_a_recording_gives_the_same(
    aws: FakeAws, run: Run, root: Path, connection: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = str(tmp_path_factory.mktemp("record"))
    live = run(root, "status", "--record", folder)
    aws.calls.clear()
    assert run(root, "status", "--from", folder) == live
    assert aws.calls == []
