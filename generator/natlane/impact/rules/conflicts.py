"""Findings about what is made while something else still has what AWS gives once.

That is a destination in a table, a name, a port, a block of addresses. What does not reference each other Terraform
makes and destroys at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Final, NamedTuple

from natlane.english import listed
from natlane.hcl.blocks import text_of
from natlane.impact.changes import Change
from natlane.impact.findings import Finding, ModuleDiff
from natlane.impact.relabelled import relabelled
from natlane.impact.resources import Resource, cidr_block_of
from natlane.impact_levels import IN_PLACE

# Two resources of a type whose arguments of these names are the same cannot be there together.
_UNIQUE: Final = {
    "aws_cloudwatch_log_group": ("name",),
    "aws_cloudwatch_metric_alarm": ("alarm_name",),
    "aws_ec2_transit_gateway_route": ("transit_gateway_route_table_id", "destination_cidr_block"),
    "aws_ec2_transit_gateway_route_table_association": ("transit_gateway_attachment_id",),
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
Key = tuple[str, ...]


class _Conflict(NamedTuple):
    """The addresses of what leaves and of what comes in its place."""

    leaving: str
    coming: str


def relabelled_only(diff: ModuleDiff) -> Iterator[Finding]:
    """What only gets another Terraform label, and is destroyed and made again for that."""
    pairs = relabelled(diff)
    if pairs:
        ways = "; ".join(f"from {old} to {new}" for old, new in pairs.items())
        yield Finding(
            level=IN_PLACE,
            code="relabelled",
            sentence=f"{listed(pairs)} only {'gets' if len(pairs) == 1 else 'get'} another label",
            steps=(f"with moved blocks in a template, nothing would happen to them (docs/operations.md): {ways}",),
        )


def conflicts(diff: ModuleDiff) -> Iterator[Finding]:
    """What is made while what leaves may still be there. What changes its key in place both leaves and comes."""
    moving = {each.address for each in diff.changes if _moves(each)}
    leaving = [each.old for each in diff.changes if each.old and (each.gone or each.address in moving)]
    coming = [each.new for each in diff.changes if each.new and (each.action != "update" or each.address in moving)]
    pairs = relabelled(diff)  # of which another finding speaks
    gone = {each.address for each in diff.changes if each.gone}
    found = [
        *_same_keys([each for each in leaving if each.address not in pairs], coming, gone),
        *_overlapping_subnets(leaving, coming),
    ]
    if not found:
        return
    exchanged = [
        each.leaving for each in found if set(each) <= moving and _Conflict(each.coming, each.leaving) in found
    ]
    step = f"an exchange never succeeds in one apply: move {exchanged[0]} out of the way first" if exchanged else _AGAIN
    ways = listed(f"{each.coming} while {each.leaving} is there" for each in found)
    yield Finding(
        level=IN_PLACE,
        code="taken",
        sentence=f"AWS may refuse to make {ways}",
        fields=("zones", "inbound.services", "outbound.services", "vpcs", "transit_gateway"),
        steps=(step,),
    )


def _moves(change: Change) -> bool:
    """Whether a resource stays and becomes another one of its kind: a listener on another port."""
    if change.action != "update" or change.old is None or change.new is None:
        return False
    return _key(change.old, frozenset()) != _key(change.new, frozenset())


def _same_keys(leaving: Sequence[Resource], coming: Sequence[Resource], gone: Set[str]) -> Iterator[_Conflict]:
    """What has the same key in AWS as something that leaves."""
    holders = {key: each.address for each in leaving if (key := _key(each, frozenset()))}
    for each in coming if holders else ():
        key = _key(each, gone)
        holder = holders.get(key) if key else None
        if holder and holder != each.address:
            yield _Conflict(holder, each.address)


def _key(resource: Resource, gone: Set[str]) -> Key | None:
    """What AWS has once of a type; a reference to what is replaced means another thing, though written alike."""
    if resource.type not in _UNIQUE:
        return None
    values = [text_of(resource.arguments.get(name)) for name in _UNIQUE[resource.type]]
    meant = (f"{value} anew" if value.rpartition(".")[0] in gone else value for value in values)
    return (resource.type, resource.provider, *meant)


def _overlapping_subnets(leaving: Sequence[Resource], coming: Sequence[Resource]) -> Iterator[_Conflict]:
    """Subnets that overlap one that leaves."""
    before = [(each.address, cidr_block_of(each)) for each in leaving if each.type == "aws_subnet"]
    for each in coming if before else ():
        block = cidr_block_of(each) if each.type == "aws_subnet" else None
        for address, old in before:
            if block and old and address != each.address and block.overlaps(old):
                yield _Conflict(address, each.address)
