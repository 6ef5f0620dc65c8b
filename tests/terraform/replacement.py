"""The arguments for which the provider replaces a resource, from the resource as it is and as planned.

Most are the `replaces` of provider_rules.json: ForceNew or RequiresReplace in the provider's code, which the schema
that Terraform exchanges does not carry. Some replace on a condition; those are functions, each with its file below
internal/service of terraform-provider-aws 6.58.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.terraform.provider_rules import RULES
from tests.terraform.wire import known

Values = dict[str, Any]

ALWAYS: dict[str, tuple[str, ...]] = {
    type_name: tuple(name for name, asked in rules.items() if asked.get("replaces"))
    for type_name, rules in RULES.items()
}
SOURCES_OF_RULES = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")


def replacing(type_name: str, prior: Values, planned: Values) -> tuple[str, ...]:
    """The top-level arguments that replace it, in order of their names."""
    found = {path for path in ALWAYS.get(type_name, ()) if _at(prior, path) != _at(planned, path)}
    if type_name in CONDITIONAL:
        found |= set(CONDITIONAL[type_name](prior, planned))
    if prior.get("region") != planned.get("region") and planned.get("region") is not None:
        found.add("region")
    return tuple(sorted({path.split(".")[0] for path in found}))


def _at(values: Values, path: str) -> Any:
    """What stands at a path, through every block of a list."""
    name, _, rest = path.partition(".")
    value = values.get(name)
    if not rest or value is None:
        return value
    return [_at(item, rest) for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def _load_balancer(prior: Values, planned: Values) -> Iterator[str]:
    """elbv2/load_balancer.go, of a network one: fewer zones, or more and another change (as many are changed in place,
    because the SDK hands what forces a set of blocks to their count alone); fewer or other subnets; the first security
    group comes or the last goes; fewer addresses that AWS chooses. What is not known yet is decided on apply."""
    if planned["load_balancer_type"] != "network":
        return
    after = planned["subnet_mapping"]
    if known(after) and len(after) != len(prior["subnet_mapping"]):
        kept = [(mapping["subnet_id"], mapping["private_ipv4_address"]) for mapping in after]
        if any((each["subnet_id"], each["private_ipv4_address"]) not in kept for each in prior["subnet_mapping"]):
            yield "subnet_mapping"
    before, subnets = prior["subnets"] or (), planned["subnets"] or ()
    if known(subnets) and set(before) != set(subnets) and len(before) >= len(subnets):
        yield "subnets"
    if bool(prior["security_groups"]) != bool(planned["security_groups"]):
        yield "security_groups"
    many, few = (each.get("secondary_ips_auto_assigned_per_subnet") for each in (prior, planned))
    if isinstance(many, int) and isinstance(few, int) and few < many:
        yield "secondary_ips_auto_assigned_per_subnet"


def _nat_gateway(prior: Values, planned: Values) -> Iterator[str]:
    """ec2/vpc_nat_gateway.go: the count of a private one, where it is written."""
    name = "secondary_private_ip_address_count"
    if planned["connectivity_type"] == "private" and planned[name] is not None and planned[name] != prior[name]:
        yield name


def _security_group_rule(prior: Values, planned: Values) -> Iterator[str]:
    """ec2/vpc_security_group_ingress_rule.go: another kind of source."""
    for name in SOURCES_OF_RULES:
        if (prior[name] is None) != (planned[name] is None):
            yield name


def _vpc(prior: Values, planned: Values) -> Iterator[str]:
    """ec2/vpc_.go: from dedicated to default is in place."""
    before, after = prior["instance_tenancy"], planned["instance_tenancy"]
    if before != after and (before, after) != ("dedicated", "default"):
        yield "instance_tenancy"


def _vpc_endpoint(prior: Values, planned: Values) -> Iterator[str]:
    """ec2/vpc_endpoint.go, from 6.36: in place for an interface endpoint alone."""
    if planned["vpc_endpoint_type"] != "Interface" and prior["private_dns_enabled"] != planned["private_dns_enabled"]:
        yield "private_dns_enabled"


CONDITIONAL: dict[str, Callable[[Values, Values], Iterator[str]]] = {
    "aws_lb": _load_balancer,
    "aws_nat_gateway": _nat_gateway,
    "aws_vpc": _vpc,
    "aws_vpc_endpoint": _vpc_endpoint,
    "aws_vpc_security_group_egress_rule": _security_group_rule,
    "aws_vpc_security_group_ingress_rule": _security_group_rule,
}
# The arguments of which each of them speaks.
CONDITIONS: dict[str, set[str]] = {
    "aws_lb": {"secondary_ips_auto_assigned_per_subnet", "security_groups", "subnet_mapping", "subnets"},
    "aws_nat_gateway": {"secondary_private_ip_address_count"},
    "aws_vpc": {"instance_tenancy"},
    "aws_vpc_endpoint": {"private_dns_enabled"},
    "aws_vpc_security_group_egress_rule": set(SOURCES_OF_RULES),
    "aws_vpc_security_group_ingress_rule": set(SOURCES_OF_RULES),
}
