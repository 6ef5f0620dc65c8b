"""Segments read from modules; what the proof cannot see through is refused with its line."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
from natlane.network.build import network_of
from natlane.network.tables import Kind, Origin, Route, Target, TargetKind, table
from natlane.verify.fleet import segment_of

from tests.conftest import GOLDENS, ROOT, TRANSIT_ACCOUNT
from tests.lines import located
from tests.verify.edited import Edit, edited, our_side, segment

HERE = Origin("aws_route.x", "out/acme/vpc.tf", 1)

LOOKUPS: dict[str, tuple[list[tuple[str, Kind, TargetKind]], dict[str, str | None]]] = {
    "the longest prefix wins": (
        [("0.0.0.0/0", "static", "vpn_gateway"), ("10.1.0.0/16", "static", "transit_gateway")],
        {"10.1.2.3": "transit_gateway", "10.2.0.1": "vpn_gateway"},
    ),
    "nothing matches": ([("10.1.0.0/16", "static", "transit_gateway")], {"10.2.0.1": None}),
    "local beats static for one prefix": (
        [("10.1.0.0/16", "static", "transit_gateway"), ("10.1.0.0/16", "local", "local")],
        {"10.1.0.1": "local"},
    ),
    "static beats propagated for one prefix": (
        [("10.1.0.0/16", "propagated", "vpn_gateway"), ("10.1.0.0/16", "static", "transit_gateway")],
        {"10.1.0.1": "transit_gateway"},
    ),
    "local beats a more specific propagated one": (
        [("10.1.0.0/16", "local", "local"), ("10.1.2.0/24", "propagated", "vpn_gateway")],
        {"10.1.2.3": "local"},
    ),
    "static does not beat a more specific propagated one": (
        [("10.1.0.0/16", "static", "transit_gateway"), ("10.1.2.0/24", "propagated", "vpn_gateway")],
        {"10.1.2.3": "vpn_gateway", "10.1.3.3": "transit_gateway"},
    ),
    "a more specific static one beats local": (
        [("10.1.0.0/16", "local", "local"), ("10.1.2.0/24", "static", "nat_gateway")],
        {"10.1.2.3": "nat_gateway", "10.1.3.3": "local"},
    ),
}


@pytest.mark.parametrize("name", LOOKUPS)
def test_route_priority(name: str) -> None:
    routes, expected = LOOKUPS[name]
    made = table("t", HERE, (Route(IPv4Network(to), kind, Target(target, ""), HERE) for to, kind, target in routes))
    found = {address: made.route_to(IPv4Address(address)) for address in expected}
    assert {address: route.target.kind if route else None for address, route in found.items()} == expected


def test_acme_as_tables() -> None:
    acme = segment(ROOT, "acme-clearing")
    vpc_n = acme.vpc_n
    assert vpc_n.cidrs == (IPv4Network("10.179.0.0/16"),)
    assert {label: (each.zone, str(each.cidr), each.table) for label, each in vpc_n.subnets.items()} == {
        "public_a": ("eu-west-1a", "10.179.0.0/28", "public"),
        "public_b": ("eu-west-1b", "10.179.0.16/28", "public"),
        "natted_a": ("eu-west-1a", "10.179.0.32/28", "natted_a"),
        "natted_b": ("eu-west-1b", "10.179.0.48/28", "natted_b"),
    }
    assert {
        name: [(str(route.destination), route.kind, route.target.kind, route.target.name) for route in each.routes]
        for name, each in vpc_n.tables.items()
    } == {
        None: [("10.179.0.0/16", "local", "local", "")],
        "public": [
            ("10.179.0.0/16", "local", "local", ""),
            ("10.100.0.0/16", "static", "transit_gateway", "tgw-0a1b2c3d4e5f60718"),
            ("10.150.0.0/16", "static", "transit_gateway", "tgw-0a1b2c3d4e5f60718"),
            ("192.168.50.0/24", "static", "vpn_gateway", "vpc_n"),
        ],
        "natted_a": [
            ("10.179.0.0/16", "local", "local", ""),
            ("192.168.50.0/24", "static", "nat_gateway", "nat_a"),
        ],
        "natted_b": [
            ("10.179.0.0/16", "local", "local", ""),
            ("192.168.50.0/24", "static", "nat_gateway", "nat_b"),
        ],
    }
    assert {str(address): (each.subnet, each.owner.label) for address, each in vpc_n.interfaces.items()} == {
        "10.179.0.4": ("public_a", "nat_a"),
        "10.179.0.20": ("public_b", "nat_b"),
        "10.179.0.14": ("public_a", "execute_api"),
        "10.179.0.30": ("public_b", "execute_api"),
    }
    assert [(entry.table, str(entry.route.destination)) for entry in acme.shared] == [
        ("tgw-rtb-0bbbbbbbbbbbbbbbb", "192.168.50.0/24"),
        ("rtb-0aaaaaaaaaaaaaaaa", "192.168.50.0/24"),
        ("rtb-0bbbbbbbbbbbbbbbb", "192.168.50.0/24"),
        ("rtb-0cccccccccccccccc", "192.168.50.0/24"),
    ]
    assert acme.shared[0].route.origin == Origin(
        "aws_ec2_transit_gateway_route.tgw_rtb_0bbbbbbbbbbbbbbbb_to_192_168_50_0_24",
        "out/acme-clearing/transit_gateway.tf",
        21,
    )


def test_every_table_of_the_landing_zone_holds_our_vpcs() -> None:
    network = network_of(our_side(ROOT), [])
    everywhere = ["10.100.0.0/16", "10.150.0.0/16", "10.160.0.0/16", "10.161.0.0/20"]
    assert {
        name: [str(route.destination) for route in each.routes] for name, each in network.transit_tables.items()
    } == {
        "tgw-rtb-0bbbbbbbbbbbbbbbb": everywhere,
        "tgw-rtb-0cccccccccccccccc": everywhere,
        "tgw-rtb-0aaaaaaaaaaaaaaaa": everywhere,
    }


@pytest.mark.parametrize("root", GOLDENS, ids=lambda root: root.name)
def test_every_golden_module_is_understood(root: Path) -> None:
    for folder in sorted((root / "out").iterdir()):
        assert segment_of(str(root), folder.name, our_side(root))[1] == []


def test_a_decommissioned_partner_adds_nothing() -> None:
    assert segment_of(str(TRANSIT_ACCOUNT), "cyberdyne", our_side(TRANSIT_ACCOUNT)) == (None, [])


def acme_edit(file: str, old: str, new: str, *expected: str) -> tuple[Edit, list[str]]:
    """An edit of the article's own case, and the problems that it must give."""
    return Edit(file, old, new), list(expected)


TRANSIT, VPC, NAT, INBOUND = "transit_gateway.tf", "vpc.tf", "nat.tf", "inbound.tf"
IN = "out/acme-clearing/"
NOT_SAID = "is not known to the proof, so nothing can be said about its packets"
REFUSED = {
    "an unknown resource": acme_edit(
        VPC,
        'resource "aws_default_security_group"',
        'resource "aws_internet_gateway"',
        f"{IN}vpc.tf:<<aws_internet_gateway.vpc_n>> aws_internet_gateway {NOT_SAID};"
        " leave it out of this module [error: proof-not-understood]",
    ),
    "an unknown argument": acme_edit(
        NAT,
        'private_ip        = "10.179.0.4"',
        'private_ip        = "10.179.0.4"\n  availability_mode = "regional"',
        f"{IN}nat.tf:<<aws_nat_gateway.nat_a availability_mode>> availability_mode {NOT_SAID} [error:"
        f" proof-not-understood]",
    ),
    "appliance mode, which takes a packet to any zone": acme_edit(
        TRANSIT,
        "  vpc_id             = aws_vpc.vpc_n.id\n",
        '  vpc_id             = aws_vpc.vpc_n.id\n  appliance_mode_support = "enable"\n',
        f"{IN}transit_gateway.tf:<<aws_ec2_transit_gateway_vpc_attachment.vpc_n appliance_mode_support>>"
        f" appliance_mode_support {NOT_SAID}"
        " [error: proof-not-understood]",
    ),
    "a VPN that is not on the internet": acme_edit(
        "vpn.tf",
        "  static_routes_only    = true\n",
        '  static_routes_only    = true\n  outside_ip_address_type = "PrivateIpv4"\n',
        f"{IN}vpn.tf:<<aws_vpn_connection.partner outside_ip_address_type>> outside_ip_address_type {NOT_SAID}"
        " [error: proof-not-understood]",
    ),
    "an unknown block": acme_edit(
        VPC,
        'resource "aws_route_table" "public" {\n',
        'resource "aws_route_table" "public" {\n  route {\n    cidr_block = "0.0.0.0/0"\n  }\n',
        f"{IN}vpc.tf:<<aws_route_table.public>> route {NOT_SAID} [error: proof-not-understood]",
    ),
    "an unknown argument inside": acme_edit(
        INBOUND,
        'ipv4      = "10.179.0.14"',
        'ipv4      = "10.179.0.14"\n    ipv6      = "2001:db8::1"',
        f"{IN}inbound.tf:<aws_vpc_endpoint.execute_api ipv6>:1: subnet_configuration: ipv6 {NOT_SAID}"
        f" [error: proof-not-understood]",
    ),
    "an unknown route table": acme_edit(
        TRANSIT,
        'route_table_id         = "rtb-0cccccccccccccccc"',
        'route_table_id         = "rtb-0ffffffffffffffff"',
        f"{IN}transit_gateway.tf:<<aws_route.rtb_0cccccccccccccccc_to_192_168_50_0_24 provider>> would be made in"
        " production, but belongs to account master; write its provider [error: proof-account]",
        f"{IN}transit_gateway.tf:<<aws_route.rtb_0cccccccccccccccc_to_192_168_50_0_24 route_table_id>>"
        f" route_table_id is no"
        " route table of this module or of the landing zone [error: proof-not-understood]",
    ),
    "an unknown transit gateway table": acme_edit(
        TRANSIT,
        'transit_gateway_route_table_id = "tgw-rtb-0bbbbbbbbbbbbbbbb"',
        'transit_gateway_route_table_id = "tgw-rtb-0ffffffffffffffff"',
        f"{IN}transit_gateway.tf:<<aws_ec2_transit_gateway_route.tgw_rtb_0bbbbbbbbbbbbbbbb_to_192_168_50_0_24"
        " transit_gateway_route_table_id>>"
        " transit_gateway_route_table_id is no table of this module or of the landing zone"
        " [error: proof-not-understood]",
    ),
    "another transit gateway": acme_edit(
        TRANSIT,
        'resource "aws_ec2_transit_gateway_vpc_attachment" "vpc_n" {\n  transit_gateway_id = "tgw-0a1b2c3d4e5f60718"',
        'resource "aws_ec2_transit_gateway_vpc_attachment" "vpc_n" {\n  transit_gateway_id = "tgw-0ffffffffffffffff"',
        f"{IN}transit_gateway.tf:<<aws_ec2_transit_gateway_vpc_attachment.vpc_n transit_gateway_id>>"
        f" transit_gateway_id is not the"
        " landing zone's transit gateway tgw-0a1b2c3d4e5f60718 [error: proof-value]",
    ),
    "the default route tables": acme_edit(
        TRANSIT,
        "transit_gateway_default_route_table_propagation = false",
        "transit_gateway_default_route_table_propagation = true",
        f"{IN}transit_gateway.tf:<<aws_ec2_transit_gateway_vpc_attachment.vpc_n"
        " transit_gateway_default_route_table_propagation>>"
        " transit_gateway_default_route_table_propagation is not false, so the transit gateway's default table would"
        " count; write false [error: proof-value]",
    ),
    "an address outside its subnet": acme_edit(
        NAT,
        '"10.179.0.20"',
        '"10.179.0.36"',
        f"{IN}nat.tf:<<aws_nat_gateway.nat_b>> 10.179.0.36 is not in aws_subnet.public_b, 10.179.0.16/28"
        " [error: proof-misplaced]",
    ),
    "an address of AWS's own": acme_edit(
        NAT,
        '"10.179.0.20"',
        '"10.179.0.17"',
        f"{IN}nat.tf:<<aws_nat_gateway.nat_b>> 10.179.0.17 is one of AWS's own addresses in 10.179.0.16/28"
        " [error: proof-misplaced]",
    ),
    "one address twice": acme_edit(
        INBOUND,
        '"10.179.0.14"',
        '"10.179.0.4"',
        f"{IN}inbound.tf:<aws_vpc_endpoint.execute_api subnet_configuration>:1: subnet_configuration:"
        f" 10.179.0.4 is already an address of aws_nat_gateway.nat_a"
        " [error: proof-misplaced]",
    ),
    "a public NAT gateway": acme_edit(
        NAT,
        'resource "aws_nat_gateway" "nat_a" {\n  connectivity_type = "private"',
        'resource "aws_nat_gateway" "nat_a" {\n  connectivity_type = "public"',
        f"{IN}nat.tf:<<aws_nat_gateway.nat_a connectivity_type>> is not a private NAT gateway; write"
        f' "private" [error: proof-value]',
    ),
    "overlapping subnets": acme_edit(
        VPC,
        '"10.179.0.48/28"',
        '"10.179.0.32/28"',
        f"{IN}vpc.tf:<<aws_subnet.natted_b cidr_block>> 10.179.0.32/28 overlaps aws_subnet.natted_a"
        f" [error: proof-misplaced]",
    ),
    "a second gateway, to which a route leads": acme_edit(
        "vpn.tf",
        'resource "aws_vpn_gateway_attachment" "vpc_n" {',
        'resource "aws_vpn_gateway" "spare" {\n}\n\nresource "aws_vpn_gateway_attachment" "vpc_n" {',
        f"{IN}vpn.tf:<<aws_vpn_gateway.spare>> a second aws_vpn_gateway; a partner has one"
        " [error: proof-not-understood]",
    ),
    "a key that is a variable's default": acme_edit(
        "vpn.tf",
        "  preshared_key_storage = ",
        '  tunnel1_preshared_key = join("", ["a"])\n  preshared_key_storage = ',
        f"{IN}vpn.tf:<<aws_vpn_connection.partner tunnel1_preshared_key>> the pre-shared key is written"
        f" in out/, for everybody who reads it;"
        " change the key at both ends; leave it to AWS, or to a variable without default [error: proof-key]",
    ),
    "both tunnels inside one block": acme_edit(
        "vpn.tf",
        '"169.254.44.4/30"',
        '"169.254.44.0/30"',
        f"{IN}vpn.tf:<<aws_vpn_connection.partner tunnel2_inside_cidr>> is tunnel 1's too, which AWS"
        f" refuses; write another /30"
        " [error: proof-value]",
    ),
    "an option of a tunnel that is not known": acme_edit(
        "vpn.tf",
        "  tunnel1_startup_action ",
        "  tunnel1_route = true\n  tunnel1_startup_action ",
        f"{IN}vpn.tf:<<aws_vpn_connection.partner tunnel1_route>> tunnel1_route {NOT_SAID} [error:"
        f" proof-not-understood]",
    ),
    "a mask instead of a length": acme_edit(
        NAT,
        'route_table_id         = aws_route_table.natted_a.id\n  destination_cidr_block = "192.168.50.0/24"',
        'route_table_id         = aws_route_table.natted_a.id\n  destination_cidr_block = "192.168.50.0/255.255.255.0"',
        f"{IN}nat.tf:<<aws_route.natted_a_to_192_168_50_0_24 destination_cidr_block>>"
        f" destination_cidr_block: '192.168.50.0/255.255.255.0'"
        " is not an IPv4 prefix [error: proof-value]",
    ),
    "a role of another account": acme_edit(
        "providers.tf",
        'role_arn = "arn:aws:iam::111111111111:role/network-deployer"',
        'role_arn = "arn:aws:iam::444444444444:role/network-deployer"',
        f"{IN}providers.tf:<provider.aws role_arn>:1: assume_role: is not a role of the account that"
        f" this provider works in"
        " [error: proof-account]",
    ),
    "two targets": acme_edit(
        NAT,
        "nat_gateway_id         = aws_nat_gateway.nat_b.id",
        'nat_gateway_id         = aws_nat_gateway.nat_b.id\n  transit_gateway_id     = "tgw-0a1b2c3d4e5f60718"',
        f"{IN}nat.tf:<<aws_route.natted_b_to_192_168_50_0_24>> has 2 targets; a route has one [error: proof-value]",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_understood_is_refused(name: str, tmp_path: Path) -> None:
    edit, expected = REFUSED[name]
    root = edited(ROOT, tmp_path, "acme-clearing", [edit])
    found, problems = segment_of(str(root), "acme-clearing", our_side(ROOT))
    assert found is None
    assert sorted(map(str, problems)) == sorted(located(each, root / IN) for each in expected)


def test_announcements_of_the_partner_must_not_be_propagated(tmp_path: Path) -> None:
    head = 'resource "aws_route_table" "public" {'
    edit = Edit("vpc.tf", head, f"{head}\n  propagating_vgws = [aws_vpn_gateway.vpc_n.id]")
    root = edited(ROOT, tmp_path, "hooli", [edit])
    assert [problem.code for problem in segment_of(str(root), "hooli", our_side(ROOT))[1]] == ["proof-propagation"]
