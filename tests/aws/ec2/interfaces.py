"""Network interfaces: who holds which address of a subnet."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network

from tests.aws.call import Call, answers
from tests.aws.errors import AwsError
from tests.aws.world import NOW, Data, Record, World


def held(world: World, subnet: Record) -> set[IPv4Address]:
    """The addresses of a subnet that some interface has."""
    return {
        IPv4Address(address["PrivateIpAddress"])
        for each in world.live("network-interface")
        if each.data["SubnetId"] == subnet.id
        for address in each.data["PrivateIpAddresses"]
    }


def usable(subnet: Record) -> list[IPv4Address]:
    """All but the first four and the last (VPC user guide, "Subnet sizing for IPv4")."""
    return list(IPv4Network(subnet.data["CidrBlock"]))[4:-1]


def free(world: World, subnet: Record) -> list[IPv4Address]:
    """The addresses that nothing has."""
    taken = held(world, subnet)
    return [each for each in usable(subnet) if each not in taken]


def take(world: World, subnet: Record, wanted: Sequence[str], number: int = 1) -> list[str]:
    """Addresses for an interface: those wanted, or as many free ones as asked for.

    EC2 API reference, error codes: InvalidIPAddress.InUse, InvalidParameterValue for what is outside of the subnet or
    reserved, InsufficientFreeAddressesInSubnet.
    """
    possible, open_ones = usable(subnet), free(world, subnet)
    for text in wanted:
        address = IPv4Address(text)
        if address not in possible:
            where = (
                "in subnet's reserved address range"
                if address in IPv4Network(subnet.data["CidrBlock"])
                else ("not within the subnet's address range")
            )
            raise AwsError("InvalidParameterValue", f"Address {text} is {where}")
        if address not in open_ones:
            raise AwsError("InvalidIPAddress.InUse", f"The specified address {text} is already in use.")
    if wanted:
        return list(wanted)
    if len(open_ones) < number:
        raise AwsError("InsufficientFreeAddressesInSubnet", f"{subnet.id} has too few free addresses.")
    return [str(each) for each in open_ones[:number]]


def attach(
    call: Call,
    subnet: Record,
    addresses: Sequence[str],
    kind: str,
    description: str,
    owner: str,
    groups: Sequence[str] = (),
) -> Record:
    """An interface that AWS makes for a resource of its own (`requester managed`); `owner` is that resource's id."""
    data: Data = {
        "AvailabilityZone": subnet.data["AvailabilityZone"],
        "Attachment": {
            "AttachTime": NOW,
            "AttachmentId": call.world.new_id("eni-attach", call.account, [owner, subnet.id]),
            "DeleteOnTermination": False,
            "DeviceIndex": 1,
            "InstanceOwnerId": "amazon-aws",
            "Status": "attached",
        },
        "Description": description,
        "Groups": [{"GroupId": each, "GroupName": _group_name(call, each)} for each in groups],
        "InterfaceType": kind,
        "Ipv6Addresses": [],
        "MacAddress": "02:00:00:00:00:01",
        "OwnerId": call.account,
        "PrivateIpAddress": addresses[0],
        "PrivateIpAddresses": [_address(each, number == 0) for number, each in enumerate(addresses)],
        "RequesterId": call.account,
        "RequesterManaged": True,
        "SourceDestCheck": False,
        "Status": "in-use",
        "SubnetId": subnet.id,
        "TagSet": [],
        "VpcId": subnet.data["VpcId"],
    }
    found = call.world.add("network-interface", call.account, [owner, subnet.id], data)
    found.kept["of"] = owner
    found.seeded = False
    return found


def _address(text: str, primary: bool) -> Data:
    return {"Primary": primary, "PrivateIpAddress": text}


def add_addresses(interface: Record, addresses: Sequence[str]) -> None:
    """Further addresses of an interface."""
    interface.data["PrivateIpAddresses"] += [_address(each, False) for each in addresses]


def drop_addresses(interface: Record, addresses: Sequence[str]) -> None:
    """Addresses that an interface has no more."""
    kept = [each for each in interface.data["PrivateIpAddresses"] if each["PrivateIpAddress"] not in addresses]
    interface.data["PrivateIpAddresses"] = kept


def _group_name(call: Call, group: str) -> str:
    return str(call.world.find("security-group", group, call.account).data["GroupName"])


def of(world: World, owner: str) -> list[Record]:
    """The interfaces that a resource has, in the order of their subnets."""
    return [each for each in world.live("network-interface") if each.kept.get("of") == owner]


def detach(world: World, owner: str, subnets: Sequence[str] | None = None) -> None:
    """Takes the interfaces of a resource away, or those in some subnets."""
    for each in of(world, owner):
        if subnets is None or each.data["SubnetId"] in subnets:
            world.remove(each)


@answers("ec2", "CreateNetworkInterface")
def create_network_interface(call: Call) -> Data:
    """An interface of the tests' own, which takes an address (EC2 API reference, CreateNetworkInterface)."""
    subnet = call.find("subnet", "SubnetId")
    wanted = [call.params["PrivateIpAddress"]] if "PrivateIpAddress" in call.params else []
    addresses = take(call.world, subnet, wanted)
    description = call.params.get("Description", "")
    made = attach(call, subnet, addresses, "interface", description, "", call.params.get("Groups", ()))
    del made.data["Attachment"]
    made.data |= {"RequesterManaged": False, "Status": "available", "SourceDestCheck": True}
    return {"NetworkInterface": made.data}


@answers("ec2", "DeleteNetworkInterface")
def delete_network_interface(call: Call) -> Data:
    """Refused where a service holds it (EC2 API reference, DeleteNetworkInterface)."""
    found = call.find("network-interface", "NetworkInterfaceId")
    if found.data["RequesterManaged"]:
        raise AwsError("InvalidParameterValue", f"Network interface '{found.id}' is currently in use.")
    call.world.remove(found)
    return {}
