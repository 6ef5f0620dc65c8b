"""Interface endpoints, with a pinned address in each subnet."""

from __future__ import annotations

from typing import Any

from natlane.facts.endpoint_services import across_regions

from tests.aws.call import Call, answers
from tests.aws.describes import COMPUTED
from tests.aws.ec2 import interfaces
from tests.aws.errors import AwsError
from tests.aws.world import NOW, Data, Record


@answers("ec2", "CreateVpcEndpoint")
def create_vpc_endpoint(call: Call) -> Data:
    """EC2 API reference, CreateVpcEndpoint: an interface in each subnet, one subnet a zone
    (DuplicateSubnetsInSameZone), 50 interface endpoints in a VPC (VpcEndpointLimitExceeded)."""
    vpc = call.find("vpc", "VpcId")
    if call.params.get("VpcEndpointType") != "Interface":
        raise AwsError("InvalidParameter", "this fake makes interface endpoints alone")
    used = [each for each in call.world.live("vpc-endpoint") if each.data["VpcId"] == vpc.id]
    call.world.limit("interface_endpoints_per_vpc", 50, len(used), "VpcEndpointLimitExceeded")
    _named(call)
    groups = call.params.get("SecurityGroupIds") or [_default(call, vpc)]
    for each in groups:
        if call.world.find("security-group", each, call.account).data["VpcId"] != vpc.id:
            raise AwsError("InvalidGroup.NotFound", f"The security group '{each}' does not exist in VPC '{vpc.id}'")
    endpoint = call.world.add("vpc-endpoint", call.account, call.params, _data(call, vpc))
    endpoint.kept["groups"] = list(groups)
    try:
        _add(call, endpoint, call.params.get("SubnetIds", []))
    except AwsError:
        interfaces.detach(call.world, endpoint.id)
        call.world.remove(endpoint)
        raise
    return {"VpcEndpoint": told(call, endpoint)}


def _named(call: Call) -> None:
    """A service of this region, or of the one that is asked for, or an endpoint service of somebody's, by its name's
    form (AWS PrivateLink guide, "AWS services that integrate", "Cross-region enabled AWS services", "Share your
    services"). The code for a service that is not offered there is inferred: it is that of an unknown name."""
    name, region = call.params["ServiceName"], call.params.get("ServiceRegion", call.world.region)
    if region != call.world.region and not across_regions(name):
        raise AwsError("InvalidServiceName", f"The Vpc Endpoint Service '{name}' is not offered across regions")
    starts = [f"{start}.{region}." for start in ("com.amazonaws", "eu.amazonaws", "aws.api", "com.amazonaws.vpce")]
    if not name.startswith(tuple(starts)):
        raise AwsError("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist")


def _default(call: Call, vpc: Record) -> str:
    return next(
        each.id
        for each in call.world.live("security-group")
        if each.data["VpcId"] == vpc.id and each.kept.get("default")
    )


def _data(call: Call, vpc: Record) -> Data:
    policy = call.params.get("PolicyDocument") or _FULL
    return {
        "VpcEndpointType": "Interface",
        "VpcId": vpc.id,
        "ServiceName": call.params["ServiceName"],
        "State": "available",
        "PolicyDocument": policy,
        "RouteTableIds": [],
        "IpAddressType": call.params.get("IpAddressType", "ipv4"),
        "DnsOptions": {"DnsRecordIpType": "ipv4"},
        "PrivateDnsEnabled": call.params.get("PrivateDnsEnabled", True),
        "RequesterManaged": False,
        "CreationTimestamp": NOW,
        "Tags": call.tags("vpc-endpoint"),
        "OwnerId": call.account,
        "ServiceRegion": call.params.get("ServiceRegion", call.world.region),
    }


_FULL = '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}'


def _add(call: Call, endpoint: Record, wanted: list[str]) -> None:
    pinned = {each["SubnetId"]: each.get("Ipv4") for each in call.params.get("SubnetConfigurations", ())}
    zones = {
        call.world.find("subnet", each.data["SubnetId"], call.account).data["AvailabilityZone"]
        for each in interfaces.of(call.world, endpoint.id)
    }
    for number in wanted:
        subnet = call.world.find("subnet", number, call.account)
        if subnet.data["VpcId"] != endpoint.data["VpcId"]:
            raise AwsError("InvalidParameter", f"{number} is of another VPC")
        zone = subnet.data["AvailabilityZone"]
        if zone in zones:
            raise AwsError(
                "DuplicateSubnetsInSameZone", f"Found another VPC endpoint subnet in the availability zone of {number}."
            )
        zones.add(zone)
        address = interfaces.take(call.world, subnet, [pinned[number]] if pinned.get(number) else [])
        text = f"VPC Endpoint Interface {endpoint.id}"
        interfaces.attach(call, subnet, address, "vpc_endpoint", text, endpoint.id, endpoint.kept["groups"])


def told(call: Call, endpoint: Record) -> Data:
    """An endpoint with its interfaces, subnets, groups and names."""
    found = interfaces.of(call.world, endpoint.id)
    name = f"{endpoint.id}.{endpoint.data['ServiceName'].split('.')[3]}.{call.world.region}.vpce.amazonaws.com"
    groups = [call.world.find("security-group", each, endpoint.owner) for each in endpoint.kept.get("groups", ())]
    return {
        **endpoint.data,
        "SubnetIds": [each.data["SubnetId"] for each in found],
        "NetworkInterfaceIds": [each.id for each in found],
        "Groups": [{"GroupId": each.id, "GroupName": each.data["GroupName"]} for each in groups],
        "DnsEntries": [{"DnsName": name, "HostedZoneId": "Z38GZ743OKFT7T"}],
    }


COMPUTED["vpc-endpoint"] = told


@answers("ec2", "ModifyVpcEndpoint")
def modify_vpc_endpoint(call: Call) -> Data:
    """Policy, groups and subnets (EC2 API reference, ModifyVpcEndpoint)."""
    endpoint = call.find("vpc-endpoint", "VpcEndpointId")
    given = call.params
    if "PolicyDocument" in given or given.get("ResetPolicy"):
        endpoint.data["PolicyDocument"] = given.get("PolicyDocument") or _FULL
    if "PrivateDnsEnabled" in given:
        endpoint.data["PrivateDnsEnabled"] = given["PrivateDnsEnabled"]
    gone = given.get("RemoveSecurityGroupIds", ())
    kept = [each for each in endpoint.kept["groups"] if each not in gone]
    endpoint.kept["groups"] = [*kept, *given.get("AddSecurityGroupIds", ())]
    interfaces.detach(call.world, endpoint.id, given.get("RemoveSubnetIds", ()))
    _move(call, endpoint)
    _add(call, endpoint, given.get("AddSubnetIds", []))
    for each in interfaces.of(call.world, endpoint.id):
        each.data["Groups"] = told(call, endpoint)["Groups"]
    return {"Return": True}


def _move(call: Call, endpoint: Record) -> None:
    """A subnet that stays gets another address by an interface made anew (ModifyVpcEndpoint, SubnetConfigurations)."""
    for each in call.params.get("SubnetConfigurations", ()):
        for interface in interfaces.of(call.world, endpoint.id):
            held: dict[str, Any] = interface.data
            wanted = each.get("Ipv4")
            if held["SubnetId"] == each["SubnetId"] and wanted and held["PrivateIpAddress"] != wanted:
                subnet = call.world.find("subnet", each["SubnetId"], call.account)
                address = interfaces.take(call.world, subnet, [wanted])
                call.world.remove(interface)
                text = f"VPC Endpoint Interface {endpoint.id}"
                interfaces.attach(call, subnet, address, "vpc_endpoint", text, endpoint.id, endpoint.kept["groups"])


@answers("ec2", "DeleteVpcEndpoints")
def delete_vpc_endpoints(call: Call) -> Data:
    """Its interfaces go with it; what is not there is told beside (EC2 API reference, DeleteVpcEndpoints)."""
    missing = []
    for number in call.params["VpcEndpointIds"]:
        try:
            endpoint = call.world.find("vpc-endpoint", number, call.account)
        except AwsError as error:
            missing.append({"ResourceId": number, "Error": {"Code": error.code, "Message": error.message}})
            continue
        interfaces.detach(call.world, endpoint.id)
        call.world.remove(endpoint)
    return {"Unsuccessful": missing}


@answers("ec2", "DescribePrefixLists")
def describe_prefix_lists(call: Call) -> Data:
    """None: interface endpoints have none."""
    return {"PrefixLists": []}
