"""Findings about endpoint policies: which calls of the partner's are answered."""

from __future__ import annotations

from collections.abc import Iterator

from natlane.hcl.blocks import Value
from natlane.impact.findings import Finding, ModuleDiff
from natlane.impact.policies import ALLOW_ALL, allows_all_of
from natlane.impact.resources import Resource
from natlane.impact.rules.addresses import endpoint_name
from natlane.impact_levels import CLOSES, IN_PLACE, OPENS


def policies(diff: ModuleDiff) -> Iterator[Finding]:
    """Another policy: no packet is concerned, and what it does not allow is refused from then on."""
    for change in diff.of("aws_vpc_endpoint"):
        if change.action == "update" and "policy" in change.arguments and change.old and change.new:
            level, told = _judged(change.old.arguments.get("policy"), change.new.arguments.get("policy"))
            yield Finding(
                level=level,
                code="endpoint-policy",
                sentence=f"the policy of {endpoint_name(change.address)} {told}",
                fields=("inbound.endpoints",),
                addresses=(change.address,),
            )


def _judged(old: Value, new: Value) -> tuple[str, str]:
    """The level of a new policy, and what it means. An endpoint without policy has AWS's own, which allows all."""
    was, now = ALLOW_ALL if old is None else old, new
    if isinstance(was, str) and isinstance(now, str):
        wider, narrower = allows_all_of(now, was), allows_all_of(was, now)
        if wider and narrower:
            return IN_PLACE, "is written otherwise, and allows the same calls"
        if wider:
            return OPENS, "allows more calls than before: the partner may now make them"
        if narrower:
            return CLOSES, "allows fewer calls than before: the others are refused at once"
    return OPENS, (
        "changes, not judged whether wider or narrower: what it does not allow is refused at once, and what it allows "
        "the partner may now call"
    )


def kept_policies(diff: ModuleDiff) -> Iterator[Finding]:
    """A policy that nobody speaks of any more stays in AWS, where the provider keeps what nothing is said of."""
    gone = {each.address for each in diff.changes if each.gone}
    for address, now in diff.new.by_address.items():
        before = diff.old.by_address.get(address)
        if before and now.type == "aws_vpc_endpoint" and address not in gone and _lost(before, now):
            yield Finding(
                level=IN_PLACE,
                code="policy-kept",
                sentence=f"the policy of {endpoint_name(address)} stays in AWS, where Terraform keeps what nothing is "
                "said of: the same calls are refused as before",
                fields=("inbound.endpoints",),
                addresses=(address,),
                steps=(f"where all calls are to be allowed, write policy: '{ALLOW_ALL}'",),
            )


def _lost(before: Resource, now: Resource) -> bool:
    return "policy" in before.arguments and "policy" not in now.arguments
