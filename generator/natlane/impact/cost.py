"""What a change adds to AWS's bill, or takes from it, for each partner that it touches."""

from __future__ import annotations

from dataclasses import dataclass

from natlane.cost.prices import currency_of
from natlane.cost.totals import Sum, bill_of, sum_of
from natlane.describe.landing_zone import LandingZone
from natlane.impact.versions import Pair, Version


@dataclass(frozen=True, slots=True)
class CostChange:
    """What one partner costs a month, before and after."""

    partner: str
    currency: str
    before: Sum
    after: Sum


def cost_change(pair: Pair, then: LandingZone | None, now: LandingZone | None) -> CostChange | None:
    """None where nothing changes or either side is not known; a descriptor that is deleted destroys nothing."""
    if pair.new is None or pair.new.partner is None or now is None:
        return None
    before = Sum() if pair.old is None else _cost_of(pair.old, then)
    after = _cost_of(pair.new, now)
    if before is None or after is None or before == after:
        return None
    if then is not None and currency_of(then.region) != currency_of(now.region):
        return None
    return CostChange(pair.new.name, currency_of(now.region), before, after)


def _cost_of(version: Version, zone: LandingZone | None) -> Sum | None:
    if version.partner is None or zone is None:
        return None
    try:
        return sum_of(bill_of(version.partner, zone).items)
    except (KeyError, ValueError):  # an older descriptor that no longer makes sense
        return None
