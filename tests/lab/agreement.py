"""The model's verdict on a flow compared with the kernel's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network

from natlane.forwarding.packet import Choices, Delivered, Dropped, Host, OnTransitGateway, Packet, PartnerHost, Place
from natlane.forwarding.walk import comes_back, reply_to, walk
from natlane.network.model import Endpoint, LoadBalancer, NatGateway, Network, Owner, Segment
from natlane.network.security import Rule, SecurityGroup
from natlane.verify.subnet_roles import zones_of

from tests.lab import world as lab
from tests.lab.matrix import OURS, Promise
from tests.lab.probes import NOWHERE, Arrival, Outcome
from tests.lab.world import World, space_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a flow is answered, and where and as what its first packet ends; NOWHERE: it is dropped on the way."""

    answered: bool
    at: Arrival


@dataclass(frozen=True, slots=True)
class Model:
    """The proof's network, and the lab's hosts and partners in it."""

    network: Network
    parts: Mapping[str, Segment]
    hosts: Mapping[str, lab.Host]  # by namespace
    addresses: Mapping[tuple[str, str], str]  # (VPC or partner, address) -> namespace
    zones: tuple[str, ...]


def ungrouped(part: Segment) -> Segment:
    """A part as the lab knows it, without security groups: an endpoint lets HTTPS in, a load balancer its ports."""
    interfaces = {address: replace(each, owner=_open(each.owner)) for address, each in part.vpc_n.interfaces.items()}
    return replace(part, vpc_n=replace(part.vpc_n, interfaces=interfaces))


def _open(owner: Owner) -> Owner:
    if isinstance(owner, LoadBalancer):
        return replace(owner, groups=())
    if isinstance(owner, Endpoint):
        https = Rule(IPv4Network("0.0.0.0/0"), "tcp", 443, 443, owner.origin)
        return replace(owner, groups=(SecurityGroup("open", (https,), (), owner.origin),))
    return owner


def model(network: Network, parts: Mapping[str, Segment], world: World) -> Model:
    """The proof's network with the lab's world in it."""
    addresses = {(host.vpc, host.address): host.space for host in world.hosts}
    addresses |= {(side.partner, address): side.space for side in world.sides for address in side.addresses}
    for site in world.sites:
        addresses |= {(site.partner, each.addresses[0]): space_of(site, each) for each in site.endpoints}
    zones = tuple(dict.fromkeys(host.zone for host in world.hosts))
    return Model(network, parts, {host.space: host for host in world.hosts}, addresses, zones)


def modelled(m: Model, promise: Promise) -> frozenset[Verdict]:
    """Every verdict of the walk: one for each thing that AWS may choose, mostly all the same."""
    flow = promise.flow
    host = m.hosts.get(flow.space)
    protocol = "tcp" if flow.port else "icmp"
    packet = Packet(IPv4Address(flow.source), IPv4Address(flow.destination), protocol, flow.port)
    if promise.kind == OURS:
        return frozenset(_between_ours(m, m.hosts[flow.space], packet))
    start: Place = Host(host.vpc, host.table) if host else PartnerHost(promise.partner)
    part = m.parts[promise.partner]
    return frozenset(_verdict(m, start, packet, choices) for choices in _choices(m, part, host, packet))


def _between_ours(m: Model, host: lab.Host, packet: Packet) -> Iterator[Verdict]:
    """From the transit gateway on, there and back: the model knows no routes of ours that no module writes."""
    start = OnTransitGateway(m.network.our_vpcs[host.vpc].attachment)
    for zone in m.zones:
        forward = walk(m.network, start, packet, Choices(zone))
        space = None if isinstance(forward.end, Dropped) else _receiver(m, forward.end)
        if isinstance(forward.end, Dropped) or space is None or space not in m.hosts:
            yield Verdict(False, NOWHERE)
            continue
        back = OnTransitGateway(m.network.our_vpcs[forward.end.name].attachment)
        reply = walk(m.network, back, forward.end.packet.returned(), Choices(zone), forward.translations)
        home = isinstance(reply.end, Delivered) and reply.end.name == host.vpc
        yield Verdict(home and comes_back(forward, start, packet, reply), _arrival(space, forward.end.packet))


def _arrival(space: str, packet: Packet) -> Arrival:
    return Arrival(space, str(packet.source), f"{packet.destination}:{packet.port}")


def _verdict(m: Model, start: Place, packet: Packet, choices: Choices) -> Verdict:
    forward = walk(m.network, start, packet, choices)
    if isinstance(forward.end, Dropped):
        return Verdict(False, NOWHERE)
    space = _receiver(m, forward.end)
    if space is None:  # the model delivers to whole blocks, and nobody lives at this address of them
        return Verdict(False, NOWHERE)
    answered = comes_back(forward, start, packet, reply_to(m.network, forward, choices))
    unseen = forward.end.kind == "endpoint" and not answered  # endpoints are watched by nobody
    return Verdict(answered, NOWHERE if unseen else _arrival(space, forward.end.packet))


def _receiver(m: Model, end: Delivered) -> str | None:
    """The namespace of who has the address that the packet ends at."""
    owner = end.partner if end.kind == "endpoint" else end.name
    return m.addresses.get((owner, str(end.packet.destination)))


def _choices(m: Model, part: Segment, host: lab.Host | None, packet: Packet) -> Iterator[Choices]:
    """The sender's own zone where VPC N is attached in it, else any; every NAT address; every target."""
    zones = zones_of(part) or ("",)
    near = (host.zone,) if host and host.zone in zones else zones
    nats = [each.owner.addresses for each in part.vpc_n.owners(NatGateway) if isinstance(each.owner, NatGateway)]
    interface = part.vpc_n.interfaces.get(packet.destination)
    balancer = interface.owner if interface and isinstance(interface.owner, LoadBalancer) else None
    listeners = balancer.listeners if balancer else ()
    targets = [target.address for each in listeners if each.port == packet.port for target in each.targets]
    for zone in near:
        for address in range(max(map(len, nats), default=1)):
            for index, receiver in enumerate(targets or [packet.destination]):
                yield Choices(zone, address=address, target=index, table=_table(m, receiver))


def _table(m: Model, receiver: IPv4Address) -> int:
    """Which of its VPC's route tables the host with this address answers by."""
    for host in m.hosts.values():
        if host.address == str(receiver):
            return m.network.our_vpcs[host.vpc].tables.index(host.table)
    return 0


def observed(promise: Promise, outcome: Outcome, ends: Iterable[str]) -> Verdict:
    """The kernel's verdict; `ends` are the namespaces of hosts, ours and the partners'."""
    if outcome.by:
        return Verdict(True, outcome.at)
    last = [each for each in outcome.arrived if each.space in ends]
    return Verdict(outcome.answered, last[0] if last else NOWHERE)


def agree(seen: Verdict, possible: frozenset[Verdict]) -> bool:
    """Whether what the kernel did is among what the model says may happen."""
    return seen in possible
