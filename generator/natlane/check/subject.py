"""The subject of a partner's rules: what several of them ask for, computed once, and only where one asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from ipaddress import IPv4Network
from typing import NamedTuple

from natlane.addresses import AddressPlan
from natlane.describe.document import Document
from natlane.describe.landing_zone import LandingZone
from natlane.describe.nodes import Path
from natlane.describe.partner import Partner
from natlane.describe.vpn import CustomerGateway, TunnelOptions
from natlane.facts import aws
from natlane.prefixes import Prefixes

Block = tuple[Path, IPv4Network]
NOT_UNICAST = Prefixes(aws.NOT_UNICAST)
NATTED: Path = ("natted_cidr",)
WIDEST = 8  # the widest private block: a wider partner CIDR would take the internet, or our own networks


@dataclass(frozen=True, slots=True)
class Ours:
    """What the landing zone says is taken: our VPCs' CIDRs by VPC, reserved CIDRs by owner."""

    vpcs: Prefixes[str]
    reserved: Prefixes[str]


class Device(NamedTuple):
    """A device of the partner's, and where it is written."""

    field: Path
    gateway: CustomerGateway


class TunnelPlace(NamedTuple):
    """Which tunnel of which device."""

    device: Device
    number: str

    @property
    def fields(self) -> tuple[Path, Path]:
        """Where it may be written: at its device, and for every device."""
        return (*self.device.field, "tunnels", self.number), ("vpn", "tunnels", self.number)

    @property
    def default_inside(self) -> IPv4Network:
        """Its inside CIDR where none is written."""
        insides = aws.INSIDE_CIDRS_NAMED if self.device.gateway.name else aws.INSIDE_CIDRS_DEFAULT
        return insides[int(self.number) - 1]


@dataclass(frozen=True)
class Subject:
    """One partner beside the landing zone. `addresses` is None where the blocks do not fit."""

    partner: Partner
    document: Document
    landing_zone: LandingZone
    addresses: AddressPlan | None
    names: Sequence[str]  # of all partners

    @property
    def ours(self) -> Ours:
        """What the landing zone says is taken."""
        return ours_of(self.landing_zone)

    @property
    def primary(self) -> IPv4Network:
        """VPC N's primary CIDR."""
        return self.partner.primary_cidr

    @cached_property
    def vpc_n_blocks(self) -> tuple[Block, ...]:
        """VPC N's blocks: field and network."""
        return tuple(_blocks(self.partner))

    @cached_property
    def legal_vpc_n_blocks(self) -> tuple[Block, ...]:
        """Of these, all but what is too large for any VPC, and overlaps everything."""
        return tuple(each for each in self.vpc_n_blocks if each[1].prefixlen >= aws.LARGEST_PREFIX)

    @cached_property
    def routable_partner_cidrs(self) -> tuple[Block, ...]:
        """Partner CIDRs, but for those that nothing could route."""
        return tuple(
            (("partner_cidrs", index), cidr)
            for index, cidr in enumerate(self.partner.partner_cidrs)
            if cidr.prefixlen >= WIDEST and not NOT_UNICAST.overlapping(cidr)
        )

    @cached_property
    def routed_partner_cidrs(self) -> tuple[Block, ...]:
        """Of these, what our VPCs have routes to."""
        translated = self.partner.translated_cidrs
        return tuple(each for each in self.routable_partner_cidrs if each[1] not in translated)

    @cached_property
    def joined(self) -> tuple[str, ...]:
        """Known VPCs that exchange packets with VPC N: reached, then served."""
        named = dict.fromkeys((*self.partner.reach, *self.partner.served_vpcs))
        return tuple(name for name in named if name in self.landing_zone.vpcs)

    @property
    def devices(self) -> tuple[Device, ...]:
        """The partner's devices."""
        return devices_of(self.partner, self.document)

    @property
    def tunnels(self) -> Iterator[tuple[TunnelPlace, TunnelOptions]]:
        """Every tunnel of every device."""
        for device in self.devices:
            for number, tunnel in device.gateway.tunnels.items():
                yield TunnelPlace(device, number), tunnel


def devices_of(partner: Partner, document: Document) -> tuple[Device, ...]:
    """The partner's devices, each with its field."""
    one: Path = ("vpn", "customer_gateway")
    only = document.holds(one)
    return tuple(
        Device(one if only else ("vpn", "customer_gateways", index), gateway)
        for index, gateway in enumerate(partner.vpn.customer_gateways)
    )


def _blocks(partner: Partner) -> Iterator[Block]:
    if partner.vpc_cidr is not None:
        yield ("vpc_cidr",), partner.vpc_cidr
    yield ("nat_cidr",), partner.nat_cidr
    if partner.needs_attachment:
        yield NATTED, partner.natted_cidr
    if partner.outbound is not None:
        yield ("outbound", "cidr"), partner.outbound.cidr


@lru_cache(maxsize=4)
def ours_of(landing_zone: LandingZone) -> Ours:
    """Prepared once for each landing zone, which is compared by identity."""
    vpcs = ((cidr, name) for name, vpc in landing_zone.vpcs.items() for cidr in vpc.cidrs)
    reserved = ((each.cidr, each.owner) for each in landing_zone.reserved_cidrs)
    return Ours(Prefixes(vpcs), Prefixes(reserved))
