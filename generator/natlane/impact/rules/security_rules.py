"""Findings about security group rules whose traffic other rules let through as before."""

from __future__ import annotations

from collections.abc import Iterator

from natlane.english import counted
from natlane.impact.allowed import EGRESS, INGRESS, allowed_by, rules_of, still_allowed
from natlane.impact.changes import Change
from natlane.impact.findings import Finding, ModuleDiff, addresses
from natlane.impact_levels import IN_PLACE


def covered_rules(diff: ModuleDiff, left: list[Change]) -> Iterator[Finding]:
    """Rules that go or change, where all that they let through is let through by the group's rules afterwards."""
    after = rules_of(diff.new)
    found = [
        each
        for each in left
        if each.resource.type in (INGRESS, EGRESS)
        and each.old is not None
        and not each.follows
        and not set(each.arguments) <= {"tags", "tags_all", "description"}
        and (was := allowed_by(each.old))
        and still_allowed(was, after)
    ]
    if found:
        what = f"{counted(len(found), 'security group rule')} {'changes' if len(found) == 1 else 'change'}"
        yield Finding(
            level=IN_PLACE,
            code="rule-covered",
            sentence=f"{what}, and what {'it' if len(found) == 1 else 'they'} let through is let through as before",
            fields=("partner_cidrs", "inbound", "outbound", "reach", "vpcs"),
            addresses=addresses(found),
        )
