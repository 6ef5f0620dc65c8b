"""Classes of addresses: two addresses of one class get the same answer wherever a prefix decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, summarize_address_range
from itertools import pairwise

from natlane.network.model import LoadBalancer, NatGateway, Network, Owner, Segment
from natlane.prefixes import host, prefix_set

LAST_ADDRESS = (1 << 32) - 1


@dataclass(frozen=True, slots=True)
class Edge:
    """A prefix that something is decided by; prefixes of one key are one decision (a NAT gateway's addresses)."""

    prefix: IPv4Network
    key: str


@dataclass(frozen=True, slots=True)
class AddressClass:
    """Addresses between which no edge lies, as ranges of integers, lowest first; never empty.

    `representative` is the lowest address, which stands for all.
    """

    ranges: tuple[tuple[int, int], ...]
    representative: IPv4Address

    def __str__(self) -> str:
        """The first prefixes, for a person."""
        prefixes = [
            str(prefix)
            for first, last in self.ranges[:3]
            for prefix in summarize_address_range(IPv4Address(first), IPv4Address(last))
        ]
        more = len(prefixes) > 3 or len(self.ranges) > 3
        return ", ".join(prefixes[:3]) + (" and more" if more else "")


def edge(prefix: IPv4Network) -> Edge:
    """A prefix that decides for itself."""
    return Edge(prefix, str(prefix))


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
    held: dict[str, int] = {}
    found: dict[frozenset[str], list[tuple[int, int]]] = {}
    for first, after in pairwise([*cuts, LAST_ADDRESS + 1]):
        for key in opens.get(first, ()):
            held[key] = held.get(key, 0) + 1
        for key in closes.get(first, ()):
            held[key] -= 1
            if not held[key]:
                del held[key]
        ranges = found.setdefault(frozenset(held), [])
        adjoins = ranges and ranges[-1][1] + 1 == first
        ranges.append((ranges.pop()[0] if adjoins else first, after - 1))
    return tuple(AddressClass(tuple(ranges), IPv4Address(ranges[0][0])) for ranges in found.values())


def within(classes: Iterable[AddressClass], prefixes: Iterable[IPv4Network]) -> tuple[AddressClass, ...]:
    """The classes that lie in any of these prefixes, which must have been edges."""
    inside = prefix_set(prefixes)
    return tuple(each for each in classes if each.representative in inside)


def edges_of(segment: Segment, network: Network) -> Iterator[Edge]:
    """Every prefix that decides about a packet."""
    vpc_n = segment.vpc_n
    for table in (*vpc_n.tables.values(), *network.our_tables.values(), *network.transit_tables.values(), *vpc_n.known):
        yield from (edge(route.destination) for route in table.routes)
    subnets = (subnet.cidr for subnet in vpc_n.subnets.values())
    ours = (cidr for vpc in network.our_vpcs.values() for cidr in vpc.cidrs)
    selectors = (selector for vpn in vpc_n.vpns for selector in (vpn.ours, vpn.theirs))
    yield from map(edge, (*vpc_n.cidrs, *subnets, *selectors, *ours))
    for interface in vpc_n.interfaces.values():
        yield Edge(host(interface.address), f"{interface.owner.origin.resource} in {interface.subnet}")
        yield from _edges_of_owner(interface.owner)


def _edges_of_owner(owner: Owner) -> Iterator[Edge]:
    """What security groups and targets tell apart; a NAT gateway has neither."""
    for group in () if isinstance(owner, NatGateway) else owner.groups:
        yield from (edge(rule.cidr) for rule in (*group.ingress, *group.egress))
    for listener in owner.listeners if isinstance(owner, LoadBalancer) else ():
        yield from (edge(host(target.address)) for target in listener.targets)
