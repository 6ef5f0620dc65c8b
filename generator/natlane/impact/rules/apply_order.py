"""Findings about the order of one apply: what is deleted while in use, or made while its place is taken.

Terraform destroys what goes before it changes what referenced it, unless that was made with
create_before_destroy (Terraform, docs/destroying.md; provider issues 22208 and 42003 tell of subnets);
and what does not reference each other it makes and destroys at the same time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from ipaddress import IPv4Network
from typing import Final

from natlane.english import listed
from natlane.hcl.blocks import Expression
from natlane.impact.changes import Change, references_in
from natlane.impact.findings import Finding, ModuleDiff
from natlane.impact.relabelled import relabelled
from natlane.impact.resources import Resource, Resources, text_of
from natlane.impact_levels import BOTH_DOWN, IN_PLACE

# What changes in place, and the arguments that name what AWS does not delete before: subnets in which it has an
# interface, its security groups, the target group to which it forwards.
_HOLDERS: Final = {
    "aws_ec2_transit_gateway_vpc_attachment": ("subnet_ids",),
    "aws_lb": ("security_groups", "subnet_mapping", "subnets"),
    "aws_lb_listener": ("default_action",),
    "aws_vpc_endpoint": ("security_group_ids", "subnet_ids"),
}
_BLOCK: Final = "aws_vpc_ipv4_cidr_block_association"
_ATTACHMENT: Final = "transit_gateway_attachment_id"
# What AWS has once: two resources of a type whose arguments of these names are the same cannot be there together.
_ONCE: Final = {
    "aws_cloudwatch_log_group": ("name",),
    "aws_cloudwatch_metric_alarm": ("alarm_name",),
    "aws_ec2_transit_gateway_route": ("transit_gateway_route_table_id", "destination_cidr_block"),
    "aws_ec2_transit_gateway_route_table_association": (_ATTACHMENT,),
    "aws_iam_role": ("name",),
    "aws_lb": ("name",),
    "aws_lb_listener": ("load_balancer_arn", "port"),
    "aws_lb_target_group": ("name",),
    "aws_lb_target_group_attachment": ("target_group_arn", "target_id", "port"),
    "aws_route": ("route_table_id", "destination_cidr_block"),
    "aws_route_table_association": ("subnet_id",),
    "aws_vpc_security_group_egress_rule": ("security_group_id", "ip_protocol", "from_port", "to_port", "cidr_ipv4"),
    "aws_vpc_security_group_ingress_rule": ("security_group_id", "ip_protocol", "from_port", "to_port", "cidr_ipv4"),
    "aws_vpn_connection_route": ("vpn_connection_id", "destination_cidr_block"),
}
_AGAIN: Final = "where the apply says that one exists already, or conflicts, apply again: the old one was still there"


def in_use(diff: ModuleDiff) -> Iterator[Finding]:
    """What goes while something that stays is in it: AWS refuses to delete it. What is in it must go first."""
    gone = {each.address for each in diff.changes if each.gone} - _deleted_last(diff)
    forced: dict[str, None] = {}
    blocking: dict[str, None] = {}
    if not gone:
        return
    users = [(address, tuple(_uses(each, diff.old))) for address, each in diff.old.by_address.items()]
    while True:
        more = [
            (address, used)
            for address, all_used in users
            if address in diff.new.by_address and address not in gone and address not in forced
            for used in all_used
            if used in gone or used in forced
        ]
        if not more:
            break
        forced |= dict.fromkeys(address for address, _ in more)
        blocking |= dict.fromkeys(used for _, used in more if used in gone)
    if forced:
        options = " ".join(f"-replace={address}" for address in sorted(forced))
        yield Finding(
            level=BOTH_DOWN,
            code="in-use",
            sentence=f"{listed(blocking)} cannot be deleted while {listed(sorted(forced))} {_use(forced, blocking)}: a "
            "plain apply waits for it in vain, and ends half done",
            fields=("zones", "natted_cidr", "outbound.cidr", "nat_cidr"),
            addresses=tuple(each.address for each in diff.of(*_HOLDERS) if each.address in forced),
            steps=(f"plan and apply with {options}: what is replaced goes first, and comes back at the end",),
        )


def _deleted_last(diff: ModuleDiff) -> set[str]:
    """What goes after everything else was done: where create_before_destroy says so, and whatever that references."""
    sides = {**diff.old.by_address, **diff.new.by_address}
    found = {address for address, each in sides.items() if each.made_first}
    left = list(found)
    while left:
        values = sides[left.pop()].arguments.values()
        more = {each.rpartition(".")[0] for value in values for each in references_in(value)} & sides.keys() - found
        found |= more
        left += more
    return found


def _use(users: Collection[str], used: Collection[str]) -> str:
    return f"{'uses' if len(users) == 1 else 'use'} {'it' if len(used) == 1 else 'them'}"


def _uses(user: Resource, side: Resources) -> Iterator[str]:
    """What AWS does not delete before this has left it."""
    for name in _HOLDERS.get(user.type, ()):
        yield from (each.rpartition(".")[0] for each in references_in(user.arguments.get(name)))
    if user.type == "aws_subnet":
        own = _prefix(user)
        for each in side.by_address.values():
            block = _prefix(each) if each.type == _BLOCK else None
            if own and block and own.subnet_of(block):
                yield each.address


def _prefix(resource: Resource) -> IPv4Network | None:
    try:
        return IPv4Network(text_of(resource.arguments.get("cidr_block")))
    except ValueError:
        return None


def attachment_not_yet_known(diff: ModuleDiff) -> Iterator[Finding]:
    """A connection that comes to a transit gateway: the attachment that AWS makes for it has no id before."""
    for change in diff.of("aws_vpn_connection"):
        if change.action != "update" or "transit_gateway_id" not in change.arguments or change.new is None:
            continue
        wanted = Expression(f"{change.address}.{_ATTACHMENT}")
        waiting = [each for each in diff.new.by_address.values() if each.arguments.get(_ATTACHMENT) == wanted]
        statics = sorted(each.address for each in diff.of("aws_vpn_connection_route") if each.action == "destroy")
        first = [
            "first terraform destroy " + " ".join(f"-target={address}" for address in statics) + ": AWS moves no "
            "connection that has static routes, and what goes out is lost from here on"
        ]
        if waiting:
            yield Finding(
                level=BOTH_DOWN,
                code="attachment-not-yet-known",
                sentence=f"{listed((each.address for each in waiting), 2)} need the id of an attachment that exists "
                "only once the connection is on the transit gateway",
                fields=("vpn.termination", "transit_gateway"),
                addresses=(),
                steps=(
                    *(first if statics else []),
                    f"{'then' if statics else 'first'} plan and apply with -target={change.address}",
                    "then plan and apply everything",
                ),
            )


def taken(diff: ModuleDiff) -> Iterator[Finding]:
    """What is made while something else that goes still has what AWS gives once: a destination in a table, a name, a
    port, a block of addresses."""
    pairs = relabelled(diff)
    if pairs:
        sentence = f"{listed(pairs)} only {'gets' if len(pairs) == 1 else 'get'} another label"
        ways = "; ".join(f"from {old} to {new}" for old, new in pairs.items())
        step = f"with moved blocks in a template, nothing would happen to them (docs/operations.md): {ways}"
        yield Finding(level=IN_PLACE, code="relabelled", sentence=sentence, fields=(), addresses=(), steps=(step,))
    gone = {each.address for each in diff.changes if each.gone}
    moving = {each.address for each in diff.changes if _moves(each)}
    going = [each.old for each in diff.changes if each.old and (each.gone or each.address in moving)]
    made = [each.new for each in diff.changes if each.new and (each.action != "update" or each.address in moving)]
    found = [*_same_keys([each for each in going if each.address not in pairs], made, gone), *_same_space(going, made)]
    if not found:
        return
    exchanged = [old for old, new in found if {old, new} <= moving and (new, old) in found]
    step = f"an exchange never succeeds in one apply: move {exchanged[0]} out of the way first" if exchanged else _AGAIN
    ways = listed(f"{new} while {old} is there" for old, new in found)
    fields = ("zones", "inbound.services", "outbound.services", "vpcs", "transit_gateway")
    yield Finding(
        level=IN_PLACE,
        code="taken",
        sentence=f"AWS may refuse to make {ways}",
        fields=fields,
        addresses=(),
        steps=(step,),
    )


def _moves(change: Change) -> bool:
    """Whether a resource stays and becomes another one of its kind: a listener on another port."""
    if change.action != "update" or change.old is None or change.new is None or change.new.type not in _ONCE:
        return False
    return _key(change.old, set()) != _key(change.new, set())


def _same_keys(going: list[Resource], made: list[Resource], gone: set[str]) -> Iterator[tuple[str, str]]:
    """Pairs of what goes and what is made of which AWS has one."""
    held = {_key(each, set()): each.address for each in going if each.type in _ONCE}
    for each in made if held else ():
        old = held.get(_key(each, gone)) if each.type in _ONCE else None
        if old and old != each.address:
            yield old, each.address


def _key(resource: Resource, gone: set[str]) -> tuple[str, ...]:
    """What is one of its kind in AWS; a reference to what is replaced means another thing, though written alike."""
    values = [text_of(resource.arguments.get(name)) for name in _ONCE[resource.type]]
    anew = [value.rpartition(".")[0] in gone for value in values]
    return (
        resource.type,
        resource.provider,
        *(f"{value} anew" if new else value for value, new in zip(values, anew, strict=True)),
    )


def _same_space(going: list[Resource], made: list[Resource]) -> Iterator[tuple[str, str]]:
    """Pairs of subnets that overlap."""
    before = [(each.address, _prefix(each)) for each in going if each.type == "aws_subnet"]
    for each in made if before else ():
        block = _prefix(each) if each.type == "aws_subnet" else None
        for address, old in before:
            if block and old and address != each.address and block.overlaps(old):
                yield address, each.address
