"""Journeys of packets and replies: the three terminations, both load balancers, and every disposition."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path

import pytest
from natlane.forwarding.packet import Choices, Host, Packet, PartnerHost, Place
from natlane.forwarding.walk import reply_to, walk
from natlane.network.build import network_of

from tests.conftest import ROOT, TRANSIT_ACCOUNT
from tests.verify.edited import Edit, edited, fleet, our_side, round_trip, segment, without, words

A, B = "eu-west-1a", "eu-west-1b"
FROM_A = Host("a", "rtb-0cccccccccccccccc")
FROM_M = Host("m", "rtb-0bbbbbbbbbbbbbbbb")
FROM_B = Host("b", "rtb-0eeeeeeeeeeeeeeee")


def packet(source: str, destination: str, port: int = 443, protocol: str = "tcp") -> Packet:
    """A packet by its addresses in words."""
    return Packet(IPv4Address(source), IPv4Address(destination), protocol, port)


def nat_journey(vpc: str, source: str, to: str, zone: str, nat: str, vgw: bool, tables: tuple[str, str]) -> list[str]:
    """What a packet through the NAT gateway of a zone must look like, hop by hop."""
    there, translated = f"{source} > {to}", f"{nat} > {to}"
    exits = [f"virtual private gateway: {translated}"] if vgw else [f"transit gateway: {translated}"]
    return [
        f"VPC {vpc}: {there}",
        f"transit gateway: {there}",
        f"subnet natted_{zone}: {there}",
        f"NAT gateway nat_{zone}: {translated}",
        f"subnet public_{zone}: {translated}",
        *exits,
        f"VPN tunnel: {translated}",
        f"delivered to partner {tables[0]}",
    ]


def nat_reply(vpc: str, source: str, to: str, zone: str, nat: str, enters: list[str]) -> list[str]:
    """What its reply must look like; `enters` is how it gets from the tunnel to the NAT gateway."""
    back, answer = f"{to} > {source}", f"{to} > {nat}"
    return [
        f"VPN tunnel: {answer}",
        *(f"{place}: {answer}" for place in enters),
        f"NAT gateway nat_{zone}: {back}",
        f"subnet public_{zone}: {back}",
        f"transit gateway: {back}",
        f"delivered to vpc {vpc}",
    ]


BY_VGW = ["virtual private gateway"]
OUTBOUND: dict[str, tuple[Place, Packet, str, str, str, bool]] = {
    "static, zone a": (FROM_A, packet("10.150.1.5", "192.168.50.10"), A, "10.179.0.4", "acme-clearing", True),
    "static, zone b": (FROM_A, packet("10.150.1.5", "192.168.50.10"), B, "10.179.0.20", "acme-clearing", True),
    "BGP": (FROM_B, packet("10.161.3.4", "192.168.91.7", 22), B, "10.184.0.20", "hooli", True),
    "BGP on the transit gateway": (FROM_M, packet("10.100.9.9", "192.168.100.1"), B, "10.185.0.20", "stark", False),
    "static on the transit gateway": (
        FROM_A,
        packet("10.150.1.5", "192.168.123.255"),
        A,
        "10.188.0.4",
        "tyrell",
        False,
    ),
    "UDP": (FROM_A, packet("10.150.1.5", "192.168.60.1", 53, "udp"), A, "10.181.0.4", "globex", True),
    "a /32 partner": (FROM_B, packet("10.160.0.1", "192.168.110.10"), A, "10.187.0.4", "wonka", True),
}


@pytest.mark.parametrize("name", OUTBOUND)
def test_outbound(name: str) -> None:
    start, sent, zone, nat, partner, vgw = OUTBOUND[name]
    assert isinstance(start, Host)
    source, to, letter = str(sent.source), str(sent.destination), zone[-1]
    enters = BY_VGW if vgw else ["transit gateway", f"subnet natted_{letter}"]
    assert round_trip(fleet(ROOT), start, sent, Choices(zone)) == (
        tuple(nat_journey(start.vpc, source, to, letter, nat, vgw, (partner, ""))),
        tuple(nat_reply(start.vpc, source, to, letter, nat, enters)),
        True,
    )


def test_a_second_nat_address_comes_back_alike() -> None:
    sent = packet("10.150.1.5", "192.168.120.9")
    there, back, home = round_trip(fleet(ROOT), FROM_A, sent, Choices(A, address=7))
    assert "NAT gateway nat_a: 10.188.0.11 > 192.168.120.9" in there
    assert "NAT gateway nat_a: 192.168.120.9 > 10.150.1.5" in back
    assert home


def test_outbound_load_balancer() -> None:
    sent = packet("10.150.1.5", "10.199.0.4")
    assert round_trip(fleet(ROOT), FROM_A, sent, Choices(B, target=1)) == (
        (
            "VPC a: 10.150.1.5 > 10.199.0.4",
            "transit gateway: 10.150.1.5 > 10.199.0.4",
            "subnet natted_b: 10.150.1.5 > 10.199.0.4",
            "load balancer outbound: 10.199.0.4 > 10.150.70.11",
            "subnet outbound_a: 10.199.0.4 > 10.150.70.11",
            "NAT gateway nat_a: 10.186.0.4 > 10.150.70.11",
            "subnet public_a: 10.186.0.4 > 10.150.70.11",
            "virtual private gateway: 10.186.0.4 > 10.150.70.11",
            "VPN tunnel: 10.186.0.4 > 10.150.70.11",
            "delivered to partner wayne",
        ),
        (
            "VPN tunnel: 10.150.70.11 > 10.186.0.4",
            "virtual private gateway: 10.150.70.11 > 10.186.0.4",
            "NAT gateway nat_a: 10.150.70.11 > 10.199.0.4",
            "subnet public_a: 10.150.70.11 > 10.199.0.4",
            "load balancer outbound: 10.199.0.4 > 10.150.1.5",
            "subnet outbound_a: 10.199.0.4 > 10.150.1.5",
            "transit gateway: 10.199.0.4 > 10.150.1.5",
            "delivered to vpc a",
        ),
        True,
    )


def test_inbound_load_balancer() -> None:
    sent = packet("192.168.80.9", "10.183.0.29")
    assert round_trip(fleet(ROOT), PartnerHost("umbrella"), sent, Choices(A)) == (
        (
            "VPN tunnel: 192.168.80.9 > 10.183.0.29",
            "virtual private gateway: 192.168.80.9 > 10.183.0.29",
            "load balancer services: 10.183.0.29 > 10.150.10.20",
            "subnet public_b: 10.183.0.29 > 10.150.10.20",
            "transit gateway: 10.183.0.29 > 10.150.10.20",
            "delivered to vpc a",
        ),
        (
            "VPC a: 10.150.10.20 > 10.183.0.29",
            "transit gateway: 10.150.10.20 > 10.183.0.29",
            "subnet natted_a: 10.150.10.20 > 10.183.0.29",
            "load balancer services: 10.183.0.29 > 192.168.80.9",
            "subnet public_b: 10.183.0.29 > 192.168.80.9",
            "virtual private gateway: 10.183.0.29 > 192.168.80.9",
            "VPN tunnel: 10.183.0.29 > 192.168.80.9",
            "delivered to partner umbrella",
        ),
        True,
    )


def test_inbound_load_balancer_behind_a_vpn_on_the_transit_gateway() -> None:
    there, back, home = round_trip(
        fleet(ROOT), PartnerHost("stark"), packet("192.168.100.9", "10.185.0.14"), Choices(B)
    )
    assert there[:3] == (
        "VPN tunnel: 192.168.100.9 > 10.185.0.14",
        "transit gateway: 192.168.100.9 > 10.185.0.14",
        "subnet natted_b: 192.168.100.9 > 10.185.0.14",
    )
    assert back[-3:] == (
        "transit gateway: 10.185.0.14 > 192.168.100.9",
        "VPN tunnel: 10.185.0.14 > 192.168.100.9",
        "delivered to partner stark",
    )
    assert home


def test_endpoint() -> None:
    assert round_trip(fleet(ROOT), PartnerHost("acme-clearing"), packet("192.168.50.9", "10.179.0.30"), Choices(A)) == (
        (
            "VPN tunnel: 192.168.50.9 > 10.179.0.30",
            "virtual private gateway: 192.168.50.9 > 10.179.0.30",
            "endpoint execute_api: 192.168.50.9 > 10.179.0.30",
            "delivered to endpoint execute_api",
        ),
        (
            "subnet public_b: 10.179.0.30 > 192.168.50.9",
            "virtual private gateway: 10.179.0.30 > 192.168.50.9",
            "VPN tunnel: 10.179.0.30 > 192.168.50.9",
            "delivered to partner acme-clearing",
        ),
        True,
    )


def test_transit_gateway_of_another_account() -> None:
    sent = packet("10.20.1.5", "203.0.113.200")
    network = fleet(TRANSIT_ACCOUNT)
    reached = [entry for entry in segment(TRANSIT_ACCOUNT, "vandelay").shared if entry.table.startswith("rtb-")]
    sent = sent._replace(destination=reached[0].route.destination.network_address)
    vpc = next(name for name, each in network.our_vpcs.items() if reached[0].table in each.tables)
    sent = sent._replace(source=network.our_vpcs[vpc].cidrs[0].network_address + 9)
    there, _, home = round_trip(network, Host(vpc, reached[0].table), sent, Choices("us-gov-west-1b"))
    assert (there[-1], home) == ("delivered to partner vandelay", True)


PARTNER_DROPPED = {
    "a NAT address": (
        "globex",
        packet("192.168.60.1", "10.181.0.4"),
        "dropped at NAT gateway nat_a: a private NAT gateway takes nothing that it did not ask for",
    ),
    "a natted subnet": (
        "globex",
        packet("192.168.60.1", "100.64.0.5"),
        "dropped at subnet natted_a: nobody has the address 100.64.0.5 in subnet natted_a",
    ),
    "a VPC of ours": (
        "globex",
        packet("192.168.60.1", "10.150.1.5"),
        "dropped at virtual private gateway: 10.150.1.5 is not in VPC N, and a virtual private gateway passes nothing"
        " further",
    ),
    "another partner": (
        "globex",
        packet("192.168.60.1", "192.168.90.1"),
        "dropped at virtual private gateway: 192.168.90.1 is not in VPC N, and a virtual private gateway passes nothing"
        " further",
    ),
    "another partner's NAT address": (
        "stark",
        packet("192.168.100.1", "10.181.0.4"),
        "dropped at transit gateway: aws_ec2_transit_gateway_route_table.vpn, which decides about the VPN of stark,"
        " has no route to 10.181.0.4",
    ),
    "a VPC of ours over the transit gateway": (
        "tyrell",
        packet("192.168.120.1", "10.150.1.5"),
        "dropped at transit gateway: aws_ec2_transit_gateway_route_table.vpn, which decides about the VPN of tyrell,"
        " has no route to 10.150.1.5",
    ),
    "another port of an endpoint": (
        "acme-clearing",
        packet("192.168.50.9", "10.179.0.14", 22),
        "dropped at endpoint execute_api: its security group lets tcp port 22 from 192.168.50.9 not in",
    ),
    "UDP to an endpoint": (
        "acme-clearing",
        packet("192.168.50.9", "10.179.0.14", 443, "udp"),
        "dropped at endpoint execute_api: its security group lets udp port 443 from 192.168.50.9 not in",
    ),
    "an endpoint from elsewhere": (
        "umbrella",
        packet("192.168.81.9", "10.183.0.14"),
        "dropped at endpoint execute_api: its security group lets tcp port 443 from 192.168.81.9 not in",
    ),
    "another port of a service": (
        "umbrella",
        packet("192.168.80.9", "10.183.0.13", 8443),
        "dropped at load balancer services: its security group lets tcp port 8443 from 192.168.80.9 not in",
    ),
    "outside the selector": (
        "acme-clearing",
        packet("192.168.51.9", "10.179.0.14"),
        "dropped at VPN tunnel: 192.168.51.9 is outside the traffic selector 192.168.50.0/24 (theirs)",
    ),
}


@pytest.mark.parametrize("name", PARTNER_DROPPED)
def test_what_a_partner_starts_and_is_dropped(name: str) -> None:
    partner, sent, expected = PARTNER_DROPPED[name]
    assert words(walk(fleet(ROOT), PartnerHost(partner), sent, Choices(A)))[-1] == expected


def test_our_own_addresses_never_leave_our_vpc() -> None:
    assert words(walk(fleet(ROOT), FROM_A, packet("10.150.1.5", "10.150.70.10"), Choices(A))) == (
        "dropped at VPC a: 10.150.70.10 is local to VPC a: the packet never leaves it",
    )


@pytest.mark.parametrize("up", [(1,), (2,), (1, 2)])
@pytest.mark.parametrize("partner", ["acme-clearing", "stark"])
def test_one_tunnel_is_enough(partner: str, up: tuple[int, ...]) -> None:
    to = {"acme-clearing": "192.168.50.10", "stark": "192.168.100.10"}[partner]
    assert round_trip(fleet(ROOT), FROM_A, packet("10.150.1.5", to), Choices(A, tunnels=up))[2]


def test_without_a_tunnel_nothing_arrives() -> None:
    dead = walk(fleet(ROOT), FROM_A, packet("10.150.1.5", "192.168.50.10"), Choices(A, tunnels=()))
    assert words(dead)[-1] == "dropped at VPN tunnel: both tunnels are down"


def test_a_dropped_packet_has_no_answer() -> None:
    dead = walk(fleet(ROOT), FROM_A, packet("10.150.1.5", "192.168.50.10"), Choices(A, tunnels=()))
    with pytest.raises(ValueError, match="dropped at VPN tunnel"):
        reply_to(fleet(ROOT), dead, Choices(A))


def test_every_hop_says_where_it_is_written() -> None:
    there = walk(fleet(ROOT), FROM_A, packet("10.150.1.5", "192.168.50.10"), Choices(A))
    for hop in there.hops:
        line = (ROOT / hop.origin.path).read_text().splitlines()[hop.origin.line - 1]
        assert ".".join(line.split('"')[1::2]) == hop.origin.resource


# What is removed from acme-clearing, and the hop at which a packet (or its reply) dies; then the hint.
MISSING = {
    "the VPC's route": (
        ("transit_gateway.tf", "aws_route.rtb_0cccccccccccccccc_to_192_168_50_0_24"),
        "dropped at VPC a: rtb-0cccccccccccccccc of VPC a has no route to 192.168.50.10",
        "add an aws_route for the way to the partner",
    ),
    "the transit gateway's route": (
        ("transit_gateway.tf", "aws_ec2_transit_gateway_route.tgw_rtb_0bbbbbbbbbbbbbbbb_to_192_168_50_0_24"),
        "dropped at transit gateway: tgw-rtb-0bbbbbbbbbbbbbbbb, which decides about VPC a,"
        " has no route to 192.168.50.10",
        "add an aws_ec2_transit_gateway_route for it",
    ),
    "the natted route": (
        ("nat.tf", "aws_route.natted_a_to_192_168_50_0_24"),
        "dropped at subnet natted_a: route table natted_a has no route to 192.168.50.10",
        "add an aws_route for it",
    ),
    "the natted subnet's table": (
        ("vpc.tf", "aws_route_table_association.natted_a"),
        "dropped at subnet natted_a: subnet natted_a has no route table of its own, and the main one knows VPC N only",
        "add an aws_route_table_association for aws_subnet.natted_a",
    ),
    "the public route": (
        ("vpn.tf", "aws_route.public_to_192_168_50_0_24"),
        "dropped at subnet public_a: route table public has no route to 192.168.50.10",
        "add an aws_route for it",
    ),
    "the VPN's route": (
        ("vpn.tf", "aws_vpn_connection_route.vpn_to_192_168_50_0_24"),
        "dropped at virtual private gateway: the virtual private gateway has no route to 192.168.50.10",
        "add an aws_vpn_connection_route for it",
    ),
    "the way back": (
        ("transit_gateway.tf", "aws_route.public_to_10_150_0_0_16"),
        "dropped at subnet public_a: route table public has no route to 10.150.1.5",
        "add an aws_route for the reply",
    ),
    "the association": (
        ("transit_gateway.tf", "aws_ec2_transit_gateway_route_table_association.vpc_n"),
        "dropped at transit gateway: the attachment VPC N of acme-clearing is associated with no route table of the"
        " transit gateway",
        "add an aws_ec2_transit_gateway_route_table_association",
    ),
}


@pytest.mark.parametrize("name", MISSING)
def test_the_missing_thing_is_named(name: str, tmp_path: Path) -> None:
    (file, address), expected, hint = MISSING[name]
    root = edited(ROOT, tmp_path, "acme-clearing", [])
    without(root, "acme-clearing", file, address)
    network = network_of(our_side(ROOT), [segment(root, "acme-clearing")])
    there = walk(network, FROM_A, packet("10.150.1.5", "192.168.50.10"), Choices(A))
    end = there.end if words(there)[-1].startswith("dropped") else reply_to(network, there, Choices(A)).end
    assert f"dropped at {end.place}: {end.reason}" == expected  # type: ignore[union-attr]
    assert end.hint == hint  # type: ignore[union-attr]


def test_a_zone_without_an_attachment_cannot_answer(tmp_path: Path) -> None:
    edit = Edit("transit_gateway.tf", "[aws_subnet.natted_a.id, aws_subnet.natted_b.id]", "[aws_subnet.natted_a.id]")
    swap = Edit(
        "nat.tf",
        "nat_gateway_id         = aws_nat_gateway.nat_a.id",
        "nat_gateway_id         = aws_nat_gateway.nat_b.id",
    )
    network = network_of(
        our_side(ROOT), [segment(edited(ROOT, tmp_path, "acme-clearing", [edit, swap]), "acme-clearing")]
    )
    there, back, home = round_trip(network, FROM_A, packet("10.150.1.5", "192.168.50.10"), Choices(B))
    assert there[2] == "subnet natted_a: 10.150.1.5 > 192.168.50.10"
    assert back[-1] == (
        "dropped at subnet public_b: VPC N is not attached to the transit gateway in eu-west-1b,"
        " so nothing gets there from public_b"
    )
    assert not home


def test_a_routing_loop_ends(tmp_path: Path) -> None:
    old = 'nat_gateway_id         = aws_nat_gateway.nat_a.id\n}\n\nresource "aws_route" "natted_b'
    loop = Edit(
        "nat.tf",
        old,
        old.replace(
            "nat_gateway_id         = aws_nat_gateway.nat_a.id", 'transit_gateway_id     = "tgw-0a1b2c3d4e5f60718"'
        ),
    )
    table = Edit(
        "transit_gateway.tf",
        'vpc_attachment.vpc_n.id\n  transit_gateway_route_table_id = "tgw-rtb-0aaaaaaaaaaaaaaaa"',
        'vpc_attachment.vpc_n.id\n  transit_gateway_route_table_id = "tgw-rtb-0bbbbbbbbbbbbbbbb"',
    )
    network = network_of(
        our_side(ROOT), [segment(edited(ROOT, tmp_path, "acme-clearing", [loop, table]), "acme-clearing")]
    )
    end = words(walk(network, FROM_A, packet("10.150.1.5", "192.168.50.10"), Choices(A)))
    assert end[-1] == "dropped at transit gateway: still on its way after 32 hops: a routing loop"
