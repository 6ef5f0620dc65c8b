"""Overlap rules refuse only what goes wrong: the proof, AWS's route tables or a walk confirms each refusal."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from natlane.addresses import AddressPlan, addresses_for
from natlane.assumptions import network_from
from natlane.check import check_landing_zone, check_partner, overlaps
from natlane.describe.document import read_text
from natlane.describe.landing_zone import LandingZone, parse_landing_zone
from natlane.describe.partner import Partner, parse_partner
from natlane.forwarding.packet import Choices, Dropped, Host, Packet, PartnerHost, Place
from natlane.forwarding.walk import comes_back, reply_to, walk
from natlane.network.build import network_of
from natlane.network.from_hcl import read_segment
from natlane.network.model import Endpoint, LoadBalancer, Network, Segment
from natlane.network.module import Module, read_back
from natlane.plan.plan import Plan, plan_for
from natlane.problems import Problem, has_error
from natlane.render.templates import Templates, render
from natlane.verify.proofs import prove
from natlane.workspace.paths import Workspace

from tests.check.corpus import BAD
from tests.conftest import ROOT
from tests.descriptors import Descriptor, as_yaml, hosts, networks

TEMPLATES = Templates(Workspace(str(ROOT)))
# block-overlap asks about the blocks that VPC N is cut from, not about routes: further zones would meet in them.
ERRORS = {rule.code for rule, _ in overlaps.rule.held if rule.severity == "error"} - {"block-overlap"}
ERRORS |= {"inbound-from-translated"}
OURS = (ROOT / "landing-zone.yaml").read_text()
SHARED_TABLE = "  partner_route_table: tgw-rtb-0aaaaaaaaaaaaaaaa # holds our VPCs only\n"


def _landing_zone(text: str) -> LandingZone:
    document, problems = read_text("landing-zone.yaml", text.encode())
    assert document is not None
    landing_zone = parse_landing_zone(document, problems)
    assert landing_zone is not None
    assert not has_error([*problems, *check_landing_zone(landing_zone, document)])
    return landing_zone


LANDING_ZONES = {
    "as it is": _landing_zone(OURS),
    "pods": _landing_zone(OURS.replace("[10.150.0.0/16]", "[10.150.0.0/16, 100.64.0.0/20]")),
    "own tables": _landing_zone(OURS.replace(SHARED_TABLE, "")),
    "twins": _landing_zone((BAD / "with" / "twin-vpcs.yaml").read_text()),
    "pods twice": _landing_zone((BAD / "with" / "pods-twice.yaml").read_text()),
    "pods twice, own tables": _landing_zone(
        (BAD / "with" / "pods-twice.yaml").read_text().replace("  partner_route_table: tgw-rtb-0ffffffffffffffff\n", "")
    ),
}
PLACES = ("10.150.0.0/16", "10.160.0.0/15", "10.181.0.0/20", "100.64.0.0/20", "10.0.0.0/16", "10.100.0.0/16")


def _within(longest: int, shortest: int = 16) -> st.SearchStrategy[str]:
    return st.sampled_from(PLACES).flatmap(lambda outer: networks(outer, shortest, longest)).map(str)


@st.composite
def meeting(draw: st.DrawFn, landing_zone: LandingZone) -> Descriptor:
    """A descriptor whose blocks come from a few places, so that most draws hold an overlap."""
    vpcs = landing_zone.vpcs
    nat = IPv4Network(draw(_within(27, 22)))
    made: Descriptor = {"partner": "acme", "nat_cidr": str(nat), "zones": draw(st.integers(1, 2))}
    if draw(st.booleans()):
        made["vpc_cidr"] = str(nat.supernet(new_prefix=draw(st.integers(16, nat.prefixlen))))
    if draw(st.booleans()):
        made["natted_cidr"] = draw(_within(27, 22))
    near = st.integers(14, nat.prefixlen).map(lambda length: str(nat.supernet(new_prefix=length)))
    theirs = st.one_of(_within(32, 14), near, st.sampled_from(["192.168.50.0/24", "10.150.0.0/16", "100.64.0.0/10"]))
    made["partner_cidrs"] = draw(st.lists(theirs, min_size=1, max_size=2, unique=True))
    made["reach"] = draw(st.lists(st.sampled_from(sorted(vpcs)), max_size=2, unique=True))
    on_transit = draw(st.booleans())
    made["vpn"] = {
        "customer_gateway": {"ip": "203.0.113.10", "asn": 65010},
        "termination": "transit_gateway" if on_transit else "virtual_private_gateway",
    }
    made["inbound"] = {"endpoints": [{"service": "sqs"}] if draw(st.booleans()) else []}
    serving = draw(st.lists(st.sampled_from(sorted(vpcs)), max_size=2, unique=True))
    if serving:
        made["inbound"]["services"] = [
            {"name": f"orders-{vpc}", "port": port, "vpc": vpc, "targets": [draw(hosts(draw(st.sampled_from(cidrs))))]}
            for port, vpc, cidrs in ((443 + index, vpc, vpcs[vpc].cidrs) for index, vpc in enumerate(serving))
        ]
    if made["reach"] and draw(st.booleans()):
        translated = made["partner_cidrs"][0]
        target = draw(hosts(IPv4Network(translated)))
        made["outbound"] = {
            "cidr": draw(st.one_of(_within(27, 22), st.just("10.199.0.0/27"))),
            "translated_cidrs": [translated],
            "services": [{"name": "ledger", "port": 443, "targets": [target]}],
        }
    return made


def _checked(descriptor: Descriptor, landing_zone: LandingZone) -> tuple[Partner, list[Problem]]:
    document, problems = read_text("partners/acme.yaml", as_yaml(descriptor).encode())
    assert document is not None
    partner = parse_partner(document, problems)
    assert partner is not None, problems
    return partner, [*problems, *check_partner(partner, document, landing_zone, ("acme",))]


def _module(partner: Partner, landing_zone: LandingZone) -> tuple[Module, list[Problem]]:
    """The partner's module, written with whatever rules refuse it, and read back."""
    return _written(plan_for(partner, landing_zone))


def _written(plan: Plan) -> tuple[Module, list[Problem]]:
    files = render(plan, TEMPLATES)
    assert isinstance(files, dict)
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root, "out", "acme")
        folder.mkdir(parents=True)
        for name in (name for name in files if "/" not in name):
            (folder / name).write_text(files[name], encoding="utf-8")
        return read_back(root, "acme")


def wrong(partner: Partner, landing_zone: LandingZone) -> Iterator[str]:
    """What goes wrong with a partner's module: no proof, a route that AWS refuses, a promise that no walk keeps,
    or a reserved network's packets taken."""
    module, problems = _module(partner, landing_zone)
    ours = network_from(landing_zone)
    verdict = prove(module, ours)
    yield from (str(each) for each in (*problems, *verdict.problems) if each.severity == "error")
    segment, _ = read_segment(module, ours)
    if segment is None:
        return
    yield from _refused_routes(segment, landing_zone)
    yield from _taken_from_reserved(segment, landing_zone)
    yield from _broken_promises(segment, network_of(ours, [segment]), partner, landing_zone)


def _refused_routes(segment: Segment, landing_zone: LandingZone) -> Iterator[str]:
    """Routes inside a VPC's own CIDR, which AWS takes to a NAT gateway, an interface or an endpoint only."""
    tables = [(segment.vpc_n.cidrs, table.routes) for table in segment.vpc_n.tables.values()]
    for vpc in landing_zone.vpcs.values():
        tables += [(vpc.cidrs, tuple(each.route for each in segment.shared if each.table in vpc.route_tables))]
    for cidrs, routes in tables:
        for route in (each for each in routes if each.kind == "static" and each.target.kind != "nat_gateway"):
            if any(route.destination.subnet_of(cidr) for cidr in cidrs):
                yield f"AWS refuses a route to {route.destination} inside the VPC"


def _taken_from_reserved(segment: Segment, landing_zone: LandingZone) -> Iterator[str]:
    for entry in segment.shared:
        for reserved in landing_zone.reserved_cidrs:
            if entry.route.destination.overlaps(reserved.cidr):
                yield f"{entry.route.destination} takes packets of {reserved.owner}"


def _ends(cidr: IPv4Network) -> tuple[IPv4Address, IPv4Address]:
    return cidr.network_address, cidr.broadcast_address


def _broken_promises(segment: Segment, network: Network, partner: Partner, landing_zone: LandingZone) -> Iterator[str]:
    """What the descriptor promises, walked there and back from both ends of every block."""
    zone = next(iter(segment.vpc_n.subnets.values())).zone
    ours = {target for each in partner.inbound.services for target in each.targets}  # a warning tells of these
    theirs = [
        ip for cidr in partner.partner_cidrs for ip in _ends(cidr) if ip not in partner.nat_cidr and ip not in ours
    ]
    called = [
        each.address for each in segment.vpc_n.owners(Endpoint | LoadBalancer) if each.address in partner.nat_cidr
    ]
    flows: list[tuple[Place, Packet]] = [
        (PartnerHost("acme"), Packet(ip, address, "tcp", 443)) for ip in theirs for address in called
    ]
    # docs/variants.md: a host of ours with the address of an outbound target gets no reply
    behind = {target for each in (partner.outbound.services if partner.outbound else ()) for target in each.targets}
    for name in partner.reach:
        vpc = landing_zone.vpcs[name]
        for source in (ip for cidr in vpc.cidrs for ip in _ends(cidr) if ip not in behind):
            to = (ip for cidr in partner.routed_cidrs for ip in _ends(cidr) if ip in theirs)
            flows += [(Host(name, vpc.route_tables[0]), Packet(source, each, "tcp", 443)) for each in to]
    for start, packet in flows:
        there = walk(network, start, packet, Choices(zone))
        if isinstance(there.end, Dropped) or not comes_back(
            there, start, packet, reply_to(network, there, Choices(zone))
        ):
            yield f"{packet} of {start} does not get there and back"


def _told(descriptor: Descriptor, landing_zone: LandingZone) -> None:
    partner, problems = _checked(descriptor, landing_zone)
    errors = {each.code for each in problems if each.severity == "error"}
    assume(errors <= ERRORS and isinstance(addresses_for(partner, landing_zone), AddressPlan))
    faults = list(wrong(partner, landing_zone))
    event(f"{'refused' if errors else 'passed'}: {', '.join(sorted(errors))}")
    if errors:
        assert faults, f"refused by {errors}, and nothing goes wrong: {[str(each) for each in problems]}"
    else:
        assert faults == []


@pytest.mark.slow
@pytest.mark.parametrize("ours", LANDING_ZONES)
def test_what_only_an_overlap_rule_refuses_goes_wrong_and_all_else_is_proven(ours: str) -> None:
    landing_zone = LANDING_ZONES[ours]

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(meeting(landing_zone))
    def holds(descriptor: Descriptor) -> None:
        _told(descriptor, landing_zone)

    holds()


SAME_BLOCK: Descriptor = {
    "partner": "acme",
    "nat_cidr": "10.189.0.0/27",
    "partner_cidrs": ["10.150.0.0/16"],
    "inbound": {"services": [{"name": "orders", "port": 443, "vpc": "a", "targets": ["10.150.10.20", "10.150.11.20"]}]},
}


@pytest.mark.parametrize("termination", ["virtual_private_gateway", "transit_gateway"])
@pytest.mark.parametrize("ours", ["as it is", "own tables"])
def test_a_partner_with_the_block_of_the_vpc_that_serves_it(ours: str, termination: str) -> None:
    """Proven by a /32 for each target, and not without each of them."""
    landing_zone = LANDING_ZONES[ours]
    device = {"customer_gateway": {"ip": "203.0.113.20", "asn": 65020}, "termination": termination}
    partner, problems = _checked({**SAME_BLOCK, "vpn": device}, landing_zone)
    assert [(each.code, each.severity) for each in problems] == [("partner-cidr-holds-target", "warning")]
    assert list(wrong(partner, landing_zone)) == []
    plan = plan_for(partner, landing_zone)
    hosts = [route for route in plan.routes_to_tgw if route.destination.prefixlen == 32]
    told = [] if termination == "transit_gateway" else ["10.150.10.20/32", "10.150.11.20/32"]
    assert [str(route.destination) for route in hosts] == told
    deep = [route for route in plan.transit_gateway.routes if route.label.startswith("vpc_n_to_10_150_1")]
    assert len(deep) == (2 if termination == "transit_gateway" or ours == "own tables" else 0)
    for missing in hosts:
        fewer = plan._replace(routes_to_tgw=tuple(each for each in plan.routes_to_tgw if each != missing))
        verdict = prove(_written(fewer)[0], network_from(landing_zone))
        assert any("proof-places" in str(each) or "proof-inbound" in str(each) for each in verdict.problems)


PODS: Descriptor = {
    "partner": "acme",
    "nat_cidr": "10.181.0.0/27",
    "natted_cidr": "100.70.0.0/25",
    "partner_cidrs": ["192.168.60.0/24"],
    "vpn": {"customer_gateway": {"ip": "203.0.113.20", "asn": 65020}},
}


def _served_by(vpc: str, target: str, port: int = 443) -> Descriptor:
    return {"name": f"orders-{vpc}", "port": port, "vpc": vpc, "targets": [target]}


@pytest.mark.parametrize(
    "more",
    [
        {"reach": ["a"]},
        {"reach": ["m"], "inbound": {"services": [_served_by("a", "10.150.10.20")]}},
        {"inbound": {"services": [_served_by("a", "10.150.10.20"), _served_by("c", "10.170.10.20", 444)]}},
        {"reach": ["a"], "inbound": {"services": [_served_by("c", "10.170.10.20")]}},
        {"inbound": {"services": [_served_by("a", "100.64.1.1"), _served_by("c", "100.64.2.1", 444)]}},
    ],
    ids=["reached", "served", "both-serve", "one-of-each", "targets-in-pods"],
)
def test_a_block_for_pods_that_another_vpc_has_too(more: Descriptor) -> None:
    """VPC a and VPC c have the same one: proven where no packet needs both."""
    partner, problems = _checked({**PODS, **more}, LANDING_ZONES["pods twice, own tables"])
    assert problems == []
    assert list(wrong(partner, LANDING_ZONES["pods twice, own tables"])) == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reach": ["a", "c"]}, "reach-overlap"),
        ({"reach": ["a"], "inbound": {"services": [_served_by("c", "100.64.1.1")]}}, "reach-overlap"),
        (
            {"inbound": {"services": [_served_by("a", "100.64.1.1"), _served_by("c", "100.64.1.1", 444)]}},
            "reach-overlap",
        ),
    ],
    ids=["both-reached", "target-in-reached", "same-target"],
)
def test_an_address_that_two_joined_vpcs_need(more: Descriptor, code: str) -> None:
    partner, problems = _checked({**PODS, **more}, LANDING_ZONES["pods twice, own tables"])
    assert [each.code for each in problems] == [code]
    assert list(wrong(partner, LANDING_ZONES["pods twice, own tables"])) != []
