"""Arithmetic of IPv4 prefixes and sets of them: what overlaps, what is free, what covers.

Two prefixes are apart, equal, or one contains the other. So all that overlaps a prefix are those that contain it (at
most 33) and those that lie in it (neighbours in sorted order), and nothing is compared with everything.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Generic, Protocol, TypeVar

Owner = TypeVar("Owner")
Item = TypeVar("Item")
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
    """Prefixes and their owners, prepared once and asked often."""

    def __init__(self, blocks: Iterable[tuple[IPv4Network, Owner]]) -> None:
        self.owners: dict[tuple[int, int], list[tuple[IPv4Network, Owner]]] = {}
        for block, owner in blocks:
            self.owners.setdefault(ends(block), []).append((block, owner))
        self.sorted = sorted(self.owners)
        self.lengths = sorted({length for _, length in self.sorted})

    def blocks(self) -> Iterator[IPv4Network]:
        """Every prefix, by address."""
        return (self.owners[key][0][0] for key in self.sorted)

    def __contains__(self, address: IPv4Address) -> bool:
        """Whether any of them holds an address."""
        number = int(address)
        return any((number & ~_HOST_BITS[length], length) in self.owners for length in self.lengths)

    def overlapping(self, block: IPv4Network) -> list[tuple[IPv4Network, Owner]]:
        """Every prefix that contains this one, equals it or lies in it, by address."""
        first, length = ends(block)
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


def ends(block: IPv4Network) -> tuple[int, int]:
    """A prefix as two numbers, its network address and its length: they sort by address, the wider first."""
    return int(block.network_address), block.prefixlen


def host(address: IPv4Address) -> IPv4Network:
    """One address as a prefix."""
    return IPv4Network(address)


def prefix_set(blocks: Iterable[IPv4Network]) -> Prefixes[None]:
    """A set of addresses, to ask whether it holds one."""
    return Prefixes((block, None) for block in blocks)


def covering(blocks: Iterable[IPv4Network]) -> IPv4Network:
    """The smallest prefix that holds all of these, at least one."""
    bounds = [(int(each.network_address), int(each.broadcast_address)) for each in blocks]
    first, last = min(first for first, _ in bounds), max(last for _, last in bounds)
    length = 32 - (first ^ last).bit_length()
    return IPv4Network((first & ~_HOST_BITS[length], length))


def subnets(block: IPv4Network, length: int, count: int) -> tuple[IPv4Network, ...]:
    """The first `count` subnets of a length; fewer where the block holds fewer."""
    size, first = 1 << (32 - length), int(block.network_address)
    held = min(count, block.num_addresses // size)
    return tuple(IPv4Network((first + index * size, length)) for index in range(held))


def first_free(within: IPv4Network, length: int, taken: Iterable[IPv4Network]) -> IPv4Network | None:
    """The first prefix of a length in a block that overlaps nothing taken, or None."""
    size, at = 1 << (32 - length), int(within.network_address)
    for block in sorted(taken, key=ends):
        if at + size <= int(block.network_address):
            break
        at = max(at, _aligned(int(block.broadcast_address) + 1, length))
    return IPv4Network((at, length)) if at + size - 1 <= int(within.broadcast_address) else None


def _aligned(address: int, length: int) -> int:
    """The first address at or behind this one at which a prefix of a length can begin."""
    size = 1 << (32 - length)
    return -(-address // size) * size


def nested(items: Iterable[Item], prefix: Callable[[Item], tuple[int, int]]) -> Iterator[tuple[Item, Sequence[Item]]]:
    """Each item by address, the wider first, with those before it that contain or equal it, the widest first.

    Of equal prefixes the first alone is told to what follows, so that n equal ones give n - 1 pairs. Costs n log n,
    where the answer is not longer. The sequence holds until the next item is asked for.
    """
    above: list[tuple[int, int, Item]] = []
    for item in sorted(items, key=prefix):
        first, length = prefix(item)
        while above and above[-1][0] | _HOST_BITS[above[-1][1]] < first:
            above.pop()
        yield item, [each for _, _, each in above]
        if not above or above[-1][1] != length:
            above.append((first, length, item))


def overlaps(claims: Iterable[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Each claim with the nearest one before it that is equal or contains it, in order of address and length."""
    for claim, above in nested(sorted(claims), lambda each: (each.first, each.length)):
        if above:
            yield above[-1], claim
