"""The model of a hand-over: the partner's side, our side, and what both configure alike.

Templates and the files of parameters hold these and nothing else. Times are seconds, sizes bytes. A key is never in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from natlane.handover.networks import Block, Called, Permit, Row, Service
from natlane.handover.tunnel import Tunnel


@dataclass(frozen=True, slots=True)
class Theirs:
    """The partner's side."""

    device: str  # as the descriptor writes it
    vendor: str  # the folder of its templates; empty where none is known
    title: str
    model: str
    version: str
    source: str  # where its vendor says what it can do
    tested: str  # how far a configuration for it was tested
    peer_address: IPv4Address
    local_address: str  # what the device's own interface has: the peer address, or a word in capitals
    asn: int
    behind_nat: bool
    networks: tuple[Block, ...]
    contacts: tuple[str, ...]
    incident_contacts: tuple[str, ...]
    maintenance_window: str
    outside_interface: str
    inside_interface: str
    calls: tuple[Called, ...]


@dataclass(frozen=True, slots=True)
class Ours:
    """Our side."""

    region: str
    block: Block  # all that the partner ever sees of us
    sources: tuple[IPv4Address, ...]  # what our connections come from
    asn: str  # or a word in capitals: a transit gateway's is known to AWS only
    asn_known: bool
    called: tuple[Called, ...]  # what the partner may call
    calls_them: bool
    key_arn: str
    keys_are_kept_by_aws: bool


@dataclass(frozen=True, slots=True)
class Agreed:
    """What both sides configure alike."""

    bgp: bool
    policy_based: bool
    narrow: bool  # the selectors name networks
    our_side: Block
    their_side: Block
    policy_ours: Block  # the pair that a device without tunnel interfaces asks for, which AWS may be narrowed to
    policy_theirs: Block
    announced: tuple[Block, ...]  # what AWS announces by BGP
    accepted: tuple[Block, ...]  # what of it the partner lets in
    both_tunnels: bool  # both carry traffic at once
    mtu: int
    mss: int
    from_us: tuple[Permit, ...]  # what comes out of the tunnels and is let in
    to_us: tuple[Permit, ...]  # what goes into them

    @property
    def addresses(self) -> tuple[Block, ...]:
        """Every block that a rule names, each once, but for all of ours."""
        named = [each.destination for each in self.from_us]
        named += [block for each in self.to_us for block in (each.source, each.destination)]
        return tuple(dict.fromkeys(named))

    @property
    def services(self) -> tuple[Service, ...]:
        """Every port that a rule names, each once."""
        permits = (*self.from_us, *self.to_us)
        return tuple(dict.fromkeys(Service(each.protocol, each.port) for each in permits if not each.anything))

    @property
    def accepted_rows(self) -> tuple[Row, ...]:
        """What the partner lets in, numbered by ten."""
        return tuple(Row(10 * number, block) for number, block in enumerate(self.accepted, 1))


@dataclass(frozen=True, slots=True)
class HandOver:
    """Everything of a hand-over for one device of a partner; the first device's leads to the others'."""

    partner: str
    description: str
    complete: bool  # AWS's addresses are known
    theirs: Theirs
    ours: Ours
    agreed: Agreed
    tunnels: tuple[Tunnel, Tunnel]
    name: str  # the device's in the descriptor; empty where it has none
    title: str  # its name, or its address
    label: str  # its connection's in the module
    folder: str  # where its configuration lies in the hand-over
    others: tuple[HandOver, ...] = ()  # of the partner's other devices, at the first one

    @property
    def devices(self) -> tuple[HandOver, ...]:
        """The hand-over for each device, the preferred one first."""
        return (self, *self.others)

    @property
    def several(self) -> bool:
        """Whether the partner has more than one device."""
        return bool(self.others)

    @property
    def last(self) -> HandOver:
        """The device that is used when no other one is there."""
        return self.devices[-1]

    @property
    def asns_differ(self) -> bool:
        """Whether the devices have AS numbers of their own."""
        return len({each.theirs.asn for each in self.devices}) > 1

    @property
    def networks(self) -> tuple[Block, ...]:
        """The partner's networks."""
        return self.theirs.networks

    @property
    def short(self) -> str:
        """The partner's name in 13 characters: with -1 it is as long as a Linux or FortiOS interface may be called."""
        return self.partner[:13].rstrip("-")

    @property
    def network_rows(self) -> tuple[Row, ...]:
        """The partner's networks, numbered by ten."""
        return tuple(Row(10 * number, block) for number, block in enumerate(self.networks, 1))

    @property
    def crypto_map(self) -> bool:
        """Whether a Cisco ASA decides by a crypto map: its tunnel interfaces ask for 0.0.0.0/0 only."""
        return self.agreed.policy_based or self.agreed.narrow

    @property
    def probe(self) -> IPv4Address:
        """An address of ours, pinged to keep a policy-based tunnel up."""
        return self.ours.called[0].addresses[0] if self.ours.called else self.ours.sources[0]

    @property
    def aws_inside(self) -> tuple[IPv4Address, ...]:
        """AWS's inside address of each tunnel."""
        return tuple(each.aws_inside for each in self.tunnels)

    @property
    def tunnel1(self) -> Tunnel:
        """Tunnel 1."""
        return self.tunnels[0]

    @property
    def tunnel2(self) -> Tunnel:
        """Tunnel 2."""
        return self.tunnels[1]
