"""The targets of VPC routes: which there are, and whether a VPC reaches one."""

from __future__ import annotations

from typing import Final

from tests.aws.world import Data, Record, World

# The parameters that name a route's target, and the kind of each.
TARGETS: Final = {
    "TransitGatewayId": "transit-gateway",
    "NatGatewayId": "natgateway",
    "GatewayId": "vpn-gateway",
    "NetworkInterfaceId": "network-interface",
}


def there(world: World, route: Data, vpc: str) -> bool:
    """Whether a route leads somewhere."""
    if route.get("GatewayId") == "local":
        return True
    for member, kind in TARGETS.items():
        if member in route:
            found = world.records.get(kind, {}).get(route[member])
            return found is not None and not found.gone and reached(world, found, vpc)
    return False


def reached(world: World, target: Record, vpc: str) -> bool:
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
