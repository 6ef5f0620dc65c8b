"""The ports on which an endpoint is called, as its security groups and AWS's table say together."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest
from natlane.network.interfaces import answered_ports
from natlane.network.security import Rule, SecurityGroup
from natlane.network.tables import Origin

HERE = Origin("aws_security_group.endpoints", "out/acme/inbound.tf", 1)
ANYBODY = IPv4Network("192.168.50.0/24")


def group(*ports: tuple[int, int]) -> SecurityGroup:
    """A group with a rule for each range of ports."""
    return SecurityGroup("endpoints", tuple(Rule(ANYBODY, "tcp", *each, HERE) for each in ports), (), HERE)


@pytest.mark.parametrize(
    ("service", "let_in", "called"),
    [
        ("com.amazonaws.eu-west-1.sqs", [(443, 443)], (443,)),
        ("com.amazonaws.eu-west-1.email-smtp", [(465, 465), (587, 587)], (465, 587)),
        ("com.amazonaws.eu-west-1.email-smtp", [(443, 443)], (25, 465, 587, 2465, 2587)),
        ("com.amazonaws.eu-west-1.email-smtp", [], (25, 465, 587, 2465, 2587)),
        ("com.amazonaws.eu-west-1.datasync", [(443, 443), (1024, 1024), (1065, 1065)], (443, 1024)),
        ("com.amazonaws.eu-west-1.sqs", [(80, 80), (443, 443)], (443,)),
        ("com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718", [(1433, 1433), (80, 90)], (1433,)),
        ("com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718", [], (443,)),
    ],
)
def test_an_endpoint_is_called_on(service: str, let_in: list[tuple[int, int]], called: tuple[int, ...]) -> None:
    assert answered_ports(service, (group(*let_in),)) == called
