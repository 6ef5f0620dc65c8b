"""Findings about routes: traffic that stops, for good or for a moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network, collapse_addresses

from natlane.english import counted, listed
from natlane.hcl.blocks import Expression, text_of
from natlane.impact.changes import Change
from natlane.impact.findings import Finding, ModuleDiff, addresses
from natlane.impact.resources import Resource
from natlane.impact.rules.accounts import in_another_account
from natlane.impact.rules.our_tables import lost_beside
from natlane.impact_levels import BOTH_DOWN

_ROUTES: Mapping[str, str] = {
    "aws_route": "route_table_id",
    "aws_ec2_transit_gateway_route": "transit_gateway_route_table_id",
    "aws_vpn_connection_route": "vpn_connection_id",
}


def prefixes(diff: ModuleDiff) -> Iterator[Finding]:
    """Routes that go, or are replaced: traffic that they took stops, or stops for a moment."""
    beside = lost_beside(diff)  # what these mean is told as what closes
    routes = [
        each
        for each in diff.of(*_ROUTES)
        if each.gone
        and each.address not in beside
        and not each.follows
        and _in_table(each, diff)
        and not in_another_account(diff, each)
    ]
    after = [_way(each) for each in diff.new.by_address.values() if each.type in _ROUTES]
    lost = [each for each in routes if each.old is not None and not _covered(_way(each.old), after)]
    anew = [each for each in routes if each not in lost]
    fields = (
        "transit_gateway",
        "partner_cidrs",
        "reach",
        "inbound.services",
        "outbound",
        "nat_cidr",
        "vpcs",
        "vpn.routing",
    )
    for code, found, sentence in (
        ("route-gone", lost, "stops: {routes} {go}"),
        ("route-anew", anew, "stops for a moment: {routes} replaced"),
    ):
        if found:
            told = sentence.format(routes=counted(len(found), "route"), go="goes" if len(found) == 1 else "go")
            ways = listed(_destination(each) for each in found)
            about = addresses([*found, *_guards(diff, {_destination(each) for each in found})])
            yield Finding(
                level=BOTH_DOWN, code=code, sentence=f"traffic to {ways} {told}", fields=fields, addresses=about
            )


def _guards(diff: ModuleDiff, blocks: set[str]) -> Iterator[Change]:
    """What security groups let in from blocks that are no longer routed, or by other routes."""
    for each in diff.of("aws_vpc_security_group_ingress_rule"):
        if each.action == "destroy" and each.old and each.old.arguments.get("cidr_ipv4") in blocks:
            yield each


def _way(route: Resource) -> tuple[str, str, str]:
    """From which table, to which destination."""
    table = text_of(route.arguments.get(_ROUTES[route.type]))
    return route.type, table, text_of(route.arguments.get("destination_cidr_block"))


def _covered(way: tuple[str, str, str], others: Iterable[tuple[str, str, str]]) -> bool:
    """Whether routes of the same table, together, take all of this one's destinations."""
    kind, table, destination = way
    if way in others:
        return True
    try:
        wanted = IPv4Network(destination)
        blocks = [IPv4Network(to) for k, t, to in others if (kind, table) == (k, t)]
        return any(wanted.subnet_of(each) for each in collapse_addresses(blocks))
    except ValueError:  # a template's own expression: known only by its text
        return False


def _in_table(change: Change, diff: ModuleDiff) -> bool:
    """Whether the route's table stays: one that goes with its table is no more than a part of that."""
    if change.old is None:
        return False
    table = change.old.arguments.get(_ROUTES[change.old.type])
    if not isinstance(table, Expression):
        return True
    address = table.text.rpartition(".")[0]
    return not any(each.address == address and each.gone for each in diff.changes)


def _destination(change: Change) -> str:
    return text_of((change.old or change.resource).arguments.get("destination_cidr_block"))
