"""VPC route tables, their routes and associations."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any, Final

from tests.aws.call import Call, answers
from tests.aws.describes import COMPUTED
from tests.aws.ec2.prefixes import block, blocks
from tests.aws.errors import AwsError, in_use
from tests.aws.world import Data, Record, World

# The parameters that name a route's target, and the kind of each.
_TARGETS: Final = {
    "TransitGatewayId": "transit-gateway",
    "NatGatewayId": "natgateway",
    "GatewayId": "vpn-gateway",
    "NetworkInterfaceId": "network-interface",
}


def make_table(call: Call, vpc: Record, tags: list[Data], number: str = "") -> Record:
    """A table with the local routes of its VPC."""
    data: Data = {
        "Associations": [],
        "PropagatingVgws": [],
        "Routes": [],
        "Tags": tags,
        "VpcId": vpc.id,
        "OwnerId": vpc.owner,
    }
    if number:
        table = call.world.put(Record("route-table", number, vpc.owner, data))
    else:
        table = call.world.add("route-table", vpc.owner, [call.operation, call.params, vpc.id], data)
    local_routes(call.world, vpc)
    return table


def local_routes(world: World, vpc: Record) -> None:
    """Each table has a local route for each block of its VPC (VPC user guide, "Route tables")."""
    for table in world.live("route-table"):
        if table.data["VpcId"] == vpc.id:
            others = [each for each in table.data["Routes"] if each.get("GatewayId") != "local"]
            local = [
                {
                    "DestinationCidrBlock": str(each),
                    "GatewayId": "local",
                    "Origin": "CreateRouteTable",
                    "State": "active",
                }
                for each in blocks(vpc)
            ]
            table.data["Routes"] = local + others


def _told(call: Call, table: Record) -> Data:
    """A table's routes with their states: a target that is gone leaves a blackhole (VPC user guide, "Route tables")."""
    vpc = str(table.data["VpcId"])
    routes = [
        {**each, "State": "active" if _there(call.world, each, vpc) else "blackhole"} for each in table.data["Routes"]
    ]
    return {**table.data, "Routes": routes}


COMPUTED["route-table"] = _told


def _there(world: World, route: Data, vpc: str) -> bool:
    if route.get("GatewayId") == "local":
        return True
    for member, kind in _TARGETS.items():
        if member in route:
            found = world.records.get(kind, {}).get(route[member])
            return found is not None and not found.gone and _reached(world, found, vpc)
    return False


def _reached(world: World, target: Record, vpc: str) -> bool:
    """Whether a target may be used from a VPC."""
    match target.kind:
        case "transit-gateway":
            return any(
                each.data["TransitGatewayId"] == target.id
                and each.data["ResourceId"] == vpc
                and each.state == "available"
                for each in world.live("transit-gateway-attachment")
            )
        case "vpn-gateway":
            return any(each["VpcId"] == vpc and each["State"] == "attached" for each in target.data["VpcAttachments"])
        case "natgateway":
            return target.data["VpcId"] == vpc and target.state == "available"
    return bool(target.data["VpcId"] == vpc)


@answers("ec2", "CreateRouteTable")
def create_route_table(call: Call) -> Data:
    """EC2 API reference, CreateRouteTable; 200 tables in a VPC (VPC quotas)."""
    vpc = call.find("vpc", "VpcId")
    used = [each for each in call.world.live("route-table") if each.data["VpcId"] == vpc.id]
    call.world.limit("route_tables_per_vpc", 200, len(used), "RouteTableLimitExceeded")
    return {"RouteTable": make_table(call, vpc, call.tags("route-table")).data}


@answers("ec2", "DeleteRouteTable")
def delete_route_table(call: Call) -> Data:
    """Refused for the main table and while subnets use it (EC2 API reference, DeleteRouteTable)."""
    table = call.find("route-table", "RouteTableId")
    if table.data["Associations"]:
        text = f"The routeTable '{table.id}' has dependencies and cannot be deleted."
        raise in_use("DependencyViolation", text)
    call.world.remove(table)
    return {}


@answers("ec2", "AssociateRouteTable")
def associate_route_table(call: Call) -> Data:
    """A subnet has one table of its own at most: error code Resource.AlreadyAssociated."""
    table, subnet = call.find("route-table", "RouteTableId"), call.find("subnet", "SubnetId")
    if subnet.data["VpcId"] != table.data["VpcId"]:
        raise AwsError("InvalidParameterValue", f"{table.id} and {subnet.id} belong to different networks")
    held = _association(call.world, lambda each: each.get("SubnetId") == subnet.id)
    if held is not None:
        raise AwsError(
            "Resource.AlreadyAssociated",
            f"the specified association for route table {held[0].id} conflicts with an existing association",
        )
    number = call.world.new_id("rtbassoc", call.account, [subnet.id, table.id])
    found = {
        "Main": False,
        "RouteTableAssociationId": number,
        "RouteTableId": table.id,
        "SubnetId": subnet.id,
        "AssociationState": {"State": "associated"},
    }
    table.data["Associations"].append(found)
    return {"AssociationId": number, "AssociationState": {"State": "associated"}}


def _association(world: World, wanted: Any) -> tuple[Record, Data] | None:
    for table in world.live("route-table"):
        for each in table.data["Associations"]:
            if wanted(each):
                return table, each
    return None


def _named(call: Call) -> tuple[Record, Data]:
    number = call.params["AssociationId"]
    found = _association(call.world, lambda each: each["RouteTableAssociationId"] == number)
    if found is None or not found[0].seen(call.account):
        raise AwsError("InvalidAssociationID.NotFound", f"The association ID '{number}' does not exist")
    return found


@answers("ec2", "DisassociateRouteTable")
def disassociate_route_table(call: Call) -> Data:
    """Refused for the main table (EC2 API reference, DisassociateRouteTable)."""
    table, association = _named(call)
    if association["Main"]:
        raise AwsError("InvalidParameterValue", "cannot disassociate the main route table association")
    table.data["Associations"].remove(association)
    return {}


@answers("ec2", "ReplaceRouteTableAssociation")
def replace_route_table_association(call: Call) -> Data:
    """Another table, under another id of the association (EC2 API reference, ReplaceRouteTableAssociation)."""
    table, association = _named(call)
    new = call.find("route-table", "RouteTableId")
    table.data["Associations"].remove(association)
    number = call.world.new_id("rtbassoc", call.account, [association.get("SubnetId", "main"), new.id])
    new.data["Associations"].append({**association, "RouteTableAssociationId": number, "RouteTableId": new.id})
    return {"NewAssociationId": number, "AssociationState": {"State": "associated"}}


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
    given = [name for name in _TARGETS if name in call.params]
    if len(given) != 1:
        raise AwsError("InvalidParameterCombination", "Exactly one target is to be given")
    target = call.find(_TARGETS[given[0]], given[0])
    if not _reached(call.world, target, str(table.data["VpcId"])):
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
    if not _reached(call.world, gateway, str(table.data["VpcId"])):
        raise AwsError("Gateway.NotAttached", f"resource {gateway.id} is not attached")
    kept = [each for each in table.data["PropagatingVgws"] if each["GatewayId"] != gateway.id]
    on = call.operation.startswith("Enable")
    table.data["PropagatingVgws"] = [*kept, {"GatewayId": gateway.id}] if on else kept
    return {}
