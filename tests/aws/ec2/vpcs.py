"""VPCs and their blocks: what AWS makes with one, what it refuses, and what must be gone before it goes."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any, Final

from tests.aws.call import Call, answers
from tests.aws.ec2.prefixes import block, blocks, may_join, sized
from tests.aws.ec2.route_tables import local_routes, make_table
from tests.aws.ec2.security_groups import allow, make_group
from tests.aws.errors import AwsError, in_use
from tests.aws.world import Data, Record, World

_ATTRIBUTES: Final = {
    "enableDnsHostnames": "EnableDnsHostnames",
    "enableDnsSupport": "EnableDnsSupport",
    "enableNetworkAddressUsageMetrics": "EnableNetworkAddressUsageMetrics",
}
# What a VPC may have of its own when it is deleted (VPC user guide, "Delete your VPC"): all else must be gone.
_HOLDS: Final = ("subnet", "vpc-endpoint", "route-table", "security-group", "network-acl", "network-interface")


def block_association(world: World, account: str, seed: Any, cidr: IPv4Network) -> Data:
    number = world.new_id("vpc-cidr-assoc", account, [seed, str(cidr)])
    return {"AssociationId": number, "CidrBlock": str(cidr), "CidrBlockState": {"State": "associated"}}


@answers("ec2", "CreateVpc")
def create_vpc(call: Call) -> Data:
    """EC2 API reference, CreateVpc. A main route table, a default group and a default network ACL come with it."""
    own = [each for each in call.world.live("vpc") if each.owner == call.account]
    call.world.limit("vpcs", 5, len(own), "VpcLimitExceeded")
    cidr = sized(call.params["CidrBlock"], "InvalidVpc.Range")
    return {"Vpc": make(call, cidr).data}


def make(call: Call, cidr: IPv4Network, number: str = "") -> Record:
    """A VPC with what comes with it; `number` is its id where it is the landing zone's."""
    data: Data = {
        "CidrBlock": str(cidr),
        "DhcpOptionsId": "dopt-0123456789abcdef0",
        "State": "available",
        "OwnerId": call.account,
        "InstanceTenancy": call.params.get("InstanceTenancy", "default"),
        "Ipv6CidrBlockAssociationSet": [],
        "CidrBlockAssociationSet": [block_association(call.world, call.account, call.params, cidr)],
        "IsDefault": False,
        "Tags": call.tags("vpc"),
    }
    if number:
        vpc = call.world.put(Record("vpc", number, call.account, data))
    else:
        vpc = call.world.add("vpc", call.account, call.params, data)
    vpc.kept |= {"EnableDnsHostnames": False, "EnableDnsSupport": True, "EnableNetworkAddressUsageMetrics": False}
    _default_group(call, vpc)
    _default_acl(call, vpc)
    _main_table(call, vpc, cidr)
    return vpc


def _default_group(call: Call, vpc: Record) -> None:
    """Everything within the group, everything out (VPC user guide, "Default security groups")."""
    group = make_group(call, vpc, "default", "default VPC security group", [])
    group.kept["default"] = True
    pair = {"GroupId": group.id, "UserId": call.account}
    allow(call, group, False, {"IpProtocol": "-1", "UserIdGroupPairs": [pair]}, [])


def _default_acl(call: Call, vpc: Record) -> None:
    data = {"VpcId": vpc.id, "IsDefault": True, "Associations": [], "Entries": [], "Tags": [], "OwnerId": call.account}
    call.world.add("network-acl", call.account, ["acl", vpc.id], data)


def _main_table(call: Call, vpc: Record, cidr: IPv4Network) -> None:
    table = make_table(call, vpc, [])
    number = call.world.new_id("rtbassoc", call.account, ["main", vpc.id])
    table.data["Associations"].append(
        {
            "Main": True,
            "RouteTableAssociationId": number,
            "RouteTableId": table.id,
            "AssociationState": {"State": "associated"},
        }
    )


@answers("ec2", "DeleteVpc")
def delete_vpc(call: Call) -> Data:
    """Refused while anything is in it (EC2 API reference, DeleteVpc; error code DependencyViolation)."""
    vpc = call.find("vpc", "VpcId")
    own = [each for kind in _HOLDS for each in call.world.live(kind) if each.data.get("VpcId") == vpc.id]
    foreign = [each for each in own if not _own(each)]
    gateways = [each for each in call.world.live("vpn-gateway") if _attached(each, vpc.id)]
    attachments = [each for each in call.world.live("transit-gateway-attachment") if each.data["ResourceId"] == vpc.id]
    if foreign or gateways or attachments:
        raise in_use("DependencyViolation", f"The vpc '{vpc.id}' has dependencies and cannot be deleted.")
    for each in (*own, vpc):
        call.world.remove(each)
    for rule in list(call.world.live("security-group-rule")):
        if rule.data["GroupId"] in {each.id for each in own}:
            call.world.remove(rule)
    return {}


def _own(record: Record) -> bool:
    """Whether AWS made it with the VPC and takes it away with it."""
    if record.kind == "route-table":
        return any(each["Main"] for each in record.data["Associations"])
    if record.kind == "network-acl":
        return bool(record.data["IsDefault"])
    return record.kind == "security-group" and record.data["GroupName"] == "default"


def _attached(gateway: Record, vpc: str) -> bool:
    return any(each["VpcId"] == vpc and each["State"] != "detached" for each in gateway.data["VpcAttachments"])


@answers("ec2", "ModifyVpcAttribute")
def modify_vpc_attribute(call: Call) -> Data:
    """One attribute a call; host names need DNS support (EC2 API reference, ModifyVpcAttribute)."""
    vpc = call.find("vpc", "VpcId")
    given = [name for name in _ATTRIBUTES.values() if name in call.params]
    if len(given) != 1:
        raise AwsError("InvalidParameterCombination", "Exactly one attribute is to be given")
    value = call.params[given[0]]["Value"]
    if given[0] == "EnableDnsHostnames" and value and not vpc.kept["EnableDnsSupport"]:
        raise AwsError("InvalidParameterCombination", "enableDnsHostnames needs enableDnsSupport")
    vpc.kept[given[0]] = value
    return {}


@answers("ec2", "DescribeVpcAttribute")
def describe_vpc_attribute(call: Call) -> Data:
    """One attribute a call (EC2 API reference, DescribeVpcAttribute)."""
    vpc = call.find("vpc", "VpcId")
    name = _ATTRIBUTES[call.params["Attribute"]]
    return {"VpcId": vpc.id, name: {"Value": vpc.kept[name]}}


@answers("ec2", "AssociateVpcCidrBlock")
def associate_vpc_cidr_block(call: Call) -> Data:
    """VPC user guide, "VPC CIDR blocks": not overlapping, of the same private range, not as wide as a route's
    destination, five in all."""
    vpc = call.find("vpc", "VpcId")
    cidr = sized(call.params["CidrBlock"], "InvalidVpc.Range")
    if any(cidr.overlaps(each) for each in blocks(vpc)):
        raise AwsError("CidrConflict", f"The CIDR '{cidr}' conflicts with another CIDR of the VPC")
    if not may_join(cidr, IPv4Network(vpc.data["CidrBlock"])):
        raise AwsError(
            "InvalidVpc.Range",
            f"The CIDR '{cidr}' is restricted. Use a CIDR from the same private address range as the current VPC CIDR, "
            "or use a publicly-routable CIDR.",
        )
    for table in call.world.live("route-table"):
        if table.data["VpcId"] == vpc.id and any(_narrower(each, cidr) for each in table.data["Routes"]):
            raise AwsError("InvalidVpc.Range", f"The CIDR '{cidr}' is as wide as a route of {table.id}")
    call.world.limit("cidrs_per_vpc", 5, len(blocks(vpc)), "VpcCidrBlockLimitExceeded")
    found = block_association(call.world, call.account, vpc.id, cidr)
    vpc.data["CidrBlockAssociationSet"].append(found)
    local_routes(call.world, vpc)
    return {"VpcId": vpc.id, "CidrBlockAssociation": found}


def _narrower(route: Data, cidr: IPv4Network) -> bool:
    return route.get("GatewayId") != "local" and block(route["DestinationCidrBlock"]).subnet_of(cidr)


@answers("ec2", "DisassociateVpcCidrBlock")
def disassociate_vpc_cidr_block(call: Call) -> Data:
    """Refused for the primary block, and while a subnet is in it (VPC user guide, "VPC CIDR blocks")."""
    wanted = call.params["AssociationId"]
    for vpc in call.world.live("vpc", call.account):
        for each in vpc.data["CidrBlockAssociationSet"]:
            if each["AssociationId"] == wanted:
                _disassociate(call, vpc, each)
                return {"VpcId": vpc.id, "CidrBlockAssociation": {**each, "CidrBlockState": {"State": "disassociated"}}}
    raise AwsError(
        "InvalidVpcCidrBlockAssociationID.NotFound", f"The vpc CIDR block association ID {wanted} does not exist"
    )


def _disassociate(call: Call, vpc: Record, association: Data) -> None:
    cidr = IPv4Network(association["CidrBlock"])
    if association["CidrBlock"] == vpc.data["CidrBlock"]:
        raise AwsError("OperationNotPermitted", "The primary CIDR block of a VPC may not be disassociated.")
    for subnet in call.world.live("subnet"):
        if subnet.data["VpcId"] == vpc.id and IPv4Network(subnet.data["CidrBlock"]).subnet_of(cidr):
            raise in_use("InvalidCidr.InUse", f"The vpc CIDR block '{cidr}' is in use by {subnet.id}")
    vpc.data["CidrBlockAssociationSet"].remove(association)
    local_routes(call.world, vpc)
