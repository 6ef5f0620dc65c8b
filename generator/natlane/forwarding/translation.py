"""What the owner of an address in VPC N does with a packet: NAT gateway, load balancer, endpoint, nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

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
    Translation,
)
from natlane.network.model import Endpoint, Interface, LoadBalancer, NatGateway, VpcN
from natlane.network.security_groups import PROTOCOLS, passes


def in_nat_gateway(state: State, at: InNatGateway, packet: Packet) -> Moved | Dropped:
    """A private NAT gateway: the source becomes one of its pinned addresses."""
    vpc_n = state.network.vpcs_n[at.partner]
    mine = [each for each in vpc_n.owners(NatGateway) if each.owner.label == at.gateway]
    place, origin = f"NAT gateway {at.gateway}", mine[0].owner.origin
    if packet.reply:
        return Dropped(place, "the answer belongs to no connection of this NAT gateway", "", origin)
    if packet.protocol not in PROTOCOLS:
        return Dropped(place, f"a NAT gateway translates {', '.join(PROTOCOLS)} only", "", origin)
    interface = mine[state.choices.address % len(mine)]
    after = replace(packet, source=interface.address)
    hop = Hop(place, f"source {packet.source} becomes {after.source}", origin, after)
    return Moved(hop, InSubnet(at.partner, interface.subnet), Translation(packet, after))


def at_address(state: State, at: AtAddress, packet: Packet) -> Moved | Arrived | Dropped:
    """At an address of VPC N: somebody's, or nobody's."""
    vpc_n = state.network.vpcs_n[at.partner]
    interface = vpc_n.interfaces.get(packet.destination)
    if interface is None:
        return _nobody(vpc_n, packet)
    owner = interface.owner
    if isinstance(owner, Endpoint):
        return _at_endpoint(vpc_n, interface, owner, packet)
    if packet.reply:
        return _back_through(state, vpc_n, interface, packet)
    if isinstance(owner, NatGateway):
        return Dropped(
            f"NAT gateway {owner.label}",
            "a private NAT gateway takes nothing that it did not ask for",
            "",
            owner.origin,
        )
    return _at_load_balancer(state, vpc_n, interface, owner, packet)


def _nobody(vpc_n: VpcN, packet: Packet) -> Dropped:
    subnet = next((each for each in vpc_n.subnets.values() if packet.destination in each.cidr), None)
    where = f"subnet {subnet.label}" if subnet else "VPC N"
    return Dropped(
        where, f"nobody has the address {packet.destination} in {where}", "", subnet.origin if subnet else vpc_n.origin
    )


def _back_through(state: State, vpc_n: VpcN, interface: Interface, packet: Packet) -> Moved | Dropped:
    """A NAT gateway or a load balancer knows its connections, and gives answers back to whom they are for."""
    name = _owner_name(interface)
    for known in reversed(state.translations):
        if (known.after.source, known.after.destination) == (packet.destination, packet.source):
            after = replace(
                packet, source=known.before.destination, destination=known.before.source, port=known.before.port
            )
            hop = Hop(name, f"{packet} is again {after}", interface.owner.origin, after)
            return Moved(hop, InSubnet(vpc_n.partner, interface.subnet))
    return Dropped(name, "the answer belongs to no connection that it knows", "", interface.owner.origin)


def _at_endpoint(vpc_n: VpcN, interface: Interface, endpoint: Endpoint, packet: Packet) -> Arrived | Dropped:
    """An interface endpoint takes what its security groups let in, and answers no ping (PrivateLink guide, "Access an
    AWS service using an interface VPC endpoint")."""
    name = _owner_name(interface)
    if packet.protocol == "icmp":
        return Dropped(name, "an interface endpoint takes no ICMP", "", endpoint.origin)
    rule = passes(
        (rule for group in endpoint.groups for rule in group.ingress), packet.source, packet.protocol, packet.port
    )
    if rule is None or packet.reply:
        return Dropped(
            name,
            f"its security group lets {packet.protocol} port {packet.port} from {packet.source} not in",
            "add an aws_vpc_security_group_ingress_rule in inbound.tf",
            endpoint.origin,
        )
    hop = Hop(name, f"{packet.protocol} port {packet.port} let in for {endpoint.service}", rule.origin, packet)
    return Arrived(hop, Delivered("endpoint", endpoint.label, vpc_n.partner, interface.subnet, packet))


def _at_load_balancer(
    state: State, vpc_n: VpcN, interface: Interface, balancer: LoadBalancer, packet: Packet
) -> Moved | Dropped:
    """A load balancer takes what its security groups and listeners take; its targets see its own address."""
    name, file = _owner_name(interface), interface.owner.origin.path.rpartition("/")[2]
    ingress = [rule for group in balancer.groups for rule in group.ingress]
    if balancer.groups and not passes(ingress, packet.source, packet.protocol, packet.port):
        return Dropped(
            name,
            f"its security group lets {packet.protocol} port {packet.port} from {packet.source} not in",
            f"add an aws_vpc_security_group_ingress_rule in {file}",
            balancer.origin,
        )
    listener = next(
        (each for each in balancer.listeners if packet.protocol == "tcp" and each.port == packet.port), None
    )
    if listener is None or not listener.targets:
        return Dropped(
            name,
            f"it has no listener with targets on {packet.protocol} port {packet.port}",
            f"add an aws_lb_listener in {file}",
            balancer.origin,
        )
    target = listener.targets[state.choices.target % len(listener.targets)]
    egress = [rule for group in balancer.groups for rule in group.egress]
    if balancer.groups and not passes(egress, target.address, "tcp", target.port):
        return Dropped(
            name,
            f"its security group lets tcp port {target.port} to {target.address} not out",
            f"add an aws_vpc_security_group_egress_rule in {file}",
            target.origin,
        )
    after = replace(packet, source=interface.address, destination=target.address, port=target.port)
    hop = Hop(name, f"port {packet.port}: {packet} becomes {after} port {after.port}", listener.origin, after)
    return Moved(hop, InSubnet(vpc_n.partner, interface.subnet), Translation(packet, after))


def _owner_name(interface: Interface) -> str:
    kinds: Mapping[type, str] = {NatGateway: "NAT gateway", Endpoint: "endpoint", LoadBalancer: "load balancer"}
    return f"{kinds[type(interface.owner)]} {interface.owner.label}"
