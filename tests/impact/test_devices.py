"""A second device comes and one of two goes: the other one's connection is never touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from natlane.impact.review import impact_of
from natlane.impact_levels import BOTH_DOWN, IN_PLACE, ONE_DOWN, RE_ENGAGE

from tests.impact.roots import partner, two_roots

ONE = "customer_gateway: {ip: 203.0.113.20, asn: 65020}"
FIRST, SECOND = "{ip: 203.0.113.20, asn: 65020}", "{name: b, ip: 198.51.100.20, asn: 65020}"
BOTH = f"customer_gateways: [{FIRST}, {SECOND}]"
GONE = (
    "the device {} goes with its VPN connection: traffic uses the other device, whose loss is the loss of all from "
    "then on"
)
ANEW = "new public addresses and new pre-shared keys, so the partner must be engaged again"
OF_BOTH = "{1: {dpd: {timeout: 60}}, 2: {dpd: {timeout: 60}}}"
# What is written before and after, the level, and how the first finding begins; which connections change.
CHANGES: dict[str, tuple[str, str, str, str, set[str]]] = {
    "a second device comes": (ONE, BOTH, IN_PLACE, "7 resources are made; ", {"partner_b"}),
    "the second device goes": (BOTH, ONE, ONE_DOWN, GONE.format("198.51.100.20"), {"partner_b"}),
    "the first device goes": (BOTH, f"customer_gateway: {SECOND}", ONE_DOWN, GONE.format("203.0.113.20"), {"partner"}),
    "the two change places in the list": (BOTH, f"customer_gateways: [{SECOND}, {FIRST}]", IN_PLACE, "", set()),
    "options of both tunnels of the second device": (
        BOTH,
        BOTH.replace(SECOND, f"{SECOND[:-1]}, tunnels: {OF_BOTH}}}"),
        ONE_DOWN,
        "tunnels 1 and 2 of the device 198.51.100.20 change dpd_timeout_seconds: AWS interrupts one after the other, "
        "and traffic uses the other device meanwhile",
        {"partner_b"},
    ),
    "options of both tunnels of both devices": (
        BOTH,
        f"dpd: {{timeout: 60}}\n  {BOTH}",
        BOTH_DOWN,
        "tunnels 1 and 2 of both devices change dpd_timeout_seconds: AWS interrupts one after the other, and the first",
        {"partner", "partner_b"},
    ),
    "the second device moves": (
        BOTH,
        BOTH.replace("198.51.100.20", "198.51.100.21"),
        RE_ENGAGE,
        "the partner's device moves from 198.51.100.20 to 198.51.100.21: its tunnels are down until the partner has "
        "brought them up there; traffic uses the other device meanwhile",
        {"partner_b"},
    ),
    "both devices move": (
        BOTH,
        BOTH.replace("198.51.100.20", "198.51.100.21").replace("203.0.113.20", "203.0.113.21"),
        RE_ENGAGE,
        "the partner's device moves from 203.0.113.20 to 203.0.113.21: both tunnels are down until the partner has "
        "brought them up there",
        {"partner", "partner_b"},
    ),
    "an only device gets a name": (
        ONE,
        "customer_gateway: {name: a, ip: 203.0.113.20, asn: 65020}",
        RE_ENGAGE,
        f"the VPN connection is destroyed: {ANEW}",
        {"partner", "partner_a"},
    ),
    "the second device gets another name": (
        BOTH,
        BOTH.replace("name: b", "name: c"),
        RE_ENGAGE,
        f"the VPN connection is destroyed: {ANEW}",
        {"partner_b", "partner_c"},
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_said_of_a_device(name: str, tmp_path: Path) -> None:
    before, after, level, sentence, connections = CHANGES[name]
    start = (partner("globex", ONE, before),) if before != ONE else ()
    old, new = two_roots(tmp_path, ("globex",), start, (partner("globex", before, after),))
    impact = impact_of(str(new), str(old))
    assert impact.problems == ()
    verdicts = [each for each in impact.verdicts if each.reported]
    if not connections:
        assert all(finding.finding.level == IN_PLACE for each in verdicts for finding in each.reported)
        return
    (verdict,) = verdicts
    assert impact.level == level
    assert verdict.reported[0].finding.sentence.startswith(sentence)
    spoken = {address for each in verdict.reported for address in each.finding.addresses}
    prefix = "aws_vpn_connection."
    assert {each.removeprefix(prefix) for each in spoken if each.startswith(prefix)} == connections


def test_steps_name_the_devices_own_tunnels(tmp_path: Path) -> None:
    """One device after the other, where both change; there is nothing to do first where the other one carries."""
    second = f"{SECOND[:-1]}, tunnels: {OF_BOTH}}}"
    for number, (after, steps) in enumerate(
        (
            (f"customer_gateways: [{FIRST}, {second}]", ()),
            (
                f"dpd: {{timeout: 60}}\n  {BOTH}",
                (
                    "first write the new dpd below vpn.customer_gateways[0].tunnels alone, for 1 and 2; generate, "
                    "apply, and see that they are up: traffic uses the other device meanwhile",
                    "then write the new dpd for the other device too; generate and apply",
                ),
            ),
        )
    ):
        start, change = (partner("globex", ONE, BOTH),), (partner("globex", BOTH, after),)
        old, new = two_roots(tmp_path / str(number), ("globex",), start, change)
        (verdict,) = impact_of(str(new), str(old)).verdicts
        assert [each.finding.steps for each in verdict.reported] == [steps]
        assert "customer_gateways" in verdict.reported[0].line.field or "dpd" in verdict.reported[0].line.field


def test_two_devices_changed_in_different_ways_are_both_down(tmp_path: Path) -> None:
    other = OF_BOTH.replace("60", "90")
    both = f"customer_gateways: [{FIRST[:-1]}, tunnels: {other}}}, {SECOND[:-1]}, tunnels: {OF_BOTH}}}]"
    old, new = two_roots(tmp_path, ("globex",), (partner("globex", ONE, BOTH),), (partner("globex", BOTH, both),))
    (verdict,) = impact_of(str(new), str(old)).verdicts
    assert [each.finding.level for each in verdict.reported] == [BOTH_DOWN, BOTH_DOWN]
    first = verdict.reported[0].finding
    assert first.steps[0].startswith("first write the new dpd below vpn.customer_gateways[0].tunnels.1 alone")


def test_the_partner_must_act_where_the_other_device_comes_first(tmp_path: Path) -> None:
    swapped = f"customer_gateways: [{SECOND}, {FIRST}]"
    old, new = two_roots(tmp_path, ("globex",), (partner("globex", ONE, BOTH),), (partner("globex", BOTH, swapped),))
    (verdict,) = impact_of(str(new), str(old)).verdicts
    found = next(each.finding for each in verdict.reported if each.finding.code == "device-order")
    assert found.sentence.startswith("the device 198.51.100.20 becomes the preferred one, instead of 203.0.113.20")
    assert found.sentence.endswith("so the partner must act")
    assert len(verdict.change) == 8


def test_a_policy_based_device_must_learn_of_a_network_more(tmp_path: Path) -> None:
    old, new = two_roots(
        tmp_path,
        ("initech",),
        (partner("initech", "192.168.72.0/23, 198.51.100.64/26]", "192.168.72.0/23]"),),
        (partner("initech", "192.168.72.0/23]", "192.168.72.0/23, 192.168.75.0/24]"),),
    )
    (verdict,) = impact_of(str(new), str(old)).verdicts
    found = next(each.finding for each in verdict.reported if each.finding.code == "network-added")
    assert found.sentence == (
        "nothing reaches 192.168.75.0/24 until the partner's device permits 10.182.0.0/26 to it: the partner must act"
    )
