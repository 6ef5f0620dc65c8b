"""A second device comes and one of two goes: the other one's connection is never touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from natlane.impact.review import impact_of
from natlane.impact_levels import IN_PLACE, ONE_DOWN, RE_ENGAGE

from tests.impact.roots import partner, two_roots

ONE = "customer_gateway: {ip: 203.0.113.20, asn: 65020}"
FIRST, SECOND = "{ip: 203.0.113.20, asn: 65020}", "{name: b, ip: 198.51.100.20, asn: 65020}"
BOTH = f"customer_gateways: [{FIRST}, {SECOND}]"
GONE = (
    "the device {} goes with its VPN connection: traffic uses the other device, whose loss is the loss of all from "
    "then on"
)
ANEW = "new public addresses and new pre-shared keys, so the partner must be engaged again"
# What is written before and after, the level, and how the first finding begins; which connections change.
CHANGES: dict[str, tuple[str, str, str, str, set[str]]] = {
    "a second device comes": (ONE, BOTH, IN_PLACE, "7 resources are made; ", {"partner_b"}),
    "the second device goes": (BOTH, ONE, ONE_DOWN, GONE.format("198.51.100.20"), {"partner_b"}),
    "the first device goes": (BOTH, f"customer_gateway: {SECOND}", ONE_DOWN, GONE.format("203.0.113.20"), {"partner"}),
    "the two change places in the list": (BOTH, f"customer_gateways: [{SECOND}, {FIRST}]", IN_PLACE, "", set()),
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
