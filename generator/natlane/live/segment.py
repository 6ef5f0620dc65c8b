"""A partner's segment of the network as AWS holds it, in the form in which out/ is proven."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from natlane.live import calls
from natlane.live.calls import Answers, Call, Item
from natlane.live.discover import cidrs_of
from natlane.live.interfaces import interfaces_of
from natlane.live.snapshot import Snapshot
from natlane.live.tags import made_by_natlane, tags_of
from natlane.network.model import (
    Attachment,
    CustomerGateway,
    OurNetwork,
    Output,
    Segment,
    SharedRoute,
    Subnet,
    VpcN,
    Vpn,
)
from natlane.network.tables import Kind, Origin, Route, Table, Target, table

_ANYWHERE = IPv4Network("0.0.0.0/0")
_NO_ADDRESS = CustomerGateway("", 0)


@dataclass(frozen=True, slots=True)
class Live:
    """One reading, looked at for one partner. `prefixes` are the partner's: what routes of others may take.

    `imported` are the ids that its module takes over, which bear no tag of ours before the first apply.
    """

    snapshot: Snapshot
    ours: OurNetwork
    partner: str
    prefixes: tuple[IPv4Network, ...]
    imported: frozenset[str]

    @property
    def own(self) -> Answers:
        """The answers of the account in which VPC N is."""
        return self.snapshot.answers[self.ours.network_account]

    @property
    def transit(self) -> Answers:
        """The answers of the account that owns the transit gateway."""
        return self.snapshot.answers[self.ours.transit_account]

    def tagged(self, answers: Answers, call: Call) -> list[Item]:
        """What natlane's modules made for this partner, or take over."""
        return [
            each
            for each in answers[call.name]
            if (made_by_natlane(each) and tags_of(each).get("partner") == self.partner)
            or self.imported.intersection((each.get("VpcId"), each.get("VpnConnectionId")))
        ]

    def origin(self, item: Item, number: str) -> Origin:
        """Where a thing is: its id, and the name that its tag gives."""
        name = tags_of(item).get("Name", "")
        return Origin(f"{number} ({name})" if name else number, f"out/{self.partner}", 0)


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
    tables = _tables(live, vpc)
    entries = list(_transit_routes(live, own_keys))
    own_tables = {each.table for each in attachments if each.table} - set(live.ours.transit_tables)
    vpc_n = VpcN(
        partner=live.partner,
        cidrs=cidrs_of(vpc),
        subnets=subnets,
        tables=tables,
        interfaces=interfaces_of(live.own, vpc["VpcId"], live.origin),
        attachment=next((each.key for each in attachments if each.kind == "vpc_n"), ""),
        vpns=tuple(_vpn(live, each, vpc, vpn_key, tables) for each in connections),
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


def connections_of(live: Live) -> list[Item]:
    """The VPN connections, which are the transit gateway's account's where they end there."""
    found = live.tagged(live.own, calls.VPN_CONNECTIONS)
    if live.ours.transit_account != live.ours.network_account:
        found += live.tagged(live.transit, calls.VPN_CONNECTIONS)
    return found


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


def _vpn(live: Live, connection: Item, vpc: Item, attachment: str, tables: Mapping[str | None, Table]) -> Vpn:
    options = connection.get("Options", {})
    static = bool(options.get("StaticRoutesOnly"))
    on_gateway = "VpnGatewayId" in connection
    gateway = _gateway(live, connection, vpc)
    return Vpn(
        label=_label(live, connection),
        customer_gateway=_customer_gateway(live, connection),
        ours=IPv4Network(options.get("RemoteIpv4NetworkCidr") or _ANYWHERE),
        theirs=IPv4Network(options.get("LocalIpv4NetworkCidr") or _ANYWHERE),
        static=static,
        amazon_side_asn=int(gateway.get("AmazonSideAsn", 0)) if on_gateway else None,
        known=_known(live, connection, static, gateway, tables) if on_gateway else None,
        attachment="" if on_gateway else attachment,
        origin=live.origin(connection, connection["VpnConnectionId"]),
    )


def _label(live: Live, connection: Item) -> str:
    """The label that out/ gives a connection, by the name that its tag gives: the partner's, and the device's."""
    name, ours = tags_of(connection).get("Name", ""), f"{live.partner}-"
    return f"partner_{name.removeprefix(ours).replace('-', '_')}" if name.startswith(ours) else "partner"


def _gateway(live: Live, connection: Item, vpc: Item) -> Item:
    """The connection's virtual private gateway while it is attached to VPC N; else nothing carries packets."""
    for each in live.own[calls.VPN_GATEWAYS.name]:
        if each["VpnGatewayId"] == connection.get("VpnGatewayId"):
            attached = [a["VpcId"] for a in each.get("VpcAttachments", ()) if a.get("State") == "attached"]
            return each if vpc["VpcId"] in attached else {}
    return {}


def _known(live: Live, connection: Item, static: bool, gateway: Item, tables: Mapping[str | None, Table]) -> Table:
    """What the gateway sends into the tunnels. BGP: the partner is taken to announce what VPC N's tables send to it."""
    number = connection["VpnConnectionId"]
    origin, behind = live.origin(connection, number), Target("connection", number)
    if not gateway:
        return table("virtual private gateway", origin, ())
    if static:
        told = [
            IPv4Network(each["DestinationCidrBlock"])
            for each in connection.get("Routes", ())
            if each.get("State") == "available"
        ]
        return table("virtual private gateway", origin, [Route(to, "static", behind, origin) for to in told])
    sent = {
        route.destination for each in tables.values() for route in each.routes if route.target.kind == "vpn_gateway"
    }
    return table("virtual private gateway", origin, [Route(to, "propagated", behind, origin) for to in sorted(sent)])


def _customer_gateway(live: Live, connection: Item) -> CustomerGateway:
    for answers in (live.own, live.transit):
        for each in answers[calls.CUSTOMER_GATEWAYS.name]:
            if each["CustomerGatewayId"] == connection.get("CustomerGatewayId"):
                asn = int(each.get("BgpAsnExtended") or each.get("BgpAsn") or 0)
                return CustomerGateway(str(each.get("CertificateArn") or each.get("IpAddress", "")), asn)
    return _NO_ADDRESS
