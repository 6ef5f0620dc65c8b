"""Where routes send a packet: one step a place, from our VPC over the transit gateway and VPC N into the tunnels."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

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
)
from natlane.network.model import Attachment, NatGateway, Network, Route, Table, VpcN


def from_host(state: State, at: Host, packet: Packet) -> Moved | Dropped:
    """Our VPC's own route table: to the transit gateway, or nowhere."""
    vpc, table = state.network.our_vpcs[at.vpc], state.network.our_tables[at.table]
    place = f"VPC {at.vpc}"
    route = table.route_to(packet.destination)
    if route is None:
        what = "the reply's way back" if packet.reply else "the way to the partner"
        return _no_route(place, f"{at.table} of VPC {at.vpc}", table, packet, "aws_route", "transit_gateway.tf", what)
    if route.target.kind == "local":
        return Dropped(
            place, f"{packet.destination} is local to VPC {at.vpc}: the packet never leaves it", "", route.origin
        )
    hop = Hop(place, f"{at.table}: {route.destination} to the transit gateway", route.origin, packet)
    return Moved(hop, OnTransitGateway(vpc.attachment))


def on_transit_gateway(state: State, at: OnTransitGateway, packet: Packet) -> Moved | Arrived | Dropped:
    """The transit gateway table of the attachment that the packet came from."""
    came = state.network.attachments[at.attachment]
    place = "transit gateway"
    if came.table not in state.network.transit_tables:
        return Dropped(
            place,
            f"the attachment {_shown(came)} is associated with no route table of the transit gateway",
            "add an aws_ec2_transit_gateway_route_table_association in transit_gateway.tf",
            came.origin,
        )
    table = state.network.transit_tables[came.table]
    name = _table_name(table)
    route = table.route_to(packet.destination)
    if route is None:
        return _no_route(
            place,
            f"{name}, which decides about {_shown(came)},",
            table,
            packet,
            "aws_ec2_transit_gateway_route",
            "transit_gateway.tf",
            "it",
        )
    if route.target.kind == "blackhole":
        return Dropped(place, f"{name} drops {route.destination}", "", route.origin)
    return _leave_transit_gateway(state, state.network.attachments[route.target.name], route, name, packet)


def _leave_transit_gateway(
    state: State, to: Attachment, route: Route, table: str, packet: Packet
) -> Moved | Arrived | Dropped:
    """Into one of our VPCs, a VPN, or VPC N, there in the sender's zone where VPC N is attached in it."""
    hop = Hop("transit gateway", f"{table}: {route.destination} to {_shown(to)}", route.origin, packet)
    if to.kind == "vpn":
        return Moved(hop, InTunnels(to.name))
    if to.kind == "our_vpc":
        if any(packet.destination in cidr for cidr in state.network.our_vpcs[to.name].cidrs):
            return Arrived(hop, Delivered("vpc", to.name, "", "", packet))
        return Dropped(f"VPC {to.name}", f"{packet.destination} is not in VPC {to.name}", "", route.origin)
    vpc_n = state.network.vpcs_n[to.name]
    entries = [vpc_n.subnets[label] for label in to.subnets]
    if not entries:
        return Dropped("transit gateway", f"{_shown(to)} has no subnet", "write subnet_ids", to.origin)
    entry = next((subnet for subnet in entries if subnet.zone == state.choices.zone), entries[0])
    return Moved(hop, InSubnet(to.name, entry.label))


def in_subnet(state: State, at: InSubnet, packet: Packet) -> Moved | Dropped:
    """The route table of a subnet of VPC N."""
    vpc_n = state.network.vpcs_n[at.partner]
    table, subnet = vpc_n.table_of(at.subnet), vpc_n.subnets[at.subnet]
    place = f"subnet {at.subnet}"
    route = table.route_to(packet.destination)
    if route is None and not subnet.table:
        return Dropped(
            place,
            f"subnet {at.subnet} has no route table of its own, and the main one knows VPC N only",
            f"add an aws_route_table_association for aws_subnet.{at.subnet} in vpc.tf",
            subnet.origin,
        )
    if route is None:
        what = "the reply" if packet.reply else "it"
        file = _file_of_route(state.network, vpc_n, at.subnet, packet)
        return _no_route(place, f"route table {table.name}", table, packet, "aws_route", file, what)
    target = route.target
    shown = {
        "local": "VPC N itself",
        "nat_gateway": f"NAT gateway {target.name}",
        "vpn_gateway": "the virtual private gateway",
        "transit_gateway": "the transit gateway",
    }
    if target.kind not in shown:
        return Dropped(place, f"route table {table.name} drops {route.destination}", "", route.origin)
    hop = Hop(place, f"{table.name}: {route.destination} to {shown[target.kind]}", route.origin, packet)
    if target.kind == "local":
        return Moved(hop, AtAddress(at.partner))
    if target.kind == "nat_gateway":
        return Moved(hop, InNatGateway(at.partner, target.name))
    if target.kind == "vpn_gateway":
        return Moved(hop, InVpnGateway(at.partner))
    attachment = state.network.attachments[vpc_n.attachment] if vpc_n.attachment else None
    if attachment is None or subnet.zone not in [vpc_n.subnets[label].zone for label in attachment.subnets]:
        return Dropped(
            place,
            f"VPC N is not attached to the transit gateway in {subnet.zone}, so nothing gets there from {at.subnet}",
            "add that zone's natted subnet to subnet_ids in transit_gateway.tf",
            attachment.origin if attachment else route.origin,
        )
    return Moved(hop, OnTransitGateway(attachment.key))


def _file_of_route(network: Network, vpc_n: VpcN, subnet: str, packet: Packet) -> str:
    """The generated file in which a subnet's route to this destination belongs."""
    if any(packet.destination in cidr for vpc in network.our_vpcs.values() for cidr in vpc.cidrs):
        return "transit_gateway.tf"
    if all(each.subnet != subnet for each in vpc_n.owners(NatGateway)):
        return "nat.tf"
    return "vpn.tf" if vpc_n.vpn.known else "transit_gateway.tf"


def in_vpn_gateway(state: State, at: InVpnGateway, packet: Packet) -> Moved | Dropped:
    """A virtual private gateway forwards only what it knows to be behind its tunnels."""
    vpn = state.network.vpcs_n[at.partner].vpn
    place = "virtual private gateway"
    if vpn.known is None:
        return Dropped(place, "the VPN does not end on the virtual private gateway", "", vpn.origin)
    route = vpn.known.route_to(packet.destination)
    if route is None:
        return _no_route(
            place, "the virtual private gateway", vpn.known, packet, "aws_vpn_connection_route", "vpn.tf", "it"
        )
    how = "static route" if vpn.static else "announced by the partner (BGP)"
    return Moved(Hop(place, f"{how}: {route.destination} to the tunnels", route.origin, packet), InTunnels(at.partner))


def in_tunnels(state: State, at: InTunnels, packet: Packet) -> Arrived | Dropped:
    """A tunnel lets through what its traffic selectors name."""
    vpn = state.network.vpcs_n[at.partner].vpn
    refused = _refused(vpn.ours, packet.source, "ours") or _refused(vpn.theirs, packet.destination, "theirs")
    hop = _through_tunnel(state, at.partner, packet, refused, "widen the selector in vpn.tf")
    return hop if isinstance(hop, Dropped) else Arrived(hop, Delivered("partner", at.partner, at.partner, "", packet))


def from_partner(state: State, at: PartnerHost, packet: Packet) -> Moved | Dropped:
    """Into the tunnel at the partner's end, as far as the traffic selectors let it."""
    vpn = state.network.vpcs_n[at.partner].vpn
    refused = _refused(vpn.theirs, packet.source, "theirs") or _refused(vpn.ours, packet.destination, "ours")
    hint = "if the partner is meant to call it, widen the selector in vpn.tf"
    hop = _through_tunnel(state, at.partner, packet, refused, hint)
    if isinstance(hop, Dropped):
        return hop
    if vpn.known is None:
        return Moved(hop, OnTransitGateway(vpn.attachment))
    return Moved(hop, FromVpnGateway(at.partner))


def from_vpn_gateway(state: State, at: FromVpnGateway, packet: Packet) -> Moved | Dropped:
    """A virtual private gateway passes what comes out of a tunnel on to VPC N's own addresses only."""
    vpc_n = state.network.vpcs_n[at.partner]
    place = "virtual private gateway"
    for cidr in vpc_n.cidrs:
        if packet.destination in cidr:
            return Moved(Hop(place, f"{cidr} to VPC N itself", vpc_n.origin, packet), AtAddress(at.partner))
    return Dropped(
        place,
        f"{packet.destination} is not in VPC N, and a virtual private gateway passes nothing further",
        "",
        vpc_n.origin,
    )


def _refused(selector: IPv4Network, address: IPv4Address, side: str) -> str:
    return "" if address in selector else f"{address} is outside the traffic selector {selector} ({side})"


def _through_tunnel(state: State, partner: str, packet: Packet, refused: str, hint: str) -> Hop | Dropped:
    vpn = state.network.vpcs_n[partner].vpn
    if refused:
        return Dropped("VPN tunnel", refused, hint, vpn.origin)
    if not state.choices.tunnels:
        return Dropped("VPN tunnel", "both tunnels are down", "", vpn.origin)
    numbers = " or ".join(str(number) for number in state.choices.tunnels)
    return Hop("VPN tunnel", f"through tunnel {numbers}", vpn.origin, packet)


def _no_route(place: str, who: str, table: Table, packet: Packet, resource: str, file: str, what: str) -> Dropped:
    """Nothing in a table matches, which is the commonest way to die."""
    return Dropped(
        place, f"{who} has no route to {packet.destination}", f"add an {resource} for {what} in {file}", table.origin
    )


def _shown(attachment: Attachment) -> str:
    kinds = {"our_vpc": "VPC {}", "vpc_n": "VPC N of {}", "vpn": "the VPN of {}"}
    return kinds[attachment.kind].format(attachment.name)


def _table_name(table: Table) -> str:
    return table.name.rpartition("/")[2]
