"""What a descriptor takes, beside what the landing zone grants."""

from __future__ import annotations

import pytest

from tests.check.corpus import ACME, BAD, LANDING_ZONE, check_root

ZONE = (BAD / "with" / LANDING_ZONE).read_text(encoding="utf-8")
PARTNER = (BAD / "with" / "acme.yaml").read_text(encoding="utf-8")
SERVICE = "inbound: {services: [{name: orders, port: 8443, vpc: a, targets: [%s], target_port: %d}]}\n"
OUTBOUND = "outbound: {cidr: %s, services: [{name: ledger, port: 443, targets: [192.168.60.9]}]}\n"


def codes(more: str = "", grants: str = "", cidr: str = "192.168.60.0/24") -> list[str]:
    """The codes that are told of acme with further lines, beside these grants."""
    zone = ZONE + (f"grants: {grants}\n" if grants else "")
    partner = PARTNER.replace("192.168.60.0/24", cidr) + more
    return [each.code for each in check_root({LANDING_ZONE: zone.encode(), ACME: partner.encode()})]


@pytest.mark.parametrize(
    ("cidr", "grants", "told"),
    [
        ("172.24.0.0/16", "", []),
        ("100.80.0.0/16", "", []),
        ("198.51.100.0/24", "", []),
        ("8.8.8.0/24", "", ["grant-public"]),
        ("8.8.8.0/24", "{public_cidrs: [8.8.0.0/16]}", []),
        ("8.8.0.0/16", "{public_cidrs: [8.8.8.0/24]}", ["grant-public"]),
        ("172.0.0.0/8", "", ["grant-public"]),
    ],
)
def test_public_networks(cidr: str, grants: str, told: list[str]) -> None:
    assert codes(cidr=cidr, grants=grants) == told


def test_an_outbound_block_of_public_addresses() -> None:
    assert codes(OUTBOUND % "9.9.9.0/27") == ["grant-public"]
    assert codes(OUTBOUND % "9.9.9.0/27", "{public_cidrs: [9.9.9.0/24]}") == []


@pytest.mark.parametrize(
    ("target", "port", "grants", "told"),
    [
        ("10.150.10.20", 8443, "", []),
        ("10.150.10.20", 22, "", ["service-sensitive"]),
        ("10.150.10.20", 3389, "", ["service-sensitive"]),
        ("10.150.10.20", 5432, "", ["service-sensitive"]),
        ("10.150.10.20", 53, "", ["service-sensitive"]),
        ("10.150.0.2", 8443, "", ["service-sensitive"]),
        ("10.150.10.20", 22, "{inbound: [{vpc: a, ports: [22]}]}", []),
        ("10.150.10.20", 22, "{inbound: [{vpc: m, ports: [22]}]}", ["grant-inbound"]),
        (
            "10.150.10.20",
            22,
            "{inbound: [{vpc: a, ports: [443]}, {vpc: a, ports: [22], targets: [10.150.10.0/24]}]}",
            [],
        ),
        ("10.150.11.20", 22, "{inbound: [{vpc: a, ports: [22], targets: [10.150.10.0/24]}]}", ["grant-inbound"]),
        ("10.150.10.20", 8443, "{inbound: []}", ["grant-inbound"]),
    ],
)
def test_inbound_services(target: str, port: int, grants: str, told: list[str]) -> None:
    assert codes(SERVICE % (target, port), grants) == told


@pytest.mark.parametrize(
    ("tags", "grants", "told"),
    [
        ("{team: clearing}", "", []),
        ("{project: partner-vpn}", "", []),
        ("{project: mine}", "", ["grant-tag"]),
        ("{project: mine}", "{own_tags: [project]}", []),
        ("{team: clearing}", "{reserved_tags: [team]}", ["grant-tag"]),
        ("{Team: clearing}", "{reserved_tags: [team]}", ["grant-tag"]),
        ("{Project: mine}", "", ["grant-tag"]),
        ("{Partner: me}", "", ["tag-overwritten"]),
        ("{managed-by: me}", "", ["tag-overwritten"]),
    ],
)
def test_tags(tags: str, grants: str, told: list[str]) -> None:
    assert codes(f"tags: {tags}\n", grants) == told


SOMEBODY = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"


@pytest.mark.parametrize(
    ("service", "grants", "told"),
    [
        ("email-smtp", "", []),
        ("email-smtp", "{endpoints: [email-smtp]}", []),
        ("com.amazonaws.eu-west-1.email-smtp", "{endpoints: [email-smtp]}", []),
        (
            "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718, ports: [443]",
            "{endpoints: [email-smtp]}",
            ["grant-endpoint"],
        ),
        ("inspector2", "{endpoints: []}", ["grant-endpoint"]),
    ],
)
def test_endpoints(service: str, grants: str, told: list[str]) -> None:
    assert codes(f"inbound: {{endpoints: [{{service: {service}}}]}}\n", grants) == told
