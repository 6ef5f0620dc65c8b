"""Internal network load balancers, with a pinned address in each subnet."""

from __future__ import annotations

from typing import Any

from tests.aws.call import Call, answers
from tests.aws.ec2 import interfaces
from tests.aws.elb.attributes import BALANCER
from tests.aws.elb.store import Held, drop, find, keep, own
from tests.aws.errors import AwsError
from tests.aws.paging import page
from tests.aws.world import NOW, Data


@answers("elbv2", "CreateLoadBalancer")
def create_load_balancer(call: Call) -> Data:
    """One of a name in an account (DuplicateLoadBalancerName), one subnet a zone, each with the address given or a free
    one (SubnetMapping, PrivateIPv4Address)."""
    given = call.params
    name = given["Name"]
    if any(each.data["LoadBalancerName"] == name for each in own(call, "loadbalancer")):
        raise AwsError("DuplicateLoadBalancerName", f"A load balancer with the same name '{name}' exists")
    if given.get("Type") != "network" or given.get("Scheme") != "internal":
        raise AwsError("ValidationError", "this fake makes internal network load balancers alone")
    pinned = _pinned(given)
    first = call.world.find("subnet", next(iter(pinned)), call.account)
    held = keep(call, "loadbalancer", f"net/{name}", _data(call, str(first.data["VpcId"])))
    held.data["LoadBalancerArn"] = held.arn
    held.attributes = dict(BALANCER)
    try:
        _enter(call, held, pinned)
    except AwsError:
        interfaces.detach(call.world, held.arn)
        drop(call, held)
        raise
    return {"LoadBalancers": [_told(call, held)]}


def _pinned(given: dict[str, Any]) -> dict[str, str]:
    mapped = {each["SubnetId"]: each.get("PrivateIPv4Address", "") for each in given.get("SubnetMappings", ())}
    found = mapped or dict.fromkeys(given.get("Subnets", ()), "")
    if not found:
        raise AwsError("ValidationError", "At least one subnet must be specified")
    return found


def _data(call: Call, vpc: str) -> Data:
    name = call.params["Name"]
    return {
        "DNSName": f"{name}-0123456789abcdef.elb.{call.world.region}.amazonaws.com",
        "CanonicalHostedZoneId": "Z2IFOLAFXWLO4F",
        "CreatedTime": NOW,
        "LoadBalancerName": name,
        "Scheme": "internal",
        "VpcId": vpc,
        "State": {"Code": "active"},
        "Type": "network",
        "SecurityGroups": list(call.params.get("SecurityGroups", [])),
        "IpAddressType": call.params.get("IpAddressType", "ipv4"),
        "EnablePrefixForIpv6SourceNat": "off",
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "on",
    }


def _enter(call: Call, held: Held, pinned: dict[str, str]) -> None:
    zones = {_zone(call, number) for number in held.subnets}
    for number, address in pinned.items():
        subnet = call.world.find("subnet", number, call.account)
        zone = _zone(call, number)
        if subnet.data["VpcId"] != held.data["VpcId"] or zone in zones:
            raise AwsError("InvalidSubnet", "one subnet a zone, of one VPC")
        zones.add(zone)
        taken = interfaces.take(call.world, subnet, [address] if address else [])
        text = f"ELB net/{held.data['LoadBalancerName']}/{held.arn.rpartition('/')[2]}"
        groups = held.data["SecurityGroups"]
        interfaces.attach(call, subnet, taken, "network_load_balancer", text, held.arn, groups)
        held.subnets[number] = address


def _zone(call: Call, subnet: str) -> str:
    return str(call.world.find("subnet", subnet, call.account).data["AvailabilityZone"])


def _told(call: Call, held: Held) -> Data:
    zones = [
        {
            "ZoneName": _zone(call, number),
            "SubnetId": number,
            "LoadBalancerAddresses": [{"PrivateIPv4Address": address}] if address else [],
        }
        for number, address in held.subnets.items()
    ]
    groups = {"SecurityGroups": held.data["SecurityGroups"]} if held.data["SecurityGroups"] else {}
    return {
        **{key: value for key, value in held.data.items() if key != "SecurityGroups"},
        **groups,
        "AvailabilityZones": zones,
    }


@answers("elbv2", "DescribeLoadBalancers")
def describe_load_balancers(call: Call) -> Data:
    """By ARNs or names, each of which must be there (LoadBalancerNotFound); else all, in pages."""
    found = list(own(call, "loadbalancer"))
    for arn in call.params.get("LoadBalancerArns", ()):
        find(call, "loadbalancer", arn)
    if call.params.get("LoadBalancerArns"):
        found = [each for each in found if each.arn in call.params["LoadBalancerArns"]]
    if call.params.get("Names"):
        found = [each for each in found if each.data["LoadBalancerName"] in call.params["Names"]]
        if len(found) < len(call.params["Names"]):
            raise AwsError("LoadBalancerNotFound", "One or more load balancers not found")
    items, token = page(
        [_told(call, each) for each in found], call.params, call.world.quotas.get("page", 400), "Marker"
    )
    return {"LoadBalancers": items, **({"NextMarker": token} if token else {})}


@answers("elbv2", "DeleteLoadBalancer")
def delete_load_balancer(call: Call) -> Data:
    """Its listeners go with it; what is not there is no error (DeleteLoadBalancer); protection holds it."""
    for held in own(call, "loadbalancer"):
        if held.arn == call.params["LoadBalancerArn"]:
            if held.attributes["deletion_protection.enabled"] == "true":
                raise AwsError("OperationNotPermitted", f"{held.arn} cannot be deleted, deletion protection is enabled")
            for listener in own(call, "listener"):
                if listener.data["LoadBalancerArn"] == held.arn:
                    drop(call, listener)
            interfaces.detach(call.world, held.arn)
            drop(call, held)
    return {}


@answers("elbv2", "SetSecurityGroups")
def set_security_groups(call: Call) -> Data:
    """Others for one that was made with some; never to none or from none (SetSecurityGroups, NLB guide)."""
    held = find(call, "loadbalancer", call.params["LoadBalancerArn"])
    if bool(held.data["SecurityGroups"]) != bool(call.params["SecurityGroups"]):
        raise AwsError(
            "InvalidConfigurationRequest", "a load balancer made without groups has none, and one with keeps some"
        )
    held.data["SecurityGroups"] = list(call.params["SecurityGroups"])
    for each in interfaces.of(call.world, held.arn):
        each.data["Groups"] = [
            {"GroupId": number, "GroupName": call.world.find("security-group", number, call.account).data["GroupName"]}
            for number in held.data["SecurityGroups"]
        ]
    return {"SecurityGroupIds": held.data["SecurityGroups"]}


@answers("elbv2", "SetSubnets")
def set_subnets(call: Call) -> Data:
    """More or fewer zones; a subnet that stays keeps its address (SetSubnets). A zone's subnet is exchanged in two:
    first it goes, then another comes (NLB guide, "Update the Availability Zones"; the code is inferred)."""
    held = find(call, "loadbalancer", call.params["LoadBalancerArn"])
    pinned = _pinned(call.params)
    gone = [number for number in held.subnets if number not in pinned]
    coming = {_zone(call, number) for number in pinned if number not in held.subnets}
    if coming & {_zone(call, number) for number in gone}:
        raise AwsError("InvalidConfigurationRequest", "remove a zone's subnet before another of the zone is added")
    interfaces.detach(call.world, held.arn, gone)
    held.subnets = {number: address for number, address in held.subnets.items() if number not in gone}
    _enter(call, held, {number: address for number, address in pinned.items() if number not in held.subnets})
    return {"AvailabilityZones": _told(call, held)["AvailabilityZones"]}


@answers("elbv2", "DescribeCapacityReservation")
def describe_capacity_reservation(call: Call) -> Data:
    """None is reserved (DescribeCapacityReservation)."""
    find(call, "loadbalancer", call.params["LoadBalancerArn"])
    return {"DecreaseRequestsRemaining": 0, "CapacityReservationState": []}
