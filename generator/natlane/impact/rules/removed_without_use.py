"""Findings about NAT gateways and an attachment that are removed, and that no route used."""

from __future__ import annotations

from collections.abc import Iterator

from natlane.english import listed
from natlane.impact.findings import Finding, ModuleDiff
from natlane.impact.rules.addresses import pinned_nat
from natlane.impact.unused import ALARM, ATTACHMENT, references_of, unused_before
from natlane.impact_levels import IN_PLACE


def removed_without_use(diff: ModuleDiff) -> Iterator[Finding]:
    """NAT gateways and an attachment are removed that no route of the module before led to."""
    gone = unused_before(diff)
    nats = pinned_nat(gone.values())
    attached = any(each.type == ATTACHMENT for each in gone.values())
    if not nats and not attached:
        return
    what = [f"the NAT gateway{'s' if len(nats) > 1 else ''} with {listed(nats)}"] if nats else []
    what += ["VPC N's attachment to the transit gateway"] if attached else []
    later = "; the NAT addresses are the same again where a VPC of ours is to call the partner" if nats else ""
    alarms = [
        each.address
        for each in diff.of(ALARM)
        if each.action == "destroy" and each.old and not gone.keys().isdisjoint(references_of(each.old))
    ]
    yield Finding(
        level=IN_PLACE,
        code="unused-gone",
        sentence=f"nothing used {' or '.join(what)}, which go: nothing that is live stops{later}",
        fields=("reach", "inbound", "vpn.termination"),
        addresses=(*gone, *alarms),
    )
