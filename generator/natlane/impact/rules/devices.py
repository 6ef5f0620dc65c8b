"""Which device of the partner a change is of, and whether another one carries its packets meanwhile."""

from __future__ import annotations

from natlane.facts.changed_in_place import BOTH_TUNNELS, KEYS
from natlane.facts.tunnel_options import tunnel_of
from natlane.hcl.blocks import Expression, text_of
from natlane.impact.changes import Change
from natlane.impact.findings import ModuleDiff
from natlane.impact.resources import Resource, Resources
from natlane.impact_levels import BOTH_DOWN, ONE_DOWN

MEANWHILE = "traffic uses the other device meanwhile"
CONNECTION = "aws_vpn_connection"


def device_of(connection: Resource | None, side: Resources) -> Resource | None:
    """The customer gateway that a connection leads to."""
    reference = connection.arguments.get("customer_gateway_id") if connection else None
    return side.by_address.get(reference.text.removesuffix(".id")) if isinstance(reference, Expression) else None


def device_address(device: Resource | None) -> str:
    """Its public address; empty where that is no literal."""
    return text_of(device.arguments.get("ip_address")) if device else ""


def device_field(diff: ModuleDiff, connection: str) -> str:
    """Where the descriptor says a connection's device."""
    return diff.device_fields.get(connection, "vpn.customer_gateway")


def another_carries(diff: ModuleDiff, connections: tuple[str, ...]) -> bool:
    """Whether a connection to another device stands before and after, and keeps a tunnel up all the time."""
    changed = {each.address: each for each in diff.of(CONNECTION)}
    others = [
        address
        for address, each in diff.new.by_address.items()
        if each.type == CONNECTION and address not in connections
    ]
    return any(address not in changed or _keeps_a_tunnel(changed[address]) for address in others)


def _keeps_a_tunnel(change: Change) -> bool:
    if change.action != "update" or (BOTH_TUNNELS | KEYS).intersection(change.arguments):
        return False
    return len({tunnel_of(name) for name in change.arguments} - {None}) < 2


def of_device(diff: ModuleDiff, connection: str) -> str:
    """` of the device 198.51.100.15`, where there is more than one."""
    resource = diff.new.by_address.get(connection)
    several = sum(each.type == CONNECTION for each in diff.new.by_address.values()) > 1
    address = device_address(device_of(resource, diff.new))
    return f" of the device {address}" if several and address else ""


def level_without(diff: ModuleDiff, connections: tuple[str, ...]) -> str:
    """What it means that both tunnels of these connections are down."""
    return ONE_DOWN if another_carries(diff, connections) else BOTH_DOWN


def connections_to(diff: ModuleDiff, gateway: str) -> tuple[str, ...]:
    """The connections that lead to a customer gateway."""
    return tuple(
        address
        for address, each in diff.new.by_address.items()
        if each.type == CONNECTION and (device := device_of(each, diff.new)) and device.address == gateway
    )
