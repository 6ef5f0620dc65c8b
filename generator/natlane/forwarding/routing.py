"""Where route tables, the transit gateway and the VPN send a packet: one function for each place."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from natlane.forwarding.disposition import Disposition
from natlane.forwarding.packet import (
    Arrived,
    AtAddress,
    Delivered,
    Dropped,
    FromVpnGateway,
    Hop,
    Host,
    InNatGateway,
    InSubnet,
    InTunnels,
    InVpnGateway,
    Moved,
    OnTransitGateway,
    Packet,
    PartnerHost,
    State,
    Text,
)
from natlane.network.model import Attachment, Network, VpcN, Vpn
from natlane.network.tables import Route, Table

TRANSIT_GATEWAY: Final = Text("transit gateway")
VPN_GATEWAY: Final = Text("virtual private gateway")
TUNNEL: Final = Text("VPN tunnel")


def from_host(state: State, at: Host, packet: Packet) -> Moved | Dropped:
    """Our VPC's own route table: to the transit gateway, or nowhere."""
    vpc, table = state.network.our_vpcs[at.vpc], state.network.our_tables[at.table]
    device = Text("VPC {}", (at.vpc,))
    route = table.route_to(packet.destination)
    if route is None:
        what = "the reply's way back" if packet.reply else "the way to the partner"
        fix = Text("add an aws_route for {}", (what,))
        return _no_route(device, Text("{} of VPC {}", (at.table, at.vpc)), table, packet, fix)
    if route.target.kind == "local":
        why = Text("{} is local to VPC {}: the packet never leaves it", (packet.destination, at.vpc))
        return Dropped(Disposition.STAYS_LOCAL, device, why, route.origin)
    done = Text("{}: {} to the transit gateway", (at.table, route.destination))
    return Moved(Hop(at, device, done, route.origin, packet), OnTransitGateway(vpc.attachment))


def on_transit_gateway(state: State, at: OnTransitGateway, packet: Packet) -> Moved | Arrived | Dropped:
    """The transit gateway table of the attachment that the packet came from."""
    came = state.network.attachments[at.attachment]
    table = state.network.transit_tables.get(came.table)
    if table is None:
        why = Text("the attachment {} is associated with no route table of the transit gateway", (_name(came),))
        fix = Text("add an aws_ec2_transit_gateway_route_table_association")
        return Dropped(Disposition.NOT_ASSOCIATED, TRANSIT_GATEWAY, why, came.origin, fix)
    route = table.route_to(packet.destination)
    if route is None:
        decides = Text("{}, which decides about {},", (_table_name(table), _name(came)))
        fix = Text("add an aws_ec2_transit_gateway_route for it")
        return _no_route(TRANSIT_GATEWAY, decides, table, packet, fix)
    if route.target.kind == "blackhole":
        why = Text("{} drops {}", (_table_name(table), route.destination))
        return Dropped(Disposition.BLACKHOLE, TRANSIT_GATEWAY, why, route.origin)
    to = state.network.attachments[route.target.name]
    done = Text("{}: {} to {}", (_table_name(table), route.destination, _name(to)))
    return _leave_transit_gateway(state, to, route, Hop(at, TRANSIT_GATEWAY, done, route.origin, packet))


def _leave_transit_gateway(state: State, to: Attachment, route: Route, hop: Hop) -> Moved | Arrived | Dropped:
    """Into one of our VPCs, a VPN, or VPC N, there in the sender's zone where VPC N is attached in it."""
    destination = hop.packet.destination
    if to.kind == "vpn":
        return Moved(hop, InTunnels(to.name))
    if to.kind == "our_vpc":
        if any(destination in cidr for cidr in state.network.our_vpcs[to.name].cidrs):
            return Arrived(hop, Delivered("vpc", to.name, "", "", hop.packet))
        why = Text("{} is not in VPC {}", (destination, to.name))
        return Dropped(Disposition.NO_SUCH_HOST, Text("VPC {}", (to.name,)), why, route.origin)
    vpc_n = state.network.vpcs_n[to.name]
    if not to.subnets:
        why = Text("{} has no subnet", (_name(to),))
        return Dropped(Disposition.NOT_ATTACHED, TRANSIT_GATEWAY, why, to.origin, Text("write subnet_ids"))
    entry = next((label for label in to.subnets if vpc_n.subnets[label].zone == state.choices.zone), to.subnets[0])
    return Moved(hop, InSubnet(to.name, entry))


_TARGETS: Final[Mapping[str, str]] = {
    "local": "VPC N itself",
    "nat_gateway": "NAT gateway {}",
    "vpn_gateway": "the virtual private gateway",
    "transit_gateway": "the transit gateway",
}


def in_subnet(state: State, at: InSubnet, packet: Packet) -> Moved | Dropped:
    """The route table of a subnet of VPC N."""
    vpc_n = state.network.vpcs_n[at.partner]
    table = vpc_n.table_of(at.subnet)
    device = Text("subnet {}", (at.subnet,))
    route = table.route_to(packet.destination)
    if route is None:
        return _no_route_in_subnet(vpc_n, at, packet)
    target = route.target
    if target.kind not in _TARGETS:
        why = Text("route table {} drops {}", (table.name, route.destination))
        return Dropped(Disposition.BLACKHOLE, device, why, route.origin)
    done = Text("{}: {} to {}", (table.name, route.destination, Text(_TARGETS[target.kind], (target.name,))))
    hop = Hop(at, device, done, route.origin, packet)
    if target.kind == "local":
        return Moved(hop, AtAddress(at.partner))
    if target.kind == "nat_gateway":
        return Moved(hop, InNatGateway(at.partner, target.name))
    if target.kind == "vpn_gateway":
        return Moved(hop, InVpnGateway(at.partner))
    return _to_transit_gateway(state.network, vpc_n, at, hop)


def _to_transit_gateway(network: Network, vpc_n: VpcN, at: InSubnet, hop: Hop) -> Moved | Dropped:
    """VPC N reaches the transit gateway from a zone in which it has an attachment subnet."""
    zone = vpc_n.subnets[at.subnet].zone
    attachment = network.attachments[vpc_n.attachment] if vpc_n.attachment else None
    if attachment and any(vpc_n.subnets[label].zone == zone for label in attachment.subnets):
        return Moved(hop, OnTransitGateway(attachment.key))
    why = Text("VPC N is not attached to the transit gateway in {}, so nothing gets there from {}", (zone, at.subnet))
    fix = Text("add that zone's natted subnet to subnet_ids")
    origin = attachment.origin if attachment else hop.origin
    return Dropped(Disposition.NOT_ATTACHED, hop.device, why, origin, fix)


def _no_route_in_subnet(vpc_n: VpcN, at: InSubnet, packet: Packet) -> Dropped:
    """The subnet's own table has no route, or it has no table of its own."""
    subnet, device = vpc_n.subnets[at.subnet], Text("subnet {}", (at.subnet,))
    if subnet.table is None:
        why = Text("subnet {} has no route table of its own, and the main one knows VPC N only", (at.subnet,))
        fix = Text("add an aws_route_table_association for aws_subnet.{}", (at.subnet,))
        return Dropped(Disposition.NO_ROUTE, device, why, subnet.origin, fix)
    table = vpc_n.table_of(at.subnet)
    fix = Text("add an aws_route for {}", ("the reply" if packet.reply else "it",))
    return _no_route(device, Text("route table {}", (table.name,)), table, packet, fix)


def _connection(state: State, at: InVpnGateway | InTunnels | PartnerHost) -> Vpn:
    """The connection to the device that carries the packet."""
    vpns = state.network.vpcs_n[at.partner].vpns
    return vpns[state.choices.device % len(vpns)]


def in_vpn_gateway(state: State, at: InVpnGateway, packet: Packet) -> Moved | Dropped:
    """A virtual private gateway forwards only what it knows to be behind its tunnels."""
    vpn = _connection(state, at)
    if vpn.known is None:
        why = Text("the VPN does not end on the virtual private gateway")
        return Dropped(Disposition.NOT_ATTACHED, VPN_GATEWAY, why, vpn.origin)
    route = vpn.known.route_to(packet.destination)
    if route is None:
        fix = Text("add an aws_vpn_connection_route for it")
        return _no_route(VPN_GATEWAY, Text("the virtual private gateway"), vpn.known, packet, fix)
    how = "static route" if vpn.static else "announced by the partner (BGP)"
    done = Text("{}: {} to the tunnels", (how, route.destination))
    return Moved(Hop(at, VPN_GATEWAY, done, route.origin, packet), InTunnels(at.partner))


def in_tunnels(state: State, at: InTunnels, packet: Packet) -> Arrived | Dropped:
    """A tunnel lets through what its traffic selectors name."""
    vpn = _connection(state, at)
    outside = _outside(vpn.ours, packet.source, "ours") or _outside(vpn.theirs, packet.destination, "theirs")
    hop = _tunnel(state, at, packet, outside, Text("widen the selector"))
    return hop if isinstance(hop, Dropped) else Arrived(hop, Delivered("partner", at.partner, at.partner, "", packet))


def from_partner(state: State, at: PartnerHost, packet: Packet) -> Moved | Dropped:
    """Into the tunnel at the partner's end, as far as the traffic selectors let it."""
    vpn = _connection(state, at)
    outside = _outside(vpn.theirs, packet.source, "theirs") or _outside(vpn.ours, packet.destination, "ours")
    fix = Text("if the partner is meant to call it, widen the selector")
    hop = _tunnel(state, at, packet, outside, fix)
    if isinstance(hop, Dropped):
        return hop
    return Moved(hop, OnTransitGateway(vpn.attachment) if vpn.known is None else FromVpnGateway(at.partner))


def _outside(selector: IPv4Network, address: IPv4Address, side: str) -> Text | None:
    """Why a traffic selector keeps an address out of the tunnel; None where it does not."""
    if address in selector:
        return None
    return Text("{} is outside the traffic selector {} ({})", (address, selector, side))


def _tunnel(
    state: State, at: InTunnels | PartnerHost, packet: Packet, outside: Text | None, fix: Text
) -> Hop | Dropped:
    """Through any tunnel that is up, unless the selectors keep the packet out."""
    vpn = _connection(state, at)
    origin = vpn.origin
    if outside:
        return Dropped(Disposition.FILTERED, TUNNEL, outside, origin, fix)
    several = len(state.network.vpcs_n[at.partner].vpns) > 1
    if not state.choices.tunnels:
        why = Text("every tunnel is down" if several else "both tunnels are down")
        return Dropped(Disposition.TUNNELS_DOWN, TUNNEL, why, origin)
    done = Text("through tunnel " + " or ".join("{}" for _ in state.choices.tunnels), state.choices.tunnels)
    if several:
        done = Text("{} of device {}", (done, vpn.customer_gateway.address))
    return Hop(at, TUNNEL, done, origin, packet)


def from_vpn_gateway(state: State, at: FromVpnGateway, packet: Packet) -> Moved | Dropped:
    """A virtual private gateway passes what comes out of a tunnel on to VPC N's own addresses only."""
    vpc_n = state.network.vpcs_n[at.partner]
    for cidr in vpc_n.cidrs:
        if packet.destination in cidr:
            hop = Hop(at, VPN_GATEWAY, Text("{} to VPC N itself", (cidr,)), vpc_n.origin, packet)
            return Moved(hop, AtAddress(at.partner))
    why = Text("{} is not in VPC N, and a virtual private gateway passes nothing further", (packet.destination,))
    return Dropped(Disposition.NOT_PASSED_ON, VPN_GATEWAY, why, vpc_n.origin)


def _no_route(device: Text, decides: Text, table: Table, packet: Packet, fix: Text) -> Dropped:
    """Nothing in a table matches."""
    why = Text("{} has no route to {}", (decides, packet.destination))
    return Dropped(Disposition.NO_ROUTE, device, why, table.origin, fix)


_ATTACHED: Final[Mapping[str, str]] = {"our_vpc": "VPC {}", "vpc_n": "VPC N of {}", "vpn": "the VPN of {}"}


def _name(attachment: Attachment) -> Text:
    return Text(_ATTACHED[attachment.kind], (attachment.name,))


def _table_name(table: Table) -> str:
    """Its id, or the address of a table that the module makes."""
    return table.name.rpartition("/")[2]
