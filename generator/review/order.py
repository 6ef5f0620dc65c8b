"""The order of one apply becomes findings: what Terraform would delete, ask for or take too early.

Terraform destroys what goes before it changes what referenced it, unless that was made with
create_before_destroy (Terraform, docs/destroying.md; provider issues 22208 and 42003 tell of subnets).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.prove.hcl import Expression
from generator.review.effects import BOTH_DOWN, IN_PLACE
from generator.review.findings import Changed, Finding, addresses, listed
from generator.review.reachable import called
from generator.review.resources import Resource

# What has an interface in each of these subnets, and loses it in place.
_HOLDERS = ("aws_ec2_transit_gateway_vpc_attachment", "aws_vpc_endpoint")
_ATTACHMENT = "transit_gateway_attachment_id"


def subnets_in_use(changed: Changed) -> Iterator[Finding]:
    """Subnets that go while an interface is in them: AWS refuses to delete those."""
    gone = {f"{each.address}.id": each.address for each in changed.of("aws_subnet") if each.gone}
    for change in changed.of(*_HOLDERS):
        subnets = [gone[name] for name in _subnets(change.old) if name in gone]
        if change.action == "update" and subnets:
            yield Finding(
                BOTH_DOWN,
                "subnet-in-use",
                f"{listed(subnets)} cannot be deleted while {change.address} has an interface there: a plain apply "
                "waits for it in vain, and ends half done",
                ("zones", "natted_cidr", "nat_cidr"),
                (change.address,),
                (f"plan and apply with -replace={change.address}: it goes first, and comes back at the end",),
            )


def _subnets(holder: Resource | None) -> Iterator[str]:
    value = holder.arguments.get("subnet_ids") if holder else None
    if isinstance(value, tuple):
        yield from (item.text for item in value if isinstance(item, Expression))


def attachment_not_yet_known(changed: Changed) -> Iterator[Finding]:
    """A connection that comes to the transit gateway: the attachment that AWS makes for it has no id before."""
    for change in changed.of("aws_vpn_connection"):
        if change.action != "update" or change.old is None or "transit_gateway_id" in change.old.arguments:
            continue
        wanted = f"{change.address}.{_ATTACHMENT}"
        waiting = [each for each in changed.changes if each.new and _is(each.new.arguments.get(_ATTACHMENT), wanted)]
        if waiting:
            yield Finding(
                BOTH_DOWN,
                "attachment-not-yet-known",
                f"{listed(addresses(waiting), 2)} need the id of an attachment that exists only once the connection "
                "is on the transit gateway",
                ("vpn.termination",),
                (),
                (f"plan and apply with -target={change.address} first, then everything",),
            )


def _is(value: object, reference: str) -> bool:
    return isinstance(value, Expression) and value.text == reference


def addresses_in_use(changed: Changed) -> Iterator[Finding]:
    """An address that passes from one endpoint or load balancer to another one in the same apply."""
    before, after = (_holders(called(side)) for side in (changed.old, changed.new))
    passed = {each: (before[each], after[each]) for each in before if after.get(each, before[each]) != before[each]}
    if passed:
        ways = listed(f"{each} from {old} to {new}" for each, (old, new) in passed.items())
        step = "where the apply says that an address is in use, apply again: its old holder was still there"
        yield Finding(IN_PLACE, "address-passes", f"addresses pass on: {ways}", ("inbound",), (), (step,))


def _holders(found: Mapping[str, tuple[str, tuple[str, ...]]]) -> dict[str, str]:
    return {address: name for name, (_, pinned) in found.items() for address in pinned}
