"""Transit gateways and their route tables, with what is associated with and propagated into each."""

from __future__ import annotations

from typing import Any

from tests.aws.call import Call, answers
from tests.aws.errors import AwsError, in_use
from tests.aws.filters import matching
from tests.aws.models import operation
from tests.aws.paging import page
from tests.aws.world import NOW, Data, Record, World


def make_table(
    world: World, owner: str, gateway: Record, tags: list[Data], number: str = "", seed: Any = None
) -> Record:
    """A route table of a transit gateway, empty."""
    data: Data = {
        "TransitGatewayId": gateway.id,
        "State": "available",
        "DefaultAssociationRouteTable": False,
        "DefaultPropagationRouteTable": False,
        "CreationTime": NOW,
        "Tags": tags,
    }
    kind = "transit-gateway-route-table"
    table = world.put(Record(kind, number, owner, data)) if number else world.add(kind, owner, seed, data)
    table.kept |= {"routes": {}, "propagations": []}
    return table


@answers("ec2", "CreateTransitGatewayRouteTable")
def create_transit_gateway_route_table(call: Call) -> Data:
    """The owner of the transit gateway alone makes tables; 20 of them (transit gateway quotas)."""
    gateway = owned(call, call.find("transit-gateway", "TransitGatewayId"))
    used = [
        each for each in call.world.live("transit-gateway-route-table") if each.data["TransitGatewayId"] == gateway.id
    ]
    call.world.limit("transit_gateway_route_tables", 20, len(used), "TransitGatewayRouteTableLimitExceeded")
    tags = call.tags("transit-gateway-route-table")
    table = make_table(call.world, call.account, gateway, tags, seed=call.params)
    return {"TransitGatewayRouteTable": table.data}


def owned(call: Call, record: Record) -> Record:
    """What another account shares with us may be used and not changed (transit gateway guide, "Shared resources")."""
    if record.owner != call.account:
        raise AwsError("UnauthorizedOperation", f"{record.id} is owned by another account", 403)
    return record


@answers("ec2", "DeleteTransitGatewayRouteTable")
def delete_transit_gateway_route_table(call: Call) -> Data:
    """Refused while an attachment is associated with it (DeleteTransitGatewayRouteTable: "You must disassociate the
    route table from any transit gateway attachments before you can delete it"); error code IncorrectState."""
    table = call.find("transit-gateway-route-table", "TransitGatewayRouteTableId")
    if associated(call.world, table):
        raise in_use("IncorrectState", f"{table.id} has associations and cannot be deleted")
    table.data["State"] = "deleted"
    table.gone = True
    return {"TransitGatewayRouteTable": table.data}


def associated(world: World, table: Record) -> list[Record]:
    """The attachments that send their packets by a table."""
    return [
        each
        for each in world.live("transit-gateway-attachment")
        if each.data.get("Association", {}).get("TransitGatewayRouteTableId") == table.id
    ]


def associate(table: Record, attachment: Record) -> None:
    """An attachment sends its packets by a table."""
    attachment.data["Association"] = {"TransitGatewayRouteTableId": table.id, "State": "associated"}


def join_defaults(world: World, gateway: Record, attachment: Record) -> None:
    """What a transit gateway does by itself with an attachment that becomes available (CreateTransitGateway:
    DefaultRouteTableAssociation, DefaultRouteTablePropagation)."""
    options = gateway.data["Options"]
    if options["DefaultRouteTableAssociation"] == "enable":
        number = options["AssociationDefaultRouteTableId"]
        associate(world.find("transit-gateway-route-table", number, gateway.owner), attachment)
    if options["DefaultRouteTablePropagation"] == "enable":
        number = options["PropagationDefaultRouteTableId"]
        world.find("transit-gateway-route-table", number, gateway.owner).kept["propagations"].append(attachment.id)


def _both(call: Call) -> tuple[Record, Record]:
    table = call.find("transit-gateway-route-table", "TransitGatewayRouteTableId")
    attachment = call.find("transit-gateway-attachment", "TransitGatewayAttachmentId")
    if attachment.data["TransitGatewayId"] != table.data["TransitGatewayId"]:
        text = f"{attachment.id} is of another transit gateway than {table.id}"
        raise AwsError("InvalidTransitGatewayAttachmentID.NotFound", text)
    return table, attachment


@answers("ec2", "AssociateTransitGatewayRouteTable")
def associate_transit_gateway_route_table(call: Call) -> Data:
    """One table an attachment (AssociateTransitGatewayRouteTable; error code Resource.AlreadyAssociated), once it is
    available (IncorrectState)."""
    table, attachment = _both(call)
    if attachment.state != "available":
        raise AwsError("IncorrectState", f"{attachment.id} is in invalid state")
    if "Association" in attachment.data:
        text = f"Transit Gateway Attachment {attachment.id} is already associated to a route table."
        raise AwsError("Resource.AlreadyAssociated", text)
    associate(table, attachment)
    return {"Association": _association(table, attachment, "associating")}


def _association(table: Record, attachment: Record, state: str) -> Data:
    return {
        "TransitGatewayRouteTableId": table.id,
        "TransitGatewayAttachmentId": attachment.id,
        "ResourceId": attachment.data["ResourceId"],
        "ResourceType": attachment.data["ResourceType"],
        "State": state,
    }


@answers("ec2", "DisassociateTransitGatewayRouteTable")
def disassociate_transit_gateway_route_table(call: Call) -> Data:
    """InvalidAssociation.NotFound where the attachment has another table or none."""
    table, attachment = _both(call)
    if attachment not in associated(call.world, table):
        raise AwsError("InvalidAssociation.NotFound", f"{attachment.id} is not associated with {table.id}")
    del attachment.data["Association"]
    return {"Association": _association(table, attachment, "disassociating")}


@answers("ec2", "EnableTransitGatewayRouteTablePropagation", "DisableTransitGatewayRouteTablePropagation")
def route_table_propagation(call: Call) -> Data:
    """An attachment's own blocks as routes of a table (EnableTransitGatewayRouteTablePropagation)."""
    table, attachment = _both(call)
    held = table.kept["propagations"]
    on = call.operation.startswith("Enable")
    if on and attachment.id in held:
        raise AwsError("TransitGatewayRouteTablePropagation.Duplicate", f"{attachment.id} propagates to {table.id}")
    if not on and attachment.id not in held:
        raise AwsError(
            "TransitGatewayRouteTablePropagation.NotFound", f"{attachment.id} does not propagate to {table.id}"
        )
    table.kept["propagations"] = [each for each in held if each != attachment.id] + [attachment.id] * on
    return {"Propagation": _association(table, attachment, "enabled" if on else "disabled")}


@answers("ec2", "GetTransitGatewayRouteTableAssociations")
def get_associations(call: Call) -> Data:
    """In pages (GetTransitGatewayRouteTableAssociations)."""
    table = call.find("transit-gateway-route-table", "TransitGatewayRouteTableId")
    told = [_without_table(_association(table, each, "associated")) for each in associated(call.world, table)]
    return _paged(call, "Associations", told)


@answers("ec2", "GetTransitGatewayRouteTablePropagations")
def get_propagations(call: Call) -> Data:
    """In pages (GetTransitGatewayRouteTablePropagations)."""
    table = call.find("transit-gateway-route-table", "TransitGatewayRouteTableId")
    found = [
        call.world.find("transit-gateway-attachment", each, call.account) for each in propagating(call.world, table)
    ]
    told = [_without_table(_association(table, each, "enabled")) for each in found]
    return _paged(call, "TransitGatewayRouteTablePropagations", told)


@answers("ec2", "GetTransitGatewayAttachmentPropagations")
def get_attachment_propagations(call: Call) -> Data:
    """The tables into which an attachment propagates (GetTransitGatewayAttachmentPropagations)."""
    attachment = call.find("transit-gateway-attachment", "TransitGatewayAttachmentId")
    told = [
        {"TransitGatewayRouteTableId": table.id, "State": "enabled"}
        for table in call.world.live("transit-gateway-route-table", call.account)
        if attachment.id in table.kept["propagations"]
    ]
    return _paged(call, "TransitGatewayAttachmentPropagations", told)


def propagating(world: World, table: Record) -> list[str]:
    """The attachments that propagate into a table and are there."""
    live = {each.id for each in world.live("transit-gateway-attachment")}
    return [each for each in table.kept["propagations"] if each in live]


def _without_table(told: Data) -> Data:
    return {name: value for name, value in told.items() if name != "TransitGatewayRouteTableId"}


def _paged(call: Call, member: str, told: list[Data]) -> Data:
    known = operation("ec2", call.operation)
    assert known is not None
    assert known.output_shape is not None
    kept = matching(told, call.params.get("Filters", []), known.output_shape.members[member].member)
    items, token = page(kept, call.params, call.world.quotas.get("page", 1000))
    return {member: items, **({"NextToken": token} if token else {})}
