"""Quotas with what is left, the number of partners at which each ends, and what would go further."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from natlane.check.fleet_facts import Facts
from natlane.check.quotas import quota_table
from natlane.describe.landing_zone import LandingZone

_FURTHER: Final = {
    "transit_gateway_route_tables": "one table for all partners: transit_gateway.partner_route_table",
    "vpn_gateways": "the VPN on the transit gateway: vpn.termination: transit_gateway",
    "routes_per_route_table": "fewer and wider partner_cidrs, or partners reached from other VPCs",
    "transit_gateway_routes": "one table for all partners, and fewer and wider partner_cidrs",
    "nat_gateways_per_zone": "a quota that AWS raises; it is by zone, so other zones of the landing zone help",
}
# Where partners share a table already, those with a VPN on the transit gateway take what is left.
_SHARED: Final = {
    "transit_gateway_route_tables": "the VPN on a virtual private gateway, which needs no table of the partner's own",
    "transit_gateway_routes": "fewer and wider partner_cidrs",
}
_ASK: Final = "a quota that AWS raises on request"


class Limit(NamedTuple):
    """One quota: its use now, and with how many partners like these it is used up; None where they take none of it."""

    quota: str
    what: str
    used: int
    granted: int
    ends_at: int | None
    further: str


def limits_of(facts: Sequence[Facts], zone: LandingZone) -> tuple[Limit, ...]:
    """Every quota. Partners to come are taken as the average of those that are there."""
    empty = {use.quota: use.used for use in quota_table([], zone)}
    ways = {**_FURTHER, **(_SHARED if zone.transit_gateway.partner_route_table else {})}
    found = []
    for use in quota_table(facts, zone):
        by_partners = use.used - empty[use.quota]
        room = use.granted - empty[use.quota]
        ends_at = room * len(facts) // by_partners if by_partners > 0 else None
        further = ways.get(use.quota, _ASK)
        found.append(Limit(use.quota, use.what, use.used, use.granted, ends_at and max(0, ends_at), further))
    return tuple(found)
