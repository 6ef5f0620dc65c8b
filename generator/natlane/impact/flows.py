"""The flows of a module: who may open a connection to what, from whole classes of addresses to whole classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

Ranges = tuple[tuple[int, int], ...]
Ports = tuple[int, int]


class Flow(NamedTuple):
    """Connections that one side may open to the other. Addresses are ranges of integers, both ends included.

    `vpc` is the one of ours that takes part, empty where an endpoint in VPC N is called; `named` is that endpoint's
    service. `protocol` is empty where none decides. `hidden`: the partner sees no address of ours but a pinned one.
    """

    inward: bool
    vpc: str
    sources: Ranges
    receivers: Ranges
    protocol: str
    ports: Ports
    named: str = ""
    hidden: bool = True


Flows = Mapping[Flow, frozenset[str]]  # with the addresses and ports at which each is called, where they are others


def joined(ranges: Iterable[Ranges]) -> Ranges:
    """Ranges as few as possible, lowest first."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(each for some in ranges for each in some):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def merged(flows: Iterable[Flow]) -> list[Flow]:
    """The same flows as few as possible: sources of one receiver together, then receivers of the same sources."""
    sources: dict[Flow, list[Ranges]] = {}
    for flow in flows:
        sources.setdefault(flow._replace(sources=()), []).append(flow.sources)
    receivers: dict[Flow, list[Ranges]] = {}
    for flow, ranges in sources.items():
        receivers.setdefault(flow._replace(sources=joined(ranges), receivers=()), []).append(flow.receivers)
    return sorted(flow._replace(receivers=joined(ranges)) for flow, ranges in receivers.items())
