"""The routes that a module writes: in VPC N's tables, from its virtual private gateway, and in tables of our VPCs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from natlane.hcl.blocks import Block
from natlane.network.model import SharedRoute, Vpn
from natlane.network.reader import ModuleReader, origin_of
from natlane.network.tables import Kind, Origin, Route, Target, TargetKind
from natlane.network.vpn import GATEWAY_IDS


def own_routes(reader: ModuleReader) -> Iterator[tuple[str, Route]]:
    """The routes in VPC N's own tables, each with its table's label."""
    for block in reader.module.resources("aws_route"):
        owner = reader.referred(reader.value(block, "route_table_id"), "aws_route_table.id")
        to = reader.cidr(block, "destination_cidr_block") if owner else None
        if to:
            yield owner, Route(to, "static", _target_of(reader, block), origin_of(block))


def propagated_routes(reader: ModuleReader, block: Block, vpns: Sequence[Vpn]) -> Iterator[Route]:
    """Routes that a table takes from the virtual private gateway: harmless while they are static ones."""
    origins: list[Origin] = []
    if reader.references(block, "propagating_vgws", *GATEWAY_IDS):
        origins.append(origin_of(block))
    for propagation in reader.module.resources("aws_vpn_gateway_route_propagation"):
        reader.reference(propagation, "vpn_gateway_id", *GATEWAY_IDS)
        if reader.reference(propagation, "route_table_id", "aws_route_table.id") == block.labels[1]:
            origins.append(origin_of(propagation))
    if origins and not all(vpn.static for vpn in vpns):
        message = "takes every prefix that the partner announces, and a more specific one would beat our own routes"
        reader.wrong(block, "", message, "write a static route for each partner CIDR", "proof-propagation")
    kind: Kind = "propagated"
    known = [route for vpn in vpns if vpn.known for route in vpn.known.routes] if origins else []
    for to in dict.fromkeys(route.destination for route in known):
        yield Route(to, kind, Target("vpn_gateway", ""), origins[0])


def routes_in_our_vpcs(reader: ModuleReader) -> Iterator[SharedRoute]:
    """What the module writes into route tables of our VPCs: routes to the transit gateway, and nothing else."""
    tables = {name for vpc in reader.ours.vpcs.values() for name in vpc.tables}
    for block in reader.module.resources("aws_route"):
        target = _target_of(reader, block)
        if target.kind == "transit_gateway" and target.name != reader.ours.transit_gateway:
            message = f"transit_gateway_id is not the landing zone's transit gateway {reader.ours.transit_gateway}"
            reader.wrong(block, "transit_gateway_id", message)
        value = reader.value(block, "route_table_id")
        if reader.referred(value, "aws_route_table.id"):
            continue
        if not isinstance(value, str) or value not in tables:
            message = "route_table_id is no route table of this module or of the landing zone"
            reader.wrong(block, "route_table_id", message, code="proof-not-understood")
        elif target.kind != "transit_gateway":
            reader.wrong(block, "route_table_id", f"{value} is not VPC N's, and can send to the transit gateway only")
        elif to := reader.cidr(block, "destination_cidr_block"):
            yield SharedRoute(reader.module.partner, value, Route(to, "static", target, origin_of(block)))


_TARGETS: Mapping[str, tuple[TargetKind, tuple[str, ...]]] = {
    "nat_gateway_id": ("nat_gateway", ("aws_nat_gateway.id",)),
    "gateway_id": ("vpn_gateway", GATEWAY_IDS),
    "transit_gateway_id": ("transit_gateway", ()),
}


def _target_of(reader: ModuleReader, block: Block) -> Target:
    """Where an aws_route sends to: exactly one target."""
    given = [name for name in _TARGETS if name in block.attributes]
    if len(given) != 1:
        reader.wrong(block, "", f"has {len(given) or 'no'} targets; a route has one")
        return Target("blackhole", "")
    kind, forms = _TARGETS[given[0]]
    name = reader.reference(block, given[0], *forms) if forms else reader.text(block, given[0])
    return Target(kind, name)
