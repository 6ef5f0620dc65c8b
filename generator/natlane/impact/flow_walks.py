"""The walks that find a module's flows: packets from and to each class of addresses.

A flow exists if some choice that AWS may make (zone, target, route table) delivers its packet and, where a gateway or a
load balancer translates the packet, the answer too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from itertools import product
from typing import Final, NamedTuple

from natlane.forwarding.packet import Choices, Delivered, Dropped, Host, Packet, PartnerHost, Place, Walk
from natlane.forwarding.walk import answers_from, comes_back, walk
from natlane.impact.flows import Flow, Flows, Ports
from natlane.network.build import network_of
from natlane.network.model import Endpoint, LoadBalancer, NatGateway, Network, Owner, Segment
from natlane.network.our_network import OurNetwork
from natlane.network.security import HTTPS, LAST_PORT, PROTOCOLS
from natlane.verify.address_classes import AddressClass, Edge, classes_of, edges_of, within
from natlane.verify.subnet_roles import zones_of

_ANY_PORT: Final = (1, LAST_PORT)
MOST_WALKS: Final = 100_000  # packets for one module: some seconds


class TooManyError(Exception):
    """A module in which more packets would have to be walked than MOST_WALKS."""


class Side(NamedTuple):
    """One version of a module in our network of that time; no segment where it holds nothing."""

    segment: Segment | None
    ours: OurNetwork


def flows_of(side: Side) -> Flows:
    """The flows of one version. Raises TooManyError."""
    return both_flows(Side(None, side.ours), side)[1]


def both_flows(old: Side, new: Side) -> tuple[Flows, Flows]:
    """The flows of two versions, over the same classes of addresses and ports. Raises TooManyError."""
    networks = [network_of(side.ours, [side.segment] if side.segment else []) for side in (old, new)]
    edges: list[Edge] = []
    cuts = {1, HTTPS, HTTPS + 1}
    for number, (side, network) in enumerate(zip((old, new), networks, strict=True)):
        if side.segment is not None:
            edges += (Edge(each.prefix, f"{number} {each.key}") for each in edges_of(side.segment, network))
            cuts |= _cuts(side.segment)
    classes = classes_of(edges)
    starts = sorted(cut for cut in cuts if 0 < cut <= LAST_PORT)
    ports = tuple(zip(starts, [*(cut - 1 for cut in starts[1:]), LAST_PORT], strict=True))
    found = [
        _Walks(side.segment, network, classes, ports).flows() if side.segment else {}
        for side, network in zip((old, new), networks, strict=True)
    ]
    names = {vpc.attachment: vpc.name for vpc in new.ours.vpcs.values()}
    renamed = {vpc.name: names.get(vpc.attachment, vpc.name) for vpc in old.ours.vpcs.values()}
    return {flow._replace(vpc=renamed.get(flow.vpc, flow.vpc)): at for flow, at in found[0].items()}, found[1]


def _cuts(segment: Segment) -> set[int]:
    """The ports at which a rule or a listener begins, and those behind its last one."""
    cuts = set()
    for interface in segment.vpc_n.interfaces.values():
        owner = interface.owner
        for group in () if isinstance(owner, NatGateway) else owner.groups:
            for rule in group.ingress:
                cuts |= {rule.first_port, rule.last_port + 1}
        for listener in owner.listeners if isinstance(owner, LoadBalancer) else ():
            cuts |= {listener.port, listener.port + 1}
    return cuts


@dataclass(slots=True)
class _Walks:
    """The packets that are walked through one version."""

    segment: Segment
    network: Network
    classes: tuple[AddressClass, ...]
    ports: tuple[Ports, ...]
    walked: int = 0
    found: dict[Flow, set[str]] = field(default_factory=dict)

    def flows(self) -> Flows:
        """Every flow in both directions."""
        self._inward()
        self._outward()
        return {flow: frozenset(at) for flow, at in self.found.items()}

    def _inward(self) -> None:
        """From the partner, whatever its address, to every class of addresses."""
        start = PartnerHost(self.segment.vpc_n.partner)
        # On the way to an address that is nobody's, only the traffic selectors look at the source.
        apart: dict[tuple[bool, ...], list[AddressClass]] = {}
        for each in self.classes:
            key = tuple(each.representative in vpn.theirs for vpn in self.segment.vpc_n.vpns)
            apart.setdefault(key, []).append(each)
        for to in self.classes:
            interface = self.segment.vpc_n.interfaces.get(to.representative)
            if interface is not None:
                for at in self._owned_by(to, interface.owner):
                    self._inward_owned(start, at, interface.owner)
                continue
            for side in apart.values():
                if self._delivered(start, _packet(side[0], to, "tcp", HTTPS)):
                    for source in side:
                        for walked in self._delivered(start, _packet(source, to, "tcp", HTTPS)):
                            self._add(Flow(True, _end(walked).name, source.ranges, to.ranges, "", _ANY_PORT))

    def _owned_by(self, to: AddressClass, owner: Owner) -> Iterator[IPv4Address]:
        """The addresses of a class that are an interface's: those of one owner in one subnet are one class."""
        mine = (each.address for each in self.segment.vpc_n.interfaces.values() if each.owner is owner)
        yield from (each for each in mine if any(first <= int(each) <= last for first, last in to.ranges))

    def _inward_owned(self, start: PartnerHost, at: IPv4Address, owner: Owner) -> None:
        if isinstance(owner, NatGateway):
            return  # it takes nothing that it did not ask for, from whomever
        targets = _most_targets(owner)
        for protocol in PROTOCOLS:
            for ports in self.ports:
                for source in self.classes:
                    # What no rule lets in need not be walked; a load balancer without groups lets everything in.
                    if owner.groups and not _let_in(owner, source, protocol, ports[0]):
                        continue
                    packet = Packet(source.representative, at, protocol, ports[0])
                    for walked in self._delivered(start, packet, targets):
                        self._add_inward(source, ports, protocol, at, walked)

    def _add_inward(self, source: AddressClass, ports: Ports, protocol: str, at: IPv4Address, walked: Walk) -> None:
        end = _end(walked)
        if end.kind == "endpoint":
            service = next(
                owner.service
                for owner in (each.owner for each in self.segment.vpc_n.owners(Endpoint))
                if isinstance(owner, Endpoint) and owner.label == end.name
            )
            flow = Flow(True, "", source.ranges, (), protocol, ports, _short(service))
            self._add(flow, str(at))
        else:
            receiver, port = end.packet.destination, end.packet.port
            flow = Flow(True, end.name, source.ranges, ((int(receiver), int(receiver)),), protocol, (port, port))
            self._add(flow, f"{at}:{ports[0]}")

    def _outward(self) -> None:
        """From every route table of our VPCs to every class of addresses."""
        for vpc in self.network.our_vpcs.values():
            for source in within(self.classes, vpc.cidrs):
                for table in vpc.tables:
                    for to in self.classes:
                        self._outward_to(Host(vpc.name, table), source, to)

    def _outward_to(self, start: Host, source: AddressClass, to: AddressClass) -> None:
        interface = self.segment.vpc_n.interfaces.get(to.representative)
        owner = interface.owner if interface else None
        if owner is not None and not isinstance(owner, LoadBalancer):
            return
        if owner is None:
            for walked in self._delivered(start, _packet(source, to, "tcp", HTTPS)):
                if _end(walked).kind == "partner":
                    hidden = bool(walked.translations)
                    self._add(Flow(False, start.vpc, source.ranges, to.ranges, "", _ANY_PORT, hidden=hidden))
            return
        for listener in owner.listeners:
            for at in self._owned_by(to, owner):
                packet = Packet(source.representative, at, "tcp", listener.port)
                for walked in self._delivered(start, packet, len(listener.targets)):
                    end = _end(walked)
                    if end.kind == "partner":
                        receiver = int(end.packet.destination)
                        ports = (end.packet.port, end.packet.port)
                        flow = Flow(False, start.vpc, source.ranges, ((receiver, receiver),), "tcp", ports)
                        self._add(flow, f"{at}:{listener.port}")

    def _add(self, flow: Flow, at: str = "") -> None:
        self.found.setdefault(flow, set()).update({at} if at else ())

    def _delivered(self, start: Place, packet: Packet, targets: int = 1) -> list[Walk]:
        """One walk for each target to which any zone delivers."""
        found = []
        for target in range(max(1, targets)):
            for zone, device in product(zones_of(self.segment) or ("",), range(len(self.segment.vpc_n.vpns))):
                choices = Choices(zone, target=target, device=device)
                walked = self._walk(start, packet, choices)
                if isinstance(walked.end, Delivered) and (
                    not walked.translations or self._answered(start, packet, walked, choices)
                ):
                    found.append(walked)
                    break
                if isinstance(walked.end, Dropped) and len(walked.hops) < 2:
                    break  # before any zone decides
        return found

    def _answered(self, start: Place, packet: Packet, there: Walk, choices: Choices) -> bool:
        """Whether an answer comes back by any way that AWS may choose."""
        end = _end(there)
        tables = len(self.network.our_vpcs[end.name].tables) if end.kind == "vpc" else 1
        for table in range(tables):
            for zone in (choices.zone, *zones_of(self.segment)):
                chosen = choices._replace(zone=zone, table=table)
                place = answers_from(self.network, end, chosen)
                self._count()
                back = walk(self.network, place, end.packet.returned(), chosen, there.translations)
                if comes_back(there, start, packet, back):
                    return True
        return False

    def _walk(self, start: Place, packet: Packet, choices: Choices) -> Walk:
        self._count()
        return walk(self.network, start, packet, choices)

    def _count(self) -> None:
        self.walked += 1
        if self.walked > MOST_WALKS:
            raise TooManyError


def _packet(source: AddressClass, to: AddressClass, protocol: str, port: int) -> Packet:
    return Packet(source.representative, to.representative, protocol, port)


def _short(service: str) -> str:
    """`com.amazonaws.eu-west-1.execute-api` as `execute-api`; the name of a stranger's service as it is."""
    return service.split(".", 3)[-1] if service.startswith("com.amazonaws.") else service


def _let_in(owner: Endpoint | LoadBalancer, source: AddressClass, protocol: str, port: int) -> bool:
    return any(group.lets_in(source.representative, protocol, port) for group in owner.groups)


def _most_targets(owner: Owner) -> int:
    listeners = owner.listeners if isinstance(owner, LoadBalancer) else ()
    return max((len(each.targets) for each in listeners), default=1)


def _end(walked: Walk) -> Delivered:
    if isinstance(walked.end, Dropped):
        raise ValueError("a packet that was dropped has no receiver")
    return walked.end
