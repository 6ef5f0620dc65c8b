"""Checks of a partner's devices beside each other: what each connection alone cannot show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from natlane.hcl.blocks import Block, Value
from natlane.network.model import Vpn
from natlane.network.reader import ModuleReader


def check_devices(reader: ModuleReader, connections: Sequence[Block], vpns: Sequence[Vpn]) -> None:
    """Each device has a customer gateway of its own, and the connections end and route alike on one gateway."""
    _check_customer_gateways(reader, connections)
    _check_inside(reader, connections)
    for block, vpn in zip(connections[1:], vpns[1:], strict=True):
        if vpn.known is None or vpns[0].known is None:
            message = "a second connection on the transit gateway, whose static routes do not turn to it"
            reader.wrong(block, "", message, code="proof-not-understood")
        elif vpn.static != vpns[0].static:
            message = "routes otherwise than the first connection, and static routes always win over BGP"
            reader.wrong(block, "static_routes_only", message, "write the same in both")


def _check_customer_gateways(reader: ModuleReader, connections: Sequence[Block]) -> None:
    """One for each connection: nobody can say whose a further one is, and two connections to one are lost with it."""
    used: dict[str, Block] = {}
    for block in connections:
        label = reader.referred(reader.value(block, "customer_gateway_id"), "aws_customer_gateway.id")
        if label in used:
            message = "has the customer gateway of another connection, so both are lost with one device"
            reader.wrong(block, "customer_gateway_id", message, "give it a customer gateway of its own")
        used[label] = block
    held: dict[Value, Block] = {}
    for block in reader.module.resources("aws_customer_gateway"):
        if block.labels[1] not in used:
            message = "a customer gateway that no connection has"
            reader.wrong(block, "", message, code="proof-not-understood")
        address = reader.value(block, "ip_address")
        if address is not None and address in held:
            message = "is another customer gateway's address too, so both connections are lost with one device"
            reader.wrong(block, "ip_address", message, "write the second device's own")
        held[address] = block


def _check_inside(reader: ModuleReader, connections: Sequence[Block]) -> None:
    """No two devices' tunnels have one inside CIDR: they end on one gateway."""
    held: Mapping[Value, Block] = {}
    for block in connections:
        inside = {name: reader.value(block, name) for name in ("tunnel1_inside_cidr", "tunnel2_inside_cidr")}
        for name, value in inside.items():
            if value is not None and value in held:
                reader.wrong(block, name, "is inside a tunnel of another connection too", "write another /30")
        held = {**held, **dict.fromkeys(inside.values(), block)}
