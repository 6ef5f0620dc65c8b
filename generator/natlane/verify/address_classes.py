"""Prefixes cut the address space into classes: two addresses of one class meet the same answer everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, summarize_address_range

LAST_ADDRESS = (1 << 32) - 1


@dataclass(frozen=True, slots=True)
class Edge:
    """A prefix that something is decided by; prefixes of one key are one decision (a NAT gateway's addresses)."""

    prefix: IPv4Network
    key: str


@dataclass(frozen=True, slots=True)
class AddressClass:
    """Addresses that no edge tells apart, as ranges of integers, lowest first; never empty.

    `representative` is the lowest address, which stands for all; `text` the first prefixes, for a person.
    """

    ranges: tuple[tuple[int, int], ...]
    representative: IPv4Address
    text: str

    def __str__(self) -> str:
        """For a person."""
        return self.text


def _class_of(ranges: Sequence[tuple[int, int]]) -> AddressClass:
    prefixes = [
        str(prefix)
        for first, last in ranges[:3]
        for prefix in summarize_address_range(IPv4Address(first), IPv4Address(last))
    ]
    more = len(prefixes) > 3 or len(ranges) > 3
    text = ", ".join(prefixes[:3]) + (" and more" if more else "")
    return AddressClass(tuple(ranges), IPv4Address(ranges[0][0]), text)


def edge(prefix: IPv4Network) -> Edge:
    """A prefix that decides for itself."""
    return Edge(prefix, str(prefix))


def host(address: IPv4Address) -> IPv4Network:
    """One address as a prefix."""
    return IPv4Network(address)


def classes_of(edges: Iterable[Edge]) -> tuple[AddressClass, ...]:
    """The whole of IPv4 in classes, by lowest address.

    A sweep over every edge's first and last address: between two neighbouring cuts the set of keys
    that hold does not change, and ranges with the same set are one class.
    """
    opens: dict[int, list[str]] = {}
    closes: dict[int, list[str]] = {}
    for each in set(edges):
        opens.setdefault(int(each.prefix.network_address), []).append(each.key)
        closes.setdefault(int(each.prefix.broadcast_address) + 1, []).append(each.key)
    cuts = sorted({0, *opens, *(cut for cut in closes if cut <= LAST_ADDRESS)})
    held: Counter[str] = Counter()
    found: dict[frozenset[str], list[tuple[int, int]]] = {}
    for first, after in zip(cuts, [*cuts[1:], LAST_ADDRESS + 1], strict=True):
        held.update(opens.get(first, ()))
        held.subtract(closes.get(first, ()))
        ranges = found.setdefault(frozenset(key for key, times in held.items() if times), [])
        adjoins = ranges and ranges[-1][1] + 1 == first
        ranges.append((ranges.pop()[0] if adjoins else first, after - 1))
    return tuple(_class_of(ranges) for ranges in found.values())


def within(classes: Iterable[AddressClass], prefixes: Sequence[IPv4Network]) -> tuple[AddressClass, ...]:
    """The classes that lie in any of these prefixes, which must have been edges."""
    return tuple(each for each in classes if any(each.representative in prefix for prefix in prefixes))


def covering(prefixes: Iterable[IPv4Network]) -> IPv4Network:
    """The smallest prefix that holds all of these, at least one."""
    bounds = [(int(each.network_address), int(each.broadcast_address)) for each in prefixes]
    first, last = min(first for first, _ in bounds), max(last for _, last in bounds)
    length = 32 - (first ^ last).bit_length()
    return IPv4Network((first >> (32 - length) << (32 - length) if length else 0, length))
