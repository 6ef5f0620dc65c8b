"""A partner with two devices: each must do while the other is lost, and what breaks one is reported at its place."""

from __future__ import annotations

from ipaddress import IPv4Address
from itertools import product
from pathlib import Path

import pytest
from natlane.cli import main
from natlane.forwarding.packet import Choices, Dropped, Host, Packet, PartnerHost
from natlane.forwarding.walk import comes_back, reply_to, walk
from natlane.network.module import read_back
from natlane.verify.proofs import prove

from tests.conftest import TWO_DEVICES
from tests.lines import located
from tests.verify.edited import Edit, edited, fleet, our_side, without

STATIC, BGP = "oscorp", "nakatomi"
VPN = "vpn.tf"
FROM_SHOP = Host("shop", "rtb-0123456789abcdef0")


def told(root: Path, partner: str) -> list[str]:
    """Every problem of a module's own, as file:line code."""
    module, problems = read_back(str(root), partner)
    found = [*problems, *prove(module, our_side(TWO_DEVICES)).problems]
    return [f"{each.path.removeprefix(f'out/{partner}/')}:{each.line} {each.code}" for each in found]


# What is changed in whose module, and what must be reported.
BROKEN: dict[str, tuple[str, tuple[Edit, ...], list[str]]] = {
    "the second connection has the first one's customer gateway": (
        STATIC,
        (Edit(VPN, "aws_customer_gateway.partner_b.id", "aws_customer_gateway.partner.id"),),
        [
            "vpn.tf:<aws_customer_gateway.partner_b> proof-not-understood",
            "vpn.tf:<aws_vpn_connection.partner_b customer_gateway_id> proof-value",
        ],
    ),
    "both customer gateways are one device": (
        STATIC,
        (Edit(VPN, '"198.51.100.20"', '"203.0.113.20"'),),
        ["vpn.tf:<aws_customer_gateway.partner_b ip_address> proof-value"],
    ),
    "the second device is another one than was agreed": (
        STATIC,
        (Edit(VPN, '"198.51.100.20"', '"198.51.100.21"'),),
        ["outputs.tf:<output.agreed> proof-stated"],
    ),
    "two devices have one inside CIDR": (
        STATIC,
        (Edit(VPN, '"169.254.44.8/30"', '"169.254.44.4/30"'),),
        ["vpn.tf:<aws_vpn_connection.partner_b tunnel1_inside_cidr> proof-value"],
    ),
    "a second connection ends on the transit gateway": (
        BGP,
        (
            Edit(
                VPN,
                "south_2.id\n\n  vpn_gateway_id = aws_vpn_gateway.vpc_n.id",
                'south_2.id\n\n  transit_gateway_id = "tgw-0f1e2d3c4b5a69788"',
            ),
        ),
        [
            "vpn.tf:<aws_vpn_connection.partner_south_2> proof-not-understood",
            "vpn.tf:<aws_vpn_connection.partner_south_2> proof-propagation",
        ],
    ),
    "one routes statically and the other by BGP": (
        BGP,
        (
            Edit(
                VPN,
                "south_2.id\n\n  vpn_gateway_id = aws_vpn_gateway.vpc_n.id\n\n  static_routes_only    = false",
                "south_2.id\n\n  vpn_gateway_id = aws_vpn_gateway.vpc_n.id\n\n  static_routes_only    = true",
            ),
        ),
        ["vpn.tf:<aws_vpn_connection.partner_south_2 static_routes_only> proof-value"],
    ),
    "the second device's selector leaves a network out": (
        STATIC,
        (
            Edit(
                VPN,
                "partner_b.id\n\n  vpn_gateway_id = aws_vpn_gateway.vpc_n.id\n\n  static_routes_only    = true\n"
                '  preshared_key_storage = "SecretsManager"\n\n'
                "  # local is the customer gateway's side, remote is ours.\n"
                '  local_ipv4_network_cidr  = "0.0.0.0/0"',
                "partner_b.id\n\n  vpn_gateway_id = aws_vpn_gateway.vpc_n.id\n\n  static_routes_only    = true\n"
                '  preshared_key_storage = "SecretsManager"\n\n'
                "  # local is the customer gateway's side, remote is ours.\n"
                '  local_ipv4_network_cidr  = "192.168.60.0/24"',
            ),
        ),
        [
            "vpn.tf:<aws_vpn_connection.partner_b> proof-outbound",
            "vpn.tf:<aws_vpn_connection.partner_b> proof-inbound",
            "vpn.tf:<aws_vpn_connection.partner_b> proof-reply",
            "vpn.tf:<aws_vpn_connection.partner_b> proof-selector",
            "vpn.tf:<aws_vpn_connection.partner_b> proof-places",
        ],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_a_device_is_reported_at_its_place(name: str, tmp_path: Path) -> None:
    partner, edits, expected = BROKEN[name]
    root = edited(TWO_DEVICES, tmp_path, partner, edits)
    assert sorted(told(root, partner)) == sorted(located(each, root / "out" / partner) for each in expected)


@pytest.mark.parametrize("connection", ["partner", "partner_b"])
def test_a_route_that_one_device_lacks(connection: str, tmp_path: Path) -> None:
    """The other one has it; the loss of that device would be the loss of the network."""
    root = edited(TWO_DEVICES, tmp_path, STATIC, ())
    label = "vpn_to" if connection == "partner" else "vpn_b_to"
    without(root, STATIC, VPN, f"aws_vpn_connection_route.{label}_192_168_62_0_24")
    expected = [f"vpn.tf:<aws_vpn_connection.{connection}> {code}" for code in ("proof-outbound", "proof-places")]
    found = told(root, STATIC)
    assert {located(each, root / "out" / STATIC) for each in expected} <= set(found)
    assert {each.split()[0] for each in found} == {located(expected[0], root / "out" / STATIC).split()[0]}


@pytest.mark.parametrize(("partner", "to", "source"), [(STATIC, "192.168.62.9", 0), (BGP, "192.168.80.9", 0)])
def test_everything_passes_while_a_device_or_a_tunnel_is_lost(partner: str, to: str, source: int) -> None:
    """There by either device over either tunnel, and back by either, whichever the partner answers by."""
    packet = Packet(IPv4Address("10.40.1.5"), IPv4Address(to))
    network, zone = fleet(TWO_DEVICES), our_side(TWO_DEVICES).zones[0]
    for there, back, up in product((0, 1), (0, 1), ((1,), (2,))):
        forward = walk(network, FROM_SHOP, packet, Choices(zone, up, device=there))
        reply = reply_to(network, forward, Choices(zone, up, device=back))
        assert comes_back(forward, FROM_SHOP, packet, reply)


def test_the_partner_calls_by_either_device() -> None:
    packet = Packet(IPv4Address("192.168.60.9"), IPv4Address("172.24.20.13"))
    network, zone, start = fleet(TWO_DEVICES), our_side(TWO_DEVICES).zones[0], PartnerHost(STATIC)
    for there, back in product((0, 1), (0, 1)):
        forward = walk(network, start, packet, Choices(zone, device=there))
        assert comes_back(forward, start, packet, reply_to(network, forward, Choices(zone, device=back)))


def test_all_devices_lost() -> None:
    packet = Packet(IPv4Address("10.40.1.5"), IPv4Address("192.168.60.9"))
    for device in (0, 1):
        end = walk(fleet(TWO_DEVICES), FROM_SHOP, packet, Choices("eu-central-1a", (), device=device)).end
        assert isinstance(end, Dropped)
        assert end.reason == "every tunnel is down"


TRACE = ("--root", str(TWO_DEVICES), "trace", STATIC, "--from", "shop", "--to", "192.168.60.9")


def test_trace_goes_by_every_device(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TRACE]) == 0
    text = capsys.readouterr().out
    assert "delivered, and the reply comes back; the partner sees 172.24.20.4 (4 of 4 ways" in text
    assert "through tunnel 1 or 2 of device 203.0.113.20" in text
    assert main([*TRACE, "--device-down", "203.0.113.20", "--tunnel-down", "2"]) == 0
    text = capsys.readouterr().out
    assert "(2 of 2 ways" in text
    assert "through tunnel 1 of device 198.51.100.20" in text


def test_trace_without_any_device(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TRACE, "--device-down", "203.0.113.20", "--device-down", "198.51.100.20"]) == 1
    assert "dropped at VPN tunnel: every tunnel is down" in capsys.readouterr().out
    assert main([*TRACE, "--device-down", "203.0.113.21"]) == 2
    said = "--device-down 203.0.113.21: no device of the partner's; there are 203.0.113.20, 198.51.100.20"
    assert capsys.readouterr().err == f"natlane: {said}\n"
