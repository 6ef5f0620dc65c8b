"""The fleet's rules at scale: conflicts without pairs, facts of a few hundred bytes, quotas in one pass."""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter
from ipaddress import IPv4Address

from natlane.check import check_fleet, facts_of, quota_table
from natlane.check.fleet import fleet_problems
from natlane.check.fleet_facts import Claim, Facts, Gateway
from natlane.describe.document import Document, read, read_text
from natlane.describe.landing_zone import LandingZone, parse_landing_zone
from natlane.describe.partner import parse_partner

from tests.bounded import within
from tests.conftest import ROOT

MANY = 10_000
GATEWAY = "vpn.customer_gateway.ip"


def _landing_zone() -> tuple[LandingZone, Document]:
    document, problems = read(str(ROOT), "landing-zone.yaml")
    assert document is not None
    landing_zone = parse_landing_zone(document, problems)
    assert landing_zone is not None
    return landing_zone, document


LANDING_ZONE, DOCUMENT = _landing_zone()


def _facts(index: int, *, cidr: int, nat: int, gateway: int, vpcs: tuple[str, ...] = ("a",)) -> Facts:
    path = f"partners/p{index:05d}.yaml"
    return Facts(
        Claim(nat, 27, path, 2, 11, "nat_cidr", ()),
        (Claim(cidr, 28, path, 3, 17, "partner_cidrs[0]", vpcs),),
        (Gateway(gateway, path, 6, 28, GATEWAY, 65_000, (index * 8, index * 8 + 4), "static"),),
        None,
        False,
        0,
        0,
        True,
        ("eu-west-1a", "eu-west-1b"),
        ("eu-west-1a", "eu-west-1b"),
    )


def _apart(count: int) -> list[Facts]:
    first, nat, gateway = (int(IPv4Address(each)) for each in ("172.24.0.0", "10.176.0.0", "203.0.0.0"))
    return [_facts(i, cidr=first + 16 * i, nat=nat + 32 * i, gateway=gateway + i) for i in range(count)]


def test_partners_apart_have_no_conflict() -> None:
    assert fleet_problems(_apart(MANY), LANDING_ZONE) == []


def test_partners_that_all_conflict_are_told_once_each() -> None:
    same = [_facts(i, cidr=16, nat=32, gateway=7) for i in range(MANY)]
    with within(60):  # pairs would be fifty million
        told = Counter(problem.code for problem in fleet_problems(same, LANDING_ZONE))
    assert told == {
        "fleet-route-overlap": MANY - 1,
        "fleet-nat-shared": MANY - 1,
        "fleet-customer-gateway": MANY - 1,
    }


def test_conflicts_name_both_files_and_lines() -> None:
    wide = _facts(1, cidr=int(IPv4Address("192.168.0.0")), nat=0, gateway=1)
    narrow = _facts(2, cidr=int(IPv4Address("192.168.0.0")), nat=64, gateway=2)
    elsewhere = _facts(3, cidr=int(IPv4Address("192.168.0.0")), nat=128, gateway=3, vpcs=("b",))
    (problem,) = fleet_problems([wide, narrow, elsewhere], LANDING_ZONE)
    assert str(problem) == (
        "partners/p00002.yaml:3:17: partner_cidrs[0]: 192.168.0.0/28 is also routed for partners/p00001.yaml:3"
        " (partner_cidrs[0]) in tgw-rtb-0bbbbbbbbbbbbbbbb: a second static route for a prefix fails at apply; "
        "let our hosts call one of the two partners by addresses of ours: `outbound: {cidr: <a free block>, "
        "translated_cidrs: [192.168.0.0/28], services: [{name: <name>, port: <port>, targets: [<host of theirs>]}]}`, "
        "or ask it for other addresses [error: fleet-route-overlap]"
    )


def test_facts_are_small() -> None:
    """So that ten thousand partners take hardly more than the interpreter itself."""
    raw = (ROOT / "partners" / "globex.yaml").read_bytes()
    held: list[Facts] = []
    tracemalloc.start()
    for index in range(200):
        document, problems = read_text(f"partners/p{index}.yaml", raw.replace(b"10.181.", b"10.%d." % (index + 20)))
        assert document is not None
        partner = parse_partner(document, problems)
        assert partner is not None
        if index == 100:
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
        held.append(facts_of(partner, document, LANDING_ZONE))
        del document, partner
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert (after - before) / 99 < 1_000


def test_quotas_count_what_the_modules_make() -> None:
    names = ("globex", "stark", "umbrella", "wayne")
    facts = []
    for name in names:
        document, problems = read(str(ROOT), f"partners/{name}.yaml")
        assert document is not None
        partner = parse_partner(document, problems)
        assert partner is not None
        facts.append(facts_of(partner, document, LANDING_ZONE))
    assert {use.quota: use.used for use in quota_table(facts, LANDING_ZONE)} == {
        "vpcs": 5,  # one of ours is in the network account
        "nat_gateways_per_zone": 4,
        "vpn_gateways": 3,  # stark's VPN ends on the transit gateway
        "customer_gateways": 4,
        "vpn_connections": 4,
        "transit_gateway_attachments": 8,  # four VPC Ns, stark's VPN, three VPCs of ours
        "transit_gateway_route_tables": 5,  # two of our VPCs, the partners', two of stark's own
        # Ours 4; globex 1; stark 1 + nat_cidr for b 1, own 4 + 1 + 1; umbrella 1 + nat_cidr for a and b 2; wayne 1.
        "transit_gateway_routes": 17,
        "routes_per_route_table": 4,  # of a: globex, stark, umbrella's nat_cidr, wayne's outbound block
    }


def test_nat_gateways_are_counted_where_most_are() -> None:
    def facts(zones: str) -> Facts:
        document, problems = read(str(ROOT), "partners/globex.yaml")
        assert document is not None
        partner = parse_partner(document, problems)
        assert partner is not None
        return facts_of(partner._replace(zones=(zones,)), document, LANDING_ZONE)

    (use,) = [
        each
        for each in quota_table([facts("eu-west-1b"), facts("eu-west-1a"), facts("eu-west-1b")], LANDING_ZONE)
        if each.quota == "nat_gateways_per_zone"
    ]
    assert (use.used, use.what) == (2, "NAT gateways in eu-west-1b")


def test_a_fleet_that_passes_quotas_is_warned_at_their_fields() -> None:
    told = [(p.code, p.field, p.line, p.severity) for p in check_fleet(_apart(51), LANDING_ZONE, DOCUMENT)]
    line = next(n for n, text in enumerate(DOCUMENT.text.split("\n"), 1) if text.startswith("quotas:"))
    assert told == [
        ("quota-passed", "quotas.vpcs", line, "warning"),
        ("quota-passed", "quotas.nat_gateways_per_zone", line, "warning"),
        ("quota-passed", "quotas.vpn_gateways", line, "warning"),
        ("quota-passed", "quotas.customer_gateways", line, "warning"),
        ("quota-passed", "quotas.vpn_connections", line, "warning"),
    ]
