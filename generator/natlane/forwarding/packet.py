"""The parts of a packet's journey: the packet, the places that it passes, the hops, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal, NamedTuple

from natlane.forwarding.disposition import Disposition
from natlane.network.model import Network
from natlane.network.tables import Origin


class Text(NamedTuple):
    """A sentence and the values in it, written out only where somebody reads it."""

    template: str
    values: tuple[object, ...] = ()

    def __str__(self) -> str:
        """The sentence."""
        return self.template.format(*self.values)


class Packet(NamedTuple):
    """A packet's addresses; `port` is the service's, so a reply comes from it."""

    source: IPv4Address
    destination: IPv4Address
    protocol: str = "tcp"
    port: int = 443
    reply: bool = False

    def returned(self) -> Packet:
        """What the receiver answers."""
        return self._replace(source=self.destination, destination=self.source, reply=True)

    def __str__(self) -> str:
        """`10.150.0.10 > 192.168.50.10`."""
        return f"{self.source} > {self.destination}"


class Translation(NamedTuple):
    """A connection in a NAT gateway or a load balancer: the packet as it came, and as it went on."""

    before: Packet
    after: Packet


class Choices(NamedTuple):
    """What AWS or the hosts are free to choose, fixed for one walk.

    `zone` is where packets enter VPC N from the transit gateway: the sender's own, where VPC N is
    attached there. `address` and `target` count through a NAT gateway's addresses and a listener's
    targets, `table` through the route tables of the one of our VPCs that answers, `device` through the partner's
    devices: the one whose connection carries the packet, as if every other one were lost.
    """

    zone: str = ""
    tunnels: tuple[int, ...] = (1, 2)
    address: int = 0
    target: int = 0
    table: int = 0
    device: int = 0


@dataclass(frozen=True, slots=True)
class Host:
    """A host in one of our VPCs, behind one of its route tables."""

    vpc: str
    table: str


@dataclass(frozen=True, slots=True)
class PartnerHost:
    """A host in a partner's network."""

    partner: str


@dataclass(frozen=True, slots=True)
class InSubnet:
    """In a subnet of a VPC N, about to be routed by its table."""

    partner: str
    subnet: str


@dataclass(frozen=True, slots=True)
class AtAddress:
    """At the interface in a VPC N that has the packet's destination as its address."""

    partner: str


@dataclass(frozen=True, slots=True)
class InNatGateway:
    """Handed to a NAT gateway by a route."""

    partner: str
    gateway: str


@dataclass(frozen=True, slots=True)
class OnTransitGateway:
    """On the transit gateway, come from an attachment."""

    attachment: str


@dataclass(frozen=True, slots=True)
class InVpnGateway:
    """Handed to a virtual private gateway by a route."""

    partner: str


@dataclass(frozen=True, slots=True)
class FromVpnGateway:
    """Come out of a tunnel at a virtual private gateway."""

    partner: str


@dataclass(frozen=True, slots=True)
class InTunnels:
    """About to be encrypted for the partner."""

    partner: str


Place = (
    Host
    | PartnerHost
    | InSubnet
    | AtAddress
    | InNatGateway
    | OnTransitGateway
    | InVpnGateway
    | FromVpnGateway
    | InTunnels
)


class Hop(NamedTuple):
    """What a device did with the packet, what is written there, and the packet as it left."""

    at: Place
    device: Text
    done: Text
    origin: Origin
    packet: Packet

    @property
    def place(self) -> str:
        """The device, for a person."""
        return str(self.device)

    @property
    def action(self) -> str:
        """What it did, for a person."""
        return str(self.done)


class Delivered(NamedTuple):
    """Where the packet arrived. `kind` and `name`: one of our VPCs, a partner, or a partner's endpoint."""

    kind: Literal["vpc", "partner", "endpoint"]
    name: str
    partner: str
    subnet: str
    packet: Packet

    @property
    def disposition(self) -> Disposition:
        """How the packet ended."""
        return Disposition.DELIVERED


class Dropped(NamedTuple):
    """Where and why the packet was dropped, and what to write in which file."""

    disposition: Disposition
    device: Text
    why: Text
    origin: Origin
    fix: Text = Text("")

    @property
    def place(self) -> str:
        """The device, for a person."""
        return str(self.device)

    @property
    def reason(self) -> str:
        """Why, for a person."""
        return str(self.why)

    @property
    def hint(self) -> str:
        """What to write in which file, empty where that depends."""
        return str(self.fix)


class Moved(NamedTuple):
    """One hop done; the packet is at the next place."""

    hop: Hop
    next: Place
    translation: Translation | None = None


class Arrived(NamedTuple):
    """The last hop done."""

    hop: Hop
    end: Delivered


class Walk(NamedTuple):
    """A packet's whole journey."""

    hops: tuple[Hop, ...]
    end: Delivered | Dropped
    translations: tuple[Translation, ...]

    def seen_by_partner(self) -> IPv4Address | None:
        """The source that the partner sees, if the packet got there."""
        return self.end.packet.source if isinstance(self.end, Delivered) and self.end.kind == "partner" else None


class State(NamedTuple):
    """What decides about a packet beside its place: the network, AWS's choices, and the connections that exist."""

    network: Network
    choices: Choices
    translations: tuple[Translation, ...]
