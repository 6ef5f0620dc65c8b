"""A change of a module breaks exactly the promises listed for it, as seen by packets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab import asking, matrix
from tests.lab.cell import Cell
from tests.lab.edited import added, emptied, module, without
from tests.lab.fleet import Fleet
from tests.verify.edited import Edit

pytestmark = pytest.mark.lab

TARGET = "aws_lb_target_group_attachment.services_orders_to_10_150_11_20"
TAKES_HALF_OF_A = """
resource "aws_ec2_transit_gateway_route" "taken" {
  transit_gateway_route_table_id = "tgw-rtb-0bbbbbbbbbbbbbbbb"
  destination_cidr_block         = "10.150.128.0/17"
  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.vpc_n.id
}
"""
SABOTAGE = {
    "a partner CIDR that has no way into the tunnel": (
        "hooli",
        without("hooli", "vpn.tf", "aws_route.public_to_192_168_91_0_24"),
        {"outbound"},
    ),
    "nothing inbound": ("acme-clearing", emptied("acme-clearing", "inbound.tf"), {"endpoint"}),
    "one target less": ("umbrella", without("umbrella", "inbound.tf", TARGET), {"service"}),
    "another port of a target": (
        "umbrella",
        Edit("inbound.tf", '"10.150.11.20"\n  port              = 8443', '"10.150.11.20"\n  port              = 443'),
        {"service"},
    ),
    "another NAT address": ("acme-clearing", Edit("nat.tf", "10.179.0.4", "10.179.0.7"), {"outbound"}),
    "one NAT address less": ("hooli", Edit("nat.tf", '["10.184.0.5"]', "[]"), {"outbound"}),
    "half of a VPC of ours taken": ("hooli", added("hooli", "transit_gateway.tf", TAKES_HALF_OF_A), {matrix.OURS}),
    "one target of the partner's less": (
        "wayne",
        without("wayne", "outbound.tf", "aws_lb_target_group_attachment.outbound_ledger_to_10_150_70_11"),
        {"outbound service"},
    ),
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_it_breaks_a_promise(golden: Fleet, shared_cell: Cell, tmp_path: Path, name: str) -> None:
    partner, edit, kinds = SABOTAGE[name]
    fleet = golden.edited(module(tmp_path, partner, edit))
    world = asking.up(shared_cell, fleet.world(partner))
    found = asking.complaints(fleet, shared_cell, world, patience=2.0)
    asking.down(shared_cell)
    assert {each.promise.kind for each in found} == kinds
