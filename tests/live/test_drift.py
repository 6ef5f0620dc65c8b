"""`natlane drift` reports nothing right after an apply, and each later change with the packets that it affects."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.aws.fake import FakeAws
from tests.aws.replay import CALLS, replay
from tests.conftest import ROOT
from tests.live.conftest import Run

PARTNERS = sorted({path.stem for path in CALLS.glob("*.jsonl")} & {path.name for path in (ROOT / "out").iterdir()})
TRANSIT = "tgw-rtb-0bbbbbbbbbbbbbbbb"


@pytest.mark.parametrize("partner", PARTNERS)
def test_what_was_applied_is_what_out_says(partner: str, aws: FakeAws, run: Run, root: Path) -> None:
    replay(aws, partner)
    ran = run(root, "drift", partner)
    assert (ran.code, ran.out, ran.err) == (0, f"{partner}: AWS holds what out/ says\n", "")


def test_the_landing_zone_knows_partners_from_ours(aws: FakeAws, run: Run, root: Path) -> None:
    replay(aws, *PARTNERS)
    assert run(root, "discover").out == ""


def test_a_partner_that_was_not_applied(aws: FakeAws, run: Run, root: Path) -> None:
    ran = run(root, "drift", "globex")
    assert ran.code == 1
    assert ran.out == "globex: AWS holds no VPC N with one VPN connection of this partner: was it applied?\n"


def _tables(ec2: Any, name: str) -> str:
    (found,) = ec2.describe_route_tables(Filters=[{"Name": "tag:Name", "Values": [name]}])["RouteTables"]
    return str(found["RouteTableId"])


def _connection(ec2: Any) -> str:
    (found,) = ec2.describe_vpn_connections()["VpnConnections"]
    return str(found["VpnConnectionId"])


def _reply_route(ec2: Any) -> None:
    ec2.delete_route(RouteTableId=_tables(ec2, "globex-public"), DestinationCidrBlock="10.150.0.0/16")


def _nat_route(ec2: Any) -> None:
    ec2.delete_route(RouteTableId=_tables(ec2, "globex-natted-a"), DestinationCidrBlock="192.168.60.0/24")


def _vpn_route(ec2: Any) -> None:
    ec2.delete_vpn_connection_route(VpnConnectionId=_connection(ec2), DestinationCidrBlock="192.168.60.0/24")


def _transit_route(ec2: Any) -> None:
    ec2.delete_transit_gateway_route(TransitGatewayRouteTableId=TRANSIT, DestinationCidrBlock="192.168.60.0/24")


def _stolen(ec2: Any) -> None:
    """Somebody sends half of the partner's network to another VPC of ours."""
    ec2.create_transit_gateway_route(
        TransitGatewayRouteTableId=TRANSIT,
        DestinationCidrBlock="192.168.60.0/25",
        TransitGatewayAttachmentId="tgw-attach-0cccccccccccccccc",
    )


def _gateway(ec2: Any) -> None:
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:partner", "Values": ["globex"]}])["Vpcs"]
    (gateway,) = ec2.describe_vpn_gateways()["VpnGateways"]
    ec2.detach_vpn_gateway(VpnGatewayId=gateway["VpnGatewayId"], VpcId=vpc["VpcId"])


CHANGES: dict[str, tuple[Callable[[Any], None], str, str]] = {
    "the reply's route is gone": (_reply_route, "routes of subnet 10.181.0.0/28", "proof-reply"),
    "a natted subnet's route is gone": (_nat_route, "routes of subnet 10.181.0.0/25", "proof-outbound"),
    "the VPN's route is gone": (_vpn_route, "VPN", "proof-outbound"),
    "the transit gateway's route is gone": (_transit_route, f"transit gateway, {TRANSIT}", "proof-outbound"),
    "a more specific route takes packets": (_stolen, f"transit gateway, {TRANSIT}", "proof-outbound"),
    "the gateway was detached": (_gateway, "VPN", "proof-outbound"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_is_told_with_the_packets_that_it_hurts(case: str, aws: FakeAws, run: Run, root: Path) -> None:
    change, what, proof = CHANGES[case]
    replay(aws, "globex")
    change(aws.client("ec2", "master"))
    ran = run(root, "drift", "globex", "--format", "json")
    assert ran.code == 1
    (found,) = json.loads(ran.out)["partners"]
    if not what.startswith("routes of subnet"):
        assert what in {each["what"] for each in found["differences"]}
    else:
        assert any(each["what"].startswith("routes of subnet") for each in found["differences"])
    assert proof in {each["code"] for each in found["problems"]}


def test_a_change_that_hurts_no_packet_says_so(aws: FakeAws, run: Run, root: Path) -> None:
    replay(aws, "globex")
    ec2 = aws.client("ec2", "master")
    (tunnel, _) = ec2.describe_vpn_connections()["VpnConnections"][0]["Options"]["TunnelOptions"]
    ec2.modify_vpn_tunnel_options(
        VpnConnectionId=_connection(ec2),
        VpnTunnelOutsideIpAddress=tunnel["OutsideIpAddress"],
        TunnelOptions={"Phase1LifetimeSeconds": 3600},
    )
    ran = run(root, "drift", "globex")
    assert ran.code == 1
    number = re.search(r"  tunnel (\d)", ran.out)
    assert number
    assert ran.out == (
        "globex:\n"
        f"  tunnel {number[1]}\n"
        "    out/: phase1_lifetime_seconds 28800\n"
        "    AWS:  phase1_lifetime_seconds 3600\n"
        "  no packet is hurt: every proof holds on what AWS has\n"
    )


def test_what_is_gone_at_one_reading_only_is_not_told(
    aws: FakeAws, run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reads are not one instant: an apply may be under way."""
    replay(aws, "globex")
    ec2 = aws.client("ec2", "master")
    _vpn_route(ec2)
    import natlane.live.snapshot as snapshots

    read = snapshots.read_snapshot

    def once(*given: Any) -> Any:
        found = read(*given)
        if not ec2.describe_vpn_connections()["VpnConnections"][0]["Routes"]:
            ec2.create_vpn_connection_route(VpnConnectionId=_connection(ec2), DestinationCidrBlock="192.168.60.0/24")
        return found

    monkeypatch.setattr(snapshots, "read_snapshot", once)
    ran = run(root, "drift", "globex")
    assert (ran.code, ran.out) == (0, "globex: AWS holds what out/ says\n")


def test_a_recording_gives_the_same(
    aws: FakeAws, run: Run, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = str(tmp_path_factory.mktemp("record"))
    replay(aws, "globex")
    _transit_route(aws.client("ec2", "master"))
    live = run(root, "drift", "globex", "--record", folder)
    aws.calls.clear()
    assert run(root, "drift", "globex", "--from", folder) == live
    assert aws.calls == []


def test_an_unknown_partner_is_a_wrong_call(aws: FakeAws, run: Run, root: Path) -> None:
    assert run(root, "drift", "nobody").code == 2
