"""A partner's VPN connections as AWS holds them, in the form in which out/ is proven."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Network

from natlane.live import calls
from natlane.live.calls import Item
from natlane.live.reading import Live
from natlane.live.tags import tags_of
from natlane.network.model import CustomerGateway, Vpn
from natlane.network.tables import Route, Table, Target, table

_ANYWHERE = IPv4Network("0.0.0.0/0")


_NO_ADDRESS = CustomerGateway("", 0)


def vpn_of(live: Live, connection: Item, vpc: Item, attachment: str, tables: Mapping[str | None, Table]) -> Vpn:
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
