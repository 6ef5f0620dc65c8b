"""A Module becomes others, each with one mistake that changes where packets go: what a bad template would write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Network

from generator.prove.hcl import Attribute, Block, Expression, Value
from generator.prove.module import Module

_DELETED = (
    "aws_route",
    "aws_route_table_association",
    "aws_ec2_transit_gateway_route",
    "aws_ec2_transit_gateway_route_table_association",
    "aws_vpn_connection_route",
    "aws_lb_target_group_attachment",
    "aws_lb_listener",
)
_NARROWED = {
    "aws_route": ("destination_cidr_block",),
    "aws_ec2_transit_gateway_route": ("destination_cidr_block",),
    "aws_vpn_connection_route": ("destination_cidr_block",),
    "aws_vpn_connection": ("local_ipv4_network_cidr", "remote_ipv4_network_cidr"),
}
_POINTED_ELSEWHERE = {
    "aws_route": ("nat_gateway_id", "route_table_id"),
    "aws_route_table_association": ("route_table_id",),
    "aws_ec2_transit_gateway_route": ("transit_gateway_attachment_id", "transit_gateway_route_table_id"),
    "aws_ec2_transit_gateway_route_table_association": ("transit_gateway_route_table_id",),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one mistake, and what it is."""

    mistake: str
    module: Module


def mutants(module: Module) -> Iterator[Mutant]:
    """Every mutant, in the order of files and lines: deleted, narrowed, pointed elsewhere, attached in fewer zones."""
    for block in module.blocks:
        if block.kind != "resource":
            continue
        kind, name = block.labels[0], ".".join(block.labels)
        if kind in _DELETED:
            yield Mutant(f"{name} deleted", _replaced(module, block, None))
        for key in _NARROWED.get(kind, ()):
            value = block.attributes[key].value if key in block.attributes else None
            if isinstance(value, str) and (upper := _upper_half(value)):
                yield Mutant(f"{name}: {key} {value} narrowed to {upper}", _with(module, block, key, upper))
        for key in _POINTED_ELSEWHERE.get(kind, ()):
            for other in _others(module, block, key):
                yield Mutant(f"{name}: {key} pointed to {_shown(other)}", _with(module, block, key, other))
        if kind == "aws_ec2_transit_gateway_vpc_attachment":
            yield from _attached_elsewhere(module, block)


def _upper_half(cidr: str) -> str:
    """The upper half of a block, where no host of the lab lives; of a single address none."""
    block = IPv4Network(cidr)
    return str(list(block.subnets(1))[1]) if block.prefixlen < 32 else ""


def _others(module: Module, block: Block, key: str) -> list[Value]:
    """What the same attribute of other blocks of the same type points to: one of each."""
    if key not in block.attributes:
        return []
    own = block.attributes[key].value
    found = [other.attributes[key].value for other in module.resources(block.labels[0]) if key in other.attributes]
    return [value for value in {_shown(value): value for value in found}.values() if value != own]


def _attached_elsewhere(module: Module, block: Block) -> Iterator[Mutant]:
    subnets = block.attributes["subnet_ids"].value
    assert isinstance(subnets, tuple), "a list in the module"
    if len(subnets) > 1:
        yield Mutant("attached in the first zone only", _with(module, block, "subnet_ids", subnets[:1]))
        yield Mutant("attached in the last zone only", _with(module, block, "subnet_ids", subnets[-1:]))
    public = tuple(Expression(_shown(subnet).replace("natted", "public")) for subnet in subnets)
    yield Mutant("attached in the public subnets", _with(module, block, "subnet_ids", public))


def _shown(value: Value) -> str:
    return value.text if isinstance(value, Expression) else str(value)


def _with(module: Module, block: Block, key: str, value: Value) -> Module:
    attributes = {**block.attributes, key: Attribute(value, block.attributes[key].line)}
    return _replaced(module, block, replace(block, attributes=attributes))


def _replaced(module: Module, old: Block, new: Block | None) -> Module:
    change: Callable[[Block], Block | None] = lambda block: new if block is old else block  # noqa: E731
    blocks = tuple(kept for block in module.blocks if (kept := change(block)) is not None)
    addresses = {name: kept for name, block in module.addresses.items() if (kept := change(block)) is not None}
    return Module(module.partner, blocks, addresses)
