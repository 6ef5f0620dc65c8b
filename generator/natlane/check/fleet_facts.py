"""The facts of a checked partner that rules across the fleet compare.

Documents and models are large. A fleet of ten thousand partners is compared by these facts alone, about half a
kilobyte each.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterator
from functools import lru_cache
from ipaddress import IPv4Network
from typing import NamedTuple, TypeVar, cast

from natlane.addresses import zones_of
from natlane.check.subject import devices_of
from natlane.describe.document import Document
from natlane.describe.landing_zone import LandingZone
from natlane.describe.nodes import Path, dotted
from natlane.describe.partner import Partner


class Claim(NamedTuple):
    """A block that one partner asks to be routed to its VPC N in the tables of some VPCs of ours.

    Claims sort by address, the wider first.
    """

    first: int  # the network address as a number
    length: int
    path: str
    line: int
    column: int
    field: str
    vpcs: tuple[str, ...]

    @property
    def block(self) -> IPv4Network:
        """The block as people write it."""
        return IPv4Network((self.first, self.length))


class Gateway(NamedTuple):
    """A customer gateway, and the first addresses of the two blocks inside its tunnels."""

    ip: int
    path: str
    line: int
    column: int
    field: str
    asn: int
    inside: tuple[int, ...]
    routing: str


class Former(NamedTuple):
    """The name under which a partner's things were made, where that is another than its name now."""

    name: str
    path: str
    line: int
    column: int
    field: str


class Facts(NamedTuple):
    """What the fleet's rules and quotas know of one partner."""

    nat: Claim  # its VPCs are those that answer the partner by nat_cidr
    routed: tuple[Claim, ...]  # partner CIDRs and outbound.cidr, for the VPCs that may open connections
    gateways: tuple[Gateway, ...]
    former: Former | None
    on_transit_gateway: bool
    own_tables: int  # transit gateway tables of this partner's own
    own_routes: int  # routes in them
    attached: bool  # VPC N is attached to the transit gateway
    zones: tuple[str, ...]  # of VPC N
    nat_zones: tuple[str, ...]  # of these, those that hold a NAT gateway: all or none


def facts_of(partner: Partner, document: Document, landing_zone: LandingZone) -> Facts:
    """The facts of a partner that has no error of its own."""
    reach, served = _shared(partner.reach), _shared(partner.served_vpcs)
    routed = [(("partner_cidrs", index), cidr) for index, cidr in enumerate(partner.partner_cidrs)]
    translated = partner.translated_cidrs
    claims = [_claim(document, field, cidr, reach) for field, cidr in routed if cidr not in translated]
    if partner.outbound is not None:
        claims.append(_claim(document, ("outbound", "cidr"), partner.outbound.cidr, reach))
    tables, routes = _own_transit(partner, landing_zone)
    zones = _shared(tuple(zones_of(partner, landing_zone)))
    return Facts(
        nat=_claim(document, ("nat_cidr",), partner.nat_cidr, served),
        routed=tuple(claims) if reach else (),
        gateways=tuple(_gateways(partner, document)),
        former=_former(partner.renamed_from, document) if partner.renamed_from else None,
        on_transit_gateway=partner.vpn.termination == "transit_gateway",
        own_tables=tables,
        own_routes=routes,
        attached=partner.needs_attachment,
        zones=zones,
        nat_zones=zones if partner.needs_nat else (),
    )


def _gateways(partner: Partner, document: Document) -> Iterator[Gateway]:
    routing = sys.intern(partner.vpn.routing)
    for device, gateway in devices_of(partner, document):
        place = _place(document, (*device, "ip"))
        inside = _shared(tuple(int(gateway.tunnels[number].inside_cidr.network_address) for number in "12"))
        yield Gateway(
            ip=int(gateway.ip),
            path=place.path,
            line=place.line,
            column=place.column,
            field=place.field,
            asn=gateway.asn,
            inside=inside,
            routing=routing,
        )


def _former(name: str, document: Document) -> Former:
    place = _place(document, ("renamed_from",))
    return Former(name=name, path=place.path, line=place.line, column=place.column, field=place.field)


def _own_transit(partner: Partner, landing_zone: LandingZone) -> tuple[int, int]:
    """Transit gateway tables of the partner's own, and the routes in them.

    VPC N's table, unless the shared one serves, holds our CIDRs and, with the VPN on the transit
    gateway, the partner's; the VPN's table holds nat_cidr only.
    """
    on_tgw = partner.vpn.termination == "transit_gateway"
    if not on_tgw and (landing_zone.transit_gateway.partner_route_table or not partner.needs_attachment):
        return 0, 0
    joined = {*partner.reach, *partner.served_vpcs}
    ours = sum(len(landing_zone.vpcs[name].cidrs) for name in joined)
    return (2, ours + len(partner.partner_cidrs) + 1) if on_tgw else (1, ours)


def _claim(document: Document, field: Path, cidr: IPv4Network, vpcs: tuple[str, ...]) -> Claim:
    place = _place(document, field)
    return Claim(
        first=int(cidr.network_address),
        length=cidr.prefixlen,
        path=place.path,
        line=place.line,
        column=place.column,
        field=place.field,
        vpcs=vpcs,
    )


class _Place(NamedTuple):
    """Where a fact is written. Its members are copied into each fact: one object less for each of a large fleet's."""

    path: str
    line: int
    column: int
    field: str


def _place(document: Document, field: Path) -> _Place:
    line, column = document.place(field)
    return _Place(document.path, line, column, sys.intern(dotted(field)))


Shared = TypeVar("Shared", bound=Hashable)


@lru_cache(maxsize=4096)
def _kept(value: Hashable) -> Hashable:
    return value


def _shared(value: Shared) -> Shared:
    """One object for equal values: most of a fleet reaches the same few VPCs."""
    return cast(Shared, _kept(value))
