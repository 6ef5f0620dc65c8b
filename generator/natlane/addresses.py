"""A partner's subnets and pinned addresses, computed from its blocks alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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
    """One reason why a descriptor has no address plan."""

    code: str
    field: Path
    message: str
    hint: str


def zone_letter(zone: str, zones: Iterable[str]) -> str:
    """`a` of eu-west-1a; the whole name where another zone has the same letter (local zones)."""
    letter = zone[-1]
    return zone.replace("-", "_") if sum(each[-1] == letter for each in zones) > 1 else letter


def largest_subnets(block: IPv4Network, parts: int) -> tuple[IPv4Network, ...] | None:
    """The first `parts` of the largest equal subnets that a block holds; None below AWS's /28."""
    length = block.prefixlen + (parts - 1).bit_length()
    return subnets(block, length, parts) if length <= aws.SMALLEST_PREFIX else None


def smallest_subnets(block: IPv4Network, parts: int) -> tuple[IPv4Network, ...] | None:
    """The first `parts` /28s of a block, so that a further part moves none; None where it holds fewer."""
    found = subnets(block, aws.SMALLEST_PREFIX, parts) if block.prefixlen <= aws.SMALLEST_PREFIX else ()
    return found if len(found) == parts else None


def zones_that_fit(block: IPv4Network, zones: int) -> int:
    """How many of `zones` zones a block can hold a /28 for."""
    return max(1, min(zones, 1 << max(0, aws.SMALLEST_PREFIX - block.prefixlen)))


def last_usable(subnet: IPv4Network) -> int:
    """The offset of the last address that AWS leaves to us."""
    return subnet.num_addresses - 1 - aws.RESERVED_AT_END


def addresses_for(partner: Partner, landing_zone: LandingZone) -> AddressPlan | tuple[Misfit, ...]:
    """Every subnet and pinned address of a partner, or every reason why there is no plan.

    NAT addresses go up from the first usable address of each public subnet; what is inbound goes
    down from the last usable one, endpoints first, then the NLB, so that neither moves the other.
    """
    misfits = tuple(_zone_misfits(partner, landing_zone))
    if any(each.code == "zones-too-many" for each in misfits):
        return misfits
    plan, more = _addresses(partner, zones_of(partner, landing_zone))
    return plan if plan and not misfits else (*misfits, *more)


def zones_of(partner: Partner, landing_zone: LandingZone) -> tuple[str, ...]:
    """The zones of VPC N: those listed, or as many of the landing zone's as asked for, or as nat_cidr holds."""
    if isinstance(partner.zones, tuple):
        return partner.zones
    known = landing_zone.zones
    return known[: partner.zones or zones_that_fit(partner.nat_cidr, len(known))]


def _zone_misfits(partner: Partner, landing_zone: LandingZone) -> Iterator[Misfit]:
    known, asked = landing_zone.zones, partner.zones
    if isinstance(asked, tuple):
        for index, zone in enumerate(asked):
            if zone not in known:
                free = next((each for each in known if each not in asked), "")
                hint = f"write {free}" if free else "leave it out"
                yield Misfit("zone-unknown", ("zones", index), f"landing-zone.yaml has no zone {zone}", hint)
    elif asked is not None and asked > len(known):
        message = f"the landing zone has {len(known)} zones, not {asked}"
        yield Misfit("zones-too-many", ("zones",), message, f"write at most {len(known)}")


def _addresses(partner: Partner, zones: tuple[str, ...]) -> tuple[AddressPlan | None, list[Misfit]]:
    """What the zones hold, or None and why."""
    count = len(zones)
    public, misfits = _cut("nat_cidr", partner.nat_cidr, count, largest_subnets)
    natted, more = _cut("natted_cidr", partner.natted_cidr, count, smallest_subnets)
    misfits += more
    outbound: Subnets = ()
    if partner.outbound:
        outbound, more = _cut("outbound.cidr", partner.outbound.cidr, count, largest_subnets)
        misfits += more
    offsets, more = _public_offsets(partner, public[0]) if public else (None, [])
    misfits += more
    outbound_offset, more = _outbound_offset(partner, outbound[0]) if outbound else (None, [])
    misfits += more
    if misfits or offsets is None:
        return None, misfits
    held = zip(zones, public, natted, outbound or (None,) * count, strict=True)
    plan = AddressPlan(
        partner.primary_cidr,
        _secondary(partner),
        partner.natted_cidr,
        tuple(
            ZoneAddresses(
                zone=zone,
                letter=zone_letter(zone, zones),
                public=one,
                natted=two,
                nat=tuple(one[offset] for offset in offsets.nat),
                endpoints=tuple(one[offset] for offset in offsets.endpoints),
                inbound_nlb=None if offsets.nlb is None else one[offsets.nlb],
                outbound=three,
                outbound_nlb=None if three is None or outbound_offset is None else three[outbound_offset],
            )
            for zone, one, two, three in held
        ),
    )
    return plan, []


Subnets = tuple[IPv4Network, ...]
Cut = Callable[[IPv4Network, int], Subnets | None]


def _cut(field: str, block: IPv4Network, zones: int, cut: Cut) -> tuple[Subnets, list[Misfit]]:
    """A block's subnets, one a zone; none where they do not fit."""
    found = cut(block, zones)
    if found is not None:
        return found, []
    needed = aws.SMALLEST_PREFIX - (zones - 1).bit_length()
    misfit = Misfit(
        "block-too-small",
        tuple(field.split(".")),
        f"{block} cannot hold a /{aws.SMALLEST_PREFIX} in each of {zones} zones",
        f"write a /{needed} or larger, or `zones: {zones_that_fit(block, zones)}`",
    )
    return (), [misfit]


@dataclass(frozen=True, slots=True)
class _Offsets:
    nat: tuple[int, ...]
    endpoints: tuple[int, ...]
    nlb: int | None


def _secondary(partner: Partner) -> tuple[tuple[str, IPv4Network], ...]:
    primary, natted = partner.primary_cidr, partner.natted_cidr
    blocks = [("natted", natted)] if partner.needs_attachment and not natted.subnet_of(primary) else []
    if partner.outbound and not partner.outbound.cidr.subnet_of(primary):
        blocks.append(("outbound", partner.outbound.cidr))
    return tuple(blocks)


def _public_offsets(partner: Partner, subnet: IPv4Network) -> tuple[_Offsets | None, list[Misfit]]:
    """Offsets within a public subnet, the same in every zone; None where one does not fit."""
    first, last = aws.RESERVED_AT_START, last_usable(subnet)
    nat = tuple(range(first, first + partner.nat.addresses_per_gateway))
    wanted: list[tuple[Path, int | None]] = [
        (("inbound", "endpoints", index, "offset"), endpoint.offset)
        for index, endpoint in enumerate(partner.inbound.endpoints)
    ]
    if partner.inbound.services:
        wanted.append((("inbound", "load_balancer", "offset"), partner.inbound.load_balancer.offset))
    usable = last - first + 1
    misfits: list[Misfit] = []
    if len(nat) + len(wanted) > usable:
        needed = f"{len(nat) + len(wanted)} are needed: {len(nat)} of NAT and {len(wanted)} inbound"
        message = f"each public subnet ({subnet}) has {usable} usable addresses, {needed}"
        hint = "ask for a larger nat_cidr, or write fewer zones, NAT addresses or endpoints"
        misfits.append(Misfit("address-budget", ("nat_cidr",), message, hint))
    misfits += _wrong_offsets(wanted, nat, subnet)
    if misfits:
        return None, misfits
    placed = _placed([offset for _, offset in wanted], nat, subnet)
    endpoints = len(partner.inbound.endpoints)
    return _Offsets(nat, placed[:endpoints], placed[endpoints] if partner.inbound.services else None), []


Wanted = Sequence[tuple[Path, int | None]]


def _wrong_offsets(wanted: Wanted, nat: Sequence[int], subnet: IPv4Network) -> list[Misfit]:
    """The pinned offsets that cannot be had."""
    first, last = aws.RESERVED_AT_START, last_usable(subnet)
    taken = dict.fromkeys(nat, "a NAT address")
    wrong: list[Misfit] = []
    for field, offset in wanted:
        if offset is None:
            continue
        if offset in taken:
            free = next((each for each in range(last, first, -1) if each not in taken), None)
            hint = "leave it out" if free is None else f"write {free}, which is free"
            wrong.append(Misfit("offset-taken", field, f"offset {offset} is already {taken[offset]}", hint))
        else:
            wrong += _outside(field, offset, subnet, first + len(nat))
        taken.setdefault(offset, "pinned by another entry")
    return wrong


def _placed(wanted: Sequence[int | None], nat: Sequence[int], subnet: IPv4Network) -> tuple[int, ...]:
    """The offset of everything inbound: the one that is pinned, or the next free one downwards."""
    taken = {*nat, *wanted}
    free = (each for each in range(last_usable(subnet), aws.RESERVED_AT_START - 1, -1) if each not in taken)
    return tuple(next(free) if offset is None else offset for offset in wanted)


def _outside(field: Path, offset: int, subnet: IPv4Network, least: int) -> Iterator[Misfit]:
    first, last = aws.RESERVED_AT_START, last_usable(subnet)
    if not first <= offset <= last:
        message = f"offset {offset} is outside the usable {first} to {last} of {subnet}"
        yield Misfit("offset-outside", field, message, f"write {least} to {last}")


def _outbound_offset(partner: Partner, subnet: IPv4Network) -> tuple[int, list[Misfit]]:
    """The outbound NLB's offset within each outbound subnet; the first usable one where none is written."""
    offset = partner.outbound.load_balancer.offset if partner.outbound else None
    if offset is None:
        return aws.RESERVED_AT_START, []
    return offset, list(_outside(("outbound", "load_balancer", "offset"), offset, subnet, aws.RESERVED_AT_START))
