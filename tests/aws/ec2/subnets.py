"""Subnets: within their VPC, apart from each other, and with addresses that something holds."""

from __future__ import annotations

from ipaddress import IPv4Network

from tests.aws.call import Call, answers
from tests.aws.describes import COMPUTED
from tests.aws.ec2.interfaces import free
from tests.aws.ec2.prefixes import blocks, sized
from tests.aws.errors import AwsError, in_use
from tests.aws.world import Data, Record


@answers("ec2", "CreateSubnet")
def create_subnet(call: Call) -> Data:
    """EC2 API reference, CreateSubnet; errors InvalidSubnet.Range and InvalidSubnet.Conflict."""
    vpc = call.find("vpc", "VpcId")
    cidr = sized(call.params["CidrBlock"], "InvalidSubnet.Range")
    if not any(cidr.subnet_of(each) for each in blocks(vpc)):
        raise AwsError("InvalidSubnet.Range", f"The CIDR '{cidr}' is invalid.")
    for other in call.world.live("subnet"):
        if other.data["VpcId"] == vpc.id and IPv4Network(other.data["CidrBlock"]).overlaps(cidr):
            raise AwsError("InvalidSubnet.Conflict", f"The CIDR '{cidr}' conflicts with another subnet")
    zone = call.params.get("AvailabilityZone", call.world.zones[0])
    if zone not in call.world.zones:
        listed = ", ".join(call.world.zones)
        raise AwsError(
            "InvalidParameterValue",
            f"Value ({zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the "
            f"following availability zones: {listed}.",
        )
    subnet = call.world.add("subnet", call.account, call.params, _data(call, vpc, cidr, zone))
    subnet.data["SubnetArn"] = call.world.arn("ec2", call.account, f"subnet/{subnet.id}")
    return {"Subnet": told(call, subnet)}


def _data(call: Call, vpc: Record, cidr: IPv4Network, zone: str) -> Data:
    return {
        "AvailabilityZone": zone,
        "AvailabilityZoneId": zone_id(call, zone),
        "CidrBlock": str(cidr),
        "DefaultForAz": False,
        "MapPublicIpOnLaunch": False,
        "MapCustomerOwnedIpOnLaunch": False,
        "AssignIpv6AddressOnCreation": False,
        "EnableDns64": False,
        "Ipv6Native": False,
        "Ipv6CidrBlockAssociationSet": [],
        "PrivateDnsNameOptionsOnLaunch": {
            "HostnameType": "ip-name",
            "EnableResourceNameDnsARecord": False,
            "EnableResourceNameDnsAAAARecord": False,
        },
        "OwnerId": call.account,
        "State": "available",
        "Tags": call.tags("subnet"),
        "VpcId": vpc.id,
    }


def zone_id(call: Call, zone: str) -> str:
    """An id for a zone, in the form of AWS's (euw1-az1)."""
    parts = call.world.region.split("-")
    return f"{parts[0]}{''.join(part[0] for part in parts[1:-1])}{parts[-1]}-az{call.world.zones.index(zone) + 1}"


def told(call: Call, subnet: Record) -> Data:
    """A subnet with the number of its free addresses."""
    return {**subnet.data, "AvailableIpAddressCount": len(free(call.world, subnet))}


COMPUTED["subnet"] = told


@answers("ec2", "DeleteSubnet")
def delete_subnet(call: Call) -> Data:
    """Refused while an interface is in it (EC2 API reference, DeleteSubnet; error code DependencyViolation)."""
    subnet = call.find("subnet", "SubnetId")
    if any(each.data["SubnetId"] == subnet.id for each in call.world.live("network-interface")):
        raise in_use("DependencyViolation", f"The subnet '{subnet.id}' has dependencies and cannot be deleted.")
    for table in call.world.live("route-table"):
        table.data["Associations"] = [each for each in table.data["Associations"] if each.get("SubnetId") != subnet.id]
    call.world.remove(subnet)
    return {}


@answers("ec2", "ModifySubnetAttribute")
def modify_subnet_attribute(call: Call) -> Data:
    """One attribute a call (EC2 API reference, ModifySubnetAttribute); those that its describe tells."""
    subnet = call.find("subnet", "SubnetId")
    for name, value in call.params.items():
        if name in subnet.data and isinstance(value, dict):
            subnet.data[name] = value["Value"]
    return {}


@answers("ec2", "DescribeAvailabilityZones")
def describe_availability_zones(call: Call) -> Data:
    """The zones of the landing zone."""
    names = call.params.get("ZoneNames") or call.world.zones
    unknown = [name for name in names if name not in call.world.zones]
    if unknown:
        raise AwsError("InvalidParameterValue", f"Invalid availability zone: [{unknown[0]}]")
    return {
        "AvailabilityZones": [
            {
                "OptInStatus": "opt-in-not-required",
                "RegionName": call.world.region,
                "ZoneName": name,
                "ZoneId": zone_id(call, name),
                "GroupName": call.world.region,
                "NetworkBorderGroup": call.world.region,
                "ZoneType": "availability-zone",
                "State": "available",
                "Messages": [],
            }
            for name in names
        ]
    }
