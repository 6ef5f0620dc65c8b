"""What a proof works on, and how it reports that it failed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from natlane.forwarding.packet import Choices, Dropped, Packet, Place, Walk
from natlane.forwarding.walk import walk
from natlane.network.model import Network, Segment, VpcN
from natlane.network.our_network import OurNetwork
from natlane.network.tables import Origin
from natlane.problems import Problem
from natlane.verify.address_classes import AddressClass
from natlane.verify.inferred_intent import Intent


@dataclass(slots=True)
class Tally:
    """How many packets were walked."""

    walks: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """One partner's segment in its network, ready to be proven; `classes` are the whole of IPv4."""

    segment: Segment
    ours: OurNetwork
    network: Network
    intent: Intent
    classes: tuple[AddressClass, ...]
    zones: tuple[str, ...]
    tally: Tally = field(default_factory=Tally)

    @property
    def partner(self) -> str:
        """Whose module it is."""
        return self.vpc_n.partner

    @property
    def vpc_n(self) -> VpcN:
        """The partner's VPC N."""
        return self.segment.vpc_n

    @property
    def zones_from_partner(self) -> tuple[str, ...]:
        """The zones in which packets can come in from the tunnels: a virtual private gateway knows no zones."""
        return self.zones if self.vpc_n.on_transit_gateway else self.zones[:1]

    @property
    def devices(self) -> range:
        """The partner's devices, as `Choices.device` counts them: each must do while every other one is lost."""
        return range(len(self.vpc_n.vpns))

    def walk(self, start: Place, packet: Packet, choices: Choices, before: Walk | None = None) -> Walk:
        """A packet's journey, counted; `before` is the journey that it answers."""
        self.tally.walks += 1
        return walk(self.network, start, packet, choices, before.translations if before else ())

    def failed(self, code: str, origin: Origin, message: str, hint: str = "") -> Problem:
        """A proof that failed, at the thing that made it fail; what the landing zone says is reported at the module."""
        ours = origin.path.startswith("out/")
        path = origin.path if ours else f"out/{self.partner}/transit_gateway.tf"
        line = origin.line if ours else 0
        return Problem(code, "error", path, line, 1 if line else 0, origin.resource, message, hint)

    def dropped(self, code: str, message: str, end: Dropped) -> Problem:
        """A packet that should have arrived, at the hop that dropped it."""
        return self.failed(code, end.origin, f"{message}: dropped at {end.place}, {end.reason}", end.hint)


Findings = Iterator[Problem]
