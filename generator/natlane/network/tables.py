"""Routes and route tables, and which route decides about a destination."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Literal

Kind = Literal["local", "static", "propagated"]
TargetKind = Literal["local", "nat_gateway", "vpn_gateway", "transit_gateway", "attachment", "connection", "blackhole"]
_PRIORITY: Mapping[Kind, int] = {"local": 0, "static": 1, "propagated": 2}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a thing is written: its Terraform address (or field of the landing zone), file and line."""

    resource: str
    path: str
    line: int


NOWHERE = Origin("", "", 0)  # of what is in no file


@dataclass(frozen=True, slots=True)
class Target:
    """Where a route sends to; `name` is a label, or an attachment's key."""

    kind: TargetKind
    name: str


@dataclass(frozen=True, slots=True)
class Route:
    """One entry of a route table."""

    destination: IPv4Network
    kind: Kind
    target: Target
    origin: Origin


@dataclass(frozen=True, slots=True)
class Table:
    """A route table of a VPC, of the transit gateway, or of a virtual private gateway.

    `by_length` is the same routes for the lookup: from the longest mask down, the best route of
    each prefix. Longest prefix wins; for one prefix local, then static, then propagated; and a
    propagated route never takes what is local (VPC guide, "Route priority"; TGW guide, "Route
    evaluation order").
    """

    name: str
    origin: Origin
    routes: tuple[Route, ...]
    by_length: tuple[tuple[int, Mapping[int, Route]], ...]

    def route_to(self, address: IPv4Address) -> Route | None:
        """The route that decides about a destination."""
        number = int(address)
        best: Route | None = None
        for mask, routes in self.by_length:
            route = routes.get(number & mask)
            if route is None:
                continue
            if best is None and route.kind != "propagated":
                return route
            if best is None:
                best = route
            elif route.kind == "local":
                return route
        return best


def table(name: str, origin: Origin, routes: Iterable[Route]) -> Table:
    """A table of these routes; of two equal ones the first counts."""
    listed = tuple(routes)
    masks: dict[int, dict[int, Route]] = {}
    for route in sorted(listed, key=lambda route: _PRIORITY[route.kind]):
        masks.setdefault(int(route.destination.netmask), {}).setdefault(int(route.destination.network_address), route)
    return Table(name, origin, listed, tuple(sorted(masks.items(), reverse=True)))
