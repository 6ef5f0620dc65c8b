"""What the AWS provider refuses when it plans (CustomizeDiff in its code), by resource type.

Sources, below internal/service of terraform-provider-aws 6.58: cloudwatch/metric_alarm.go, ec2/vpc_nat_gateway.go,
elbv2/listener.go and elbv2/target_group.go. What is not known yet is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.terraform.rules import Refusal
from tests.terraform.wire import UNKNOWN

Config = dict[str, Any]

NEEDS_BLOCK = ("authenticate-cognito", "authenticate-oidc", "fixed-response", "redirect")


def refusals_at_plan(type_name: str, config: Config) -> Iterator[Refusal]:
    """What is wrong with a configuration that is valid, each with the attribute's path."""
    if type_name in AT_PLAN:
        yield from AT_PLAN[type_name](config)


def _metric_alarm(config: Config) -> Iterator[Refusal]:
    """A statistic that is not known yet counts as none, here alone."""
    absent = (None, "", UNKNOWN)
    if config["metric_name"] not in absent and {config["statistic"], config["extended_statistic"]} <= set(absent):
        yield ("metric_name",), "one of statistic and extended_statistic must be set for a given metric_name"
    for name in ("comparison_operator", "evaluation_periods"):  # the schema itself wanted them up to 6.41
        if config[name] is None and not config["evaluation_criteria"]:
            yield (name,), f"{name} must be set"
    for query in config["metric_query"]:
        if query["expression"] not in absent and query["metric"]:
            yield ("metric_query",), "no metric_query may have both expression and a metric specified"


def _nat_gateway(config: Config) -> Iterator[Refusal]:
    kind = config["connectivity_type"] or "public"
    if kind == "private":
        for name in ("allocation_id", "secondary_allocation_ids"):
            if config[name] not in (None, "", []):
                yield (name,), f"{name} is not supported with connectivity_type = private"
    elif kind == "public" and config["secondary_private_ip_address_count"] is not None:
        yield ("secondary_private_ip_address_count",), "it is not supported with connectivity_type = public"


def _lb_listener(config: Config) -> Iterator[Refusal]:
    for action in config["default_action"]:
        kind = action["type"]
        if kind == "forward":
            yield from _forward(action)
        elif kind in NEEDS_BLOCK and not action[kind.replace("-", "_")]:
            yield ("default_action",), f"{kind} needs its block"


def _forward(action: Config) -> Iterator[Refusal]:
    """One group, by its ARN or in a block; where both are written they must say the same."""
    arn, blocks = action["target_group_arn"], action["forward"]
    if arn is None and not blocks:
        yield ("default_action",), "forward needs target_group_arn or forward"
    if arn not in (None, UNKNOWN) and blocks:
        arns = [group["arn"] for block in blocks for group in block["target_group"]]
        if not {UNKNOWN, ""}.intersection(arns) and arns != [arn]:
            yield ("default_action",), "target_group_arn and forward must name the same group"


def _target_group(config: Config) -> Iterator[Refusal]:
    kind = config["target_type"] or "instance"
    if kind not in ("lambda", UNKNOWN):
        for name in ("port", "protocol", "vpc_id"):
            if config[name] is None:
                yield (name,), f"{name} must be set where target_type is {kind}"
    for check in config["health_check"]:
        by_tcp = isinstance(check["protocol"], str) and check["protocol"].upper() == "TCP"
        if by_tcp:
            for name in ("matcher", "path"):
                if check[name] not in (None, "", UNKNOWN):
                    yield ("health_check", name), f"{name} is not supported with the protocol TCP"
        if by_tcp and kind == "lambda":
            yield ("health_check", "protocol"), "a group of a Lambda function is not checked over TCP"
        if by_tcp and config["protocol"] in ("HTTP", "HTTPS"):
            yield ("health_check", "protocol"), "a group of HTTP or HTTPS is not checked over TCP"


AT_PLAN: dict[str, Callable[[Config], Iterator[Refusal]]] = {
    "aws_cloudwatch_metric_alarm": _metric_alarm,
    "aws_lb_listener": _lb_listener,
    "aws_lb_target_group": _target_group,
    "aws_nat_gateway": _nat_gateway,
}
