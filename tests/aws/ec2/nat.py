"""Private NAT gateways, with the addresses that they hold in their subnets."""

from __future__ import annotations

from typing import Any

from tests.aws.call import Call, answers
from tests.aws.ec2 import interfaces
from tests.aws.errors import AwsError
from tests.aws.world import NOW, Data, Record


@answers("ec2", "CreateNatGateway")
def create_nat_gateway(call: Call) -> Data:
    """EC2 API reference, CreateNatGateway: private ones take PrivateIpAddress and up to seven secondary ones, given
    or counted; five NAT gateways in a zone (VPC quotas). That an address which is held is refused at once, and not
    only by the state `failed`, is inferred."""
    subnet = call.find("subnet", "SubnetId")
    if call.params.get("ConnectivityType", "public") != "private":
        raise AwsError("MissingParameter", "public NAT gateways are nothing that this fake makes")
    if "AllocationId" in call.params:
        raise AwsError("InvalidParameterCombination", "You cannot specify an AllocationId for a private NAT gateway")
    zone = subnet.data["AvailabilityZone"]
    used = [each for each in call.world.live("natgateway", call.account) if each.kept["zone"] == zone]
    call.world.limit("nat_gateways_per_zone", 5, len(used), "NatGatewayLimitExceeded")
    primary = interfaces.take(
        call.world, subnet, [call.params["PrivateIpAddress"]] if ("PrivateIpAddress" in call.params) else []
    )
    further = _further(call, subnet, primary)
    nat = call.world.add("natgateway", call.account, call.params, _data(call, subnet))
    nat.kept["zone"] = zone
    text = f"Interface for NAT Gateway {nat.id}"
    interface = interfaces.attach(call, subnet, [*primary, *further], "natGateway", text, nat.id)
    nat.data["NatGatewayAddresses"] = [
        _address(interface, each, number == 0) for number, each in enumerate((*primary, *further))
    ]
    return {
        "NatGateway": nat.data,
        **({"ClientToken": call.params["ClientToken"]} if "ClientToken" in call.params else {}),
    }


def _further(call: Call, subnet: Record, primary: list[str]) -> list[str]:
    wanted = call.params.get("SecondaryPrivateIpAddresses", [])
    count = call.params.get("SecondaryPrivateIpAddressCount", 0)
    if (len(wanted) or count) > 7:
        raise AwsError("InvalidParameterValue", "a NAT gateway has seven secondary addresses at most")
    if len({*primary, *wanted}) != 1 + len(wanted):
        raise AwsError("InvalidParameterValue", "an address is given twice")
    if wanted or not count:
        return interfaces.take(call.world, subnet, wanted) if wanted else []
    return [each for each in interfaces.take(call.world, subnet, [], count + 1) if each not in primary][:count]


def _data(call: Call, subnet: Record) -> Data:
    return {
        "CreateTime": NOW,
        "State": "available",
        "SubnetId": subnet.id,
        "VpcId": subnet.data["VpcId"],
        "ConnectivityType": "private",
        "Tags": call.tags("natgateway"),
    }


def _address(interface: Record, text: str, primary: bool) -> Data:
    return {
        "NetworkInterfaceId": interface.id,
        "PrivateIp": text,
        "IsPrimary": primary,
        "Status": "succeeded",
    }


@answers("ec2", "DeleteNatGateway")
def delete_nat_gateway(call: Call) -> Data:
    """Its routes become blackholes; it is described as deleted for about an hour (VPC user guide, "NAT gateways")."""
    nat = call.find("natgateway", "NatGatewayId")
    interfaces.detach(call.world, nat.id)
    nat.data |= {"State": "deleted", "DeleteTime": NOW}
    nat.gone = True
    return {"NatGatewayId": nat.id}


@answers("ec2", "AssignPrivateNatGatewayAddress")
def assign_private_nat_gateway_address(call: Call) -> Data:
    """Further secondary addresses (EC2 API reference, AssignPrivateNatGatewayAddress)."""
    nat = call.find("natgateway", "NatGatewayId")
    subnet = call.world.find("subnet", str(nat.data["SubnetId"]), call.account)
    wanted = call.params.get("PrivateIpAddresses", [])
    number = call.params.get("PrivateIpAddressCount", len(wanted))
    if len(nat.data["NatGatewayAddresses"]) + number > 8:
        raise AwsError("InvalidParameterValue", "a NAT gateway has seven secondary addresses at most")
    addresses = interfaces.take(call.world, subnet, wanted, number)
    interface = interfaces.of(call.world, nat.id)[0]
    interfaces.add_addresses(interface, addresses)
    nat.data["NatGatewayAddresses"] += [_address(interface, each, False) for each in addresses]
    return _told(nat, addresses)


@answers("ec2", "UnassignPrivateNatGatewayAddress")
def unassign_private_nat_gateway_address(call: Call) -> Data:
    """Secondary addresses go, the primary one never (EC2 API reference, UnassignPrivateNatGatewayAddress)."""
    nat = call.find("natgateway", "NatGatewayId")
    addresses = call.params["PrivateIpAddresses"]
    held = {each["PrivateIp"]: each["IsPrimary"] for each in nat.data["NatGatewayAddresses"]}
    for each in addresses:
        if held.get(each, True):
            raise AwsError("InvalidParameterValue", f"{each} is no secondary address of {nat.id}")
    gone = _told(nat, addresses)
    interfaces.drop_addresses(interfaces.of(call.world, nat.id)[0], addresses)
    kept = [each for each in nat.data["NatGatewayAddresses"] if each["PrivateIp"] not in addresses]
    nat.data["NatGatewayAddresses"] = kept
    return gone


def _told(nat: Record, addresses: list[str]) -> dict[str, Any]:
    found = [each for each in nat.data["NatGatewayAddresses"] if each["PrivateIp"] in addresses]
    return {"NatGatewayId": nat.id, "NatGatewayAddresses": found}
