"""A second walk, written apart from natlane's: where a packet arrives, and whether its answer comes back.

A second opinion, which shares no code with natlane.forwarding or natlane.network: it knows the texts and what AWS
documents. Every device is a function from a packet to the place where the packet is next, or to None where AWS drops
it.
"""

from collections.abc import Callable
from typing import NamedTuple

from tests.forwarding.second_world import Body, Interface, Things, World, address_of, best, inside, is_on, prefix_of

MOST_HOPS = 32  # The longest honest way, two translations and a VPN on the transit gateway, takes a dozen.


class Packet(NamedTuple):
    """The first packet of a connection, or the answer to it. `port` is the server's in both; ICMP has 0."""

    source: int
    destination: int
    protocol: str
    port: int
    answer: bool = False

    def turned(self) -> "Packet":
        return self._replace(source=self.destination, destination=self.source, answer=not self.answer)


class Choices(NamedTuple):
    """What AWS is free to decide. Numbers are taken modulo how many there are to choose from, in the order written."""

    zone: str  # where the transit gateway enters VPC N, if it is attached there; else in the first of its zones
    address: int = 0  # of a NAT gateway
    target: int = 0  # of a listener
    table: int = 0  # of the host of ours that answers
    device: int = 0  # of the partner, whose connection carries it


class Place(NamedTuple):
    """A device and which one of its kind. `vpc`, `partner` and `endpoint` are where journeys end."""

    device: str
    name: str


class Walk(NamedTuple):
    world: World
    choices: Choices
    memory: dict[tuple[str, Packet], Packet]  # who translated and what it sent, to what it had received


class Arrival(NamedTuple):
    place: Place
    packet: Packet
    walk: Walk


Step = tuple[Place, Packet] | None


def from_host(walk: Walk, table: str, packet: Packet) -> Step:
    """A host of ours sends by this table of its VPC."""
    vpc = walk.world.vpc_of[table]
    if inside(walk.world.cidrs[vpc], packet.destination):
        return Place("vpc", vpc), packet
    attachment = walk.world.attachment_of.get((vpc, best(walk.world, table, packet.destination)))
    return (Place("transit gateway", attachment), packet) if attachment else None


def from_partner(walk: Walk, partner: str, packet: Packet) -> Step:
    """What comes by a virtual private gateway reaches addresses of its VPC, and no table of it."""
    world, name = walk.world, connection(walk, partner)
    body = world.things["aws_vpn_connection"][name]
    if not is_selected(body, packet.destination, packet.source):
        return None
    if "transit_gateway_id" in body:
        return Place("transit gateway", name), packet
    for vpc, gateway in world.gateway_of.items():
        if gateway == body["vpn_gateway_id"] and inside(world.cidrs[vpc], packet.destination):
            return Place("interface", vpc), packet
    return None


def connection(walk: Walk, partner: str) -> str:
    """The connection of the partner's device that carries everything while its others are lost."""
    names = [name for name in walk.world.things["aws_vpn_connection"] if name.split("/")[0] == partner]
    return names[walk.choices.device % len(names)]


def through_transit_gateway(walk: Walk, attachment: str, packet: Packet) -> Step:
    """The table of the attachment that a packet comes from decides; a VPC of ours takes only what is for it."""
    world = walk.world
    target = best(world, world.table_of.get(attachment, ""), packet.destination)
    if target in world.vpc_of:
        vpc = world.vpc_of[target]
        return (Place("vpc", vpc), packet) if inside(world.cidrs[vpc], packet.destination) else None
    if target in world.things["aws_vpn_connection"]:
        return Place("tunnel", target), packet
    entries = world.entries.get(target, {})
    subnet = entries.get(walk.choices.zone) or next(iter(entries.values()), None)
    return (Place("subnet", subnet), packet) if subnet else None


def from_subnet(walk: Walk, subnet: str, packet: Packet) -> Step:
    """In VPC N: local first, then the subnet's table; a zone that the attachment has no subnet in cannot use it."""
    world, body = walk.world, walk.world.things["aws_subnet"][subnet]
    vpc = body["vpc_id"]
    if inside(world.cidrs[vpc], packet.destination):
        return Place("interface", vpc), packet
    target = best(world, world.table_of.get(subnet, ""), packet.destination)
    if target in world.things["aws_nat_gateway"]:
        return Place("NAT gateway", target), packet
    if target and target == world.gateway_of.get(vpc):
        return Place("VPN gateway", target), packet
    attachment = world.attachment_of.get((vpc, target), "")
    reachable = body["availability_zone"] in world.entries.get(attachment, {})
    return (Place("transit gateway", attachment), packet) if reachable else None


def through_nat_gateway(walk: Walk, nat: str, packet: Packet) -> Step:
    """It translates what opens a connection, and drops an answer to one that it never saw."""
    if packet.answer:
        return None
    body = walk.world.things["aws_nat_gateway"][nat]
    addresses = [body["private_ip"], *body.get("secondary_private_ip_addresses", [])]
    sent = packet._replace(source=address_of(addresses[walk.choices.address % len(addresses)]))
    walk.memory[nat, sent] = packet
    return Place("subnet", body["subnet_id"]), sent


def at_interface(walk: Walk, vpc: str, packet: Packet) -> Step:
    """Whoever has the address takes what answers it; only endpoints and load balancers take more."""
    things, found = walk.world.things, walk.world.interfaces.get((vpc, packet.destination))
    if found is None:
        return None
    received = walk.memory.get((found.owner, packet.turned()))
    if received is not None:
        return Place("subnet", found.subnet), received.turned()
    if packet.answer or packet.protocol == "icmp":
        return None
    if found.owner in things["aws_vpc_endpoint"]:
        groups = things["aws_vpc_endpoint"][found.owner].get("security_group_ids", [])
        return (Place("endpoint", found.owner), packet) if is_let(things, groups, "ingress", packet) else None
    return balanced(walk, found, packet) if found.owner in things["aws_lb"] else None


def balanced(walk: Walk, node: Interface, packet: Packet) -> Step:
    """The node of a load balancer that has the address connects to a target from that address."""
    things, balancer = walk.world.things, walk.world.things["aws_lb"][node.owner]
    groups, zone = balancer.get("security_groups") or None, things["aws_subnet"][node.subnet]["availability_zone"]
    chosen = [
        listener["default_action"][0]["target_group_arn"]
        for listener in things["aws_lb_listener"].values()
        if (listener["load_balancer_arn"], listener["port"]) == (node.owner, packet.port)
        and packet.protocol.upper() in listener["protocol"].split("_")
    ]
    everywhere = is_on(balancer.get("enable_cross_zone_load_balancing"))
    targets = [
        target
        for target in things["aws_lb_target_group_attachment"].values()
        if target["target_group_arn"] in chosen
        and (everywhere or target.get("availability_zone", "all") in ("all", zone))
    ]
    if not targets or not is_let(things, groups, "ingress", packet):
        return None
    target = targets[walk.choices.target % len(targets)]
    group = things["aws_lb_target_group"][target["target_group_arn"]]
    sent = packet._replace(
        source=packet.source if is_on(group.get("preserve_client_ip")) else node.address,
        destination=address_of(target["target_id"]),
        port=target.get("port") or group["port"],
    )
    walk.memory[node.owner, sent] = packet
    return (Place("subnet", node.subnet), sent) if is_let(things, groups, "egress", sent) else None


def is_let(things: Things, groups: list[str] | None, way: str, packet: Packet) -> bool:
    """Whether a rule of these security groups lets the packet in or out; a load balancer may have none at all."""
    far = packet.source if way == "ingress" else packet.destination
    return groups is None or any(
        rule["security_group_id"] in groups
        and inside([prefix_of(rule["cidr_ipv4"])], far)
        and rule["ip_protocol"] in (packet.protocol, "-1")
        and (rule["ip_protocol"] == "-1" or rule["from_port"] <= packet.port <= rule["to_port"])
        for rule in things[f"aws_vpc_security_group_{way}_rule"].values()
    )


def through_vpn_gateway(walk: Walk, gateway: str, packet: Packet) -> Step:
    """It forwards prefixes that it knows only: static routes, or by BGP what tables send to it, as was agreed."""
    world, name = walk.world, connection(walk, gateway.split("/")[0])
    body = world.things["aws_vpn_connection"][name]
    if body.get("vpn_gateway_id") != gateway:
        return None
    known = [
        prefix_of(route["destination_cidr_block"])
        for route in world.things["aws_vpn_connection_route"].values()
        if route["vpn_connection_id"] == name
    ]
    if not is_on(body.get("static_routes_only")):
        known = [route.prefix for routes in world.routes.values() for route in routes if route.target == gateway]
    return (Place("tunnel", name), packet) if inside(known, packet.destination) else None


def through_tunnel(walk: Walk, name: str, packet: Packet) -> Step:
    carried = is_selected(walk.world.things["aws_vpn_connection"][name], packet.source, packet.destination)
    return (Place("partner", name.split("/")[0]), packet) if carried else None


def is_selected(connection: Body, ours: int, theirs: int) -> bool:
    """Whether the traffic selectors carry it; `local` is the customer's side."""
    selectors = ((ours, "remote_ipv4_network_cidr"), (theirs, "local_ipv4_network_cidr"))
    return all(inside([prefix_of(connection.get(key, "0.0.0.0/0"))], address) for address, key in selectors)


DEVICES: dict[str, Callable[[Walk, str, Packet], Step]] = {
    "host": from_host,
    "device": from_partner,
    "transit gateway": through_transit_gateway,
    "subnet": from_subnet,
    "NAT gateway": through_nat_gateway,
    "interface": at_interface,
    "VPN gateway": through_vpn_gateway,
    "tunnel": through_tunnel,
}


def arrival(walk: Walk, place: Place, packet: Packet) -> Arrival | None:
    """Where a packet ends that starts at a `host` (a table of ours) or a `device` (a partner), or None: dropped."""
    for _ in range(MOST_HOPS):
        step = DEVICES[place.device](walk, place.name, packet)
        if step is None:
            return None
        place, packet = step
        if place.device not in DEVICES:
            return Arrival(place, packet, walk)
    return None


def comes_back(start: Place, packet: Packet, reached: Arrival, choices: Choices) -> bool:
    """Whether the answer of whoever was reached is, to the sender, an answer to its packet."""
    world = reached.walk.world
    answering = Place("device", reached.place.name)
    if reached.place.device == "vpc":
        tables = world.tables_of[reached.place.name]
        answering = Place("host", tables[choices.table % len(tables)])
    if reached.place.device == "endpoint":
        vpc = world.things["aws_vpc_endpoint"][reached.place.name]["vpc_id"]
        answering = Place("subnet", world.interfaces[vpc, reached.packet.destination].subnet)
    sender = Place("vpc", world.vpc_of[start.name]) if start.device == "host" else Place("partner", start.name)
    back = arrival(reached.walk._replace(choices=choices), answering, reached.packet.turned())
    return back is not None and (back.place, back.packet) == (sender, packet.turned())
