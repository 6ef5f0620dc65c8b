"""Drawn descriptors that natlane accepts give modules that Terraform's core accepts.

One root calls all of them as its child modules, so that one init, one validate and one plan serve all. More of them,
and others each time: NATLANE_DRAWN=200 python -m pytest tests/terraform/test_drawn.py
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from natlane.describe.partner import Partner
from natlane.plan.plan import Plan, plan_for
from natlane.render.templates import Templates, render
from natlane.workspace.paths import Workspace

from tests.conftest import ROOT
from tests.descriptors import LANDING_ZONE, Descriptor, as_yaml, descriptors, validated
from tests.terraform.life import inputs_of
from tests.terraform.terraform import Terraform

pytestmark = pytest.mark.terraform

ASKED = os.environ.get("NATLANE_DRAWN")
COUNT = int(ASKED or 24)
DRAW = settings(
    max_examples=8 * COUNT,
    deadline=None,
    database=None,
    derandomize=ASKED is None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
FEATURES: dict[str, Callable[[Partner], bool]] = {
    "a larger VPC": lambda partner: partner.vpc_cidr not in (None, partner.nat_cidr),
    "several CIDRs of the partner": lambda partner: len(partner.partner_cidrs) > 1,
    "several NAT addresses": lambda partner: partner.nat.addresses_per_gateway > 1,
    "several VPCs": lambda partner: len(partner.reach) > 1,
    "bgp": lambda partner: partner.vpn.routing == "bgp",
    "the transit gateway ends the VPN": lambda partner: partner.vpn.termination == "transit_gateway",
    "keys in variables": lambda partner: partner.vpn.preshared_keys == "variables",
    "endpoints": lambda partner: bool(partner.inbound.endpoints),
    "inbound services": lambda partner: bool(partner.inbound.services),
    "outbound services": lambda partner: partner.outbound is not None and bool(partner.outbound.services),
    "a network of theirs overlaps ours": lambda partner: any(
        cidr.overlaps(own) for cidr in partner.partner_cidrs for vpc in LANDING_ZONE.vpcs.values() for own in vpc.cidrs
    ),
}
Shown = frozenset[tuple[str, bool]]


def drawn() -> dict[str, tuple[Plan, Shown]]:
    """COUNT plans of accepted descriptors by the name of their module, those first that show a new pair of features."""
    accepted: dict[str, tuple[Plan, Shown]] = {}

    @DRAW
    @given(descriptors())
    def accept(descriptor: Descriptor) -> None:
        partner = validated(descriptor)
        shown = frozenset((name, has(partner)) for name, has in FEATURES.items())
        accepted[as_yaml(descriptor)] = plan_for(partner, LANDING_ZONE), shown

    accept()
    seen: set[tuple[tuple[str, bool], tuple[str, bool]]] = set()
    novel: list[tuple[Plan, Shown]] = []
    others: list[tuple[Plan, Shown]] = []
    for each in accepted.values():
        pairs = set(combinations(sorted(each[1]), 2))
        (others if pairs <= seen else novel).append(each)
        seen |= pairs
    return {f"drawn{number}": each for number, each in enumerate((novel + others)[:COUNT])}


def write_modules(folder: Path, modules: dict[str, Plan]) -> None:
    """Each plan's module in a folder of its own below `folder`, and a root there that calls them all."""
    templates, calls = Templates(Workspace(str(ROOT))), {}
    for name, plan in modules.items():
        files = render(plan, templates)
        assert isinstance(files, dict)
        (folder / name).mkdir()
        for path in (path for path in files if path.endswith(".tf")):
            (folder / name / path).write_text(files[path], encoding="utf-8")
        calls[name] = {"source": f"./{name}", **inputs_of(folder / name)}
    (folder / "main.tf.json").write_text(json.dumps({"module": calls}), encoding="utf-8")


def test_drawn_descriptors_become_terraform(pinned: Terraform, tmp_path: Path) -> None:
    modules = drawn()
    assert len(modules) == COUNT
    either = {(name, on) for name in FEATURES for on in (True, False)}
    assert either == {each for _, shown in modules.values() for each in shown}
    write_modules(tmp_path, {name: plan for name, (plan, _) in modules.items()})
    pinned.run(tmp_path, "fmt", "-check", "-diff", "-recursive").ok()
    pinned.run(tmp_path, "init").ok()
    pinned.run(tmp_path, "validate").ok()
    pinned.run(tmp_path, "plan", "-out=plan").ok()
    planned = pinned.show(tmp_path, "plan")["planned_values"]["root_module"]["child_modules"]
    assert {f"module.{name}" for name in modules} == {each["address"] for each in planned}
