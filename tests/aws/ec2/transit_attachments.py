"""Attachments of VPCs to transit gateways, across accounts: asked for by the one, accepted by the other."""

from __future__ import annotations

from typing import Final

from tests.aws.call import Call, answers
from tests.aws.ec2 import interfaces
from tests.aws.ec2.transit import join_defaults, owned
from tests.aws.errors import AwsError
from tests.aws.world import NOW, Data, Record

_OPTIONS: Final = {
    "DnsSupport": "enable",
    "SecurityGroupReferencingSupport": "enable",
    "Ipv6Support": "disable",
    "ApplianceModeSupport": "disable",
}


def data_of(gateway: Record, resource: str, kind: str, owner: str, state: str, tags: list[Data]) -> Data:
    """What both describe calls tell of an attachment."""
    return {
        "TransitGatewayId": gateway.id,
        "TransitGatewayOwnerId": gateway.owner,
        "ResourceOwnerId": owner,
        "ResourceType": kind,
        "ResourceId": resource,
        "State": state,
        "CreationTime": NOW,
        "Tags": tags,
    }


def vpc_data(gateway: Record, vpc: Record, subnets: list[str], state: str, tags: list[Data]) -> Data:
    """The same of a VPC's attachment."""
    own = {"VpcId": vpc.id, "VpcOwnerId": vpc.owner, "SubnetIds": subnets, "Options": dict(_OPTIONS)}
    return data_of(gateway, vpc.id, "vpc", vpc.owner, state, tags) | own


@answers("ec2", "CreateTransitGatewayVpcAttachment")
def create_transit_gateway_vpc_attachment(call: Call) -> Data:
    """One subnet a zone (DuplicateSubnetsInSameZone), one attachment of a VPC (DuplicateTransitGatewayAttachment), five
    transit gateways a VPC (transit gateway quotas).

    Another account's transit gateway leaves it pendingAcceptance, or takes it by itself where
    AutoAcceptSharedAttachments is on (transit gateway guide, "Shared transit gateways").
    """
    gateway, vpc = call.find("transit-gateway", "TransitGatewayId"), call.find("vpc", "VpcId")
    own = [each for each in call.world.live("transit-gateway-attachment") if each.data["ResourceId"] == vpc.id]
    if any(each.data["TransitGatewayId"] == gateway.id for each in own):
        text = f"{gateway.id} has non-deleted Transit Gateway Attachments with same VPC ID."
        raise AwsError("DuplicateTransitGatewayAttachment", text)
    call.world.limit("transit_gateways_per_vpc", 5, len(own), "TransitGatewayAttachmentLimitExceeded")
    subnets = list(call.params["SubnetIds"])
    _one_a_zone(call, vpc, subnets)
    taken = gateway.owner == call.account or gateway.data["Options"]["AutoAcceptSharedAttachments"] == "enable"
    state = "available" if taken else "pendingAcceptance"
    data = vpc_data(gateway, vpc, subnets, state, call.tags("transit-gateway-attachment"))
    data["Options"] |= call.params.get("Options", {})
    attachment = call.world.add("transit-gateway-attachment", call.account, call.params, data)
    attachment.seen_by = frozenset({gateway.owner})
    try:
        _enter(call, attachment, subnets)
    except AwsError:
        interfaces.detach(call.world, attachment.id)
        call.world.remove(attachment)
        raise
    if taken:
        join_defaults(call.world, gateway, attachment)
    return {"TransitGatewayVpcAttachment": told(attachment, "pending" if taken else state)}


def told(attachment: Record, state: str = "") -> Data:
    """What the calls on VPC attachments answer."""
    beside = ("ResourceId", "ResourceType", "ResourceOwnerId", "TransitGatewayOwnerId", "Association")
    data = {name: value for name, value in attachment.data.items() if name not in beside}
    return {**data, "State": state or attachment.state}


def _one_a_zone(call: Call, vpc: Record, subnets: list[str]) -> None:
    zones: set[str] = set()
    for number in subnets:
        subnet = call.world.find("subnet", number, call.account)
        if subnet.data["VpcId"] != vpc.id:
            raise AwsError("InvalidSubnetID.NotFound", f"{number} is of another VPC")
        zone = str(subnet.data["AvailabilityZone"])
        if zone in zones:
            raise AwsError("DuplicateSubnetsInSameZone", f"Duplicate Subnets for same AZ: {number}")
        zones.add(zone)


def _enter(call: Call, attachment: Record, subnets: list[str]) -> None:
    """An interface in each subnet, which has an address there (transit gateway guide, "VPC attachments")."""
    for number in subnets:
        subnet = call.world.find("subnet", number, call.account)
        address = interfaces.take(call.world, subnet, [])
        text = f"Network Interface for Transit Gateway Attachment {attachment.id}"
        interfaces.attach(call, subnet, address, "transit_gateway", text, attachment.id)


@answers("ec2", "AcceptTransitGatewayVpcAttachment", "RejectTransitGatewayVpcAttachment")
def accept_transit_gateway_vpc_attachment(call: Call) -> Data:
    """ "The VPC attachment must be in the pendingAcceptance state" (AcceptTransitGatewayVpcAttachment), else
    IncorrectState; by the transit gateway's owner."""
    attachment = call.find("transit-gateway-attachment", "TransitGatewayAttachmentId")
    gateway = owned(call, call.world.find("transit-gateway", attachment.data["TransitGatewayId"], call.account))
    if attachment.state != "pendingAcceptance":
        raise AwsError("IncorrectState", f"{attachment.id} is in invalid state")
    if call.operation.startswith("Reject"):
        interfaces.detach(call.world, attachment.id)
        attachment.data["State"] = "rejected"
        attachment.gone = True
    else:
        attachment.data["State"] = "available"
        join_defaults(call.world, gateway, attachment)
    return {"TransitGatewayVpcAttachment": told(attachment)}


@answers("ec2", "ModifyTransitGatewayVpcAttachment")
def modify_transit_gateway_vpc_attachment(call: Call) -> Data:
    """Subnets and options, by the VPC's owner, once it is available (ModifyTransitGatewayVpcAttachment)."""
    attachment = call.find("transit-gateway-attachment", "TransitGatewayAttachmentId")
    if attachment.state != "available":
        raise AwsError("IncorrectState", f"{attachment.id} is in invalid state")
    if attachment.owner != call.account and ("AddSubnetIds" in call.params or "RemoveSubnetIds" in call.params):
        raise AwsError("UnauthorizedOperation", f"{attachment.id} is owned by another account", 403)
    vpc = call.world.find("vpc", attachment.data["VpcId"], attachment.owner)
    gone, more = call.params.get("RemoveSubnetIds", []), call.params.get("AddSubnetIds", [])
    kept = [each for each in attachment.data["SubnetIds"] if each not in gone]
    if not kept + more:
        raise AwsError("InvalidParameterValue", "an attachment has one subnet at least")
    if gone or more:
        _one_a_zone(call, vpc, kept + more)
    interfaces.detach(call.world, attachment.id, gone)
    _enter(call, attachment, more)
    attachment.data["SubnetIds"] = kept + more
    attachment.data["Options"] |= call.params.get("Options", {})
    return {"TransitGatewayVpcAttachment": told(attachment, "modifying")}


@answers("ec2", "DeleteTransitGatewayVpcAttachment")
def delete_transit_gateway_vpc_attachment(call: Call) -> Data:
    """Its association goes with it, and static routes to it become blackholes (transit gateway guide, "Delete a VPC
    attachment"); it is described as deleted for a while."""
    attachment = call.find("transit-gateway-attachment", "TransitGatewayAttachmentId")
    interfaces.detach(call.world, attachment.id)
    attachment.data["State"] = "deleted"
    attachment.data.pop("Association", None)
    attachment.gone = True
    return {"TransitGatewayVpcAttachment": told(attachment, "deleting")}
