"""The trace of one packet, walked in every way in which AWS may carry it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from itertools import product

from natlane.forwarding.packet import Choices, Delivered, Dropped, Host, Packet, PartnerHost, Place, Walk
from natlane.forwarding.walk import comes_back, reply_to, walk
from natlane.network.model import Endpoint, LoadBalancer, Network, Segment
from natlane.network.security import HTTPS, LAST_PORT, PROTOCOLS
from natlane.prefixes import host
from natlane.verify.inferred_intent import Intent, intent_of
from natlane.verify.subnet_roles import balancers, zones_of

PARTNER = "partner"


class UnclearError(Exception):
    """The words of a call do not say which packet is meant; the message says why, in one sentence."""


@dataclass(frozen=True, slots=True)
class Journey:
    """A packet's way and its reply's, None where there was nothing to answer; `partner` is whose it should be."""

    partner: str
    start: Place
    packet: Packet
    zone: str
    forward: Walk
    reply: Walk | None

    @property
    def arrived(self) -> bool:
        """Whether the packet was delivered, to this partner if to any, and its answer came back to the sender."""
        if self.reply is None or self.elsewhere:
            return False
        return comes_back(self.forward, self.start, self.packet, self.reply)

    @property
    def elsewhere(self) -> str:
        """The other partner to whom the packet was delivered, or empty."""
        end = self.forward.end
        return end.partner if isinstance(end, Delivered) and end.partner not in ("", self.partner) else ""


@dataclass(frozen=True, slots=True)
class Trace:
    """All ways of one packet; `shown` is the first that fails, else the first. `unmeant` says why it is not meant to
    arrive, empty where it is."""

    shown: Journey
    ways: int
    arrived: int
    unmeant: str = ""


def destination_of(words: str) -> tuple[IPv4Address, int]:
    """`IP` or `IP:PORT`; the port is 443 where none is written."""
    text, colon, port = words.partition(":")
    if ":" in port:  # an IPv6 address
        raise UnclearError(f"--to {words}: not an IPv4 address")
    if colon and not (port.isdecimal() and port.isascii() and 0 < int(port) <= LAST_PORT):
        raise UnclearError(f"--to {words}: {port or 'nothing'} is not a port from 1 to {LAST_PORT}")
    return _address("--to", text), int(port) if colon else HTTPS


def _address(option: str, text: str) -> IPv4Address:
    try:
        return IPv4Address(text)
    except AddressValueError:
        raise UnclearError(f"{option} {text}: not an IPv4 address") from None


def trace(
    network: Network,
    segment: Segment,
    sender: str,
    to: IPv4Address,
    port: int,
    protocol: str,
    tunnels: tuple[int, ...] = (1, 2),
    lost: tuple[str, ...] = (),
) -> Trace:
    """Walk a packet from every route table of its VPC, through every zone and target, over the tunnels that are up
    and the devices that are not lost, which are named by their addresses."""
    if protocol not in PROTOCOLS:
        raise UnclearError(f"--protocol {protocol}: write one of {', '.join(PROTOCOLS)}")
    devices = _devices(segment, lost)
    starts, source = _starts(network, segment, sender)
    packet = Packet(source, to, protocol, port)
    journeys = [
        _journey(network, segment.vpc_n.partner, start, packet, choices)
        for start in starts
        for choices in _choices(network, segment, packet, tunnels if devices else (), devices or (0,))
    ]
    shown = next((each for each in journeys if not each.arrived), journeys[0])
    arrived = sum(each.arrived for each in journeys)
    return Trace(shown, len(journeys), arrived, _unmeant(network, segment, shown))


def _unmeant(network: Network, segment: Segment, journey: Journey) -> str:
    """Why a packet is not meant to arrive; empty where it is."""
    intent = intent_of(segment, network)
    if intent is None or not isinstance(journey.forward.end, Dropped):
        return ""
    if isinstance(journey.start, PartnerHost) and not _is_theirs(intent, journey.packet.source):
        return f"{journey.packet.source} is no address of {journey.partner}, nor of a VPC of ours"
    interface = segment.vpc_n.interfaces.get(journey.packet.destination)
    if interface is not None and isinstance(interface.owner, Endpoint | LoadBalancer):
        outbound = interface in balancers(segment.vpc_n, outbound=True)
        return _uncalled(intent, journey, interface.owner, outbound=outbound)
    return "" if journey.forward.hops else _unrouted(intent, journey)


def _is_theirs(intent: Intent, address: IPv4Address) -> bool:
    return any(address in block for block in (*intent.answered, *intent.behind))


def _unrouted(intent: Intent, journey: Journey) -> str:
    """Why one of our VPCs is not meant to have a route."""
    start, to = journey.start, journey.packet.destination
    if not isinstance(start, Host):
        return ""
    held = (*intent.answered, *intent.behind, intent.nat_cidr, *([intent.outbound] if intent.outbound else []))
    if not any(to in block for block in held):
        return f"{to} is no address of {journey.partner}, nor one at which it is called"
    if start.vpc not in intent.reached:
        return f"VPC {start.vpc} may not call {journey.partner}: it is not in its reach"
    return ""


def _uncalled(intent: Intent, journey: Journey, owner: Endpoint | LoadBalancer, *, outbound: bool) -> str:
    """Why an endpoint or load balancer is not meant to take a packet: who sends it, or on which port."""
    start, packet, partner = journey.start, journey.packet, journey.partner
    if outbound and isinstance(start, PartnerHost):
        return f"{packet.destination} is called by our VPCs, not by {partner}"
    if isinstance(start, Host) and not outbound:
        return f"{packet.destination} is called by {partner}, not by our VPCs"
    if isinstance(start, Host) and start.vpc not in intent.reached:
        return f"VPC {start.vpc} may not call {partner}: it is not in its reach"
    ports = sorted({each.port for each in owner.listeners} if isinstance(owner, LoadBalancer) else owner.ports)
    if packet.protocol != "tcp" or packet.port not in ports:
        return f"{packet.destination} is called on TCP port {', '.join(map(str, ports))} only"
    return ""


def _journey(network: Network, partner: str, start: Place, packet: Packet, choices: Choices) -> Journey:
    forward = walk(network, start, packet, choices)
    reply = None if isinstance(forward.end, Dropped) else reply_to(network, forward, choices)
    return Journey(partner, start, packet, choices.zone, forward, reply)


def _devices(segment: Segment, lost: tuple[str, ...]) -> tuple[int, ...]:
    """The devices that are up, as `Choices.device` counts them."""
    addresses = [vpn.customer_gateway.address for vpn in segment.vpc_n.vpns]
    for each in lost:
        if each not in addresses:
            raise UnclearError(f"--device-down {each}: no device of the partner's; there are {', '.join(addresses)}")
    return tuple(index for index, address in enumerate(addresses) if address not in lost)


def _choices(
    network: Network, segment: Segment, packet: Packet, tunnels: tuple[int, ...], devices: tuple[int, ...]
) -> Iterator[Choices]:
    """Everything that AWS may choose for this packet."""
    interface = segment.vpc_n.interfaces.get(packet.destination)
    targets = 1
    if interface and isinstance(interface.owner, LoadBalancer):
        targets = max([1, *(len(each.targets) for each in interface.owner.listeners if each.port == packet.port)])
    tables = max(len(vpc.tables) for vpc in network.our_vpcs.values()) if targets > 1 or interface else 1
    for zone in zones_of(segment) or ("",):
        for target in range(targets):
            for table, device in product(range(tables), devices):
                yield Choices(zone, tunnels, target=target, table=table, device=device)


def blocks_of(segment: Segment, sender: str, to: IPv4Address) -> tuple[IPv4Network, ...]:
    """What a packet or its reply may be routed by: other modules that name these blocks belong in the network."""
    own = (host(to), *segment.vpc_n.cidrs)
    return (*own, host(_address("--from", sender))) if sender[:1].isdigit() else own


def _starts(network: Network, segment: Segment, sender: str) -> tuple[tuple[Place, ...], IPv4Address]:
    """Where the sender's packets begin, and its address: a VPC of ours, an address in one, or the partner's side."""
    partner: tuple[Place, ...] = (PartnerHost(segment.vpc_n.partner),)
    if sender == PARTNER:
        return partner, _some_host(_partner_prefixes(network, segment)[0])
    if sender in network.our_vpcs:
        vpc = network.our_vpcs[sender]
        return tuple(Host(sender, table) for table in vpc.tables), _some_host(vpc.cidrs[0])
    if not sender[:1].isdigit():
        names = ", ".join([*network.our_vpcs, PARTNER])
        raise UnclearError(f"--from {sender}: no VPC of that name in landing-zone.yaml; there are {names}")
    address = _address("--from", sender)
    for vpc in network.our_vpcs.values():
        if any(address in cidr for cidr in vpc.cidrs):
            return tuple(Host(vpc.name, table) for table in vpc.tables), address
    return partner, address


def _partner_prefixes(network: Network, segment: Segment) -> tuple[IPv4Network, ...]:
    intent = intent_of(segment, network)
    found = (*intent.answered, *intent.behind) if intent else ()
    if not found:
        raise UnclearError(
            f"--from {PARTNER}: no prefix of {segment.vpc_n.partner} is routed; write an address of the partner's"
        )
    return found


def _some_host(block: IPv4Network) -> IPv4Address:
    """An ordinary host of a block: the tenth address, or the last of a smaller one."""
    return block.network_address + min(10, block.num_addresses - 1)
