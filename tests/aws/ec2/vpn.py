"""Site-to-Site VPN connections: made, told, and deleted; with their static routes."""

from __future__ import annotations

import hashlib
from ipaddress import IPv4Network

from tests.aws.call import Call, answers
from tests.aws.describes import COMPUTED
from tests.aws.ec2 import tunnels
from tests.aws.ec2.prefixes import block
from tests.aws.ec2.transit import join_defaults
from tests.aws.ec2.transit_attachments import data_of
from tests.aws.errors import AwsError
from tests.aws.world import NOW, Data, Record, World

# Addresses for benchmarks (RFC 2544), which are nobody's; one half a tunnel.
_OUTSIDE = (IPv4Network("198.18.0.0/16"), IPv4Network("198.19.0.0/16"))


@answers("ec2", "CreateVpnConnection")
def create_vpn_connection(call: Call) -> Data:
    """EC2 API reference, CreateVpnConnection: one gateway of ours, two tunnels; acceleration and large tunnels on a
    transit gateway alone; 50 in a region, 10 on a virtual private gateway (Site-to-Site VPN quotas)."""
    given = call.params.get("Options", {})
    device = call.find("customer-gateway", "CustomerGatewayId")
    gateway = target(call)
    own = list(call.world.live("vpn-connection", call.account))
    call.world.limit("vpn_connections", 50, len(own), "VpnConnectionLimitExceeded")
    if gateway.kind == "vpn-gateway":
        on_it = [each for each in own if each.data.get("VpnGatewayId") == gateway.id]
        call.world.limit("vpn_connections_per_vpn_gateway", 10, len(on_it), "VpnConnectionLimitExceeded")
        if given.get("EnableAcceleration") or given.get("TunnelBandwidth", "standard") != "standard":
            raise AwsError(
                "InvalidParameterCombination", "a virtual private gateway takes neither acceleration nor bandwidth"
            )
    connection = call.world.add("vpn-connection", call.account, call.params, _data(call, device, gateway))
    connection.kept["storage"] = call.params.get("PreSharedKeyStorage", "Standard")
    try:
        connection.data["Options"] = _options(call, connection, given)
    except AwsError:
        call.world.remove(connection)
        raise
    _telemetry(connection)
    join(call, connection, gateway)
    return {"VpnConnection": {**told(call, connection), "State": "pending"}}


def target(call: Call) -> Record:
    """The gateway of ours that a call names."""
    kinds = {"VpnGatewayId": "vpn-gateway", "TransitGatewayId": "transit-gateway"}
    named = [name for name in kinds if call.params.get(name)]
    if len(named) != 1:
        raise AwsError("InvalidParameterCombination", "Exactly one gateway is to be given")
    return call.find(kinds[named[0]], named[0])


def _data(call: Call, device: Record, gateway: Record) -> Data:
    data: Data = {
        "Category": "VPN",
        "CustomerGatewayId": device.id,
        "Routes": [],
        "State": "available",
        "Type": call.params["Type"],
        "Tags": call.tags("vpn-connection"),
        "GatewayAssociationState": "associated" if gateway.data.get("VpcAttachments") else "not-associated",
        "VgwTelemetry": [],
    }
    if device.data["Type"] != data["Type"]:
        raise AwsError("InvalidParameterValue", f"{device.id} is of another type")
    return data


def _options(call: Call, connection: Record, given: Data) -> Data:
    wanted = [*given.get("TunnelOptions", []), {}, {}][:2]
    held: list[Data] = []
    for number, each in enumerate(wanted):
        option = tunnels.options(each)
        near = neighbours(call, connection)
        taken = {other for one in near for other in insides(one)} | {other["TunnelInsideCidr"] for other in held}
        option.setdefault("TunnelInsideCidr", tunnels.free_inside(taken, _number(connection.id)))
        if option["TunnelInsideCidr"] in taken:
            raise AwsError("InvalidParameterValue", f"TunnelInsideCidr {option['TunnelInsideCidr']} is in use")
        option["OutsideIpAddress"] = _outside(call.world, connection.id, number)
        option.setdefault("PreSharedKey", key_of(connection.id, number))
        option.setdefault("LogOptions", tunnels.logs({}))
        option.setdefault("EnableTunnelLifecycleControl", False)
        held.append(option)
    return {
        "EnableAcceleration": given.get("EnableAcceleration", False),
        "StaticRoutesOnly": given.get("StaticRoutesOnly", False),
        "LocalIpv4NetworkCidr": given.get("LocalIpv4NetworkCidr", "0.0.0.0/0"),
        "RemoteIpv4NetworkCidr": given.get("RemoteIpv4NetworkCidr", "0.0.0.0/0"),
        "OutsideIpAddressType": given.get("OutsideIpAddressType", "PublicIpv4"),
        "TunnelInsideIpVersion": given.get("TunnelInsideIpVersion", "ipv4"),
        "TunnelOptions": held,
    }


def neighbours(call: Call, connection: Record) -> list[Record]:
    """The other connections of the same virtual private gateway, among which inside blocks differ; on a transit gateway
    they need not (Site-to-Site VPN user guide, "Tunnel options")."""
    own = call.params.get("VpnGatewayId") or connection.data.get("VpnGatewayId", "none")
    live = call.world.live("vpn-connection")
    return [each for each in live if each is not connection and gateway_id(each) == own]


def gateway_id(connection: Record) -> str:
    """The gateway of ours that a connection is on."""
    return str(connection.data.get("VpnGatewayId") or connection.data.get("TransitGatewayId") or "")


def insides(connection: Record) -> list[str]:
    """Both inside blocks."""
    return [each["TunnelInsideCidr"] for each in connection.data["Options"]["TunnelOptions"]]


def _number(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def key_of(connection: str, tunnel: int) -> str:
    """A key as AWS makes one, the same every time."""
    return f"k{hashlib.sha256(f'{connection}{tunnel}'.encode()).hexdigest()[:31]}"


def _outside(world: World, connection: str, tunnel: int) -> str:
    """An address that no other tunnel has; of the connection's id, so that the order of requests does not matter."""
    held = {
        each["OutsideIpAddress"]
        for connection in world.all("vpn-connection")
        for each in connection.data.get("Options", {}).get("TunnelOptions", ())
    }
    start = _number(f"{connection}{tunnel}") % 60_000
    places = (_OUTSIDE[tunnel][start + more + 1] for more in range(5_000))
    return next(str(each) for each in places if str(each) not in held)


def _telemetry(connection: Record) -> None:
    """Both tunnels down, as long as no test says otherwise."""
    connection.data["VgwTelemetry"] = [
        {
            "AcceptedRouteCount": 0,
            "LastStatusChange": NOW,
            "OutsideIpAddress": each["OutsideIpAddress"],
            "Status": "DOWN",
            "StatusMessage": "IPSEC IS DOWN",
        }
        for each in connection.data["Options"]["TunnelOptions"]
    ]


def join(call: Call, connection: Record, gateway: Record) -> None:
    """A connection comes to a gateway; a transit gateway makes an attachment of it, in the gateway's tables by itself
    where it has default ones (transit gateway guide, "VPN attachments")."""
    member = "VpnGatewayId" if gateway.kind == "vpn-gateway" else "TransitGatewayId"
    connection.data[member] = gateway.id
    if gateway.kind == "transit-gateway":
        data = data_of(gateway, connection.id, "vpn", connection.owner, "available", [])
        attachment = call.world.add("transit-gateway-attachment", connection.owner, [connection.id, gateway.id], data)
        attachment.seen_by = frozenset({gateway.owner})
        join_defaults(call.world, gateway, attachment)


def leave(world: World, connection: Record) -> None:
    """A connection leaves its gateway."""
    connection.data.pop("VpnGatewayId", None)
    connection.data.pop("TransitGatewayId", None)
    for attachment in list(world.live("transit-gateway-attachment")):
        if attachment.data["ResourceId"] == connection.id:
            attachment.data["State"] = "deleted"
            attachment.data.pop("Association", None)
            attachment.gone = True


def told(call: Call, connection: Record) -> Data:
    """A connection with the configuration of the partner's device; keys that Secrets Manager keeps are redacted."""
    data = dict(connection.data)
    if connection.gone:
        return {name: value for name, value in data.items() if name != "VgwTelemetry"}
    if connection.kept["storage"] == "SecretsManager":
        options = data["Options"]
        hidden = [{**each, "PreSharedKey": tunnels.REDACTED} for each in options["TunnelOptions"]]
        data["Options"] = {**options, "TunnelOptions": hidden}
        name = f"s2svpn!{connection.id}-{connection.id[-6:]}"
        data["PreSharedKeyArn"] = call.world.arn("secretsmanager", connection.owner, f"secret:{name}")
    device = call.world.find("customer-gateway", data["CustomerGatewayId"], connection.owner, deleted=True)
    data["CustomerGatewayConfiguration"] = tunnels.configuration(data, device.data, our_asn(call.world, connection))
    return data


def our_asn(world: World, connection: Record) -> int:
    """The AS number of our end."""
    number = gateway_id(connection)
    gateway = world.records.get("vpn-gateway", {}).get(number)
    if gateway is not None:
        return int(gateway.data["AmazonSideAsn"])
    return int(world.records["transit-gateway"][number].data["Options"]["AmazonSideAsn"])


COMPUTED["vpn-connection"] = told


@answers("ec2", "DeleteVpnConnection")
def delete_vpn_connection(call: Call) -> Data:
    """Described as deleted for about an hour (Site-to-Site VPN user guide, "Delete a VPN connection")."""
    connection = call.find("vpn-connection", "VpnConnectionId")
    leave(call.world, connection)
    connection.data |= {"State": "deleted", "Routes": []}
    connection.gone = True
    return {}


@answers("ec2", "CreateVpnConnectionRoute")
def create_vpn_connection_route(call: Call) -> Data:
    """Static routes are for static connections of virtual private gateways (CreateVpnConnectionRoute); 100 of them.
    That a second one for the same prefix is refused is inferred."""
    connection = call.find("vpn-connection", "VpnConnectionId")
    if not connection.data["Options"]["StaticRoutesOnly"] or "VpnGatewayId" not in connection.data:
        raise AwsError("InvalidParameterValue", f"{connection.id} takes no static routes")
    wanted = str(block(call.params["DestinationCidrBlock"]))
    held = connection.data["Routes"]
    if any(each["DestinationCidrBlock"] == wanted for each in held):
        raise AwsError("RouteAlreadyExists", f"The route identified by {wanted} already exists.")
    call.world.limit("static_routes_per_vpn", 100, len(held), "VpnConnectionRouteLimitExceeded")
    held.append({"DestinationCidrBlock": wanted, "Source": "Static", "State": "available"})
    return {}


@answers("ec2", "DeleteVpnConnectionRoute")
def delete_vpn_connection_route(call: Call) -> Data:
    """InvalidRoute.NotFound where there is none."""
    connection = call.find("vpn-connection", "VpnConnectionId")
    wanted = str(block(call.params["DestinationCidrBlock"]))
    kept = [each for each in connection.data["Routes"] if each["DestinationCidrBlock"] != wanted]
    if len(kept) == len(connection.data["Routes"]):
        raise AwsError("InvalidRoute.NotFound", f"no route {wanted} in {connection.id}")
    connection.data["Routes"] = kept
    return {}
