"""Findings about route tables of ours that get a partner's routes, or lose them, beside others of the same VPC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from natlane.english import listed
from natlane.hcl.blocks import text_of
from natlane.impact.changes import Change
from natlane.impact.findings import Finding, ModuleDiff, addresses
from natlane.impact.resources import Resource, Resources
from natlane.impact_levels import CLOSES, OPENS


def table_of(route: Resource | None) -> str:
    """The id of a route table that the module only writes into; empty for its own."""
    table = route.arguments.get("route_table_id") if route and route.type == "aws_route" else None
    return table if isinstance(table, str) else ""


def our_tables(diff: ModuleDiff) -> Iterator[Finding]:
    """What opens and closes is walked for whole VPCs; a further table of a VPC that has the routes is told here."""
    yield from _told(diff, _beside(diff, "create"), OPENS, "gets", "its hosts may now call and answer there, as those")
    yield from _told(
        diff, _beside(diff, "destroy"), CLOSES, "loses", "its hosts may no longer call and answer there, unlike those"
    )


def _told(diff: ModuleDiff, found: Iterable[Change], level: str, verb: str, means: str) -> Iterator[Finding]:
    by_table: dict[str, list[Change]] = {}
    for change in found:
        by_table.setdefault(table_of(change.resource), []).append(change)
    for table, routes in by_table.items():
        ways = listed(text_of(each.resource.arguments.get("destination_cidr_block")) for each in routes)
        gains = f"route table {table} of our VPC {diff.vpc_of_table[table]} {verb} routes to {ways}"
        yield Finding(
            level=level,
            code=level,
            sentence=f"{gains}: {means} of the VPC's other tables",
            fields=("vpcs",),
            addresses=addresses(routes),
        )


def _beside(diff: ModuleDiff, action: str) -> list[Change]:
    """Routes of our tables that come or go, while another table of that VPC has the same route before and after."""
    before, after = _ways(diff, diff.old), _ways(diff, diff.new)
    return [
        each for each in diff.of("aws_route") if each.action == action and _way(diff, each.resource) in before & after
    ]


def lost_beside(diff: ModuleDiff) -> set[str]:
    """The addresses of routes that a table loses while the VPC's other tables keep theirs."""
    return set(addresses(_beside(diff, "destroy")))


def _ways(diff: ModuleDiff, side: Resources) -> set[tuple[str, str] | None]:
    """Each VPC of ours with each destination that one of its tables leads to."""
    return {_way(diff, each) for each in side.by_address.values()} - {None}


def _way(diff: ModuleDiff, route: Resource) -> tuple[str, str] | None:
    vpc = diff.vpc_of_table.get(table_of(route))
    return (vpc, text_of(route.arguments.get("destination_cidr_block"))) if vpc else None
