"""What the owner of an address in VPC N does with a packet: NAT gateway, load balancer, endpoint, or nobody."""

from __future__ import annotations

from collections.abc import Mapping

from natlane.forwarding.disposition import Disposition
from natlane.forwarding.packet import (
    Arrived,
    AtAddress,
    Delivered,
    Dropped,
    Hop,
    InNatGateway,
    InSubnet,
    Moved,
    Packet,
    State,
    Text,
    Translation,
)
from natlane.network.model import Endpoint, Interface, LoadBalancer, NatGateway, VpcN
from natlane.network.security import PROTOCOLS


def in_nat_gateway(state: State, at: InNatGateway, packet: Packet) -> Moved | Dropped:
    """A private NAT gateway: the source becomes one of its pinned addresses."""
    vpc_n = state.network.vpcs_n[at.partner]
    mine, device = vpc_n.nat_interfaces(at.gateway), Text("NAT gateway {}", (at.gateway,))
    if not mine:
        return Dropped(Disposition.NO_SUCH_HOST, device, Text("it has no address"), vpc_n.origin)
    origin = mine[0].owner.origin
    if packet.reply:
        why = Text("the answer belongs to no connection of this NAT gateway")
        return Dropped(Disposition.NOT_TRANSLATED, device, why, origin)
    if packet.protocol not in PROTOCOLS:
        why = Text("a NAT gateway translates {} only", (", ".join(PROTOCOLS),))
        return Dropped(Disposition.NOT_TRANSLATED, device, why, origin)
    interface = mine[state.choices.address % len(mine)]
    after = packet._replace(source=interface.address)
    hop = Hop(at, device, Text("source {} becomes {}", (packet.source, after.source)), origin, after)
    return Moved(hop, InSubnet(at.partner, interface.subnet), Translation(packet, after))


def at_address(state: State, at: AtAddress, packet: Packet) -> Moved | Arrived | Dropped:
    """At an address of VPC N: somebody's, or nobody's."""
    vpc_n = state.network.vpcs_n[at.partner]
    interface = vpc_n.interfaces.get(packet.destination)
    if interface is None:
        return _nobody(vpc_n, packet)
    if isinstance(interface.owner, Endpoint):
        return _at_endpoint(at, interface, interface.owner, packet)
    if packet.reply:
        return _back_through(state, at, interface, packet)
    if isinstance(interface.owner, NatGateway):
        why = Text("a private NAT gateway takes nothing that it did not ask for")
        return Dropped(Disposition.NOT_TRANSLATED, _device(interface), why, interface.owner.origin)
    return _at_load_balancer(state, at, interface, interface.owner, packet)


def _nobody(vpc_n: VpcN, packet: Packet) -> Dropped:
    subnet = next((each for each in vpc_n.subnets.values() if packet.destination in each.cidr), None)
    where = Text("subnet {}", (subnet.label,)) if subnet else Text("VPC N")
    why = Text("nobody has the address {} in {}", (packet.destination, where))
    return Dropped(Disposition.NO_SUCH_HOST, where, why, subnet.origin if subnet else vpc_n.origin)


def _back_through(state: State, at: AtAddress, interface: Interface, packet: Packet) -> Moved | Dropped:
    """A NAT gateway or a load balancer knows its connections, and gives answers back to whom they are for."""
    device, origin = _device(interface), interface.owner.origin
    for known in reversed(state.translations):
        if (known.after.source, known.after.destination) == (packet.destination, packet.source):
            before = known.before
            after = packet._replace(source=before.destination, destination=before.source, port=before.port)
            hop = Hop(at, device, Text("{} is again {}", (packet, after)), origin, after)
            return Moved(hop, InSubnet(at.partner, interface.subnet))
    why = Text("the answer belongs to no connection that it knows")
    return Dropped(Disposition.NOT_TRANSLATED, device, why, origin)


def _at_endpoint(at: AtAddress, interface: Interface, endpoint: Endpoint, packet: Packet) -> Arrived | Dropped:
    """An interface endpoint takes what its security groups let in, and answers no ping (PrivateLink guide, "Access an
    AWS service using an interface VPC endpoint")."""
    device = _device(interface)
    if packet.protocol == "icmp":
        why = Text("an interface endpoint takes no ICMP")
        return Dropped(Disposition.FILTERED, device, why, endpoint.origin)
    allowed = (group.lets_in(packet.source, packet.protocol, packet.port) for group in endpoint.groups)
    rule = next(filter(None, allowed), None)
    if rule is None or packet.reply:
        fix = Text("add an aws_vpc_security_group_ingress_rule")
        return Dropped(Disposition.FILTERED, device, _not_in(packet), endpoint.origin, fix)
    done = Text("{} port {} let in for {}", (packet.protocol, packet.port, endpoint.service))
    delivered = Delivered("endpoint", endpoint.label, at.partner, interface.subnet, packet)
    return Arrived(Hop(at, device, done, rule.origin, packet), delivered)


def _at_load_balancer(
    state: State, at: AtAddress, interface: Interface, balancer: LoadBalancer, packet: Packet
) -> Moved | Dropped:
    """A load balancer takes what its security groups and listeners take; its targets see its own address."""
    device, groups = _device(interface), balancer.groups
    if groups and not any(group.lets_in(packet.source, packet.protocol, packet.port) for group in groups):
        fix = Text("add an aws_vpc_security_group_ingress_rule")
        return Dropped(Disposition.FILTERED, device, _not_in(packet), balancer.origin, fix)
    listener = balancer.listener_on(packet.port) if packet.protocol == "tcp" else None
    if listener is None or not listener.targets:
        why = Text("it has no listener with targets on {} port {}", (packet.protocol, packet.port))
        fix = Text("add an aws_lb_listener")
        return Dropped(Disposition.NOT_LISTENING, device, why, balancer.origin, fix)
    target = listener.targets[state.choices.target % len(listener.targets)]
    if groups and not any(group.lets_out(target.address, "tcp", target.port) for group in groups):
        why = Text("its security group lets tcp port {} to {} not out", (target.port, target.address))
        fix = Text("add an aws_vpc_security_group_egress_rule")
        return Dropped(Disposition.FILTERED, device, why, target.origin, fix)
    after = packet._replace(source=interface.address, destination=target.address, port=target.port)
    hop = Hop(at, device, _translated(packet, after), listener.origin, after)
    return Moved(hop, InSubnet(at.partner, interface.subnet), Translation(packet, after))


def _translated(before: Packet, after: Packet) -> Text:
    return Text("port {}: {} becomes {} port {}", (before.port, before, after, after.port))


def _not_in(packet: Packet) -> Text:
    values = (packet.protocol, packet.port, packet.source)
    return Text("its security group lets {} port {} from {} not in", values)


_DEVICES: Mapping[type, str] = {
    NatGateway: "NAT gateway {}",
    Endpoint: "endpoint {}",
    LoadBalancer: "load balancer {}",
}


def _device(interface: Interface) -> Text:
    return Text(_DEVICES[type(interface.owner)], (interface.owner.label,))
