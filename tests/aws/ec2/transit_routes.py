"""Routes of transit gateway tables: static ones, and those that attachments propagate."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from tests.aws.call import Call, answers
from tests.aws.ec2.prefixes import block, blocks
from tests.aws.ec2.transit import propagating
from tests.aws.errors import AwsError
from tests.aws.filters import matching
from tests.aws.models import model
from tests.aws.paging import page
from tests.aws.world import Data, Record, World


@answers("ec2", "CreateTransitGatewayRoute", "ReplaceTransitGatewayRoute")
def create_transit_gateway_route(call: Call) -> Data:
    """One static route for a prefix (error code RouteAlreadyExists), to an available attachment of the same transit
    gateway (IncorrectState, InvalidTransitGatewayAttachmentID.NotFound) or to nothing."""
    table = call.find("transit-gateway-route-table", "TransitGatewayRouteTableId")
    wanted = str(block(call.params["DestinationCidrBlock"]))
    if call.operation.startswith("Create") and wanted in table.kept["routes"]:
        raise AwsError(
            "RouteAlreadyExists", f"Route {wanted} already exists in Transit Gateway Route Table {table.id}."
        )
    if call.params.get("Blackhole"):
        target = ""
    else:
        attachment = call.find("transit-gateway-attachment", "TransitGatewayAttachmentId")
        if attachment.data["TransitGatewayId"] != table.data["TransitGatewayId"]:
            text = f"{attachment.id} is of another transit gateway than {table.id}"
            raise AwsError("InvalidTransitGatewayAttachmentID.NotFound", text)
        if attachment.state != "available":
            raise AwsError("IncorrectState", f"{attachment.id} is in invalid state")
        target = attachment.id
    call.world.limit("transit_gateway_routes", 10_000, len(table.kept["routes"]), "TransitGatewayRouteLimitExceeded")
    table.kept["routes"][wanted] = target
    return {"Route": told(call.world, wanted, target, "static")}


@answers("ec2", "DeleteTransitGatewayRoute")
def delete_transit_gateway_route(call: Call) -> Data:
    """InvalidRoute.NotFound where there is no static one."""
    table = call.find("transit-gateway-route-table", "TransitGatewayRouteTableId")
    wanted = str(block(call.params["DestinationCidrBlock"]))
    if wanted not in table.kept["routes"]:
        raise AwsError("InvalidRoute.NotFound", f"Route {wanted} does not exist in {table.id}")
    route = told(call.world, wanted, table.kept["routes"].pop(wanted), "static")
    return {"Route": {**route, "State": "deleted"}}


def told(world: World, prefix: str, target: str, kind: str) -> Data:
    """One route; one whose attachment is gone is a blackhole (transit gateway guide, "Routes")."""
    data: Data = {"DestinationCidrBlock": prefix, "Type": kind, "State": "blackhole"}
    found = world.records.get("transit-gateway-attachment", {}).get(target)
    if found is None:
        return data
    to = {
        "ResourceId": found.data["ResourceId"],
        "TransitGatewayAttachmentId": found.id,
        "ResourceType": found.data["ResourceType"],
    }
    state = "blackhole" if found.gone else "active"
    return {**data, "State": state, "TransitGatewayAttachments": [to]}


def routes(world: World, table: Record) -> Iterator[Data]:
    """All routes of a table; a static one hides a propagated one (transit gateway guide, "Route evaluation order")."""
    static = table.kept["routes"]
    for prefix, target in static.items():
        yield told(world, prefix, target, "static")
    for number in propagating(world, table):
        attachment = world.records["transit-gateway-attachment"][number]
        for prefix in _own(world, attachment):
            if prefix not in static:
                yield told(world, prefix, number, "propagated")


def _own(world: World, attachment: Record) -> list[str]:
    """What an attachment propagates: a VPC its blocks, a VPN what the partner announces or is static."""
    number = attachment.data["ResourceId"]
    if attachment.data["ResourceType"] == "vpc":
        vpc = world.records["vpc"].get(number)
        return [str(each) for each in blocks(vpc)] if vpc else []
    connection = world.records["vpn-connection"][number]
    return list(connection.kept.get("announced", ())) + [
        each["DestinationCidrBlock"] for each in connection.data["Routes"]
    ]


@answers("ec2", "SearchTransitGatewayRoutes")
def search_transit_gateway_routes(call: Call) -> Data:
    """By type, state, attachment, or prefix: exact, longest match, within, or around (SearchTransitGatewayRoutes)."""
    table = call.find("transit-gateway-route-table", "TransitGatewayRouteTableId")
    found = sorted(routes(call.world, table), key=lambda each: IPv4Network(each["DestinationCidrBlock"]))
    plain = []
    for each in call.params["Filters"]:
        if each["Name"].startswith("route-search."):
            found = _searched(found, each["Name"].partition(".")[2], [block(text) for text in each["Values"]])
        else:
            plain.append({**each, "Name": each["Name"].replace("attachment.", "transit-gateway-attachments.", 1)})
    kept = matching(found, plain, model("ec2").shape_for("TransitGatewayRoute"))
    items, token = page(kept, call.params, call.world.quotas.get("page", 1000))
    return {"Routes": items, "AdditionalRoutesAvailable": token is not None, **({"NextToken": token} if token else {})}


def _searched(found: list[Data], how: str, wanted: list[IPv4Network]) -> list[Data]:
    held = [(each, IPv4Network(each["DestinationCidrBlock"])) for each in found]
    match how:
        case "exact-match":
            return [each for each, prefix in held if prefix in wanted]
        case "subnet-of-match":
            return [each for each, prefix in held if any(prefix.subnet_of(other) for other in wanted)]
        case "supernet-of-match":
            return [each for each, prefix in held if any(other.subnet_of(prefix) for other in wanted)]
        case "longest-prefix-match":
            around = [pair for pair in held if any(other.subnet_of(pair[1]) for other in wanted)]
            longest = max((prefix.prefixlen for _, prefix in around), default=0)
            return [each for each, prefix in around if prefix.prefixlen == longest]
    raise AwsError("InvalidParameterValue", f"The filter 'route-search.{how}' is invalid")
