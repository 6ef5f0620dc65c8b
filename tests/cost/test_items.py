"""A partner's bill: AWS's own worked examples, who pays, and which items a variant has."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path

import pytest
from natlane.cost.items import Item, items_of
from natlane.cost.totals import Bill, Sum, by_account, by_tag, sum_of, total
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.describe.prices import ExpectedGb, Prices
from natlane.fleet import open_fleet
from natlane.plan.plan import plan_for
from natlane.workspace.paths import Workspace

from tests.conftest import ROOT, TRANSIT_ACCOUNT


def partners_of(root: Path) -> tuple[LandingZone, dict[str, Partner]]:
    fleet = open_fleet(Workspace(str(root)))
    found = {partner.partner: partner for partner in fleet.partners()}
    assert fleet.landing_zone is not None
    return fleet.landing_zone, found


ZONE, PARTNERS = partners_of(ROOT)
APART, ELSEWHERE = partners_of(TRANSIT_ACCOUNT)


def billed(partner: Partner, zone: LandingZone = ZONE, hours: int = 730) -> tuple[Item, ...]:
    return items_of(partner, plan_for(partner, zone), zone, hours)


def costs(items: tuple[Item, ...]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for item in items:
        assert item.cost is not None, item.code
        found[item.code] = found.get(item.code, Decimal(0)) + item.cost
    return found


OHIO = dataclasses.replace(ZONE, region="us-east-2")
ONE_EACH_WAY = ExpectedGb(to_partner=1, from_partner=0)


def test_the_example_of_the_page_of_vpc_prices() -> None:
    """US East (Ohio): a NAT gateway costs 0.045 USD an hour, and 0.045 USD for a gigabyte through it."""
    wonka = PARTNERS["wonka"]._replace(expected_gb=ONE_EACH_WAY)
    assert len(plan_for(wonka, OHIO).nat_gateways) == 1
    found = costs(billed(wonka, OHIO, hours=1))
    assert found["nat_gateway_hour"] == Decimal("0.045")
    assert found["nat_gateway_gb"] == Decimal("0.045")


def test_the_example_of_the_page_of_transit_gateway_prices() -> None:
    """US East (Ohio): two attachments cost 0.10 USD an hour, and 0.02 USD for a gigabyte that one sends."""
    stark = PARTNERS["stark"]._replace(expected_gb=ONE_EACH_WAY)
    items = billed(stark, OHIO, hours=1)
    assert costs(items)["attachment_hour"] == Decimal("0.10")
    assert [item.cost for item in items if item.what == "from our VPCs to the transit gateway"] == [Decimal("0.02")]


CODES = {"nat_gateway_hour", "vpn_connection_hour", "public_ipv4_hour", "attachment_hour", "alarm_metric", "secret"}
MORE = {
    "acme-clearing": {"endpoint_hour"},
    "globex": set(),
    "hooli": set(),
    "stark": {"load_balancer_hour", "internet_gb", "log_gb", "transit_gateway_gb", "nat_gateway_gb"},
    "tyrell": {"accelerator_hour"},
    "umbrella": {"load_balancer_hour", "endpoint_hour"},
    "wayne": {"load_balancer_hour"},
}


@pytest.mark.parametrize("name", MORE)
def test_a_variant_is_billed_what_it_has(name: str) -> None:
    assert {item.code for item in billed(PARTNERS[name])} == CODES | MORE[name]


def test_the_whole_bill_of_one_partner() -> None:
    assert [(item.code, item.account, int(item.quantity)) for item in billed(PARTNERS["globex"])] == [
        ("nat_gateway_hour", "master", 1_460),
        ("vpn_connection_hour", "master", 730),
        ("public_ipv4_hour", "master", 1_460),
        ("attachment_hour", "master", 730),
        ("alarm_metric", "master", 9),
        ("secret", "master", 1),
    ]


def test_the_owner_of_the_transit_gateway_pays_for_a_vpn_on_it() -> None:
    ending_there = [each for each in ELSEWHERE.values() if each.vpn.termination == "transit_gateway"]
    assert ending_there
    assert APART.transit_account != APART.network_account
    for partner in ending_there:
        paid = {item.what: item.account for item in billed(partner._replace(expected_gb=ExpectedGb(5, 5, 5)), APART)}
        assert paid["VPN connection"] == APART.transit_account
        assert paid["transit gateway attachment of the VPN"] == APART.transit_account
        assert paid["from the VPN to the transit gateway"] == APART.transit_account
        assert paid["transit gateway attachment of VPC N"] == APART.network_account
        assert paid["NAT gateways"] == APART.network_account


def test_the_owners_of_our_vpcs_pay_for_what_these_send() -> None:
    acme = PARTNERS["acme-clearing"]._replace(expected_gb=ExpectedGb(to_partner=3, from_partner=2))
    paid = {item.what: (item.account, int(item.quantity)) for item in billed(acme)}
    assert paid["from our VPCs to the transit gateway"] == ("master or production", 3)
    assert paid["from VPC N to the transit gateway"] == ("master", 2)
    assert paid["through the NAT gateways, both ways"] == ("master", 5)


@pytest.mark.parametrize(
    ("name", "code"), [("umbrella", "load_balancer_unit"), ("acme-clearing", "endpoint_gb"), ("globex", "internet_gb")]
)
def test_where_we_open_nothing_the_partners_calls_are_billed(name: str, code: str) -> None:
    partner = PARTNERS[name]._replace(reach=(), outbound=None, expected_gb=ExpectedGb(4, 4))
    found = {item.code: item.quantity for item in billed(partner)}
    assert "nat_gateway_gb" not in found
    assert found[code] == (4 if code == "internet_gb" else 8)


def test_a_decommissioned_partner_costs_nothing() -> None:
    assert billed(PARTNERS["globex"]._replace(status="decommissioned")) == ()


def test_sums() -> None:
    """Every item is in exactly one account and one value of a tag; what is unknown is told and in no amount."""
    bills = [Bill(name, partner.tags, billed(partner)) for name, partner in PARTNERS.items()]
    whole = total(bills)
    assert "accelerator_hour" in whole.unknown
    assert sum(by_account(bills).values(), Sum()) == whole
    assert sum(by_tag(bills, "cost-center").values(), Sum()) == whole
    assert set(by_tag(bills, "cost-center")) == {"", "4711", "0815"}


def test_a_price_of_ours_fills_what_is_unknown() -> None:
    zone = dataclasses.replace(ZONE, prices=Prices(accelerator_hour="0.025"))
    before, after = sum_of(billed(PARTNERS["tyrell"])), sum_of(billed(PARTNERS["tyrell"], zone))
    assert before.unknown == ("accelerator_hour",)
    assert after == Sum(before.amount + 2 * 730 * Decimal("0.025"))
