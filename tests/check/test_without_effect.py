"""Every field of a descriptor changes what is generated, or is refused as one without effect, in every variant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from natlane.check import check_partner
from natlane.describe.document import read_text
from natlane.describe.field_types import Listing, Named, Record, Shape
from natlane.describe.partner import PARTNER, parse_partner
from natlane.plan.plan import plan_for
from natlane.problems import Problem, has_error
from natlane.render.templates import Templates, render
from natlane.workspace.paths import Workspace

from tests.check.corpus import ACME, BAD, LANDING_ZONE, check_root
from tests.conftest import ROOT
from tests.descriptors import LANDING_ZONE as OURS

Made = dict[str, Any]
CODE = "field-without-effect"
PHASE: Made = {"encryption": ["AES256"], "integrity": ["SHA2-512"], "dh_groups": [19], "lifetime": 1_800}
OPTIONS: Made = {
    "ike_versions": ["ikev1", "ikev2"],
    "phase1": {**PHASE, "lifetime": 14_400},
    "phase2": PHASE,
    "rekey": {"margin": 300, "fuzz": 50},
    "replay_window": 128,
    "startup_action": "start",
    "dpd": {"action": "clear", "timeout": 45},
    "lifecycle_control": True,
}
ALL = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}'
ENDPOINT: Made = {"service": "sqs"}
SERVICE: Made = {"name": "orders", "port": 443, "vpc": "a", "targets": ["10.150.10.20"]}
CALL: Made = {"name": "ledger", "port": 443, "targets": ["192.168.60.9"]}
BALANCER: Made = {"offset": 12, "cross_zone": False, "idle_timeout": 600}
BASES: dict[str, Made] = {
    f"{termination}, {routing}": {
        "partner": "acme",
        "nat_cidr": "10.181.0.0/27",
        "partner_cidrs": ["192.168.60.0/24"],
        "reach": ["a"],
        "vpn": {
            "termination": termination,
            "routing": routing,
            "customer_gateway": {"ip": "203.0.113.20", "asn": 65_020},
        },
    }
    for termination in ("virtual_private_gateway", "transit_gateway")
    for routing in ("static", "bgp")
}
# What stands beside a field, and the field's own value last: (path, value without it, value).
WRITTEN: Made = {
    "vpn": {
        "customer_gateway": {
            "device": "cisco-ios-xe",
            "name": "b",
            "tunnels": {"2": {"inside_cidr": "169.254.61.0/30", **OPTIONS}},
        },
        "amazon_side_asn": 64_620,
        "acceleration": True,
        "bandwidth": "large",
        "ecmp": True,
        "selectors": {"ours": "10.181.0.0/27", "theirs": "192.168.60.0/24"},
        **OPTIONS,
        "tunnels": {"2": {"inside_cidr": "169.254.60.0/30", **OPTIONS}},
        "preshared_keys": "variables",
        "connected": False,
    },
    "description": "ACME, payment files",
    "contacts": ["noc@acme.example"],
    "status": "decommissioned",
    "renamed_from": "globex",
    "vpc_cidr": "10.181.0.0/24",
    "natted_cidr": "100.70.0.0/25",
    "zones": 1,
    "nat": {"addresses_per_gateway": 2},
    "inbound": {"load_balancer": BALANCER},
    "tags": {"team": "clearing"},
}
BESIDE: list[tuple[tuple[str, ...], Made, Made]] = [
    (("nat", "release_addresses"), {}, {"nat": {"release_addresses": True}}),
    *(
        (("adopted", name), {"adopted": {}}, {"adopted": {name: made}})
        for name, made in {
            "imports": {"aws_vpc.vpc_n": "vpc-0123456789abcdef0"},
            "kept": ["tunnel1_startup_action"],
        }.items()
    ),
    *(
        (("inbound", "endpoints", name), {"inbound": {"endpoints": [ENDPOINT]}}, {"inbound": {"endpoints": [made]}})
        for name, made in {
            "offset": {**ENDPOINT, "offset": 9},
            "ports": {**ENDPOINT, "ports": [8_443]},
            "private_dns": {**ENDPOINT, "private_dns": True},
            "policy": {**ENDPOINT, "policy": ALL},
        }.items()
    ),
    *(
        (
            ("inbound", "load_balancer", name),
            {"inbound": {"services": [SERVICE]}},
            {"inbound": {"services": [SERVICE], "load_balancer": {name: value}}},
        )
        for name, value in BALANCER.items()
    ),
    *(
        (
            ("outbound", "load_balancer", name),
            {"outbound": {"cidr": "10.199.0.0/27", "services": [CALL]}},
            {"outbound": {"cidr": "10.199.0.0/27", "services": [CALL], "load_balancer": {name: value}}},
        )
        for name, value in BALANCER.items()
    ),
    (
        ("inbound", "services", "target_port"),
        {"inbound": {"services": [SERVICE]}},
        {"inbound": {"services": [{**SERVICE, "target_port": 8_443}]}},
    ),
    (
        ("outbound", "services", "target_port"),
        {"outbound": {"cidr": "10.199.0.0/27", "services": [CALL]}},
        {"outbound": {"cidr": "10.199.0.0/27", "services": [{**CALL, "target_port": 8_443}]}},
    ),
]
# Not of what is generated: each with who reads it. Fields that must be written have an effect by being another.
READ_BY: dict[str, str] = {
    "accepted": "validate",
    "accepted_impact": "impact",
    "expected_gb": "cost and impact",
    "handover": "handover",
    "vpn.customer_gateway.model": "handover",
    "vpn.customer_gateway.version": "handover",
    "vpn.customer_gateway.behind_nat": "handover",
    "vpn.policy_based": "validate and handover",
}
NEEDED = frozenset(
    (
        *("partner", "nat_cidr", "partner_cidrs", "reach", "vpn.customer_gateway.ip", "vpn.customer_gateway.asn"),
        *("vpn.termination", "vpn.routing", "inbound.endpoints.service", "outbound.cidr", "outbound.translated_cidrs"),
        *(f"inbound.services.{name}" for name in ("name", "port", "vpc", "targets", "protocol")),
        *(f"outbound.services.{name}" for name in ("name", "port", "targets", "protocol")),
    )
)


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict) and path != ("tags",):
        for name, each in value.items():
            yield from leaves(each, (*path, name))
    else:
        yield path, value


def merged(base: Made, path: tuple[str, ...], value: Any) -> Made:
    name, *rest = path
    return {**base, name: merged(base.get(name, {}), tuple(rest), value) if rest else value}


def generated(made: Made) -> tuple[dict[str, str], list[Problem]]:
    """The files of a descriptor, none where a rule refuses it, and what is told of it."""
    document, problems = read_text("partners/acme.yaml", json.dumps(made).encode())
    partner = parse_partner(document, problems) if document else None
    assert document is not None
    assert partner is not None, problems
    problems += check_partner(partner, document, OURS, ("acme",))
    if has_error(problems):
        return {}, problems
    files = render(plan_for(partner, OURS), Templates(Workspace(str(ROOT))))
    assert isinstance(files, dict)
    return files, problems


CASES = list(leaves(WRITTEN))


@pytest.mark.parametrize("base", BASES)
def test_every_field_has_an_effect_or_is_refused(base: str) -> None:
    plain = generated(BASES[base])[0]
    assert plain
    idle = []
    for path, value in CASES:
        files, problems = generated(merged(BASES[base], path, value))
        field = ".".join(path)
        told = any(each.code == CODE and field.startswith(each.field) for each in problems)
        if told or files == plain:
            idle.append((field, told))
    for path, without, made in BESIDE:
        before, after = generated({**BASES[base], **without})[0], generated({**BASES[base], **made})[0]
        if before == after:
            idle.append((".".join(path), False))
    ends_there = base.startswith("transit_gateway")
    asn = [("vpn.amazon_side_asn", True)] if ends_there else []
    assert idle == [*asn, *((f"inbound.load_balancer.{name}", True) for name in BALANCER)]


def fields(shape: Shape, path: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(shape, Record):
        for name, each in shape.fields.items():
            yield from fields(each.shape, (*path, name))
    elif isinstance(shape, Listing | Named) and isinstance(shape.of, Record):
        yield from fields(shape.of, path)
    else:
        yield ".".join(path)


def test_no_field_is_forgotten() -> None:
    tried = {".".join(part for part in path if part != "2") for path, _ in CASES}
    tried |= {".".join(path) for path, *_ in BESIDE}
    known = tried | NEEDED
    every = dict.fromkeys(each.replace("customer_gateways", "customer_gateway") for each in fields(PARTNER))
    missed = [each for each in every if each not in known and not each.startswith(tuple(READ_BY))]
    assert missed == []


@pytest.mark.parametrize(("addresses", "told"), [(1, []), (2, ["nat.release_addresses"])])
def test_addresses_are_released_only_where_one_is_left(addresses: int, told: list[str]) -> None:
    base = {**BASES["virtual_private_gateway, static"]}
    made = {**base, "nat": {"addresses_per_gateway": addresses, "release_addresses": True}}
    assert [each.field for each in generated(made)[1] if each.code == CODE] == told


def test_options_that_every_device_has() -> None:
    """What `vpn.tunnels` says where each device says it itself, and what `vpn` says where both tunnels are said so."""
    own = {"replay_window": 128}
    insides = {"20": 60, "21": 61}
    devices = [
        {
            "ip": f"203.0.113.{at}",
            "asn": 65_020,
            "name": f"n{at}",
            "tunnels": {"1": _inside(third, own), "2": _inside(third + 2)},
        }
        for at, third in insides.items()
    ]
    made = {**BASES["virtual_private_gateway, static"]}
    for tunnels, told in (
        ({"1": own}, ["vpn.tunnels.1.replay_window"]),
        ({"2": own}, ["vpn.replay_window"]),
        ({}, []),
    ):
        made["vpn"] = {"customer_gateways": devices, "replay_window": 512, "tunnels": tunnels}
        assert [each.field for each in generated(made)[1] if each.code == CODE] == told


def _inside(third: int, options: Made | None = None) -> Made:
    return {"inside_cidr": f"169.254.{third}.0/30", **(options or {})}


def test_an_option_that_both_tunnels_have() -> None:
    both = {number: {"startup_action": "add"} for number in ("1", "2")}
    one = {"1": both["1"]}
    for tunnels, told in ((both, ["vpn.startup_action"]), (one, [])):
        made = merged(
            merged(BASES["transit_gateway, static"], ("vpn", "tunnels"), tunnels), ("vpn", "startup_action"), "start"
        )
        assert [each.field for each in generated(made)[1] if each.code == CODE] == told


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("logs: {retention_days: 30}", []),
        ("logs: {flow_logs: false, retention_days: 30}", []),
        ("logs: {flow_logs: false, tunnel_logs: false, retention_days: 30}", ["logs.retention_days"]),
        ("logs: {tunnel_logs: false, bgp_logs: false}", ["logs.bgp_logs"]),
    ],
)
def test_fields_of_the_landing_zone(more: str, told: list[str]) -> None:
    zone = (BAD / "with" / LANDING_ZONE).read_text(encoding="utf-8") + more + "\n"
    problems = check_root({LANDING_ZONE: zone.encode(), ACME: (BAD / "with" / "acme.yaml").read_bytes()})
    assert [each.field for each in problems if each.code == CODE] == told


def test_a_transit_gateway_of_our_own_accepts_nothing() -> None:
    zone = (BAD / "with" / LANDING_ZONE).read_text(encoding="utf-8")
    zone = zone.replace("  partner_route_table", "  auto_accept: true\n  partner_route_table")
    problems = check_root({LANDING_ZONE: zone.encode(), ACME: (BAD / "with" / "acme.yaml").read_bytes()})
    assert [(each.code, each.field) for each in problems] == [(CODE, "transit_gateway.auto_accept")]
