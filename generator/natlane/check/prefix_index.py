"""Networks become structures in which overlaps are found without comparing each with each.

Two IPv4 blocks are apart, equal, or one contains the other; so all that overlaps a block are
its ancestors (at most 33 of them) and its descendants (neighbours in sorted order).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network
from typing import Any, Generic, Protocol, TypeVar

Owner = TypeVar("Owner")
_HOST_BITS = tuple((1 << (32 - length)) - 1 for length in range(33))


class Prefix(Protocol):
    """Anything with a first address and a length."""

    @property
    def first(self) -> int: ...  # the network address as a number
    @property
    def length(self) -> int: ...  # 0 to 32
    def __lt__(self, other: Any, /) -> bool: ...  # by address, the wider first


Claim = TypeVar("Claim", bound=Prefix)


class Prefixes(Generic[Owner]):
    """Blocks and their owners, prepared once and asked often."""

    def __init__(self, blocks: Iterable[tuple[IPv4Network, Owner]]) -> None:
        self.owners: dict[tuple[int, int], list[tuple[IPv4Network, Owner]]] = {}
        for block, owner in blocks:
            key = (int(block.network_address), block.prefixlen)
            self.owners.setdefault(key, []).append((block, owner))
        self.sorted = sorted(self.owners)
        self.lengths = sorted({length for _, length in self.sorted})

    def blocks(self) -> Iterator[IPv4Network]:
        """Every block, by address."""
        return (self.owners[key][0][0] for key in self.sorted)

    def overlapping(self, block: IPv4Network) -> list[tuple[IPv4Network, Owner]]:
        """Every block that contains this one, equals it or lies in it, by address."""
        first, length = int(block.network_address), block.prefixlen
        found: list[tuple[IPv4Network, Owner]] = []
        for each in self.lengths:
            if each > length:
                break
            found += self.owners.get((first & ~_HOST_BITS[each], each), ())
        at = bisect_left(self.sorted, (first, length + 1))
        last = first | _HOST_BITS[length]
        for key in self.sorted[at:]:
            if key[0] > last:
                break
            if key[1] > length:
                found += self.owners[key]
        return found


def first_free(within: IPv4Network, length: int, taken: Iterable[IPv4Network]) -> IPv4Network | None:
    """The first block of a length that overlaps nothing taken, or None."""
    size, at = 1 << (32 - length), int(within.network_address)
    for block in sorted(taken):
        if at + size <= int(block.network_address):
            break
        at = max(at, -(-(int(block.broadcast_address) + 1) // size) * size)
    return IPv4Network((at, length)) if at + size - 1 <= int(within.broadcast_address) else None


def overlaps(claims: Iterable[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Each claim with the nearest one before it, in order of address and length, that is equal or contains it.

    n log n for the sort; equal claims are told against the first of them, so that n equal ones
    give n - 1 pairs.
    """
    above: list[Claim] = []
    for claim in sorted(claims):
        while above and above[-1].first | _HOST_BITS[above[-1].length] < claim.first:
            above.pop()
        if above:
            yield above[-1], claim
        if not above or above[-1].length != claim.length:
            above.append(claim)
