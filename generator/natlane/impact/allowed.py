"""What security group rules let through: several rules together, by protocols, ports and blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses

from natlane.hcl.blocks import text_of
from natlane.impact.resources import Resource, Resources

INGRESS, EGRESS = "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"
_ANY, _LAST = "-1", 65_535


@dataclass(frozen=True, slots=True)
class Allowed:
    """What one rule of a group lets through one way; of any protocol it holds for every port."""

    way: tuple[str, str]  # type of the rule, and its group
    block: IPv4Network
    protocol: str
    first: int
    last: int


def allowed_by(rule: Resource) -> Allowed | None:
    """What a rule lets through; None where it is not written in plain values."""
    said = rule.arguments
    protocol = text_of(said.get("ip_protocol")) or "tcp"
    ports = (0, _LAST) if protocol == _ANY else tuple(text_of(said.get(name)) for name in ("from_port", "to_port"))
    group = text_of(said.get("security_group_id")).removesuffix(".id")
    try:
        first, last = map(int, ports)
        block = IPv4Network(text_of(said.get("cidr_ipv4")), strict=False)
    except ValueError:
        return None
    return Allowed((rule.type, group), block, protocol, *((0, _LAST) if first == -1 else (first, last)))


def rules_of(side: Resources) -> list[Allowed]:
    """What all rules of a module let through, as far as they are written in plain values."""
    rules = (each for each in side.by_address.values() if each.type in (INGRESS, EGRESS))
    return [found for each in rules if (found := allowed_by(each))]


def still_allowed(was: Allowed, rules: Iterable[Allowed]) -> bool:
    """Whether some rules together let through all that one did."""
    same = [each for each in rules if each.way == was.way and each.protocol in (was.protocol, _ANY)]
    cuts = {was.first, *(each.first for each in same), *(each.last + 1 for each in same)}
    return all(
        _covers(was.block, [each.block for each in same if each.first <= port <= each.last])
        for port in cuts
        if was.first <= port <= was.last
    )


def _covers(block: IPv4Network, others: Iterable[IPv4Network]) -> bool:
    return any(block.subnet_of(each) for each in collapse_addresses(others))
