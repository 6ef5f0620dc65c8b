"""Checks of the tunnels of a VPN connection: pre-shared keys, inside addresses, and the guard against BGP routes."""

from __future__ import annotations

from natlane.hcl.blocks import Block, Expression
from natlane.network.reader import ModuleReader

PROPAGATION = "default_route_table_propagation"


def check_tunnels(reader: ModuleReader, connection: Block) -> None:
    """No key is in the text, the tunnels are apart, and a guard keeps the partner's announcements out."""
    for number in (1, 2):
        _check_key(reader, connection, f"tunnel{number}_preshared_key")
    inside = [reader.value(connection, f"tunnel{number}_inside_cidr") for number in (1, 2)]
    if inside[0] is not None and inside[0] == inside[1]:
        reader.wrong(connection, "tunnel2_inside_cidr", "is tunnel 1's too, which AWS refuses", "write another /30")
    if "transit_gateway_id" in connection.attributes and not reader.flag(
        connection, "static_routes_only", default=False
    ):
        _check_guard(reader, connection)


def _check_key(reader: ModuleReader, connection: Block, name: str) -> None:
    """A key is AWS's own, or a variable that has no default."""
    value = reader.value(connection, name)
    if value is None:
        return
    found = reader.module.resolve(value)
    if found is None or found[0].kind != "variable" or "default" in found[0].attributes:
        message = "the pre-shared key is written in out/, for everybody who reads it"
        hint = "change the key at both ends; leave it to AWS, or to a variable without default"
        reader.wrong(connection, name, message, hint, "proof-key")


def _check_guard(reader: ModuleReader, connection: Block) -> None:
    """The transit gateway's own default could take what the partner announces into a table of ours: the module asks
    for it before each apply, because no text here says it."""
    if not asks_before_apply(connection, PROPAGATION):
        message = "no precondition asks whether the transit gateway propagates what every VPN announces into our tables"
        reader.wrong(connection, "", message, "keep the precondition that natlane generates", "proof-propagation")


def asks_before_apply(block: Block, setting: str) -> bool:
    """Whether a precondition of a resource asks for a setting."""
    conditions = [
        condition.value.text
        for lifecycle in block.blocks
        if lifecycle.kind == "lifecycle"
        for inner in lifecycle.blocks
        if inner.kind == "precondition"
        for condition in [inner.attributes.get("condition")]
        if condition and isinstance(condition.value, Expression)
    ]
    return any(setting in condition for condition in conditions)
