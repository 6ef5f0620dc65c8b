"""What a VPN's tunnels are doing, as tests say they are: up or down, by which algorithms, with which maintenance."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.aws.call import Call, answers
from tests.aws.errors import AwsError
from tests.aws.world import NOW, Data, Record, World


def tell(
    world: World, connection: str, tunnel: int, up: bool, since: datetime = NOW, routes: int = 0, message: str = ""
) -> None:
    """Says that a tunnel (1 or 2) is up or down; `routes` are those accepted by BGP."""
    found = world.records["vpn-connection"][connection].data["VgwTelemetry"][tunnel - 1]
    found |= {
        "Status": "UP" if up else "DOWN",
        "StatusMessage": message or ("" if up else "IPSEC IS DOWN"),
        "LastStatusChange": since,
        "AcceptedRouteCount": routes,
    }


def negotiate(world: World, connection: str, tunnel: int, **negotiated: Any) -> None:
    """Says what a tunnel (1 or 2) has negotiated, by members of ActiveVpnTunnelStatus."""
    _of(world, connection, tunnel).setdefault("active", {}).update(negotiated)


def maintain(world: World, connection: str, tunnel: int, **details: Any) -> None:
    """Says which maintenance a tunnel (1 or 2) has, by members of MaintenanceDetails."""
    _of(world, connection, tunnel).setdefault("maintenance", {}).update(details)


def _of(world: World, connection: str, tunnel: int) -> Data:
    record = world.records["vpn-connection"][connection]
    outside = record.data["Options"]["TunnelOptions"][tunnel - 1]["OutsideIpAddress"]
    kept: Data = record.kept.setdefault("status", {}).setdefault(outside, {})
    return kept


def _tunnel(call: Call) -> tuple[Record, Data, Data]:
    connection = call.find("vpn-connection", "VpnConnectionId")
    outside = call.params["VpnTunnelOutsideIpAddress"]
    for each in connection.data["Options"]["TunnelOptions"]:
        if each["OutsideIpAddress"] == outside:
            return connection, each, connection.kept.get("status", {}).get(outside, {})
    raise AwsError("InvalidParameterValue", f"{connection.id} has no tunnel {outside}")


def _first(option: Data, member: str, default: Any) -> Any:
    return option.get(member, [{"Value": default}])[0]["Value"]


@answers("ec2", "GetActiveVpnTunnelStatus")
def get_active_vpn_tunnel_status(call: Call) -> Data:
    """What both ends agreed on: the first of each list that the tunnel has, unless a test says otherwise; nothing of it
    while the tunnel is down (GetActiveVpnTunnelStatus)."""
    connection, option, status = _tunnel(call)
    telemetry = next(
        each for each in connection.data["VgwTelemetry"] if each["OutsideIpAddress"] == option["OutsideIpAddress"]
    )
    if telemetry["Status"] == "DOWN" and "active" not in status:
        return {"ActiveVpnTunnelStatus": {"ProvisioningStatus": "available"}}
    agreed = {
        "Phase1EncryptionAlgorithm": _first(option, "Phase1EncryptionAlgorithms", "AES128"),
        "Phase2EncryptionAlgorithm": _first(option, "Phase2EncryptionAlgorithms", "AES128"),
        "Phase1IntegrityAlgorithm": _first(option, "Phase1IntegrityAlgorithms", "SHA1"),
        "Phase2IntegrityAlgorithm": _first(option, "Phase2IntegrityAlgorithms", "SHA1"),
        "Phase1DHGroup": _first(option, "Phase1DHGroupNumbers", 2),
        "Phase2DHGroup": _first(option, "Phase2DHGroupNumbers", 2),
        "IkeVersion": _first(option, "IkeVersions", "ikev1"),
        "ProvisioningStatus": "available",
    }
    return {"ActiveVpnTunnelStatus": {**agreed, **status.get("active", {})}}


@answers("ec2", "GetVpnTunnelReplacementStatus")
def get_vpn_tunnel_replacement_status(call: Call) -> Data:
    """Maintenance of a tunnel endpoint that waits (GetVpnTunnelReplacementStatus)."""
    connection, option, status = _tunnel(call)
    names = ("TransitGatewayId", "CustomerGatewayId", "VpnGatewayId")
    return {
        "VpnConnectionId": connection.id,
        **{name: connection.data[name] for name in names if name in connection.data},
        "VpnTunnelOutsideIpAddress": option["OutsideIpAddress"],
        "MaintenanceDetails": {"LastMaintenanceApplied": NOW, **status.get("maintenance", {})},
    }
