"""Blocks that are in use elsewhere: what the transit gateway and peerings lead to besides our VPCs and partners."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, collapse_addresses
from typing import Any, Final

from natlane.live import calls
from natlane.live.calls import Item
from natlane.live.snapshot import Snapshot
from natlane.live.tags import made_by_natlane

_ELSEWHERE: Final = {  # kinds of attachment whose routes lead out of our VPCs
    "connect": "Connect attachment",
    "direct-connect-gateway": "Direct Connect",
    "peering": "peering",
    "tgw-peering": "peering",
    "vpn": "VPN",
}


def reserved_blocks(snapshot: Snapshot, owner: str, ours: list[IPv4Network]) -> Iterator[tuple[IPv4Network, str]]:
    """Blocks that the transit gateway's tables, or peerings of our VPCs, send to somewhere that is not ours."""
    owners: dict[str, set[IPv4Network]] = {}
    for told, network in (*_routed_elsewhere(snapshot, owner), *_peered(snapshot)):
        owners.setdefault(told, set()).add(network)
    for told, networks in sorted(owners.items()):
        foreign = [each for each in networks if each.prefixlen and not any(each.subnet_of(cidr) for cidr in ours)]
        for network in collapse_addresses(foreign):
            yield network, told


def _routed_elsewhere(snapshot: Snapshot, owner: str) -> Iterator[tuple[str, IPv4Network]]:
    """The transit gateway's routes to what is neither our VPC nor a partner, with whom they lead to."""
    known = {vpc["VpcId"] for account in snapshot.accounts for vpc in snapshot.items(account.name, calls.VPCS)}
    partners = _partners_attachments(snapshot, owner)
    for table in snapshot.items(owner, calls.TRANSIT_ROUTES):
        for route in table["Routes"]:
            for attachment in route.get("TransitGatewayAttachments", ()):
                told = _owner_of(attachment, known, partners)
                if told:
                    yield from ((told, network) for network in _destination(route))


def _partners_attachments(snapshot: Snapshot, owner: str) -> set[str]:
    """The attachments of our partners; AWS makes the one of a VPN itself, and leaves it without tags."""
    connections = {
        each["VpnConnectionId"]
        for account in snapshot.accounts
        for each in snapshot.items(account.name, calls.VPN_CONNECTIONS)
        if made_by_natlane(each)
    }
    return {
        each["TransitGatewayAttachmentId"]
        for each in snapshot.items(owner, calls.TRANSIT_ATTACHMENTS)
        if made_by_natlane(each) or each["ResourceId"] in connections
    }


def _peered(snapshot: Snapshot) -> Iterator[tuple[str, IPv4Network]]:
    """The routes of every account's tables into peerings of VPCs."""
    for account in snapshot.accounts:
        for table in snapshot.items(account.name, calls.ROUTE_TABLES):
            for route in table.get("Routes", ()):
                if "VpcPeeringConnectionId" in route:
                    told = f"peering {route['VpcPeeringConnectionId']}"
                    yield from ((told, network) for network in _destination(route))


def _owner_of(attachment: Mapping[str, Any], known: set[str], partners: set[str]) -> str:
    """Who is behind an attachment; empty where that is one of our VPCs, or a partner of ours."""
    if attachment.get("TransitGatewayAttachmentId") in partners:
        return ""
    kind, resource = attachment.get("ResourceType", ""), attachment.get("ResourceId", "")
    if kind == "vpc":
        return "" if resource in known else f"VPC {resource}"
    return f"{_ELSEWHERE[kind]} {resource}" if kind in _ELSEWHERE else ""


def _destination(route: Item) -> Iterator[IPv4Network]:
    """A route's IPv4 destination; none for IPv6 and for prefix lists."""
    cidr = route.get("DestinationCidrBlock", "")
    if cidr and ":" not in cidr:
        yield IPv4Network(cidr)
