"""Findings about what goes while something that stays is in it: AWS refuses to delete it.

Terraform destroys what goes before it changes what referenced it, unless that was made with
create_before_destroy (Terraform, docs/destroying.md; provider issues 22208 and 42003 tell of subnets).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Set
from typing import Final, NamedTuple

from natlane.english import listed
from natlane.impact.findings import Finding, ModuleDiff
from natlane.impact.references import addresses_in
from natlane.impact.resources import Resource, Resources, cidr_block_of
from natlane.impact_levels import BOTH_DOWN

# What changes in place, and the arguments that name what AWS does not delete before: subnets in which it has an
# interface, its security groups, the target group to which it forwards.
_HOLDERS: Final = {
    "aws_ec2_transit_gateway_vpc_attachment": ("subnet_ids",),
    "aws_lb": ("security_groups", "subnet_mapping", "subnets"),
    "aws_lb_listener": ("default_action",),
    "aws_vpc_endpoint": ("security_group_ids", "subnet_ids"),
}
_BLOCK: Final = "aws_vpc_ipv4_cidr_block_association"


class _Use(NamedTuple):
    """One resource that AWS does not delete before another one has left it, by their addresses."""

    user: str
    used: str


def in_use(diff: ModuleDiff) -> Iterator[Finding]:
    """What goes while something that stays is in it: what stays must be replaced, so that it leaves first."""
    gone = {each.address for each in diff.changes if each.gone} - _deleted_last(diff)
    uses = _blocking_uses(diff, gone) if gone else []
    if not uses:
        return
    users = sorted({use.user for use in uses})
    blocked = list(dict.fromkeys(use.used for use in uses if use.used in gone))
    options = " ".join(f"-replace={address}" for address in users)
    yield Finding(
        level=BOTH_DOWN,
        code="in-use",
        sentence=f"{listed(blocked)} cannot be deleted while {listed(users)} {_use_them(users, blocked)}: a "
        "plain apply waits for it in vain, and ends half done",
        fields=("zones", "natted_cidr", "outbound.cidr", "nat_cidr"),
        addresses=tuple(each.address for each in diff.of(*_HOLDERS) if each.address in users),
        steps=(f"plan and apply with {options}: what is replaced goes first, and comes back at the end",),
    )


def _blocking_uses(diff: ModuleDiff, gone: Set[str]) -> list[_Use]:
    """Uses of what goes by what stays; once that is replaced it goes too, and its own users are in its way."""
    uses = [_Use(address, used) for address, each in diff.old.by_address.items() for used in _used_by(each, diff.old)]
    stays = diff.new.by_address.keys() - gone
    leaving = set(gone)
    found: list[_Use] = []
    while more := [use for use in uses if use.user in stays and use.used in leaving]:
        found += more
        leaving |= {use.user for use in more}
        stays -= leaving
    return found


def _used_by(user: Resource, side: Resources) -> Iterator[str]:
    """What AWS does not delete before this has left it."""
    for name in _HOLDERS.get(user.type, ()):
        yield from addresses_in(user.arguments.get(name))
    own = cidr_block_of(user) if user.type == "aws_subnet" else None
    for each in side.by_address.values() if own else ():
        block = cidr_block_of(each) if each.type == _BLOCK else None
        if own and block and own.subnet_of(block):
            yield each.address


def _deleted_last(diff: ModuleDiff) -> set[str]:
    """What goes after everything else was done: where create_before_destroy says so, and whatever that references."""
    sides = {**diff.old.by_address, **diff.new.by_address}
    found = {address for address, each in sides.items() if each.made_first}
    left = list(found)
    while left:
        values = sides[left.pop()].arguments.values()
        more = {address for value in values for address in addresses_in(value)} & sides.keys() - found
        found |= more
        left += more
    return found


def _use_them(users: Collection[str], used: Collection[str]) -> str:
    return f"{'uses' if len(users) == 1 else 'use'} {'it' if len(used) == 1 else 'them'}"
