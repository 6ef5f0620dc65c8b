"""Proof that the partner reaches nothing but what it is meant to."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from natlane.forwarding.packet import (
    Choices,
    Dropped,
    Packet,
    PartnerHost,
    Text,
)
from natlane.forwarding.walk import comes_back
from natlane.network.model import LoadBalancer, NatGateway
from natlane.network.security import HTTPS, LAST_PORT, PROTOCOLS
from natlane.verify.address_classes import AddressClass, within
from natlane.verify.reachability import answers, inbound_calls
from natlane.verify.subject import Findings, Subject
from natlane.verify.subnet_roles import inbound_interfaces


def exposed(subject: Subject) -> Findings:
    """The partner reaches nothing else: no VPC of ours, no other partner, no NAT gateway, no natted subnet,
    from any source address to any destination, protocol and port."""
    start = PartnerHost(subject.partner)
    ways = [Choices(zone, device=each) for zone in subject.zones_from_partner for each in subject.devices]
    for source, to, protocol, port in _uninvited(subject):
        packet = Packet(source.representative, to.representative, protocol, port)
        for choices in ways:
            yield from _must_not_arrive(subject, start, packet, Text("{} to {}", (source, to)), choices)


def _uninvited(subject: Subject) -> Iterator[tuple[AddressClass, AddressClass, str, int]]:
    """Source, destination, protocol and port of all that the partner could send and is not meant to."""
    allowed = {(call.to, call.port) for each in inbound_interfaces(subject.vpc_n) for call in inbound_calls(each)}
    partners = {each.representative for each in within(subject.classes, subject.intent.answered)}
    # On the way to an address that is nobody's, only the traffic selectors look at the source.
    apart: dict[tuple[bool, ...], AddressClass] = {}
    for each in subject.classes:
        apart.setdefault(tuple(each.representative in vpn.theirs for vpn in subject.vpc_n.vpns), each)
    for to in subject.classes:
        address = to.representative
        if address not in subject.vpc_n.interfaces:
            yield from ((apart[key], to, "tcp", HTTPS) for key in sorted(apart, reverse=True))
            continue
        for protocol, port in _services(subject, address):
            invited = protocol == "tcp" and (address, port) in allowed
            for source in subject.classes:
                if not (invited and source.representative in partners):
                    yield source, to, protocol, port


def _must_not_arrive(subject: Subject, start: PartnerHost, packet: Packet, what: Text, choices: Choices) -> Findings:
    there = subject.walk(start, packet, choices)
    if isinstance(there.end, Dropped):
        return
    if there.translations and not any(comes_back(there, start, packet, b) for b in answers(subject, there, choices)):
        return  # a load balancer's connection without its answers is none
    end = there.end
    where = f"{packet.protocol} port {packet.port} gets to {end.packet.destination} ({end.kind} {end.name})"
    yield subject.failed("proof-exposed", there.hops[-1].origin, f"from the partner, {what}: {where}")


def _services(subject: Subject, address: IPv4Address) -> tuple[tuple[str, int], ...]:
    """One port of each class: cut where a rule or a listener begins or ends; a NAT gateway has none to cut."""
    owner = subject.vpc_n.interfaces[address].owner
    if isinstance(owner, NatGateway):
        return tuple((protocol, HTTPS) for protocol in PROTOCOLS)
    cuts = {1, HTTPS, HTTPS + 1}
    for rule in (rule for group in owner.groups for rule in group.ingress):
        cuts |= {rule.first_port, rule.last_port + 1}
    for listener in owner.listeners if isinstance(owner, LoadBalancer) else ():
        cuts |= {listener.port, listener.port + 1}
    return tuple((protocol, port) for protocol in PROTOCOLS for port in sorted(cuts) if 0 < port <= LAST_PORT)
