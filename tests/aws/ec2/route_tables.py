"""VPC route tables and their associations with subnets."""

from __future__ import annotations

from typing import Any

from tests.aws.call import Call, answers
from tests.aws.describes import COMPUTED
from tests.aws.ec2.prefixes import blocks
from tests.aws.ec2.targets import there
from tests.aws.errors import AwsError, in_use
from tests.aws.world import Data, Record, World


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
        {**each, "State": "active" if there(call.world, each, vpc) else "blackhole"} for each in table.data["Routes"]
    ]
    return {**table.data, "Routes": routes}


COMPUTED["route-table"] = _told


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
