"""Target groups and their targets."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Final

from tests.aws.call import Call, answers
from tests.aws.ec2.prefixes import blocks
from tests.aws.elb.attributes import GROUP
from tests.aws.elb.store import Held, drop, find, keep, own
from tests.aws.errors import AwsError
from tests.aws.paging import page
from tests.aws.world import Data

# CreateTargetGroup: what a health check is where the call does not say.
_DEFAULTS: Final = {
    "HealthCheckEnabled": True,
    "HealthCheckIntervalSeconds": 30,
    "HealthCheckTimeoutSeconds": 10,
    "HealthyThresholdCount": 5,
    "UnhealthyThresholdCount": 2,
    "HealthCheckPort": "traffic-port",
    "HealthCheckProtocol": "TCP",
    "IpAddressType": "ipv4",
}
# RegisterTargets: addresses outside of the VPC that may be targets.
_ELSEWHERE: Final = tuple(
    IPv4Network(text) for text in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
)


@answers("elbv2", "CreateTargetGroup")
def create_target_group(call: Call) -> Data:
    """One of a name in an account (DuplicateTargetGroupName)."""
    name = call.params["Name"]
    if any(each.data["TargetGroupName"] == name for each in own(call, "targetgroup")):
        raise AwsError("DuplicateTargetGroupName", f"A target group with the same name '{name}' exists")
    call.world.find("vpc", call.params["VpcId"], call.account)
    given = {key: value for key, value in call.params.items() if key not in ("Name", "Tags")}
    data = {"TargetGroupName": name, **_DEFAULTS, **given}
    held = keep(call, "targetgroup", name, data)
    held.data["TargetGroupArn"] = held.arn
    held.attributes = dict(GROUP)
    return {"TargetGroups": [_told(call, held)]}


def _told(call: Call, held: Held) -> Data:
    used = {
        each.data["LoadBalancerArn"]
        for each in own(call, "listener")
        if any(action.get("TargetGroupArn") == held.arn for action in each.data["DefaultActions"])
    }
    return {**held.data, "LoadBalancerArns": sorted(used)}


@answers("elbv2", "DescribeTargetGroups")
def describe_target_groups(call: Call) -> Data:
    """By ARNs, names or load balancer; TargetGroupNotFound for an ARN or a name that is not there."""
    found = [find(call, "targetgroup", arn) for arn in call.params.get("TargetGroupArns", ())]
    if not found:
        found = list(own(call, "targetgroup"))
    names = call.params.get("Names")
    if names:
        found = [each for each in found if each.data["TargetGroupName"] in names]
        if len(found) < len(names):
            raise AwsError("TargetGroupNotFound", "One or more target groups not found")
    told = [_told(call, each) for each in found]
    balancer = call.params.get("LoadBalancerArn")
    told = [each for each in told if balancer is None or balancer in each["LoadBalancerArns"]]
    items, token = page(told, call.params, call.world.quotas.get("page", 400), "Marker")
    return {"TargetGroups": items, **({"NextMarker": token} if token else {})}


@answers("elbv2", "ModifyTargetGroup")
def modify_target_group(call: Call) -> Data:
    """Health checks alone (ModifyTargetGroup)."""
    held = find(call, "targetgroup", call.params["TargetGroupArn"])
    held.data |= {key: value for key, value in call.params.items() if key != "TargetGroupArn"}
    return {"TargetGroups": [_told(call, held)]}


@answers("elbv2", "DeleteTargetGroup")
def delete_target_group(call: Call) -> Data:
    """ResourceInUse while a listener forwards to it; what is not there is no error (DeleteTargetGroup)."""
    for held in own(call, "targetgroup"):
        if held.arn == call.params["TargetGroupArn"]:
            if _told(call, held)["LoadBalancerArns"]:
                raise AwsError(
                    "ResourceInUse", f"Target group '{held.arn}' is currently in use by a listener or a rule"
                )
            drop(call, held)
    return {}


@answers("elbv2", "RegisterTargets")
def register_targets(call: Call) -> Data:
    """Again is no error; an address outside of the VPC must be private and say `all` as its zone (RegisterTargets,
    TargetDescription)."""
    held = find(call, "targetgroup", call.params["TargetGroupArn"])
    own_blocks = blocks(call.world.find("vpc", str(held.data["VpcId"]), call.account))
    for each in call.params["Targets"]:
        address = IPv4Address(each["Id"])
        inside = any(address in block for block in own_blocks)
        if not inside and (each.get("AvailabilityZone") != "all" or not any(address in block for block in _ELSEWHERE)):
            raise AwsError(
                "InvalidTarget", f"{address} is outside of the VPC: say the zone `all`, and a private address"
            )
        target = {"Id": each["Id"], "Port": each.get("Port", held.data["Port"])}
        target |= {"AvailabilityZone": each["AvailabilityZone"]} if "AvailabilityZone" in each else {}
        if target not in held.targets:
            held.targets.append(target)
    return {}


@answers("elbv2", "DeregisterTargets")
def deregister_targets(call: Call) -> Data:
    """InvalidTarget where it is not registered (DeregisterTargets)."""
    held = find(call, "targetgroup", call.params["TargetGroupArn"])
    for each in call.params["Targets"]:
        kept = [other for other in held.targets if not _same(each, other)]
        if len(kept) == len(held.targets):
            raise AwsError("InvalidTarget", f"{each['Id']} is not registered")
        held.targets = kept
    return {}


def _same(wanted: Data, target: Data) -> bool:
    return bool(wanted["Id"] == target["Id"] and wanted.get("Port", target["Port"]) == target["Port"])


@answers("elbv2", "DescribeTargetHealth")
def describe_target_health(call: Call) -> Data:
    """Of all targets or those named; one that is not registered is told as unused (DescribeTargetHealth)."""
    held = find(call, "targetgroup", call.params["TargetGroupArn"])
    wanted = call.params.get("Targets")
    found = [each for each in held.targets if not wanted or any(_same(other, each) for other in wanted)]
    told = [
        {"Target": each, "HealthCheckPort": str(each["Port"]), "TargetHealth": {"State": "healthy"}} for each in found
    ]
    missing = {"State": "unused", "Reason": "Target.NotRegistered", "Description": "Target is not registered"}
    told += [
        {"Target": {"Id": each["Id"], "Port": each.get("Port", held.data["Port"])}, "TargetHealth": missing}
        for each in wanted or ()
        if not any(_same(each, other) for other in held.targets)
    ]
    return {"TargetHealthDescriptions": told}
