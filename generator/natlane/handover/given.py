"""What a hand-over holds: the partner's side, our side, and what both configure alike.

Templates and the files of parameters hold these and nothing else. Times are seconds, sizes bytes. A key is never in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from natlane.handover.sizes import Sizes
from natlane.handover.words import Words


@dataclass(frozen=True, slots=True)
class Block:
    """A network in every form that a device wants it in."""

    cidr: IPv4Network

    @property
    def address(self) -> IPv4Address:
        """Its first address."""
        return self.cidr.network_address

    @property
    def netmask(self) -> IPv4Address:
        """255.255.255.0."""
        return self.cidr.netmask

    @property
    def wildcard(self) -> IPv4Address:
        """0.0.0.255, as an access list wants it."""
        return self.cidr.hostmask

    @property
    def length(self) -> int:
        """24."""
        return self.cidr.prefixlen

    @property
    def label(self) -> str:
        """192-168-50-0-24, for names."""
        return str(self.cidr).replace(".", "-").replace("/", "-")

    def __str__(self) -> str:
        return str(self.cidr)


@dataclass(frozen=True, slots=True)
class Row:
    """A block with a number, for devices whose lists are numbered."""

    number: int
    block: Block


@dataclass(frozen=True, slots=True)
class Service:
    """A port of a protocol that a rule lets through."""

    protocol: str
    port: int


@dataclass(frozen=True, slots=True)
class Called:
    """Something with an address and a port that the other side calls. `number` counts from 1."""

    number: int
    name: str
    addresses: tuple[IPv4Address, ...]
    port: int
    protocol: str


@dataclass(frozen=True, slots=True)
class Permit:
    """What a firewall lets through, its answers included. `number` counts from 1; `anything`: all ports, protocols."""

    number: int
    name: str
    source: Block
    destination: Block
    protocol: str
    port: int
    anything: bool

    @property
    def priority(self) -> int:
        """Its number in lists whose numbers begin at 1000."""
        return 1_000 + self.number

    @property
    def title(self) -> str:
        """Tcp or Udp, as Azure writes it."""
        return self.protocol.title()

    @property
    def only_port(self) -> bool:
        """Whether one port only."""
        return not self.anything


@dataclass(frozen=True, slots=True)
class Phase:
    """The one algorithm of each kind that is agreed on, named as AWS names them; `words` are the vendor's."""

    encryption: str
    integrity: str
    dh_group: int
    lifetime: int
    rekey: int  # a tenth before the lifetime ends
    authenticated: bool  # GCM: the cipher authenticates by itself
    words: Words

    @property
    def minutes(self) -> int:
        """The lifetime in whole minutes."""
        return self.lifetime // 60

    @property
    def margin(self) -> int:
        """From rekeying to the end of the lifetime."""
        return self.lifetime - self.rekey

    @property
    def hashed(self) -> bool:
        """Whether an integrity algorithm stands beside the cipher."""
        return not self.authenticated


@dataclass(frozen=True, slots=True)
class DeadPeer:
    """When the device notices that AWS's end is silent."""

    timeout: int
    delay: int
    retries: int
    silence: int  # until strongSwan's probe, which then takes the rest of the timeout


@dataclass(frozen=True, slots=True)
class Tunnel:
    """One of the two tunnels. `address` is AWS's public one, or a word in capitals where it is not known yet."""

    number: int
    interface_name: str  # at most 15 characters
    address: str
    known: bool
    key: str  # a word in capitals in the key's place
    inside_cidr: IPv4Network
    aws_inside: IPv4Address
    device_inside: IPv4Address
    preferred: bool
    metric: int  # of a static route and of what the device announces: the lower is used
    preference: int  # of what the device learns: the higher is used
    ike: int
    ikev1: bool
    phase1: Phase
    phase2: Phase
    dead_peer: DeadPeer
    dpd_action: str  # AWS's
    replay_window: int
    device_starts: bool
    aws_starts: bool
    sizes: Sizes

    @property
    def ikev2(self) -> bool:
        """Whether IKE version 2 is spoken."""
        return not self.ikev1

    @property
    def coming(self) -> bool:
        """Whether AWS's address is still to come."""
        return not self.known

    @property
    def length(self) -> int:
        """The inside network's prefix length."""
        return self.inside_cidr.prefixlen

    @property
    def netmask(self) -> IPv4Address:
        """The inside network's mask."""
        return self.inside_cidr.netmask

    @property
    def index(self) -> int:
        """Its number counted from 0."""
        return self.number - 1


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

    @property
    def has_device(self) -> bool:
        """Whether the descriptor names a device."""
        return self.device != ""

    @property
    def has_configuration(self) -> bool:
        """Whether a configuration is written for the device."""
        return self.vendor != ""

    @property
    def has_model(self) -> bool:
        """Whether the model is known."""
        return self.model != ""

    @property
    def has_version(self) -> bool:
        """Whether the version is known."""
        return self.version != ""

    @property
    def has_contacts(self) -> bool:
        """Whether anybody is named."""
        return bool(self.contacts)

    @property
    def has_incident_contacts(self) -> bool:
        """Whether anybody is named for the night."""
        return bool(self.incident_contacts)

    @property
    def has_maintenance_window(self) -> bool:
        """Whether a window is agreed."""
        return self.maintenance_window != ""

    @property
    def has_calls(self) -> bool:
        """Whether it is known what we call."""
        return bool(self.calls)


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

    @property
    def has_called(self) -> bool:
        """Whether the partner may call anything."""
        return bool(self.called)

    @property
    def has_key_arn(self) -> bool:
        """Whether the secret's name is known."""
        return self.key_arn != ""

    @property
    def asn_coming(self) -> bool:
        """Whether the AS number is the transit gateway's, which only AWS knows."""
        return not self.asn_known


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
    def static(self) -> bool:
        """Whether routes are written by hand."""
        return not self.bgp

    @property
    def route_based(self) -> bool:
        """Whether a route decides what enters the tunnel."""
        return not self.policy_based

    @property
    def one_tunnel(self) -> bool:
        """Whether one tunnel carries all traffic, and the other waits."""
        return not self.both_tunnels

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
        return tuple(dict.fromkeys(Service(each.protocol, each.port) for each in permits if each.only_port))

    @property
    def accepted_rows(self) -> tuple[Row, ...]:
        """What the partner lets in, numbered by ten."""
        return tuple(Row(10 * number, block) for number, block in enumerate(self.accepted, 1))

    @property
    def wide(self) -> bool:
        """Whether the selectors are 0.0.0.0/0 on both sides."""
        return not self.narrow


@dataclass(frozen=True, slots=True)
class HandOver:
    """Everything of one partner's hand-over."""

    partner: str
    description: str
    complete: bool  # AWS's addresses are known
    theirs: Theirs
    ours: Ours
    agreed: Agreed
    tunnels: tuple[Tunnel, Tunnel]

    @property
    def has_description(self) -> bool:
        """Whether the descriptor says who the partner is."""
        return self.description != ""

    @property
    def early(self) -> bool:
        """Whether AWS's addresses are still to come."""
        return not self.complete

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
