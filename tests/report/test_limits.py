"""The forecast of limits, against the quota rule itself: one partner more than told is one too many."""

from __future__ import annotations

import dataclasses

from natlane.check.quotas import quota_table
from natlane.fleet import open_fleet
from natlane.report.limits import limits_of
from natlane.workspace.paths import Workspace

from tests.conftest import ROOT


def test_each_quota_ends_where_it_says() -> None:
    """A fleet of the same partners over and over: the quota's own count passes what is granted just behind it."""
    fleet = open_fleet(Workspace(str(ROOT)))
    assert list(fleet.partners())
    assert fleet.landing_zone is not None
    apart = dataclasses.replace(
        fleet.landing_zone, transit_gateway=fleet.landing_zone.transit_gateway._replace(partner_route_table=None)
    )
    for zone in (fleet.landing_zone, apart):
        for limit in limits_of(fleet.facts, zone):
            if limit.ends_at is None:
                continue
            times = limit.ends_at // len(fleet.facts)
            for count, within in ((times, True), (times + 1, False)):
                used = next(u.used for u in quota_table(fleet.facts * count, zone) if u.quota == limit.quota)
                assert (used <= limit.granted) == within, (limit.quota, count)


def test_what_goes_further_is_named() -> None:
    fleet = open_fleet(Workspace(str(ROOT)))
    assert list(fleet.partners())
    assert fleet.landing_zone is not None
    shared = fleet.landing_zone
    apart = dataclasses.replace(shared, transit_gateway=shared.transit_gateway._replace(partner_route_table=None))
    found = {limit.quota: limit.further for limit in limits_of(fleet.facts, apart)}
    assert "partner_route_table" in found["transit_gateway_route_tables"]
    found = {limit.quota: limit.further for limit in limits_of(fleet.facts, shared)}
    assert "virtual private gateway" in found["transit_gateway_route_tables"]
    assert "vpn.termination: transit_gateway" in found["vpn_gateways"]


def test_without_partners_nothing_ends() -> None:
    fleet = open_fleet(Workspace(str(ROOT)))
    assert fleet.landing_zone is not None
    assert {limit.ends_at for limit in limits_of([], fleet.landing_zone)} == {None}
