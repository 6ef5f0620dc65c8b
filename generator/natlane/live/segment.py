"""A partner's segment of the network as AWS holds it, in the form in which out/ is proven."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network

from natlane.live import calls
from natlane.live.calls import Item
from natlane.live.discover import cidrs_of
from natlane.live.interfaces import check_subnets, interfaces_of
from natlane.live.reading import Live, connections_of
from natlane.live.segment_vpn import vpn_of
from natlane.network.model import Attachment, Output, Segment, SharedRoute, Subnet, VpcN
from natlane.network.tables import Kind, Origin, Route, Table, Target, table


def live_segment(live: Live, outputs: tuple[Output, ...]) -> Segment | None:
    """What AWS holds for a partner, None without VPC N or a VPN; `outputs` are out/'s, which AWS does not know."""
    vpcs, connections = live.tagged(live.own, calls.VPCS), connections_of(live)
    if len(vpcs) != 1 or not connections:
        return None
    vpc = vpcs[0]
    attachments = tuple(_attachments(live, vpc, connections))
    own_keys = {each.key for each in attachments}
    vpn_key = next((each.key for each in attachments if each.kind == "vpn"), "")
    subnets = _subnets(live, vpc["VpcId"])
    interfaces = interfaces_of(live.own, vpc["VpcId"], live.origin)
    check_subnets(live.partner, interfaces, subnets)
    tables = _tables(live, vpc)
    entries = list(_transit_routes(live, own_keys))
    own_tables = {each.table for each in attachments if each.table} - set(live.ours.transit_tables)
    vpc_n = VpcN(
        partner=live.partner,
        cidrs=cidrs_of(vpc),
        subnets=subnets,
        tables=tables,
        interfaces=interfaces,
        attachment=next((each.key for each in attachments if each.kind == "vpc_n"), ""),
        vpns=tuple(vpn_of(live, each, vpc, vpn_key, tables) for each in connections),
        origin=live.origin(vpc, vpc["VpcId"]),
    )
    return Segment(
        vpc_n=vpc_n,
        attachments=attachments,
        transit_tables=tuple(
            table(name, Origin(name, f"out/{live.partner}", 0), [each.route for each in entries if each.table == name])
            for name in sorted(own_tables)
        ),
        shared=(*(each for each in entries if each.table not in own_tables), *_our_routes(live)),
        outputs=outputs,
    )


def _subnets(live: Live, vpc_id: str) -> Mapping[str, Subnet]:
    tables = {
        association["SubnetId"]: each["RouteTableId"]
        for each in live.own[calls.ROUTE_TABLES.name]
        for association in each.get("Associations", ())
        if association.get("SubnetId")
    }
    return {
        each["SubnetId"]: Subnet(
            each["SubnetId"],
            each["AvailabilityZone"],
            IPv4Network(each["CidrBlock"]),
            tables.get(each["SubnetId"]),
            live.origin(each, each["SubnetId"]),
        )
        for each in live.own[calls.SUBNETS.name]
        if each["VpcId"] == vpc_id
    }


def _tables(live: Live, vpc: Item) -> Mapping[str | None, Table]:
    """VPC N's tables by id; the main one under None too, for subnets without a table of their own."""
    origin = live.origin(vpc, vpc["VpcId"])
    local = [Route(cidr, "local", Target("local", ""), origin) for cidr in cidrs_of(vpc)]
    found: dict[str | None, Table] = {None: table("main", origin, local)}
    for each in live.own[calls.ROUTE_TABLES.name]:
        if each["VpcId"] != vpc["VpcId"]:
            continue
        made = live.origin(each, each["RouteTableId"])
        routes = [*local, *_routes(each, made)]
        found[each["RouteTableId"]] = table(each["RouteTableId"], made, routes)
        if any(association.get("Main") for association in each.get("Associations", ())):
            found[None] = table("main", made, routes)
    return found


def _routes(item: Item, origin: Origin) -> Iterator[Route]:
    """A VPC table's routes but the local ones; what AWS calls a blackhole, or no device of VPC N, drops."""
    for route in item.get("Routes", ()):
        cidr = route.get("DestinationCidrBlock", "")
        if not cidr or ":" in cidr or route.get("GatewayId") == "local":
            continue
        kind: Kind = "propagated" if route.get("Origin") == "EnableVgwRoutePropagation" else "static"
        yield Route(IPv4Network(cidr), kind, _target(route), origin)


def _target(route: Item) -> Target:
    if route.get("State") == "blackhole":
        return Target("blackhole", "")
    if "NatGatewayId" in route:
        return Target("nat_gateway", route["NatGatewayId"])
    if "TransitGatewayId" in route:
        return Target("transit_gateway", route["TransitGatewayId"])
    if str(route.get("GatewayId", "")).startswith("vgw-"):
        return Target("vpn_gateway", route["GatewayId"])
    return Target("blackhole", "")


def _attachments(live: Live, vpc: Item, connections: list[Item]) -> Iterator[Attachment]:
    """VPC N's attachment, and the VPN's where it ends on the transit gateway; only those that carry packets."""
    told = {each["TransitGatewayAttachmentId"]: each for each in live.transit[calls.TRANSIT_ATTACHMENTS.name]}
    subnets = {
        each["TransitGatewayAttachmentId"]: tuple(each.get("SubnetIds", ()))
        for each in live.own[calls.TRANSIT_VPC_ATTACHMENTS.name]
    }
    for key, each in told.items():
        if each["State"] not in ("available", "modifying"):
            continue
        association = each.get("Association", {})
        where = association.get("TransitGatewayRouteTableId", "") if association.get("State") == "associated" else ""
        if each["ResourceId"] == vpc["VpcId"]:
            yield Attachment(key, "vpc_n", live.partner, where, subnets.get(key, ()), live.origin(each, key))
        elif each["ResourceId"] in [one["VpnConnectionId"] for one in connections]:
            yield Attachment(key, "vpn", live.partner, where, (), live.origin(each, key))


def _transit_routes(live: Live, own: set[str]) -> Iterator[SharedRoute]:
    """Routes to this partner's attachments, and routes of others that overlap the partner's prefixes."""
    ours = {vpc.attachment for vpc in live.ours.vpcs.values()}
    for each in live.transit[calls.TRANSIT_ROUTES.name]:
        name = each["TransitGatewayRouteTableId"]
        shared = name in live.ours.transit_tables
        for route in each["Routes"]:
            cidr = route.get("DestinationCidrBlock", "")
            if not cidr or ":" in cidr:
                continue
            network = IPv4Network(cidr)
            keys = [a["TransitGatewayAttachmentId"] for a in route.get("TransitGatewayAttachments", ())]
            kind: Kind = "static" if route.get("Type") == "static" else "propagated"
            if shared and kind == "propagated" and set(keys) <= ours:
                continue  # our VPCs are taken to be in every shared table
            if not own.intersection(keys) and shared and not any(network.overlaps(p) for p in live.prefixes):
                continue
            known = next((key for key in keys if key in own or key in ours), "")
            target = Target("attachment", known) if known else Target("blackhole", "")
            origin = Origin(f"{name}, {cidr}", f"out/{live.partner}", 0)
            yield SharedRoute(live.partner, name, Route(network, kind, target, origin))


def _our_routes(live: Live) -> Iterator[SharedRoute]:
    """What our VPCs' tables send anywhere near the partner's prefixes."""
    for vpc in live.ours.vpcs.values():
        for each in live.snapshot.answers[vpc.account][calls.ROUTE_TABLES.name]:
            if each["RouteTableId"] not in vpc.tables:
                continue
            for route in _routes(each, live.origin(each, each["RouteTableId"])):
                if route.destination.prefixlen and any(route.destination.overlaps(p) for p in live.prefixes):
                    yield SharedRoute(live.partner, each["RouteTableId"], route)
