"""Customer gateways and virtual private gateways."""

from __future__ import annotations

from tests.aws.call import Call, answers
from tests.aws.errors import AwsError, in_use
from tests.aws.world import Data, Record, World


@answers("ec2", "CreateCustomerGateway")
def create_customer_gateway(call: Call) -> Data:
    """An identical request answers the gateway that is there: "You cannot create more than one customer gateway with
    the same VPN type, IP address, and BGP ASN parameter values" (CreateCustomerGateway). 50 in a region."""
    given = call.params
    if "BgpAsn" in given and "BgpAsnExtended" in given:
        raise AwsError("InvalidParameterCombination", "BgpAsn and BgpAsnExtended exclude each other")
    address = given.get("IpAddress") or given.get("PublicIp", "")
    if not address and "CertificateArn" not in given:
        raise AwsError("MissingParameter", "The request must contain the parameter ipAddress")
    asn = str(given.get("BgpAsnExtended", given.get("BgpAsn", 65000)))
    data: Data = {"State": "available", "Type": given["Type"], "Tags": call.tags("customer-gateway")}
    data |= {"BgpAsnExtended": asn} if int(asn) > 2_147_483_647 else {"BgpAsn": asn}
    data |= {"IpAddress": address} if address else {}
    data |= {name: given[name] for name in ("CertificateArn", "DeviceName") if name in given}
    own = list(call.world.live("customer-gateway", call.account))
    for other in own:
        if all(other.data.get(name) == data.get(name) for name in ("Type", "IpAddress", "BgpAsn", "BgpAsnExtended")):
            return {"CustomerGateway": other.data}
    call.world.limit("customer_gateways", 50, len(own), "CustomerGatewayLimitExceeded")
    return {"CustomerGateway": call.world.add("customer-gateway", call.account, given, data).data}


@answers("ec2", "DeleteCustomerGateway")
def delete_customer_gateway(call: Call) -> Data:
    """ "You must delete the VPN connection before you can delete the customer gateway" (DeleteCustomerGateway)."""
    gateway = call.find("customer-gateway", "CustomerGatewayId")
    if any(each.data["CustomerGatewayId"] == gateway.id for each in call.world.live("vpn-connection")):
        raise in_use("IncorrectState", "The customer gateway is in use.")
    gateway.data["State"] = "deleted"
    gateway.gone = True
    return {}


@answers("ec2", "CreateVpnGateway")
def create_vpn_gateway(call: Call) -> Data:
    """Five in a region (Site-to-Site VPN quotas; VpnGatewayLimitExceeded); private AS numbers."""
    own = list(call.world.live("vpn-gateway", call.account))
    call.world.limit("vpn_gateways", 5, len(own), "VpnGatewayLimitExceeded")
    asn = call.params.get("AmazonSideAsn", 64512)
    public = (7224, 9059, 10124, 17493)  # the numbers of old regions
    if not (64512 <= asn <= 65534 or 4_200_000_000 <= asn <= 4_294_967_294 or asn in public):
        raise AwsError("InvalidParameterValue", f"Value ({asn}) for parameter amazonSideAsn is invalid.")
    data: Data = {
        "AmazonSideAsn": asn,
        "State": "available",
        "Type": call.params["Type"],
        "VpcAttachments": [],
        "Tags": call.tags("vpn-gateway"),
    }
    return {"VpnGateway": call.world.add("vpn-gateway", call.account, call.params, data).data}


def attached(gateway: Record) -> str:
    """The VPC that a gateway is attached to, or an empty text."""
    return next((str(each["VpcId"]) for each in gateway.data["VpcAttachments"] if each["State"] == "attached"), "")


def gateway_of(world: World, vpc: str) -> Record | None:
    """The virtual private gateway of a VPC."""
    return next((each for each in world.live("vpn-gateway") if attached(each) == vpc), None)


@answers("ec2", "AttachVpnGateway")
def attach_vpn_gateway(call: Call) -> Data:
    """One VPC a gateway, one gateway a VPC (VPC quotas; error codes VpnGatewayAttachmentLimitExceeded and, inferred,
    InvalidVpcState)."""
    gateway, vpc = call.find("vpn-gateway", "VpnGatewayId"), call.find("vpc", "VpcId")
    if attached(gateway):
        text = f"The vpnGateway '{gateway.id}' is attached to {attached(gateway)}"
        raise AwsError("VpnGatewayAttachmentLimitExceeded", text)
    if gateway_of(call.world, vpc.id) is not None:
        raise AwsError("InvalidVpcState", f"The vpc '{vpc.id}' has a virtual private gateway attached already")
    attachment = {"State": "attached", "VpcId": vpc.id}
    gateway.data["VpcAttachments"] = [attachment]
    return {"VpcAttachment": {**attachment, "State": "attaching"}}


@answers("ec2", "DetachVpnGateway")
def detach_vpn_gateway(call: Call) -> Data:
    """Routes to it become blackholes (VPC user guide, "Route tables"); InvalidVpnGatewayAttachment.NotFound."""
    gateway = call.find("vpn-gateway", "VpnGatewayId")
    vpc = call.params["VpcId"]
    if attached(gateway) != vpc:
        text = f"The attachment with vpn gateway ID '{gateway.id}' and vpc ID '{vpc}' does not exist."
        raise AwsError("InvalidVpnGatewayAttachment.NotFound", text)
    gateway.data["VpcAttachments"] = [{"State": "detached", "VpcId": vpc}]
    return {}


@answers("ec2", "DeleteVpnGateway")
def delete_vpn_gateway(call: Call) -> Data:
    """ "You must first detach it and delete its VPN connections" (DeleteVpnGateway; IncorrectState)."""
    gateway = call.find("vpn-gateway", "VpnGatewayId")
    used = any(each.data.get("VpnGatewayId") == gateway.id for each in call.world.live("vpn-connection"))
    if used or attached(gateway):
        raise in_use("IncorrectState", f"The vpnGateway '{gateway.id}' is in use.")
    gateway.data["State"] = "deleted"
    gateway.gone = True
    return {}
