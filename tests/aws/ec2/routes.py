"""Routes of VPC route tables."""

from __future__ import annotations

from ipaddress import IPv4Network

from tests.aws.call import Call, answers
from tests.aws.ec2.prefixes import block, blocks
from tests.aws.ec2.targets import TARGETS, reached
from tests.aws.errors import AwsError
from tests.aws.world import Data, Record


@answers("ec2", "CreateRoute", "ReplaceRoute")
def create_route(call: Call) -> Data:
    """One route for a destination, to a target that the VPC reaches (EC2 API reference, CreateRoute, ReplaceRoute).

    Error codes RouteAlreadyExists, RouteLimitExceeded, InvalidRoute.NotFound, and those of each target.
    """
    table = call.find("route-table", "RouteTableId")
    wanted = str(block(call.params["DestinationCidrBlock"], "destinationCidrBlock"))
    old = next((each for each in table.data["Routes"] if each["DestinationCidrBlock"] == wanted), None)
    if call.operation == "CreateRoute" and old is not None:
        raise AwsError("RouteAlreadyExists", f"The route identified by {wanted} already exists.")
    if call.operation == "ReplaceRoute" and old is None:
        raise AwsError("InvalidParameterValue", f"There is no route defined for '{wanted}' in the route table.")
    member, target = _target(call, table)
    _destination(call, table, IPv4Network(wanted), member)
    used = len(table.data["Routes"])
    if old is None:
        call.world.limit("routes_per_route_table", 500, used, "RouteLimitExceeded")
    else:
        table.data["Routes"].remove(old)
    table.data["Routes"].append(
        {"DestinationCidrBlock": wanted, member: target.id, "Origin": "CreateRoute", "State": "active"}
    )
    return {"Return": True} if call.operation == "CreateRoute" else {}


def _target(call: Call, table: Record) -> tuple[str, Record]:
    given = [name for name in TARGETS if name in call.params]
    if len(given) != 1:
        raise AwsError("InvalidParameterCombination", "Exactly one target is to be given")
    target = call.find(TARGETS[given[0]], given[0])
    if not reached(call.world, target, str(table.data["VpcId"])):
        # Said of a transit gateway without an attachment in the VPC, too (Terraform provider issue 5995).
        if target.kind == "transit-gateway":
            raise AwsError("InvalidTransitGatewayID.NotFound", f"The transitGateway ID '{target.id}' does not exist.")
        text = f"route table {table.id} and network gateway {target.id} belong to different networks"
        raise AwsError("InvalidParameterValue", text)
    return given[0], target


def _destination(call: Call, table: Record, wanted: IPv4Network, member: str) -> None:
    """VPC user guide, "Route tables": what is within the VPC may go to an interface or NAT gateway alone, and some
    of the link-local addresses to nothing."""
    vpc = call.world.find("vpc", str(table.data["VpcId"]), table.owner)
    if wanted.subnet_of(IPv4Network("169.254.168.0/22")):
        raise AwsError("InvalidParameterValue", f"{wanted} is reserved")
    inside = any(wanted.subnet_of(each) for each in blocks(vpc))
    if inside and member in ("TransitGatewayId", "GatewayId"):
        raise AwsError(
            "InvalidParameterValue",
            f"The destination CIDR block {wanted} is equal to or more specific than one of this VPC's CIDR blocks. "
            "This route can target only an interface or an instance.",
        )


@answers("ec2", "DeleteRoute")
def delete_route(call: Call) -> Data:
    """InvalidRoute.NotFound where there is none; a local route stays."""
    table = call.find("route-table", "RouteTableId")
    wanted = str(block(call.params["DestinationCidrBlock"], "destinationCidrBlock"))
    for each in table.data["Routes"]:
        if each["DestinationCidrBlock"] == wanted:
            if each.get("GatewayId") == "local":
                raise AwsError("InvalidParameterValue", f"cannot remove local route {wanted} in route table {table.id}")
            table.data["Routes"].remove(each)
            return {}
    raise AwsError("InvalidRoute.NotFound", f"no route with destination-cidr-block {wanted} in route table {table.id}")


@answers("ec2", "EnableVgwRoutePropagation", "DisableVgwRoutePropagation")
def vgw_route_propagation(call: Call) -> Data:
    """A virtual private gateway's routes in a table (EC2 API reference, EnableVgwRoutePropagation)."""
    table, gateway = call.find("route-table", "RouteTableId"), call.find("vpn-gateway", "GatewayId")
    if not reached(call.world, gateway, str(table.data["VpcId"])):
        raise AwsError("Gateway.NotAttached", f"resource {gateway.id} is not attached")
    kept = [each for each in table.data["PropagatingVgws"] if each["GatewayId"] != gateway.id]
    on = call.operation.startswith("Enable")
    table.data["PropagatingVgws"] = [*kept, {"GatewayId": gateway.id}] if on else kept
    return {}
