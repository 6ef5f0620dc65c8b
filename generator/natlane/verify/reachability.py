"""Proofs by packets walked for whole prefixes: what must arrive does and is answered, and nothing else arrives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import product

from natlane.forwarding.packet import (
    Choices,
    Dropped,
    Host,
    InSubnet,
    OnTransitGateway,
    Packet,
    PartnerHost,
    Place,
    Text,
    Walk,
)
from natlane.forwarding.walk import answers_from, comes_back
from natlane.network.model import Endpoint, Interface, LoadBalancer, NatGateway
from natlane.network.security import HTTPS
from natlane.verify.address_classes import AddressClass, within
from natlane.verify.subject import Findings, Subject
from natlane.verify.subnet_roles import inbound_interfaces, outbound_subnets


@dataclass(frozen=True, slots=True)
class Call:
    """A destination that a packet is sent to, and where it must end.

    `ends` is the receiver's address behind every translation, None for the destination itself;
    `nat_zone` the zone whose NAT gateway must be used, empty for the zone of entry.
    """

    to: IPv4Address
    shown: str
    port: int
    target: int = 0
    ends: IPv4Address | None = None
    nat_zone: str = ""


def outbound(subject: Subject) -> Findings:
    """Every reached VPC reaches every partner CIDR from each of its route tables and in each zone; the
    partner sees only pinned addresses of that zone's NAT gateway, and its answer comes back; by each of its
    devices while the others are lost, and whichever device answers."""
    called = list(_outbound_calls(subject))
    calls = [*_routed_calls(subject), *called]
    addresses = _address_choices(subject)
    # A host of ours with the very address of a translated target cannot be distinguished by any table of VPC N.
    shadowed = {call.ends for call in called}
    for start, source in _our_senders(subject):
        if source.representative not in shadowed:
            for zone, call in product(subject.zones, calls):
                yield from _one_outbound(subject, start, source, zone, call, addresses)


def _our_senders(subject: Subject) -> Iterator[tuple[Host, AddressClass]]:
    """A host of each class of addresses behind each route table of the reached VPCs."""
    for name in subject.intent.reached:
        vpc = subject.network.our_vpcs[name]
        for source, table in product(within(subject.classes, vpc.cidrs), vpc.tables):
            yield Host(name, table), source


def _routed_calls(subject: Subject) -> Iterator[Call]:
    for to in _hosts_of_theirs(subject, subject.intent.routed):
        yield Call(to.representative, str(to), HTTPS)


def _hosts_of_theirs(subject: Subject, cidrs: tuple[IPv4Network, ...]) -> list[AddressClass]:
    """The partner's hosts in its CIDRs: none in nat_cidr, which it may have granted out of its own network."""
    return [each for each in within(subject.classes, cidrs) if each.representative not in subject.intent.nat_cidr]


def _outbound_calls(subject: Subject) -> Iterator[Call]:
    """Every target of every listener of load balancers that our VPCs call."""
    vpc_n = subject.vpc_n
    for each in vpc_n.owners(LoadBalancer):
        if each.subnet in outbound_subnets(vpc_n) and isinstance(each.owner, LoadBalancer):
            for listener in each.owner.listeners:
                for index, target in enumerate(listener.targets):
                    shown = f"{each.address} port {listener.port} for {target.address}"
                    zone = vpc_n.subnets[each.subnet].zone
                    yield Call(each.address, shown, listener.port, index, target.address, zone)


def _one_outbound(
    subject: Subject, start: Host, source: AddressClass, zone: str, call: Call, addresses: tuple[int, ...]
) -> Findings:
    packet = Packet(source.representative, call.to, "tcp", call.port)
    what = Text("{} (VPC {}, {}) to {} in {}", (source, start.vpc, start.table, call.shown, zone))
    for address, device in product(addresses, subject.devices):
        choices = Choices(zone, address=address, target=call.target, device=device)
        there = subject.walk(start, packet, choices)
        if isinstance(there.end, Dropped):
            yield subject.dropped("proof-outbound", f"{what} does not arrive", there.end)
            return
        last = there.hops[-1]
        if there.end.partner != subject.partner or there.end.packet.destination != (call.ends or call.to):
            message = f"{what} ends at {there.end.packet.destination} in {there.end.kind} {there.end.name}"
            yield subject.failed("proof-outbound", last.origin, message)
            return
        yield from _seen_source(subject, what, there, call.nat_zone or zone)
        yield from _answer(subject, what, start, packet, there, choices)


def _seen_source(subject: Subject, what: Text, there: Walk, zone: str) -> Findings:
    """The partner sees a pinned address, of the NAT gateway of the right zone."""
    vpc_n = subject.vpc_n
    seen = there.seen_by_partner()
    interface = vpc_n.interfaces.get(seen) if seen else None
    if interface is None or not isinstance(interface.owner, NatGateway) or seen not in subject.intent.nat_cidr:
        message = f"{what}: the partner sees {seen}, which is no pinned NAT address in {subject.intent.nat_cidr}"
        yield subject.failed("proof-source", there.hops[-2].origin, message)
        return
    used = vpc_n.subnets[interface.subnet].zone
    crossed = [hop for hop in there.hops if isinstance(hop.at, InSubnet) and vpc_n.subnets[hop.at.subnet].zone != used]
    if used != zone:
        message = f"{what} leaves by the NAT gateway of {used}, so the loss of {used} would cost {zone} too"
        yield subject.failed("proof-zone", crossed[-1].origin if crossed else there.hops[-1].origin, message)


def _answer(subject: Subject, what: Text, start: Place, packet: Packet, there: Walk, choices: Choices) -> Findings:
    """The receiver's answer reaches the sender, wherever it enters VPC N and whichever of our tables routes it."""
    for back in answers(subject, there, choices):
        if comes_back(there, start, packet, back):
            continue
        if isinstance(back.end, Dropped):
            yield subject.dropped("proof-reply", f"the reply of {what} does not come back", back.end)
        else:
            message = f"the reply of {what} ends at {back.end.packet.destination} in {back.end.kind} {back.end.name}"
            yield subject.failed("proof-reply", back.hops[-1].origin, message)
        return


def answers(subject: Subject, there: Walk, choices: Choices) -> Iterator[Walk]:
    """The walks of the answer to a packet: one for each way that AWS may choose for it."""
    end = there.end
    if isinstance(end, Dropped):
        return
    tables = len(subject.network.our_vpcs[end.name].tables) if end.kind == "vpc" else 1
    enters = end.kind == "vpc" or subject.vpc_n.on_transit_gateway
    for table, device in product(range(tables), subject.devices):
        for zone in subject.zones if enters else (choices.zone,):
            chosen = choices._replace(zone=zone, table=table, device=device)
            yield subject.walk(answers_from(subject.network, end, chosen), end.packet.returned(), chosen, there)


def _address_choices(subject: Subject) -> tuple[int, ...]:
    """Which of a NAT gateway's addresses stand for all: one of each class."""
    mine: dict[str, list[Interface]] = {}
    for each in subject.vpc_n.owners(NatGateway):
        mine.setdefault(each.owner.origin.resource, []).append(each)
    chosen = set()
    for interfaces in mine.values():
        seen: dict[int, int] = {}
        for index, each in enumerate(interfaces):
            number = int(each.address)
            found = next(i for i, c in enumerate(subject.classes) if any(a <= number <= b for a, b in c.ranges))
            seen.setdefault(found, index)
        chosen |= set(seen.values())
    return tuple(sorted(chosen))


def inbound(subject: Subject) -> Findings:
    """The partner reaches each of its endpoints and services on their ports, from every partner CIDR and
    through every target, and gets its answer."""
    # Where the partner has our target's very address too, VPC N sends to ours; verify's page says so.
    ours = {call.ends for each in inbound_interfaces(subject.vpc_n) for call in inbound_calls(each)}
    theirs = _hosts_of_theirs(subject, subject.intent.answered)
    sources = [each for each in theirs if each.representative not in ours]
    for interface in inbound_interfaces(subject.vpc_n):
        for call, source in product(inbound_calls(interface), sources):
            for zone, device in product(subject.zones_from_partner, subject.devices):
                choices = Choices(zone, target=call.target, device=device)
                yield from _one_inbound(subject, interface, source, choices, call)


def inbound_calls(interface: Interface) -> Iterator[Call]:
    """What the partner may call at an endpoint or a load balancer: every port, and every target behind it."""
    owner, shown = interface.owner, f"{interface.address} ({interface.owner.origin.resource})"
    if isinstance(owner, Endpoint):
        yield from (Call(interface.address, f"{shown} port {port}", port) for port in owner.ports)
    for listener in owner.listeners if isinstance(owner, LoadBalancer) else ():
        for index, target in enumerate(listener.targets):
            yield Call(interface.address, f"{shown} port {listener.port}", listener.port, index, target.address)


def _one_inbound(
    subject: Subject, interface: Interface, source: AddressClass, choices: Choices, call: Call
) -> Findings:
    start = PartnerHost(subject.partner)
    packet = Packet(source.representative, call.to, "tcp", call.port)
    what = Text("the partner's {} to {}", (source, call.shown))
    if call.to not in subject.intent.nat_cidr:
        message = f"{call.shown} is outside {subject.intent.nat_cidr}, which is all that the partner accepts"
        yield subject.failed("proof-inbound", interface.owner.origin, message)
    there = subject.walk(start, packet, choices)
    if isinstance(there.end, Dropped):
        yield subject.dropped("proof-inbound", f"{what} does not arrive", there.end)
    elif there.end.kind == "partner" or there.end.packet.destination != (call.ends or call.to):
        message = f"{what} ends at {there.end.packet.destination} in {there.end.kind} {there.end.name}"
        yield subject.failed("proof-inbound", there.hops[-1].origin, message)
    else:
        yield from _answer(subject, what, start, packet, there, choices)


def unpinned(subject: Subject) -> Findings:
    """Nothing that our VPCs put on the transit gateway, for any destination, leaves for the partner with a
    source that is not a pinned NAT address, or for a destination that the places do not name."""
    known = {each.representative for each in within(subject.classes, subject.intent.routed)}
    for vpc in subject.network.our_vpcs.values():
        for to, zone, device in product(subject.classes, subject.zones, subject.devices):
            packet = Packet(vpc.cidrs[0].network_address, to.representative)
            there = subject.walk(OnTransitGateway(vpc.attachment), packet, Choices(zone, device=device))
            called = there.translations and to.representative in subject.vpc_n.interfaces
            if there.seen_by_partner() is None or called:
                continue
            yield from _seen_source(subject, Text("VPC {} to {} in {}", (vpc.name, to, zone)), there, zone)
            if to.representative not in known:
                message = f"VPC {vpc.name} reaches {to} in the tunnel, which is no partner CIDR of this module"
                yield subject.failed("proof-outbound", there.hops[0].origin, message)
