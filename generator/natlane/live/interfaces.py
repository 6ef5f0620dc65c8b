"""The addresses in VPC N as AWS holds them, and whose they are: NAT gateways, endpoints, load balancers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network

from natlane.live import calls
from natlane.live.answer_shapes import is_address
from natlane.live.calls import Answers, Item
from natlane.live.source import LiveError
from natlane.network.interfaces import answered_ports
from natlane.network.model import Backend, Endpoint, Interface, Listener, LoadBalancer, NatGateway
from natlane.network.security import Rule, SecurityGroup
from natlane.network.tables import Origin
from natlane.problems import file_problem

OriginOf = Callable[[Item, str], Origin]


def interfaces_of(answers: Answers, vpc_id: str, origin: OriginOf) -> Mapping[IPv4Address, Interface]:
    """Every address of a NAT gateway, an interface endpoint or a network load balancer in a VPC."""
    groups = _security_groups(answers, vpc_id, origin)
    found = (
        *_nat_gateways(answers, vpc_id, origin),
        *_endpoints(answers, vpc_id, groups, origin),
        *_load_balancers(answers, vpc_id, groups, origin),
    )
    return {each.address: each for each in found}


def check_subnets(partner: str, interfaces: Mapping[IPv4Address, Interface], subnets: Mapping[str, object]) -> None:
    """Raises LiveError where something stands in a subnet that was not told: the answers are not of one moment."""
    lost = sorted(each.subnet for each in interfaces.values() if each.subnet not in subnets)
    if lost:
        message = f"AWS told what stands in {lost[0]}, and no such subnet of its VPC"
        raise LiveError(file_problem("aws-answer", partner, message, "run the command again"))


def _nat_gateways(answers: Answers, vpc_id: str, origin: OriginOf) -> Iterator[Interface]:
    for each in answers[calls.NAT_GATEWAYS.name]:
        if each["VpcId"] != vpc_id or each.get("State") != "available":
            continue
        told = sorted(each.get("NatGatewayAddresses", ()), key=lambda a: not a.get("IsPrimary", True))
        addresses = tuple(IPv4Address(a["PrivateIp"]) for a in told if "PrivateIp" in a)
        owner = NatGateway(each["NatGatewayId"], addresses, origin(each, each["NatGatewayId"]))
        yield from (Interface(address, each["SubnetId"], owner) for address in addresses)


def _endpoints(
    answers: Answers, vpc_id: str, groups: Mapping[str, SecurityGroup], origin: OriginOf
) -> Iterator[Interface]:
    interfaces = {each["NetworkInterfaceId"]: each for each in answers[calls.NETWORK_INTERFACES.name]}
    for each in answers[calls.ENDPOINTS.name]:
        if each["VpcId"] != vpc_id or each.get("VpcEndpointType") != "Interface":
            continue
        named = [group["GroupId"] for group in each.get("Groups", ())]
        number = each["VpcEndpointId"]
        guards, service = _held(groups, named), each["ServiceName"]
        owner = Endpoint(number, service, answered_ports(service, guards), guards, origin(each, number))
        for key in each.get("NetworkInterfaceIds", ()):
            if key in interfaces:
                yield Interface(IPv4Address(interfaces[key]["PrivateIpAddress"]), interfaces[key]["SubnetId"], owner)


def _load_balancers(
    answers: Answers, vpc_id: str, groups: Mapping[str, SecurityGroup], origin: OriginOf
) -> Iterator[Interface]:
    listeners = _listeners(answers)
    for each in answers[calls.LOAD_BALANCERS.name]:
        if each["VpcId"] != vpc_id or each.get("Type") != "network":
            continue
        arn, name = each["LoadBalancerArn"], each["LoadBalancerName"]
        owner = LoadBalancer(
            name, _held(groups, each.get("SecurityGroups", ())), tuple(listeners.get(arn, ())), origin(each, name)
        )
        for zone in each.get("AvailabilityZones", ()):
            for place in zone.get("LoadBalancerAddresses", ()):
                if "PrivateIPv4Address" in place:
                    yield Interface(IPv4Address(place["PrivateIPv4Address"]), zone["SubnetId"], owner)


def _listeners(answers: Answers) -> dict[str, list[Listener]]:
    targets = {
        each["TargetGroupArn"]: tuple(
            Backend(IPv4Address(one["Target"]["Id"]), one["Target"]["Port"], Origin(each["TargetGroupArn"], "", 0))
            for one in each["TargetHealthDescriptions"]
            if is_address(one["Target"]["Id"])  # the account may have other balancers, whose targets are none
            if one.get("TargetHealth", {}).get("State") != "draining"
        )
        for each in answers[calls.TARGET_HEALTH.name]
    }
    found: dict[str, list[Listener]] = {}
    for each in answers[calls.LISTENERS.name]:
        for listener in each["Listeners"]:
            group = next((a.get("TargetGroupArn", "") for a in listener.get("DefaultActions", ())), "")
            origin = Origin(listener["ListenerArn"], "", 0)
            found.setdefault(each["LoadBalancerArn"], []).append(
                Listener(listener["Port"], targets.get(group, ()), origin)
            )
    return found


def _security_groups(answers: Answers, vpc_id: str, origin: OriginOf) -> Mapping[str, SecurityGroup]:
    found = {}
    for each in answers[calls.SECURITY_GROUPS.name]:
        if each["VpcId"] == vpc_id:
            made = origin(each, each["GroupId"])
            ingress = tuple(_rules(each.get("IpPermissions", ()), made))
            egress = tuple(_rules(each.get("IpPermissionsEgress", ()), made))
            found[each["GroupId"]] = SecurityGroup(each["GroupId"], ingress, egress, made)
    return found


def _rules(permissions: list[Item], origin: Origin) -> Iterator[Rule]:
    for each in permissions:
        protocol = each["IpProtocol"]
        every = protocol in ("-1", "icmp")
        first, last = (0, 65_535) if every else (each["FromPort"], each["ToPort"])
        for place in each.get("IpRanges", ()):
            yield Rule(IPv4Network(place["CidrIp"]), protocol, first, last, origin)


def _held(groups: Mapping[str, SecurityGroup], names: list[str]) -> tuple[SecurityGroup, ...]:
    return tuple(groups[name] for name in names if name in groups)
