"""Destroyed resources that no route led to, and that held nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from natlane.impact.findings import ModuleDiff
from natlane.impact.references import addresses_in
from natlane.impact.resources import Resource

ATTACHMENT: Final = "aws_ec2_transit_gateway_vpc_attachment"
ALARM: Final = "aws_cloudwatch_metric_alarm"
# What carries packets only as far as something else sends them there: a route, or what stands in a subnet.
_PASSIVE: Final = frozenset(
    (
        ATTACHMENT,
        f"{ATTACHMENT}_accepter",
        "aws_ec2_transit_gateway_route_table",
        "aws_ec2_transit_gateway_route_table_association",
        "aws_nat_gateway",
        "aws_route_table",
        "aws_route_table_association",
        "aws_subnet",
        "aws_vpc_ipv4_cidr_block_association",
    )
)
# Of two things that it joins, an association gives neither a use.
_JOINING: Final = frozenset(("aws_ec2_transit_gateway_route_table_association", "aws_route_table_association"))


def unused_before(diff: ModuleDiff) -> dict[str, Resource]:
    """Destroyed resources, by address, that nothing used which sends packets or is called."""
    going = {each.address for each in diff.changes if each.action == "destroy"}
    found = {name: each for name, each in diff.old.by_address.items() if name in going and each.type in _PASSIVE}
    users = [each for name, each in diff.old.by_address.items() if name not in found and each.type != ALARM]
    while users and found:
        user = users.pop()
        needed = () if user.type in _JOINING else sorted(found.keys() & set(references_of(user)))
        users += [found.pop(name) for name in needed]
    return found


def references_of(resource: Resource) -> Iterator[str]:
    """The addresses of the resources that a resource names."""
    for value in resource.arguments.values():
        yield from addresses_in(value)
