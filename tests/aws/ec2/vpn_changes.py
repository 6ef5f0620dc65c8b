"""Changes of VPN connections in place: gateways, selectors, and one tunnel at a time."""

from __future__ import annotations

from tests.aws.call import Call, answers
from tests.aws.ec2 import tunnels
from tests.aws.ec2.vpn import insides, join, leave, neighbours, target, told
from tests.aws.errors import AwsError
from tests.aws.world import Data, Record


@answers("ec2", "ModifyVpnConnection")
def modify_vpn_connection(call: Call) -> Data:
    """Another gateway at either end (ModifyVpnConnection). Static routes must be deleted before a connection moves to a
    transit gateway (Site-to-Site VPN user guide, "Modify the target gateway"; the code is inferred)."""
    connection = call.find("vpn-connection", "VpnConnectionId")
    if "CustomerGatewayId" in call.params:
        connection.data["CustomerGatewayId"] = call.find("customer-gateway", "CustomerGatewayId").id
    if call.params.get("VpnGatewayId") or call.params.get("TransitGatewayId"):
        gateway = target(call)
        if gateway.kind == "transit-gateway" and connection.data["Routes"]:
            raise AwsError("IncorrectState", f"{connection.id} has static routes, which are to be deleted first")
        leave(call.world, connection)
        join(call, connection, gateway)
    elif "CustomerGatewayId" not in call.params:
        raise AwsError("MissingParameter", "The request must contain a gateway")
    return {"VpnConnection": {**told(call, connection), "State": "pending"}}


@answers("ec2", "ModifyVpnConnectionOptions")
def modify_vpn_connection_options(call: Call) -> Data:
    """The blocks of both sides; AWS takes both tunnels down (ModifyVpnConnectionOptions)."""
    connection = call.find("vpn-connection", "VpnConnectionId")
    names = ("LocalIpv4NetworkCidr", "RemoteIpv4NetworkCidr")
    connection.data["Options"] |= {name: call.params[name] for name in names if name in call.params}
    return {"VpnConnection": {**told(call, connection), "State": "pending"}}


def _tunnel(call: Call, connection: Record) -> Data:
    wanted = call.params["VpnTunnelOutsideIpAddress"]
    for each in connection.data["Options"]["TunnelOptions"]:
        if each["OutsideIpAddress"] == wanted:
            return dict(each)
    raise AwsError("InvalidParameterValue", f"{connection.id} has no tunnel {wanted}")


@answers("ec2", "ModifyVpnTunnelOptions")
def modify_vpn_tunnel_options(call: Call) -> Data:
    """What is not named stays as it is (ModifyVpnTunnelOptions)."""
    connection = call.find("vpn-connection", "VpnConnectionId")
    old = _tunnel(call, connection)
    new = {**old, **tunnels.options(call.params["TunnelOptions"])}
    taken = {each for other in neighbours(call, connection) for each in insides(other)}
    taken |= set(insides(connection)) - {old["TunnelInsideCidr"]}
    if new["TunnelInsideCidr"] in taken:
        raise AwsError("InvalidParameterValue", f"TunnelInsideCidr {new['TunnelInsideCidr']} is in use")
    options = connection.data["Options"]
    options["TunnelOptions"] = [
        new if each["OutsideIpAddress"] == old["OutsideIpAddress"] else each for each in options["TunnelOptions"]
    ]
    connection.kept["storage"] = call.params.get("PreSharedKeyStorage", connection.kept["storage"])
    connection.kept.setdefault("changed", []).append(old["OutsideIpAddress"])
    return {"VpnConnection": {**told(call, connection), "State": "pending"}}
