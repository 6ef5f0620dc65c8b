"""A partner's blocks become subnets and pinned addresses: pure arithmetic, before any rule or plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from natlane.describe.landing_zone import LandingZone
from natlane.describe.nodes import Path
from natlane.describe.partner import Partner
from natlane.facts import aws
from natlane.prefixes import subnets


@dataclass(frozen=True, slots=True)
class ZoneAddresses:
    """What one zone of VPC N holds; `endpoints` in the descriptor's order."""

    zone: str
    letter: str
    public: IPv4Network
    natted: IPv4Network
    nat: tuple[IPv4Address, ...]
    endpoints: tuple[IPv4Address, ...]
    inbound_nlb: IPv4Address | None
    outbound: IPv4Network | None
    outbound_nlb: IPv4Address | None


@dataclass(frozen=True, slots=True)
class AddressPlan:
    """VPC N's CIDRs, its zones, and what each zone holds."""

    primary: IPv4Network
    secondary: tuple[tuple[str, IPv4Network], ...]  # role (natted, outbound) and block
    natted: IPv4Network
    zones: tuple[ZoneAddresses, ...]

    @property
    def nat_addresses(self) -> tuple[IPv4Address, ...]:
        """Every source address that the partner will see, by zone."""
        return tuple(address for zone in self.zones for address in zone.nat)


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a descriptor has no address plan."""

    code: str
    field: Path
    message: str
    hint: str


def zone_letter(zone: str, zones: Iterable[str]) -> str:
    """`a` of eu-west-1a; the whole name where another zone has the same letter (local zones)."""
    letter = zone[-1]
    return zone.replace("-", "_") if sum(each[-1] == letter for each in zones) > 1 else letter


def carve(block: IPv4Network, parts: int) -> tuple[IPv4Network, ...] | None:
    """The first `parts` of the largest equal subnets that a block holds; None below AWS's /28."""
    length = block.prefixlen + (parts - 1).bit_length()
    return subnets(block, length, parts) if length <= aws.SMALLEST_PREFIX else None


def smallest(block: IPv4Network, parts: int) -> tuple[IPv4Network, ...] | None:
    """The first `parts` /28s of a block, so that a further part moves none; None where it holds fewer."""
    found = subnets(block, aws.SMALLEST_PREFIX, parts) if block.prefixlen <= aws.SMALLEST_PREFIX else ()
    return found if len(found) == parts else None


def zones_that_fit(block: IPv4Network, zones: int) -> int:
    """How many of `zones` zones a block can hold a /28 for."""
    return max(1, min(zones, 1 << max(0, aws.SMALLEST_PREFIX - block.prefixlen)))


def last_usable(subnet: IPv4Network) -> int:
    """The offset of the last address that AWS leaves to us."""
    return subnet.num_addresses - 1 - aws.RESERVED_AT_END


def addresses_for(partner: Partner, landing_zone: LandingZone) -> AddressPlan | Misfit:
    """Every subnet and pinned address of a partner, or the first reason why there is none.

    NAT addresses go up from the first usable address of each public subnet; what is inbound goes
    down from the last usable one, endpoints first, then the NLB, so that neither moves the other.
    """
    count = partner.zones or zones_that_fit(partner.nat_cidr, len(landing_zone.zones))
    if count > len(landing_zone.zones):
        here = f"the landing zone has {len(landing_zone.zones)} zones, not {count}"
        return Misfit("zones-too-many", ("zones",), here, f"write at most {len(landing_zone.zones)}")
    primary = partner.vpc_cidr or partner.nat_cidr
    natted = partner.natted_cidr
    public_subnets, natted_subnets = carve(partner.nat_cidr, count), smallest(natted, count)
    if public_subnets is None:
        return _too_small("nat_cidr", partner.nat_cidr, count)
    if natted_subnets is None:
        return _too_small("natted_cidr", natted, count)
    outbound_subnets = carve(partner.outbound.cidr, count) if partner.outbound else ()
    if partner.outbound and outbound_subnets is None:
        return _too_small("outbound.cidr", partner.outbound.cidr, count)
    public = _public_offsets(partner, public_subnets[0])
    outbound = _outbound_offset(partner, (outbound_subnets or (None,))[0])
    if isinstance(public, Misfit):
        return public
    if isinstance(outbound, Misfit):
        return outbound
    zones = landing_zone.zones[:count]
    return AddressPlan(
        primary,
        _secondary(partner, primary, natted),
        natted,
        tuple(
            _zone(
                zone,
                zone_letter(zone, zones),
                public_subnets[i],
                natted_subnets[i],
                public,
                outbound_subnets[i] if outbound_subnets else None,
                outbound,
            )
            for i, zone in enumerate(zones)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Offsets:
    nat: tuple[int, ...]
    endpoints: tuple[int, ...]
    nlb: int | None


def _zone(
    zone: str,
    letter: str,
    public: IPv4Network,
    natted: IPv4Network,
    offsets: _Offsets,
    outbound: IPv4Network | None,
    outbound_offset: int | None,
) -> ZoneAddresses:
    base = public.network_address
    return ZoneAddresses(
        zone,
        letter,
        public,
        natted,
        tuple(base + offset for offset in offsets.nat),
        tuple(base + offset for offset in offsets.endpoints),
        None if offsets.nlb is None else base + offsets.nlb,
        outbound,
        outbound.network_address + outbound_offset if outbound and outbound_offset is not None else None,
    )


def _too_small(field: str, block: IPv4Network, zones: int) -> Misfit:
    fit = zones_that_fit(block, zones)
    needed = aws.SMALLEST_PREFIX - (zones - 1).bit_length()
    return Misfit(
        "block-too-small",
        tuple(field.split(".")),
        f"{block} cannot hold a /28 in each of {zones} zones",
        f"write a /{needed} or larger, or `zones: {fit}`",
    )


def _secondary(partner: Partner, primary: IPv4Network, natted: IPv4Network) -> tuple[tuple[str, IPv4Network], ...]:
    blocks = [("natted", natted)] if not natted.subnet_of(primary) else []
    if partner.outbound and not partner.outbound.cidr.subnet_of(primary):
        blocks.append(("outbound", partner.outbound.cidr))
    return tuple(blocks)


def _public_offsets(partner: Partner, subnet: IPv4Network) -> _Offsets | Misfit:
    """Offsets within a public subnet, the same in every zone."""
    first, last = aws.RESERVED_AT_START, last_usable(subnet)
    nat = tuple(range(first, first + partner.nat.addresses_per_gateway))
    wanted: list[tuple[Path, int | None]] = [
        (("inbound", "endpoints", index, "offset"), endpoint.offset)
        for index, endpoint in enumerate(partner.inbound.endpoints)
    ]
    if partner.inbound.services:
        wanted.append((("inbound", "load_balancer", "offset"), partner.inbound.load_balancer.offset))
    usable = last - first + 1
    if len(nat) + len(wanted) > usable:
        needed = f"{len(nat) + len(wanted)} are needed"
        message = f"each public subnet ({subnet}) has {usable} usable addresses, {needed}"
        parts = f"{len(nat)} of NAT and {len(wanted)} inbound"
        return Misfit(
            "address-budget",
            ("nat_cidr",),
            f"{message}: {parts}",
            "ask for a larger nat_cidr, or write fewer zones, NAT addresses or endpoints",
        )
    taken = dict.fromkeys(nat, "a NAT address")
    for field, offset in wanted:
        if offset is None:
            continue
        if not first <= offset <= last:
            return Misfit(
                "offset-outside",
                field,
                f"offset {offset} is outside the usable {first} to {last} of {subnet}",
                f"write {first + len(nat)} to {last}",
            )
        if offset in taken:
            free = next(each for each in range(last, first, -1) if each not in taken)
            return Misfit(
                "offset-taken", field, f"offset {offset} is already {taken[offset]}", f"write {free}, which is free"
            )
        taken[offset] = "pinned by another entry"
    downwards = (each for each in range(last, first - 1, -1) if each not in taken)
    placed = tuple(offset if offset is not None else next(downwards) for _, offset in wanted)
    endpoints = len(partner.inbound.endpoints)
    return _Offsets(nat, placed[:endpoints], placed[endpoints] if partner.inbound.services else None)


def _outbound_offset(partner: Partner, subnet: IPv4Network | None) -> int | Misfit | None:
    """The outbound NLB's offset within each outbound subnet."""
    if partner.outbound is None or subnet is None:
        return None
    first, last = aws.RESERVED_AT_START, last_usable(subnet)
    offset = partner.outbound.load_balancer.offset
    if offset is not None and not first <= offset <= last:
        return Misfit(
            "offset-outside",
            ("outbound", "load_balancer", "offset"),
            f"offset {offset} is outside the usable {first} to {last} of {subnet}",
            f"write {first} to {last}",
        )
    return first if offset is None else offset
