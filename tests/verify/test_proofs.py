"""Every golden module is proven, and each change that breaks one is reported at its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from pathlib import Path

import pytest
from natlane.cli import main
from natlane.network.model import SharedRoute
from natlane.network.module import read_back
from natlane.network.tables import Origin, Route, Target
from natlane.verify.cross_partner import prove_between
from natlane.verify.fleet import Fleet, Outcome, verdict_of, verify
from natlane.verify.proofs import PROOFS, Verdict, prove, sentence

from tests.bounded import within
from tests.conftest import GOLDENS, ROOT, SOVEREIGN_CLOUD, TRANSIT_ACCOUNT
from tests.counts import counted, rows
from tests.lines import located
from tests.verify.edited import Edit, apply, edited, our_side, without

GOLDEN = [(root, folder.name) for root in GOLDENS for folder in sorted((root / "out").iterdir())]


def verdict(root: Path, partner: str, golden: Path = ROOT) -> Verdict:
    """A module's own proofs."""
    module, problems = read_back(str(root), partner)
    assert problems == []
    return prove(module, our_side(golden))


@pytest.mark.parametrize(("root", "partner"), GOLDEN, ids=lambda value: value if isinstance(value, str) else value.name)
def test_golden_modules_are_proven(root: Path, partner: str) -> None:
    found = verdict(root, partner, root)
    assert found.problems == ()
    assert found.proofs == (0 if partner == "cyberdyne" else len(PROOFS))


def test_every_proof_says_what_it_proves() -> None:
    assert all(sentence(proof).endswith(".") for proof in PROOFS)
    assert len({sentence(proof) for proof in PROOFS}) == len(PROOFS)


TRANSIT, VPC, NAT, INBOUND, VPN = "transit_gateway.tf", "vpc.tf", "nat.tf", "inbound.tf", "vpn.tf"

CHECKED = """  name               = "umbrella--orders"
  vpc_id             = aws_vpc.vpc_n.id
  target_type        = "ip"
  protocol           = "TCP"
  port               = 443
  preserve_client_ip = "false"

  health_check {
    protocol            = "TCP"
    port                = "traffic-port"
"""


@dataclass(frozen=True, slots=True)
class Gone:
    """A resource that is removed."""

    file: str
    address: str


# What is changed in whose module, and every place and code that must be reported: file:line code.
BROKEN: dict[str, tuple[str, Gone | tuple[Edit, ...], list[str]]] = {
    "a natted route is missing": (
        "acme-clearing",
        Gone(NAT, "aws_route.natted_b_to_192_168_50_0_24"),
        ["vpc.tf:<aws_route_table.natted_b> proof-outbound", "vpc.tf:<aws_route_table.natted_b> proof-places"],
    ),
    "a zone uses the other's NAT gateway": (
        "acme-clearing",
        (
            Edit(
                NAT,
                "nat_gateway_id         = aws_nat_gateway.nat_b.id",
                "nat_gateway_id         = aws_nat_gateway.nat_a.id",
            ),
        ),
        ["nat.tf:<aws_route.natted_b_to_192_168_50_0_24> proof-zone"],
    ),
    "one NAT gateway's addresses moved": (
        "acme-clearing",
        (Edit(NAT, '"10.179.0.20"', '"10.179.0.21"'),),
        ["outputs.tf:<output.nat_addresses> proof-stated"],
    ),
    "another device": (
        "acme-clearing",
        (Edit(VPN, 'ip_address = "203.0.113.10"', 'ip_address = "203.0.113.11"'),),
        ["outputs.tf:<output.agreed> proof-stated"],
    ),
    "an endpoint of another service": (
        "acme-clearing",
        (Edit(INBOUND, "eu-west-1.execute-api", "eu-west-1.sqs"),),
        ["outputs.tf:<output.endpoint_addresses> proof-stated", "outputs.tf:<output.endpoint_addresses> proof-stated"],
    ),
    "nothing says what was agreed": (
        "globex",
        (Edit("outputs.tf", 'output "agreed"', 'output "made"'),),
        ["vpc.tf:<aws_vpc.vpc_n> proof-unstated"],
    ),
    "the way back is missing": (
        "acme-clearing",
        Gone(TRANSIT, "aws_route.public_to_10_150_0_0_16"),
        ["vpc.tf:<aws_route_table.public> proof-places", "vpc.tf:<aws_route_table.public> proof-reply"],
    ),
    "one of a VPC's two tables is left out": (
        "acme-clearing",
        Gone(TRANSIT, "aws_route.rtb_0bbbbbbbbbbbbbbbb_to_192_168_50_0_24"),
        ["transit_gateway.tf:0 proof-places", "transit_gateway.tf:0 proof-outbound"],
    ),
    "the attachment left a zone": (
        "acme-clearing",
        (Edit(TRANSIT, "[aws_subnet.natted_a.id, aws_subnet.natted_b.id]", "[aws_subnet.natted_a.id]"),),
        ["transit_gateway.tf:<aws_ec2_transit_gateway_vpc_attachment.vpc_n> proof-zone"],
    ),
    "the endpoint is open to all": (
        "acme-clearing",
        (Edit(INBOUND, '"192.168.50.0/24"', '"0.0.0.0/0"'),),
        ["inbound.tf:<aws_vpc_security_group_ingress_rule.endpoints_from_192_168_50_0_24> proof-security-group"],
    ),
    "the endpoint is open on another port": (
        "acme-clearing",
        (Edit(INBOUND, "to_port           = 443", "to_port           = 444"),),
        [
            "inbound.tf:<aws_vpc_security_group_ingress_rule.endpoints_from_192_168_50_0_24> proof-exposed",
            "inbound.tf:<aws_vpc_security_group_ingress_rule.endpoints_from_192_168_50_0_24> proof-security-group",
        ],
    ),
    "the endpoint's rule is missing": (
        "acme-clearing",
        Gone(INBOUND, "aws_vpc_security_group_ingress_rule.endpoints_from_192_168_50_0_24"),
        ["inbound.tf:<aws_vpc_endpoint.execute_api> proof-inbound"],
    ),
    "the VPN table leads past the NAT": (
        "stark",
        (
            Edit(
                TRANSIT,
                'destination_cidr_block         = "10.185.0.0/27"\n'
                "  transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.vpc_n.id\n"
                "}\n"
                "\n"
                "# VPC m\n",
                'destination_cidr_block         = "10.0.0.0/8"\n'
                '  transit_gateway_attachment_id  = "tgw-attach-0bbbbbbbbbbbbbbbb"\n'
                "}\n"
                "\n"
                "# VPC m\n",
            ),
        ),
        [
            "transit_gateway.tf:<aws_ec2_transit_gateway_route.vpn_to_10_185_0_0_27> proof-exposed",
            "transit_gateway.tf:<aws_ec2_transit_gateway_route.vpn_to_10_185_0_0_27> proof-extra-route",
            "transit_gateway.tf:<aws_ec2_transit_gateway_route.vpn_to_10_185_0_0_27> proof-inbound",
            "transit_gateway.tf:<aws_ec2_transit_gateway_route.vpn_to_10_185_0_0_27> proof-reply",
        ],
    ),
    "our VPC sends to the VPN without NAT": (
        "stark",
        (
            Edit(
                NAT,
                "aws_route_table.natted_a.id\n"
                '  destination_cidr_block = "192.168.100.0/24"\n'
                "  nat_gateway_id         = aws_nat_gateway.nat_a.id",
                "aws_route_table.natted_a.id\n"
                '  destination_cidr_block = "192.168.100.0/24"\n'
                '  transit_gateway_id     = "tgw-0a1b2c3d4e5f60718"',
            ),
        ),
        [
            "nat.tf:<aws_route.natted_a_to_192_168_100_0_24> proof-extra-route",
            "transit_gateway.tf:<aws_ec2_transit_gateway_route_table.vpn> proof-reply",
            "transit_gateway.tf:<aws_ec2_transit_gateway_route.vpc_n_to_192_168_100_0_24> proof-source",
            "vpc.tf:<aws_route_table.natted_a> proof-places",
        ],
    ),
    "an overlapping partner CIDR is routed": (
        "wayne",
        (
            Edit(
                TRANSIT,
                'route_table_id         = "rtb-0cccccccccccccccc"\n  destination_cidr_block = "10.199.0.0/27"',
                'route_table_id         = "rtb-0cccccccccccccccc"\n  destination_cidr_block = "10.150.64.0/18"',
            ),
        ),
        [
            "outputs.tf:<output.agreed> proof-stated",
            "transit_gateway.tf:0 proof-places",
            "transit_gateway.tf:0 proof-places",
            "transit_gateway.tf:0 proof-places",
            "transit_gateway.tf:0 proof-outbound",
            "transit_gateway.tf:<aws_route.rtb_0cccccccccccccccc_to_10_199_0_0_27> proof-takes-ours",
            "vpc.tf:<aws_route_table.public> proof-places",
            "vpc.tf:<aws_route_table.public> proof-places",
            "vpc.tf:<aws_route_table.natted_a> proof-places",
            "vpc.tf:<aws_route_table.natted_b> proof-places",
        ],
    ),
    "VPC N joins our VPCs' table": (
        "acme-clearing",
        (
            Edit(
                TRANSIT,
                'vpc_attachment.vpc_n.id\n  transit_gateway_route_table_id = "tgw-rtb-0aaaaaaaaaaaaaaaa"',
                'vpc_attachment.vpc_n.id\n  transit_gateway_route_table_id = "tgw-rtb-0bbbbbbbbbbbbbbbb"',
            ),
        ),
        ["transit_gateway.tf:<aws_ec2_transit_gateway_vpc_attachment.vpc_n> proof-association"],
    ),
    "the partners' table gets a route": (
        "acme-clearing",
        (Edit(TRANSIT, '"tgw-rtb-0bbbbbbbbbbbbbbbb"', '"tgw-rtb-0aaaaaaaaaaaaaaaa"'),),
        [
            "transit_gateway.tf:0 proof-places",
            "transit_gateway.tf:0 proof-outbound",
            "transit_gateway.tf:<aws_ec2_transit_gateway_route.tgw_rtb_0bbbbbbbbbbbbbbbb_to_192_168_50_0_24>"
            " proof-extra-route",
        ],
    ),
    "a route is written twice": (
        "globex",
        (
            Edit(
                TRANSIT,
                'resource "aws_route" "public_to_10_150_0_0_16" {',
                'resource "aws_route" "again" {\n'
                "  route_table_id         = aws_route_table.public.id\n"
                '  destination_cidr_block = "10.150.0.0/16"\n'
                '  transit_gateway_id     = "tgw-0a1b2c3d4e5f60718"\n'
                "}\n"
                "\n"
                'resource "aws_route" "public_to_10_150_0_0_16" {',
            ),
        ),
        ["transit_gateway.tf:<aws_route.public_to_10_150_0_0_16> proof-twice-written"],
    ),
    "a narrow selector": (
        "acme-clearing",
        (Edit(VPN, '"10.179.0.0/27"', '"10.179.0.0/28"'),),
        [
            "vpn.tf:<aws_vpn_connection.partner> proof-inbound",
            "vpn.tf:<aws_vpn_connection.partner> proof-outbound",
            "vpn.tf:<aws_vpn_connection.partner> proof-selector",
        ],
    ),
    "a selector of the partner's side": (
        "acme-clearing",
        (Edit(VPN, 'local_ipv4_network_cidr  = "192.168.50.0/24"', 'local_ipv4_network_cidr  = "192.168.50.0/25"'),),
        [
            "vpn.tf:<aws_vpn_connection.partner> proof-inbound",
            "vpn.tf:<aws_vpn_connection.partner> proof-outbound",
            "vpn.tf:<aws_vpn_connection.partner> proof-places",
            "vpn.tf:<aws_vpn_connection.partner> proof-selector",
        ],
    ),
    "a wide selector": (
        "acme-clearing",
        (Edit(VPN, '"10.179.0.0/27"', '"10.179.0.0/26"'),),
        ["vpn.tf:<aws_vpn_connection.partner> proof-selector-wide"],
    ),
    "BGP kept out of the tunnel": (
        "hooli",
        (Edit(VPN, 'remote_ipv4_network_cidr = "0.0.0.0/0"', 'remote_ipv4_network_cidr = "10.184.0.0/27"'),),
        ["vpn.tf:<aws_vpn_connection.partner> proof-selector"],
    ),
    "a health check on another port": (
        "umbrella",
        (Edit(INBOUND, CHECKED, CHECKED.replace("traffic-port", "80")),),
        ["inbound.tf:<aws_lb_target_group.services_orders> proof-value"],
    ),
    "a target nobody may call": (
        "umbrella",
        Gone(INBOUND, "aws_vpc_security_group_egress_rule.services_orders_to_10_150_11_20"),
        ["inbound.tf:<aws_lb_target_group_attachment.services_orders_to_10_150_11_20> proof-inbound"],
    ),
    "a load balancer without a security group": (
        "umbrella",
        (Edit(INBOUND, "  security_groups                  = [aws_security_group.services.id]\n", ""),),
        ["inbound.tf:<aws_lb.services> proof-security-group"],
    ),
    "a served VPC cannot answer": (
        "umbrella",
        Gone(TRANSIT, "aws_route.rtb_0eeeeeeeeeeeeeeee_to_10_183_0_0_27"),
        ["transit_gateway.tf:0 proof-reply"],
    ),
    "a served VPC's last CIDR is left out": (
        "umbrella",
        Gone(TRANSIT, "aws_route.public_to_10_161_0_0_20"),
        ["vpc.tf:<aws_route_table.public> proof-places"],
    ),
    "an outbound target without its route": (
        "wayne",
        Gone(NAT, "aws_route.outbound_b_to_10_150_71_5_32"),
        ["transit_gateway.tf:0 proof-outbound"],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_a_module_is_reported_at_its_place(name: str, tmp_path: Path) -> None:
    partner, change, expected = BROKEN[name]
    root = edited(ROOT, tmp_path, partner, () if isinstance(change, Gone) else change)
    if isinstance(change, Gone):
        without(root, partner, change.file, change.address)
    prefix = f"out/{partner}/"
    found = [f"{each.path.removeprefix(prefix)}:{each.line} {each.code}" for each in verdict(root, partner).problems]
    assert sorted(found) == sorted(located(each, root / "out" / partner) for each in expected)


def test_a_vpc_that_is_reached_and_serves_keeps_its_only_route(root: Path) -> None:
    """Its table, its module's only one, would not contradict; what was agreed does."""
    descriptor = root / "partners" / "umbrella.yaml"
    descriptor.write_text(descriptor.read_text().replace("reach: [m]", "reach: [m, a]"))
    assert main(["--root", str(root), "generate", "umbrella"]) == 0
    assert verdict(root, "umbrella", root).problems == ()
    without(root, "umbrella", TRANSIT, "aws_route.rtb_0cccccccccccccccc_to_192_168_80_0_24")
    found = [f"{each.path}:{each.line} {each.code}" for each in verdict(root, "umbrella", root).problems]
    assert found == [located("out/umbrella/outputs.tf:<output.agreed> proof-stated", root / "out" / "umbrella")]


def test_a_failure_names_packet_hop_reason_and_file(tmp_path: Path) -> None:
    root = edited(ROOT, tmp_path, "acme-clearing", [])
    without(root, "acme-clearing", NAT, "aws_route.natted_b_to_192_168_50_0_24")
    expected = [
        "out/acme-clearing/vpc.tf:<<aws_route_table.natted_b>> 10.100.0.0/16 (VPC m, rtb-0aaaaaaaaaaaaaaaa) to"
        " 192.168.50.0/24 in eu-west-1b does not arrive: dropped at subnet natted_b, route table natted_b has no route"
        " to 192.168.50.0; add an aws_route for it [error: proof-outbound]",
        "out/acme-clearing/vpc.tf:<<aws_route_table.natted_b>> 192.168.50.0/24 is missing in route table natted_b,"
        " but is in route table rtb-0aaaaaaaaaaaaaaaa of VPC m"
        " (out/acme-clearing/transit_gateway.tf:<aws_route.rtb_0aaaaaaaaaaaaaaaa_to_192_168_50_0_24>);"
        " every place must name the same partner CIDRs [error: proof-places]",
    ]
    found = [str(each) for each in verdict(root, "acme-clearing").problems]
    assert found == [located(each, root / "out" / "acme-clearing") for each in expected]


def entry(partner: str, table: str, to: str, line: int, target: str = "attachment") -> SharedRoute:
    """A route in a table that several modules write."""
    origin = Origin("aws_route.r", f"out/{partner}/transit_gateway.tf", line)
    kind = Target("attachment", f"{partner}/x") if target == "attachment" else Target("transit_gateway", "tgw-1")
    return SharedRoute(partner, table, Route(IPv4Network(to), "static", kind, origin))


BETWEEN: dict[str, tuple[list[SharedRoute], list[str]]] = {
    "apart": ([entry("acme", "t", "10.0.0.0/24", 1), entry("globex", "t", "10.0.1.0/24", 1)], []),
    "one module's own": ([entry("acme", "t", "10.0.0.0/23", 1), entry("acme", "t", "10.0.1.0/24", 2)], []),
    "in different tables": ([entry("acme", "t", "10.0.0.0/24", 1), entry("globex", "u", "10.0.0.0/24", 1)], []),
    "equal": (
        [entry("globex", "t", "10.0.0.0/24", 7), entry("acme", "t", "10.0.0.0/24", 3)],
        ["out/globex/transit_gateway.tf:7 proof-twice-written 10.0.0.0/24 is already written into t by acme"],
    ),
    "inside, behind one that is apart": (
        [
            entry("acme", "t", "10.0.0.0/8", 1),
            entry("globex", "t", "10.1.0.0/16", 2),
            entry("hooli", "t", "10.2.3.0/24", 3),
        ],
        [
            "out/globex/transit_gateway.tf:2 proof-partners-overlap 10.1.0.0/16 in t takes packets of acme's"
            " 10.0.0.0/8",
            "out/hooli/transit_gateway.tf:3 proof-partners-overlap 10.2.3.0/24 in t takes packets of acme's 10.0.0.0/8",
        ],
    ),
    "inside, in a table of ours that has one way only": (
        [entry("acme", "rtb", "10.0.0.0/8", 1, "gateway"), entry("globex", "rtb", "10.1.0.0/16", 2, "gateway")],
        [],
    ),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_between_partners(name: str) -> None:
    entries, expected = BETWEEN[name]
    found = [f"{each.path}:{each.line} {each.code} {each.message}" for each in prove_between(reversed(entries))]
    assert [text.partition(" (out/")[0] for text in found] == expected


def test_between_partners_is_not_quadratic() -> None:
    entries = [entry(f"p{index}", "t", f"10.{index // 256}.{index % 256}.0/24", 1) for index in range(20_000)]
    with within(60):  # 20,000 entries are 200 million pairs
        assert prove_between(entries) == []


def test_the_fleet_is_proven_once_for_its_content(root: Path) -> None:
    names = tuple(sorted(each.name for each in (root / "out").iterdir()))
    first = verify(str(root), our_side(ROOT), Fleet(names), names)
    assert (first.problems, [each.partner for each in first.verdicts]) == ((), list(names))
    steps: list[tuple[int, int]] = []
    again = verify(str(root), our_side(ROOT), Fleet(names), names, (), lambda done, of: steps.append((done, of)))
    assert (again, steps) == (first_without_entries(first), [])
    apply(root, "globex", [Edit(NAT, '"10.181.0.20"', '"10.181.0.21"')])
    changed = verify(str(root), our_side(ROOT), Fleet(names), names, (), lambda done, of: steps.append((done, of)))
    assert [(each.path, each.code) for each in changed.problems] == [("out/globex/outputs.tf", "proof-stated")]
    assert steps == [(1, 1)]


def test_many_modules_are_proven_by_all_processors(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("natlane.verify.fleet.FEW", 1)
    names = ("acme-clearing", "globex", "hooli")
    steps: list[tuple[int, int]] = []
    alone = verdict_of(str(root), "globex", our_side(ROOT))  # HCL was read here before other processes read theirs
    found = verify(str(root), our_side(ROOT), Fleet(names), names, (), lambda done, of: steps.append((done, of)))
    assert (found.problems, found.verdicts[1], steps) == ((), alone, [(1, 3), (2, 3), (3, 3)])


def first_without_entries(outcome: Outcome) -> Outcome:
    """What a remembered outcome holds: the entries serve only to make it."""
    return replace(outcome, verdicts=tuple(replace(each, shared=()) for each in outcome.verdicts))


@pytest.mark.parametrize("named", [("acme-clearing",), ("globex",), ()])
def test_two_partners_with_one_cidr(root: Path, named: tuple[str, ...]) -> None:
    folder = root / "out" / "globex"
    for path in folder.glob("*.tf"):
        path.write_text(path.read_text().replace("192.168.60.0/24", "192.168.50.0/25").replace("192_168_60_0_24", "x"))
    names = ("acme-clearing", "globex", "hooli")
    found = verify(str(root), our_side(ROOT), Fleet(names), named or names)
    [problem] = found.problems
    place = "transit_gateway.tf:<aws_ec2_transit_gateway_route.tgw_rtb_0bbbbbbbbbbbbbbbb_to_x>"
    assert f"{problem.path}:{problem.line} {problem.code}" == (
        f"out/globex/{located(place, folder)} proof-partners-overlap"
    )


def test_another_account_is_told(tmp_path: Path) -> None:
    root = edited(ROOT, tmp_path, "acme-clearing", [Edit(TRANSIT, "provider = aws.production", "provider = aws")])
    assert [each.code for each in verdict_of(str(root), "acme-clearing", our_side(ROOT)).problems] == ["proof-account"]


def test_an_attachment_that_nobody_accepts(tmp_path: Path) -> None:
    root = edited(TRANSIT_ACCOUNT, tmp_path, "soylent", [])
    path = root / "out" / "soylent" / TRANSIT
    text = path.read_text()
    start = text.index('resource "aws_ec2_transit_gateway_vpc_attachment_accepter"')
    text = text[:start] + text[text.index("\n}\n", start) + 3 :]
    path.write_text(text.replace("vpc_attachment_accepter.vpc_n", "vpc_attachment.vpc_n"))
    found = verdict(root, "soylent", TRANSIT_ACCOUNT).problems
    assert [(each.code, each.message) for each in found] == [
        ("proof-value", "is not accepted by the account that owns the transit gateway")
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "aws_ec2_transit_gateway.shared.default_route_table_propagation",
            "aws_ec2_transit_gateway.shared.vpn_ecmp_support",
            ["no precondition asks whether the transit gateway propagates every VPC into our tables"],
        ),
        (
            "# Where this account accepted",
            'resource "aws_ec2_transit_gateway_vpc_attachment_accepter" "vpc_n" {\n  provider = aws.transit\n\n'
            "  transit_gateway_attachment_id = aws_ec2_transit_gateway_vpc_attachment.vpc_n.id\n}\n\n# Where",
            ["accepts what the transit gateway accepts by itself, and AWS refuses that"],
        ),
        (
            "from = aws_ec2_transit_gateway_vpc_attachment_accepter.vpc_n",
            "from = aws_ec2_transit_gateway_route_table_association.vpc_n",
            ["the proof cannot see through `destroy`"],
        ),
    ],
)
def test_a_transit_gateway_that_accepts_by_itself(old: str, new: str, told: list[str], tmp_path: Path) -> None:
    root = edited(SOVEREIGN_CLOUD, tmp_path, "tyrell", [Edit(TRANSIT, old, new)])
    module, problems = read_back(str(root), "tyrell")
    found = [*problems, *prove(module, our_side(SOVEREIGN_CLOUD)).problems]
    assert [each.message for each in found] == told


def test_the_page_explains_every_code() -> None:
    sources = "".join(
        path.read_text()
        for part in ("hcl", "network", "forwarding", "verify")
        for path in (ROOT / "generator" / "natlane" / part).glob("*.py")
    )
    page = (ROOT / "docs" / "proof.md").read_text()
    assert set(re.findall(r"`(proof-[a-z-]+)`", page)) == set(re.findall(r'"(proof-[a-z-]+)"', sources))


def test_the_page_adds_the_mutants_up() -> None:
    """Each row is written by the test that makes its mutants; the last one is their sum."""
    modules = {what: numbers for what, numbers in rows("module").items() if what != "all of them"}
    assert set(modules) == {partner for root, partner in GOLDEN if partner != "cyberdyne" and root != SOVEREIGN_CLOUD}
    counted("all of them", *(sum(column) for column in zip(*modules.values(), strict=True)))
