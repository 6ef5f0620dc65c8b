"""The map of address space: who has which block, how full each space is, and the next blocks to offer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final, NamedTuple

from natlane.describe.landing_zone import LandingZone
from natlane.facts import aws
from natlane.prefixes import ends, first_free

OFFERED: Final = 27  # the length of a block that partners are asked for
CELLS: Final = 256  # of each space in the map
OURS, RESERVED, NATTED, NAT, OUTBOUND, THEIRS = "ours", "reserved", "natted", "nat", "outbound", "theirs"
_SPACES: Final = (*aws.RFC1918, aws.SHARED_SPACE)


class Held(NamedTuple):
    """A block, what it is, and whose."""

    block: IPv4Network
    kind: str
    owner: str


@dataclass(frozen=True, slots=True)
class Space:
    """One private space: what its cells hold, one letter a cell (`.` is free), and how many addresses are free."""

    block: IPv4Network
    cells: str
    free: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A block of ours that NAT blocks are taken from: the next free one, and how many of that size are left."""

    within: IPv4Network
    block: IPv4Network | None
    left: int


_LETTER: Final = {OURS: "o", RESERVED: "r", NAT: "n", OUTBOUND: "u", NATTED: "v", THEIRS: "t"}


def held_by_us(zone: LandingZone) -> list[Held]:
    """Our VPCs' blocks and those reserved."""
    ours = [Held(cidr, OURS, f"VPC {name}") for name, vpc in zone.vpcs.items() for cidr in vpc.cidrs]
    return ours + [Held(each.cidr, RESERVED, each.owner) for each in zone.reserved_cidrs]


def spaces(held: Sequence[Held]) -> tuple[Space, ...]:
    """Each private space as the map draws it. Where two share a cell, the more particular one is drawn."""
    return tuple(_space(block, [each for each in held if each.block.overlaps(block)]) for block in _SPACES)


def offers(held: Sequence[Held]) -> tuple[Offer, ...]:
    """Every /16 that holds a NAT block already, with its next free block; what partners themselves have is left out,
    because they may not route what overlaps it."""
    pools = sorted({each.block.supernet(new_prefix=16) for each in held if each.kind == NAT and each.block.is_private})
    taken = sorted((each.block for each in held if each.kind != NATTED), key=ends)
    return tuple(_offer(pool, [block for block in taken if block.overlaps(pool)]) for pool in pools)


def _offer(pool: IPv4Network, taken: Iterable[IPv4Network]) -> Offer:
    size = 1 << (32 - OFFERED)
    first, last = int(pool.network_address), int(pool.broadcast_address)
    used: set[int] = set()
    for block in taken:
        begin, end = max(first, int(block.network_address)), min(last, int(block.broadcast_address))
        used.update(range((begin - first) // size, (end - first) // size + 1))
    return Offer(pool, first_free(pool, OFFERED, taken), pool.num_addresses // size - len(used))


def _space(block: IPv4Network, held: Sequence[Held]) -> Space:
    size = max(1, block.num_addresses // CELLS)
    first, last = int(block.network_address), int(block.broadcast_address)
    cells = ["."] * (block.num_addresses // size)
    covered: list[tuple[int, int]] = []
    for kind, letter in sorted(_LETTER.items(), key=lambda each: list(_LETTER).index(each[0]), reverse=True):
        for each in held:
            if each.kind == kind:
                begin = max(first, int(each.block.network_address))
                end = min(last, int(each.block.broadcast_address))
                covered.append((begin, end))
                for cell in range((begin - first) // size, (end - first) // size + 1):
                    cells[cell] = letter
    return Space(block, "".join(cells), block.num_addresses - _union(covered))


def _union(ranges: list[tuple[int, int]]) -> int:
    """How many numbers ranges hold together."""
    total, reached = 0, -1
    for begin, end in sorted(ranges):
        total += max(0, end - max(begin, reached + 1) + 1)
        reached = max(reached, end)
    return total
