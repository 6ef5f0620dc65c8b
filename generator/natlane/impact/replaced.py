"""Conditions on which the provider replaces a resource because of a changed argument.

What replaces always is in natlane.facts.replacing_arguments. What does on a condition is here, each with the file below
internal/service of hashicorp/terraform-provider-aws 6.58 that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Final, NamedTuple

from natlane.facts.replacing_arguments import TYPES
from natlane.hcl.blocks import Value

Held = Mapping[str, Value]
Resolve = Callable[[Value], Hashable]  # a value as it can be compared


class Sides(NamedTuple):
    """How values of both sides are compared."""

    old: Resolve
    new: Resolve
    is_planned: Callable[[Value], bool]  # of a new one: whether Terraform knows it when it plans


Condition = Callable[[Held, Held, Sides], bool]
RULE_SOURCES: Final = frozenset({"cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"})


def replaces(kind: str, name: str, old: Held, new: Held, sides: Sides) -> bool:
    """Whether the change of one argument of a known type replaces the resource."""
    if name in CONDITIONAL.get(kind, {}):
        return CONDITIONAL[kind][name](old, new, sides)
    always = TYPES[kind].replaced_by
    if name in always:
        return True
    members = [path.partition(".")[2] for path in always if path.startswith(f"{name}.")]
    return any(sides.old(_member(old.get(name), each)) != sides.new(_member(new.get(name), each)) for each in members)


def _member(value: Value, name: str) -> Value:
    """One member of every block."""
    blocks = value if isinstance(value, tuple) else ()
    return tuple(block.get(name) for block in blocks if isinstance(block, dict))


def _mappings(old: Held, new: Held, sides: Sides) -> bool:
    """elbv2/load_balancer.go: a network load balancer is replaced where it has fewer zones than before, or more and
    one of the old ones changes too. The same number of zones changes in place, because the SDK (schemaMap.diffSet)
    asks for a replacement only where the number of blocks differs. This is decided at plan time, so a subnet that has
    no id by then changes in place."""
    before, after = sides.old(old.get("subnet_mapping")), sides.new(new.get("subnet_mapping"))
    if not (isinstance(before, tuple) and isinstance(after, tuple)):
        return True
    replaced = len(before) > len(after) or (len(before) < len(after) and not set(before) <= set(after))
    return replaced and sides.is_planned(new.get("subnet_mapping"))


def _subnets(old: Held, new: Held, sides: Sides) -> bool:
    """elbv2/load_balancer.go: more subnets change in place, if all are known at plan time."""
    before, after = sides.old(old.get("subnets")), sides.new(new.get("subnets"))
    if not (isinstance(before, tuple) and isinstance(after, tuple)):
        return True
    return len(before) >= len(after) and sides.is_planned(new.get("subnets"))


def _first_or_last_group(old: Held, new: Held, _sides: Sides) -> bool:
    """elbv2/load_balancer.go: replaced where the first security group comes, or the last goes."""
    return not old.get("security_groups") or not new.get("security_groups")


def _fewer(old: Held, new: Held, _sides: Sides) -> bool:
    """elbv2/load_balancer.go: replaced by fewer addresses of AWS's choice; an unknown number counts as fewer."""
    before, after = (each.get("secondary_ips_auto_assigned_per_subnet") for each in (old, new))
    return not (isinstance(before, int) and isinstance(after, int) and after > before)


def _of_a_private_gateway(_old: Held, new: Held, _sides: Sides) -> bool:
    """ec2/vpc_nat_gateway.go: a private gateway is replaced where its number of addresses is written."""
    return new.get("connectivity_type") == "private" and new.get("secondary_private_ip_address_count") is not None


def _tenancy(old: Held, new: Held, _sides: Sides) -> bool:
    """ec2/vpc_.go: replaced, except from dedicated to default, which changes in place."""
    return (old.get("instance_tenancy"), new.get("instance_tenancy")) != ("dedicated", "default")


def _of_no_interface_endpoint(_old: Held, new: Held, _sides: Sides) -> bool:
    """ec2/vpc_endpoint.go, from 6.36: replaced where it is no interface endpoint."""
    return new.get("vpc_endpoint_type") != "Interface"


def _another_kind_of_source(name: str) -> Condition:
    """ec2/vpc_security_group_ingress_rule.go: a source that comes or goes."""
    return lambda old, new, _sides: (old.get(name) is None) != (new.get(name) is None)


_RULE: Final = {name: _another_kind_of_source(name) for name in sorted(RULE_SOURCES)}
CONDITIONAL: Final[Mapping[str, Mapping[str, Condition]]] = {
    "aws_lb": {
        "secondary_ips_auto_assigned_per_subnet": _fewer,
        "security_groups": _first_or_last_group,
        "subnet_mapping": _mappings,
        "subnets": _subnets,
    },
    "aws_nat_gateway": {"secondary_private_ip_address_count": _of_a_private_gateway},
    "aws_vpc": {"instance_tenancy": _tenancy},
    "aws_vpc_endpoint": {"private_dns_enabled": _of_no_interface_endpoint},
    "aws_vpc_security_group_egress_rule": _RULE,
    "aws_vpc_security_group_ingress_rule": _RULE,
}
