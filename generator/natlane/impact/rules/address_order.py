"""Findings about addresses that move from one resource to another in one apply, and those that AWS does not change."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from natlane.english import listed
from natlane.hcl.blocks import text_of
from natlane.impact.findings import Finding, ModuleDiff
from natlane.impact.resources import Resource, Resources
from natlane.impact.rules.addresses import called, nat_holders
from natlane.impact_levels import BOTH_DOWN, IN_PLACE


def address_kept(diff: ModuleDiff) -> Iterator[Finding]:
    """Another address of a load balancer in a subnet that stays: the provider plans it in place, and AWS changes no
    interface of a load balancer (Network Load Balancers guide, "Update the Availability Zones")."""
    gone = {each.address for each in diff.changes if each.gone}
    kept: dict[str, list[str]] = {}
    for change in diff.of("aws_lb"):
        if change.action == "update" and change.old and change.new:
            before, after = _by_subnet(change.old), _by_subnet(change.new)
            stay = [each for each in before if each in after and each.removesuffix(".id") not in gone]
            moved = [before[each] for each in stay if before[each] != after[each]]
            kept |= {change.address: moved} if moved else {}
    if kept:
        ways = listed(f"{name} at {listed(some)}" for name, some in kept.items())
        options = " ".join(f"-replace={address}" for address in sorted(kept))
        yield Finding(
            level=BOTH_DOWN,
            code="address-kept",
            sentence=f"AWS leaves {ways} where it is changed in place, as a plain apply does: every plan says it again",
            fields=("inbound", "outbound"),
            addresses=(),
            steps=(f"plan and apply with {options}: nobody answers there until it is there again",),
        )


def _by_subnet(balancer: Resource) -> dict[str, str]:
    blocks = balancer.arguments.get("subnet_mapping")
    found = [each for each in blocks if isinstance(each, dict)] if isinstance(blocks, tuple) else []
    return {text_of(each.get("subnet_id")): text_of(each.get("private_ipv4_address")) for each in found}


def addresses_in_use(diff: ModuleDiff) -> Iterator[Finding]:
    """An address of VPC N that passes from one thing to another one in the same apply."""
    before, after = (_holders(side) for side in (diff.old, diff.new))
    passed = {each: (before[each], after[each]) for each in before if after.get(each, before[each]) != before[each]}
    if not passed:
        return
    stay = {each.address for each in diff.changes if each.action == "update" and each.resource.type != "aws_lb"}
    given = set(passed.values())
    exchanged = sorted(old for old, new in given if {old, new} <= stay and (new, old) in given)
    often = _longest(given)
    again = "apply again" if often == 1 else f"apply again, up to {often} times"
    if exchanged:
        step = f"an exchange never succeeds in one apply: give {exchanged[0]} a free offset first, and apply that alone"
    else:
        step = f"where the apply says that an address is in use, {again}: its old holder was still there"
    ways = listed(f"{each} from {old} to {new}" for each, (old, new) in passed.items())
    yield Finding(
        level=IN_PLACE,
        code="address-passes",
        sentence=f"addresses pass on: {ways}",
        fields=("inbound",),
        addresses=(),
        steps=(step,),
    )


def _longest(pairs: Collection[tuple[str, str]]) -> int:
    """How many of them follow each other at most: each waits for the one before."""
    longest, ends = 0, {old for old, _ in pairs}
    while ends and longest < len(pairs):
        longest += 1
        ends = {new for old, new in pairs if old in ends} & {old for old, _ in pairs}
    return longest


def _holders(side: Resources) -> dict[str, str]:
    pinned = {address: name for name, each in called(side).items() for address in each.addresses}
    return {**pinned, **nat_holders(side.by_address.values())}
