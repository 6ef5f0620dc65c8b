"""The subject of a partner's rules: what several of them ask for, computed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network

from natlane.addresses import AddressPlan
from natlane.describe.document import Document
from natlane.describe.landing_zone import LandingZone
from natlane.describe.nodes import Path
from natlane.describe.partner import Partner
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


@dataclass(frozen=True, slots=True)
class Subject:
    """One partner beside the landing zone. `addresses` is None where the blocks do not fit."""

    partner: Partner
    document: Document
    landing_zone: LandingZone
    addresses: AddressPlan | None
    ours: Ours
    written: tuple[Block, ...]  # VPC N's blocks: field and network
    blocks: tuple[Block, ...]  # of these, all but what is too large for any VPC, and overlaps everything
    cidrs: tuple[Block, ...]  # partner CIDRs, but for those that nothing could route
    routed: tuple[Block, ...]  # of these, what our VPCs have routes to
    joined: tuple[str, ...]  # known VPCs that exchange packets with VPC N: reached, then served
    names: Sequence[str]  # of all partners

    @property
    def primary(self) -> IPv4Network:
        """VPC N's primary CIDR."""
        return self.partner.primary_cidr


def subject_of(
    partner: Partner,
    document: Document,
    landing_zone: LandingZone,
    addresses: AddressPlan | None,
    names: Sequence[str],
) -> Subject:
    """The Subject of a partner's rules."""
    named = dict.fromkeys((*partner.reach, *partner.served_vpcs))
    joined = tuple(name for name in named if name in landing_zone.vpcs)
    cidrs = tuple(
        (("partner_cidrs", index), cidr)
        for index, cidr in enumerate(partner.partner_cidrs)
        if cidr.prefixlen >= WIDEST and not NOT_UNICAST.overlapping(cidr)
    )
    translated = partner.translated_cidrs
    routed = tuple(each for each in cidrs if each[1] not in translated) if translated else cidrs
    return Subject(
        partner=partner,
        document=document,
        landing_zone=landing_zone,
        addresses=addresses,
        ours=ours_of(landing_zone),
        written=tuple(_blocks(partner)),
        blocks=tuple(each for each in _blocks(partner) if each[1].prefixlen >= aws.LARGEST_PREFIX),
        cidrs=cidrs,
        routed=routed,
        joined=joined,
        names=names,
    )


def _blocks(partner: Partner) -> Iterator[Block]:
    if partner.vpc_cidr is not None:
        yield ("vpc_cidr",), partner.vpc_cidr
    yield ("nat_cidr",), partner.nat_cidr
    yield NATTED, partner.natted_cidr
    if partner.outbound is not None:
        yield ("outbound", "cidr"), partner.outbound.cidr


@lru_cache(maxsize=4)
def ours_of(landing_zone: LandingZone) -> Ours:
    """Prepared once for each landing zone, which is compared by identity."""
    vpcs = ((cidr, name) for name, vpc in landing_zone.vpcs.items() for cidr in vpc.cidrs)
    reserved = ((each.cidr, each.owner) for each in landing_zone.reserved_cidrs)
    return Ours(Prefixes(vpcs), Prefixes(reserved))
