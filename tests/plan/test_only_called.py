"""A partner that only calls: what its plan leaves out, and that what it keeps is where it would be anyhow."""

from __future__ import annotations

import pytest
from natlane.check import check_partner
from natlane.cost.items import items_of
from natlane.describe.document import read_text
from natlane.describe.partner import Partner, parse_partner
from natlane.output.plan import picture
from natlane.picture.drawing import drawing_of
from natlane.plan.plan import Plan, plan_for
from natlane.render.templates import Templates, render
from natlane.workspace.paths import Workspace

from tests.conftest import ROOT
from tests.descriptors import LANDING_ZONE, Descriptor, as_yaml

ENDPOINT: Descriptor = {"endpoints": [{"service": "sqs"}]}
SERVICE: Descriptor = {"services": [{"name": "orders", "port": 443, "vpc": "a", "targets": ["10.150.10.20"]}]}


def _partner(inbound: Descriptor, termination: str, reach: list[str]) -> Partner:
    made = {
        "partner": "acme",
        "nat_cidr": "10.189.0.0/27",
        "partner_cidrs": ["192.168.60.0/24"],
        "reach": reach,
        "nat": {"addresses_per_gateway": 2},
        "inbound": inbound,
        "vpn": {"customer_gateway": {"ip": "203.0.113.20", "asn": 65020}, "termination": termination},
    }
    document, problems = read_text("partners/acme.yaml", as_yaml(made).encode())
    partner = parse_partner(document, problems) if document else None
    assert partner is not None
    assert document is not None
    found = [*problems, *check_partner(partner, document, LANDING_ZONE, ("acme",))]
    assert {each.code for each in found} <= {"endpoint-without-policy"}
    return partner


def _plan(inbound: Descriptor, termination: str = "virtual_private_gateway", *reach: str) -> Plan:
    return plan_for(_partner(inbound, termination, list(reach)), LANDING_ZONE)


@pytest.mark.parametrize(
    ("inbound", "termination", "attached"),
    [
        (ENDPOINT, "virtual_private_gateway", False),
        (SERVICE, "virtual_private_gateway", True),
        (ENDPOINT, "transit_gateway", True),
    ],
)
def test_what_is_left_out(inbound: Descriptor, termination: str, attached: bool) -> None:
    plan = _plan(inbound, termination)
    assert plan.nat_gateways == ()
    assert plan.observability.silences == ()
    assert [each.label for each in plan.observability.alarms if each.namespace == "AWS/NATGateway"] == []
    assert {subnet.role for subnet in plan.subnets} == ({"public", "natted"} if attached else {"public"})
    assert bool(plan.secondary_cidrs) == plan.transit_gateway.attached == attached
    assert bool(plan.transit_gateway.associations) == attached
    files = render(plan, Templates(Workspace(str(ROOT))))
    assert isinstance(files, dict)
    assert "nat.tf" not in files
    assert ("transit_gateway.tf" in files) == attached
    assert "there are no NAT gateways" in files["README.md"]
    assert "NAT gateway:" not in files["README.md"]
    assert ("is not attached to the transit gateway" in files["README.md"]) != attached
    assert any(box.kind == "gateway" for box in drawing_of(plan).boxes) == attached


def test_what_it_keeps_is_where_it_would_be_anyhow() -> None:
    """Neither the addresses that the partner calls nor the NAT addresses depend on whether anything goes out."""
    for inbound in (ENDPOINT, SERVICE):
        lean, full = _plan(inbound), _plan(inbound, "virtual_private_gateway", "a")
        assert lean.endpoints == full.endpoints
        assert [each.addresses for each in lean.inbound] == [each.addresses for each in full.inbound]
        public = [[each for each in plan.subnets if each.role == "public"] for plan in (lean, full)]
        assert public[0] == public[1]
    assert [str(each) for each in full.nat_addresses] == ["10.189.0.4", "10.189.0.5", "10.189.0.20", "10.189.0.21"]


def test_show_and_cost_say_it() -> None:
    plan = _plan(ENDPOINT)
    items = items_of(_partner(ENDPOINT, "virtual_private_gateway", []), plan, LANDING_ZONE)
    assert {"nat_gateway_hour", "attachment_hour"}.isdisjoint(item.code for item in items)
    shown = picture(plan, items)
    assert "NAT: no NAT gateways, as nothing of ours opens connections to the partner; no attachment" in shown
    assert "transit gateway tgw" not in shown
