"""out/ is exactly what the descriptors give, file for file, and its HCL holds the values of the plan."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from natlane.describe.document import read
from natlane.describe.landing_zone import LandingZone, parse_landing_zone
from natlane.describe.partner import parse_partner
from natlane.hcl.blocks import Block, Expression
from natlane.network.module import Module, read_back
from natlane.plan.plan import Plan, plan_for
from natlane.plan.vpn import Tunnel
from natlane.render.compare import compare
from natlane.render.strays import orphans, strays
from natlane.render.templates import Templates, render
from natlane.workspace.paths import Workspace

from tests.conftest import GOLDENS, ROOT

CASES = [(root, path.stem) for root in GOLDENS for path in sorted((root / "partners").glob("*.yaml"))]
AGAIN = "run natlane generate (with --root for another root), look at the diff, and commit it"


@cache
def _landing_zone(root: Path) -> LandingZone:
    document, problems = read(str(root), "landing-zone.yaml")
    assert document is not None
    landing_zone = parse_landing_zone(document, problems)
    assert not problems
    assert landing_zone is not None
    return landing_zone


@cache
def plan_of(root: Path, name: str) -> Plan:
    document, problems = read(str(root), f"partners/{name}.yaml")
    assert document is not None
    partner = parse_partner(document, problems)
    assert not problems
    assert partner is not None
    return plan_for(partner, _landing_zone(root))


@cache
def _module(root: Path, name: str) -> Module:
    module, problems = read_back(str(root), name)
    assert not problems
    return module


partners = pytest.mark.parametrize(("root", "name"), CASES, ids=[f"{root.name}/{name}" for root, name in CASES])


@partners
def test_out_is_what_the_descriptor_says(root: Path, name: str) -> None:
    files = render(plan_of(root, name), Templates(Workspace(str(root))))
    assert isinstance(files, dict)
    comparison = compare(Workspace(str(root)), name, files)
    assert [each.path for each in comparison.differences] == [], AGAIN
    assert comparison.problems == []


@pytest.mark.parametrize("root", GOLDENS, ids=lambda root: root.name)
def test_out_holds_nothing_else(root: Path) -> None:
    names = tuple(name for each, name in CASES if each == root)
    assert orphans(Workspace(str(root)), names) == []
    assert strays(Workspace(str(root)), names) == []


def test_the_article_has_its_addresses() -> None:
    plan = plan_of(ROOT, "acme-clearing")
    assert str(plan.vpc_cidr) == "10.179.0.0/16"
    assert plan.secondary_cidrs == ()
    assert {subnet.label: str(subnet.cidr) for subnet in plan.subnets} == {
        "public_a": "10.179.0.0/28",
        "public_b": "10.179.0.16/28",
        "natted_a": "10.179.0.32/28",
        "natted_b": "10.179.0.48/28",
    }
    assert [str(nat.private_ip) for nat in plan.nat_gateways] == ["10.179.0.4", "10.179.0.20"]
    [called] = plan.endpoint_addresses.values()
    assert [str(ip) for ip in called] == ["10.179.0.14", "10.179.0.30"]


def _text(block: Block, name: str) -> str:
    value = block.attributes[name].value
    return value.text if isinstance(value, Expression) else str(value)


def _by_label(module: Module, kind: str) -> dict[str, Block]:
    return {block.labels[1]: block for block in module.resources(kind)}


@partners
def test_subnets_and_gateways_read_back_equal_the_plan(root: Path, name: str) -> None:
    plan, module = plan_of(root, name), _module(root, name)
    if not plan.active:
        assert [block.kind for block in module.blocks if block.kind not in ("terraform", "provider", "locals")] == []
        return
    subnets = _by_label(module, "aws_subnet")
    assert {label: (_text(b, "cidr_block"), _text(b, "availability_zone")) for label, b in subnets.items()} == {
        each.label: (str(each.cidr), each.zone) for each in plan.subnets
    }
    tables = _by_label(module, "aws_route_table_association")
    assert {label: _text(b, "route_table_id") for label, b in tables.items()} == {
        each.label: f"aws_route_table.{each.route_table}.id" for each in plan.subnets
    }
    gateways = _by_label(module, "aws_nat_gateway")
    assert {label: (_text(b, "private_ip"), _text(b, "subnet_id")) for label, b in gateways.items()} == {
        each.label: (str(each.private_ip), f"aws_subnet.{each.subnet}.id") for each in plan.nat_gateways
    }
    assert {
        label: b.attributes["secondary_private_ip_addresses"].value
        for label, b in gateways.items()
        if "secondary_private_ip_addresses" in b.attributes
    } == {each.label: tuple(map(str, each.secondary_ips)) for each in plan.nat_gateways if each.secondary_ips}


def _planned_routes(plan: Plan) -> Iterator[tuple[str, str, str, str]]:
    tgw = plan.transit_gateway.id
    for route in plan.routes_to_nat:
        target = f"aws_nat_gateway.{route.nat_gateway}.id"
        yield route.label, f"aws_route_table.{route.route_table}.id", str(route.destination), target
    for route in plan.routes_to_vgw:
        target = "aws_vpn_gateway_attachment.vpc_n.vpn_gateway_id"
        yield route.label, f"aws_route_table.{route.route_table}.id", str(route.destination), target
    for route in plan.routes_to_tgw:
        yield route.label, f"aws_route_table.{route.route_table}.id", str(route.destination), tgw
    for theirs in plan.vpc_routes:
        yield theirs.label, theirs.route_table_id, str(theirs.destination), tgw


@partners
def test_routes_read_back_equal_the_plan(root: Path, name: str) -> None:
    plan, module = plan_of(root, name), _module(root, name)
    targets = ("nat_gateway_id", "transit_gateway_id", "gateway_id")
    assert sorted(
        (label, _text(b, "route_table_id"), _text(b, "destination_cidr_block"), _text(b, target))
        for label, b in _by_label(module, "aws_route").items()
        for target in targets
        if target in b.attributes
    ) == sorted(_planned_routes(plan) if plan.active else [])
    assert sorted(
        (
            _text(b, "transit_gateway_route_table_id"),
            _text(b, "destination_cidr_block"),
            _text(b, "transit_gateway_attachment_id"),
        )
        for b in module.resources("aws_ec2_transit_gateway_route")
    ) == sorted((r.route_table, str(r.destination), r.attachment) for r in plan.transit_gateway.routes if plan.active)
    assert sorted(_text(b, "destination_cidr_block") for b in module.resources("aws_vpn_connection_route")) == sorted(
        str(each.destination) for one in plan.vpn.connections for each in one.routes if plan.active
    )


@partners
def test_tunnels_read_back_equal_the_plan(root: Path, name: str) -> None:
    plan, module = plan_of(root, name), _module(root, name)
    if not plan.active:
        return
    held = _by_label(module, "aws_vpn_connection")
    assert set(held) == {each.label for each in plan.vpn.connections}
    for tunnel in plan.vpn.tunnels:
        _is_as_planned(held[tunnel.connection], plan, tunnel)


def _is_as_planned(connection: Block, plan: Plan, tunnel: Tunnel) -> None:
    assert _text(connection, "local_ipv4_network_cidr") == str(plan.vpn.partner_side)
    assert _text(connection, "remote_ipv4_network_cidr") == str(plan.vpn.our_side)
    prefix, options = f"tunnel{tunnel.number}_", tunnel.options
    written = {k.removeprefix(prefix): a.value for k, a in connection.attributes.items() if k.startswith(prefix)}
    written.pop("preshared_key", None)
    assert written == {
        "inside_cidr": str(options.inside_cidr),
        "ike_versions": options.ike_versions,
        "phase1_encryption_algorithms": options.phase1.encryption,
        "phase1_integrity_algorithms": options.phase1.integrity,
        "phase1_dh_group_numbers": options.phase1.dh_groups,
        "phase1_lifetime_seconds": options.phase1.lifetime,
        "phase2_encryption_algorithms": options.phase2.encryption,
        "phase2_integrity_algorithms": options.phase2.integrity,
        "phase2_dh_group_numbers": options.phase2.dh_groups,
        "phase2_lifetime_seconds": options.phase2.lifetime,
        "rekey_margin_time_seconds": options.rekey.margin,
        "rekey_fuzz_percentage": options.rekey.fuzz,
        "replay_window_size": options.replay_window,
        "startup_action": options.startup_action,
        "dpd_timeout_action": options.dpd.action,
        "dpd_timeout_seconds": options.dpd.timeout,
        "enable_tunnel_lifecycle_control": options.lifecycle_control,
    }


@partners
def test_what_must_not_be_lost_is_protected(root: Path, name: str) -> None:
    module = _module(root, name)
    for block in module.resources("aws_vpn_connection"):
        (lifecycle,) = [each for each in block.blocks if each.kind == "lifecycle"]
        assert lifecycle.attributes["prevent_destroy"].value is True
    for block in module.resources("aws_customer_gateway"):
        (lifecycle,) = [each for each in block.blocks if each.kind == "lifecycle"]
        assert lifecycle.attributes["create_before_destroy"].value is True
