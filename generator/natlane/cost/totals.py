"""Sums of bills: of a partner, an account, a tag's value, the fleet; and what a change adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from natlane.cost.items import Item, items_of
from natlane.cost.prices import currency_of
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.fleet import Fleet
from natlane.plan.plan import plan_for


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount, and the codes of what is not in it because its price is unknown."""

    amount: Decimal = Decimal(0)
    unknown: tuple[str, ...] = ()

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.amount + other.amount, tuple(sorted({*self.unknown, *other.unknown})))


@dataclass(frozen=True, slots=True)
class Bill:
    """One partner's items and tags."""

    partner: str
    tags: Mapping[str, str]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class FleetCost:
    """Every partner's bill, in one currency."""

    region: str
    currency: str
    bills: tuple[Bill, ...]


def sum_of(items: Iterable[Item]) -> Sum:
    """What items cost together a month."""
    total, unknown = Decimal(0), set()
    for item in items:
        if item.cost is None:
            unknown.add(item.code)
        else:
            total += item.cost
    return Sum(total, tuple(sorted(unknown)))


def total(bills: Iterable[Bill]) -> Sum:
    """What all of them cost a month."""
    return sum_of(item for bill in bills for item in bill.items)


def by_account(bills: Iterable[Bill]) -> dict[str, Sum]:
    """What each account pays, by its name."""
    found: dict[str, list[Item]] = {}
    for bill in bills:
        for item in bill.items:
            found.setdefault(item.account, []).append(item)
    return {name: sum_of(found[name]) for name in sorted(found)}


def by_tag(bills: Iterable[Bill], tag: str) -> dict[str, Sum]:
    """What partners cost by their value of a tag; the empty value is that of partners without it."""
    found: dict[str, Sum] = {}
    for bill in bills:
        value = bill.tags.get(tag, "")
        found[value] = found.get(value, Sum()) + sum_of(bill.items)
    return dict(sorted(found.items()))


def cost_of(fleet: Fleet) -> FleetCost | None:
    """The bill of every partner that can be planned; None where the landing zone cannot be read."""
    zone = fleet.landing_zone
    if zone is None:
        return None
    bills = tuple(bill_of(partner, zone) for partner in fleet.partners())
    return FleetCost(zone.region, currency_of(zone.region), bills)


def bill_of(partner: Partner, zone: LandingZone) -> Bill:
    """The bill of a partner that was checked."""
    plan = plan_for(partner, zone)
    return Bill(partner.partner, plan.tags, items_of(partner, plan, zone))
