"""The table of prices: every region is AWS's own, every amount has a source, and no region borrows from another."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from botocore.loaders import Loader
from natlane.cost.prices import OWN, currency_of, price_of, regions
from natlane.describe.prices import Prices

NOTHING = Prices()
ENDPOINTS = Loader().load_data("endpoints")
PUBLISHED = {name for partition in ENDPOINTS["partitions"] for name in partition["regions"]}
# Of what AWS sells to everybody, the regions that the table has nothing of.
NOT_LISTED = {"ap-southeast-6"}


def test_every_region_is_one_of_aws() -> None:
    assert set(regions()) - PUBLISHED == set()
    sold = {name for partition in ENDPOINTS["partitions"][:1] for name in partition["regions"]}
    assert sold - set(regions()) == NOT_LISTED


@pytest.mark.parametrize("region", regions())
def test_every_price_has_a_source_and_the_currency_of_its_region(region: str) -> None:
    known = [price for code in Prices._fields if (price := price_of(code, region, NOTHING))]
    assert known
    for price in known:
        assert Decimal("0.001") < price.amount < 1
        assert price.currency == currency_of(region)
        assert price.source.name
        assert not price.source.date or datetime.date.fromisoformat(price.source.date)


@pytest.mark.parametrize(
    ("region", "currency"),
    [("eu-west-1", "USD"), ("us-gov-west-1", "USD"), ("cn-north-1", "CNY"), ("eusc-de-east-1", "EUR")],
)
def test_the_currency_is_the_partitions(region: str, currency: str) -> None:
    assert currency_of(region) == currency


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("nat_gateway_hour", "eu-central-1"),
        ("vpn_connection_hour", "cn-north-1"),
        ("vpn_connection_hour", "eusc-de-east-1"),
        ("internet_gb", "eu-west-1"),
        ("attachment_hour", "ap-southeast-6"),
        ("attachment_hour", "xx-nowhere-1"),
    ],
)
def test_what_no_source_gives_is_unknown(code: str, region: str) -> None:
    assert price_of(code, region, NOTHING) is None


def test_the_landing_zones_own_price_comes_first() -> None:
    own = Prices(nat_gateway_hour="0.03")
    price = price_of("nat_gateway_hour", "eu-west-1", own)
    assert price is not None
    assert (price.amount, price.source) == (Decimal("0.03"), OWN)
    other = price_of("nat_gateway_gb", "eu-west-1", own)
    assert other is not None
    assert other.source != OWN
