"""The model of the network: VPCs, subnets, gateways, attachments, as a packet meets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from types import UnionType
from typing import Literal

from natlane.hcl.blocks import Value
from natlane.network.our_network import OurVpc
from natlane.network.security import SecurityGroup
from natlane.network.tables import Origin, Route, Table


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet of VPC N; `table` is the label of its route table, None for the VPC's main one."""

    label: str
    zone: str
    cidr: IPv4Network
    table: str | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Backend:
    """One target of a load balancer."""

    address: IPv4Address
    port: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class Listener:
    """A TCP port of a load balancer and the targets behind it."""

    port: int
    targets: tuple[Backend, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class NatGateway:
    """A private NAT gateway; the first address is the primary one."""

    label: str
    addresses: tuple[IPv4Address, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An interface endpoint to a service, and the TCP ports on which that listens."""

    label: str
    service: str
    ports: tuple[int, ...]
    groups: tuple[SecurityGroup, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """An internal network load balancer; without a security group it admits everything."""

    label: str
    groups: tuple[SecurityGroup, ...]
    listeners: tuple[Listener, ...]
    origin: Origin
    _by_port: Mapping[int, Listener] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Listeners are looked up for every packet."""
        object.__setattr__(self, "_by_port", {each.port: each for each in reversed(self.listeners)})

    def listener_on(self, port: int) -> Listener | None:
        """The listener on a port; of two the first."""
        return self._by_port.get(port)


Owner = NatGateway | Endpoint | LoadBalancer


@dataclass(frozen=True, slots=True)
class Interface:
    """A pinned address in a subnet of VPC N, and whose it is."""

    address: IPv4Address
    subnet: str
    owner: Owner


@dataclass(frozen=True, slots=True)
class Attachment:
    """One end of the transit gateway: a VPC of ours, a VPC N, or a VPN.

    `table` is the id of the transit gateway table that decides about what comes from here, empty
    where none is associated. `subnets` are a VPC N's, one a zone.
    """

    key: str
    kind: Literal["our_vpc", "vpc_n", "vpn"]
    name: str  # of our VPC, or of the partner
    table: str
    subnets: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class CustomerGateway:
    """The partner's device: its public address, or its certificate's ARN, and its AS number."""

    address: str
    asn: int


@dataclass(frozen=True, slots=True)
class Vpn:
    """A VPN connection: its ends, its traffic selectors, and what its gateway knows to be behind it.

    `label` distinguishes it from those to the partner's other devices. `known` is the virtual private gateway's table,
    `amazon_side_asn` its AS number; None where the VPN ends on the transit gateway.
    """

    label: str
    customer_gateway: CustomerGateway
    ours: IPv4Network
    theirs: IPv4Network
    static: bool
    amazon_side_asn: int | None
    known: Table | None
    attachment: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class VpcN:
    """A partner's dedicated VPC and its VPN connections, one for each device, read from that partner's module."""

    partner: str
    cidrs: tuple[IPv4Network, ...]
    subnets: Mapping[str, Subnet]
    tables: Mapping[str | None, Table]  # the main one under None
    interfaces: Mapping[IPv4Address, Interface]
    attachment: str
    vpns: tuple[Vpn, ...]
    origin: Origin
    _nat: Mapping[str, tuple[Interface, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """A NAT gateway's addresses are looked up for every packet."""
        found: dict[str, tuple[Interface, ...]] = {}
        for each in self.owners(NatGateway):
            found[each.owner.label] = (*found.get(each.owner.label, ()), each)
        object.__setattr__(self, "_nat", found)

    @property
    def on_transit_gateway(self) -> bool:
        """Whether the VPN ends on the transit gateway, where there is one connection only."""
        return self.vpns[0].known is None

    @property
    def vpn_attachment(self) -> str:
        """The VPN's attachment to the transit gateway, empty where it ends on the virtual private gateway."""
        return self.vpns[0].attachment

    @property
    def known(self) -> tuple[Table, ...]:
        """What the virtual private gateway knows to be behind each connection."""
        return tuple(vpn.known for vpn in self.vpns if vpn.known is not None)

    def nat_interfaces(self, label: str) -> tuple[Interface, ...]:
        """The addresses of a NAT gateway, the primary one first."""
        return self._nat.get(label, ())

    def table_of(self, subnet: str) -> Table:
        """The table that routes what a subnet sends; the main table knows only what is local."""
        return self.tables[self.subnets[subnet].table]

    def owners(self, kind: type[Owner] | UnionType) -> tuple[Interface, ...]:
        """The interfaces of one kind of owner."""
        return tuple(each for each in self.interfaces.values() if isinstance(each.owner, kind))


@dataclass(frozen=True, slots=True)
class SharedRoute:
    """A route that a module writes into a table that is not its own.

    `table` is the id of a VPC route table or of a transit gateway route table; the route's target is the
    transit gateway, or an attachment's key.
    """

    partner: str
    table: str
    route: Route


@dataclass(frozen=True, slots=True)
class Output:
    """An output of the module, which people and other programs read."""

    name: str
    value: Value
    origin: Origin


@dataclass(frozen=True, slots=True)
class Segment:
    """What one partner's module adds to the network.

    VPC N with its VPN; their attachments to the transit gateway; transit gateway tables of the partner's own;
    the routes that it writes into tables that others share; and its outputs.
    """

    vpc_n: VpcN
    attachments: tuple[Attachment, ...]
    transit_tables: tuple[Table, ...]
    shared: tuple[SharedRoute, ...]
    outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """Everything that a packet can meet: our VPCs, the transit gateway, and the VPC N of any number of partners."""

    our_vpcs: Mapping[str, OurVpc]
    our_tables: Mapping[str, Table]
    transit_tables: Mapping[str, Table]
    attachments: Mapping[str, Attachment]
    vpcs_n: Mapping[str, VpcN]
