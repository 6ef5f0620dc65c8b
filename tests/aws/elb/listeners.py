"""Listeners of network load balancers."""

from __future__ import annotations

from typing import Any

from tests.aws.call import Call, answers
from tests.aws.elb.attributes import LISTENER
from tests.aws.elb.store import Held, drop, find, keep, own
from tests.aws.errors import AwsError
from tests.aws.world import Data


@answers("elbv2", "CreateListener")
def create_listener(call: Call) -> Data:
    """One listener a port (DuplicateListener), which forwards to a target group that is there and of the same protocol
    and on no other load balancer (TargetGroupAssociationLimit)."""
    balancer = find(call, "loadbalancer", call.params["LoadBalancerArn"])
    port = call.params["Port"]
    _free(call, balancer.arn, port, "")
    _forwards(call, balancer.arn)
    path = f"net/{balancer.arn.partition('/net/')[2]}"
    held = keep(call, "listener", path, {})
    held.data = {
        "ListenerArn": held.arn,
        "LoadBalancerArn": balancer.arn,
        "Port": port,
        "Protocol": call.params["Protocol"],
        "DefaultActions": _actions(call),
    }
    held.attributes = dict(LISTENER)
    return {"Listeners": [held.data]}


def _free(call: Call, balancer: str, port: int, beside: str) -> None:
    for each in own(call, "listener"):
        if each.data["LoadBalancerArn"] == balancer and each.data["Port"] == port and each.arn != beside:
            raise AwsError(
                "DuplicateListener", f"A listener already exists on this port for this load balancer '{balancer}'"
            )


def _groups(actions: list[Data]) -> list[str]:
    return [each["TargetGroupArn"] for each in actions if "TargetGroupArn" in each]


def _actions(call: Call) -> list[Data]:
    """AWS tells a forward in both of its forms (Action, ForwardConfig)."""
    told = []
    for number, each in enumerate(call.params["DefaultActions"], 1):
        groups: list[Any] = _groups([each]) or [
            group["TargetGroupArn"] for group in each.get("ForwardConfig", {}).get("TargetGroups", ())
        ]
        forward = {"TargetGroups": [{"TargetGroupArn": group} for group in groups]}
        told.append({"Type": each["Type"], "TargetGroupArn": groups[0], "Order": number, "ForwardConfig": forward})
    return told


def _forwards(call: Call, balancer: str) -> None:
    for arn in _groups(call.params.get("DefaultActions", [])):
        group = find(call, "targetgroup", arn)
        others = {
            each.data["LoadBalancerArn"]
            for each in own(call, "listener")
            if arn in _groups(each.data["DefaultActions"])
        }
        if others - {balancer}:
            raise AwsError("TargetGroupAssociationLimit", f"{arn} is with another load balancer")
        protocol = call.params.get("Protocol")
        if protocol and group.data["Protocol"] != protocol:
            raise AwsError("InvalidConfigurationRequest", f"{arn} is not for {protocol}")


@answers("elbv2", "ModifyListener")
def modify_listener(call: Call) -> Data:
    """Port, protocol and actions in place (ModifyListener)."""
    held = find(call, "listener", call.params["ListenerArn"])
    if "Port" in call.params:
        _free(call, held.data["LoadBalancerArn"], call.params["Port"], held.arn)
        held.data["Port"] = call.params["Port"]
    if "DefaultActions" in call.params:
        _forwards(call, held.data["LoadBalancerArn"])
        held.data["DefaultActions"] = _actions(call)
    held.data["Protocol"] = call.params.get("Protocol", held.data["Protocol"])
    return {"Listeners": [held.data]}


@answers("elbv2", "DescribeListeners")
def describe_listeners(call: Call) -> Data:
    """By ARNs, or those of a load balancer."""
    arns = call.params.get("ListenerArns")
    if arns:
        found: list[Held] = [find(call, "listener", arn) for arn in arns]
    else:
        balancer = find(call, "loadbalancer", call.params.get("LoadBalancerArn", ""))
        found = [each for each in own(call, "listener") if each.data["LoadBalancerArn"] == balancer.arn]
    return {"Listeners": [each.data for each in found]}


@answers("elbv2", "DeleteListener")
def delete_listener(call: Call) -> Data:
    """ListenerNotFound where it is gone (DeleteListener)."""
    drop(call, find(call, "listener", call.params["ListenerArn"]))
    return {}
