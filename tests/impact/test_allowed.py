"""Rules let through what others did where their blocks, ports and protocols together hold all of it."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from natlane.impact.allowed import EGRESS, Allowed, still_allowed

GROUP = "aws_security_group.inbound"


def rule(block: str, first: int, last: int, protocol: str = "tcp", group: str = GROUP) -> Allowed:
    return Allowed((EGRESS, group), IPv4Network(block), protocol, first, last)


WAS = rule("10.0.0.0/24", 443, 444)


@pytest.mark.parametrize(
    ("rules", "holds"),
    [
        ([WAS], True),
        ([rule("10.0.0.0/8", 443, 444)], True),
        ([rule("0.0.0.0/0", 0, 65_535, "-1")], True),
        ([rule("10.0.0.0/25", 443, 444), rule("10.0.0.128/25", 443, 444)], True),
        ([rule("10.0.0.0/24", 443, 443), rule("10.0.0.0/16", 444, 500)], True),
        ([rule("10.0.0.0/25", 443, 444), rule("10.0.0.128/25", 443, 443)], False),
        ([rule("10.0.0.0/24", 443, 443)], False),
        ([rule("10.0.0.0/24", 444, 500)], False),
        ([rule("10.0.0.0/25", 443, 444)], False),
        ([rule("10.0.0.0/24", 443, 444, "udp")], False),
        ([rule("10.0.0.0/24", 443, 444, group="aws_security_group.other")], False),
        ([], False),
    ],
)
def test_still_allowed(rules: list[Allowed], holds: bool) -> None:
    assert still_allowed(WAS, rules) is holds
