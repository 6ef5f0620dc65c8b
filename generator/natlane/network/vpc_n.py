"""VPC N as its module describes it: blocks, subnets and route tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from itertools import pairwise

from natlane.facts import aws
from natlane.hcl.blocks import Block
from natlane.network.devices import check_devices
from natlane.network.interfaces import interfaces
from natlane.network.model import Subnet, VpcN, Vpn
from natlane.network.reader import ModuleReader, origin_of
from natlane.network.tables import Kind, Origin, Route, Target, TargetKind, table
from natlane.network.vpn import GATEWAY_IDS, VPC_IDS, read_vpn


def read_vpc_n(reader: ModuleReader, attachment: str, vpn_attachment: str) -> VpcN | None:
    """VPC N and its VPN connections; None where the module has not one VPC and a connection."""
    vpc, connections = _only(reader, "aws_vpc"), reader.module.resources("aws_vpn_connection")
    if vpc is None or not connections:
        return None
    for kind in ("aws_vpn_gateway", "aws_vpn_gateway_attachment"):
        _only(reader, kind)  # with one of each, a reference to a gateway can mean one only
    cidrs = tuple(_cidrs(reader, vpc))
    subnets = _subnets(reader, cidrs)
    own = tuple(_own_routes(reader))
    vpns = tuple(read_vpn(reader, block, vpn_attachment, [route for _, route in own]) for block in connections)
    check_devices(reader, connections, vpns)
    local = [Route(cidr, "local", Target("local", ""), origin_of(vpc)) for cidr in cidrs]
    tables = {"": table("main", origin_of(vpc), local)}
    for block in reader.module.resources("aws_route_table"):
        reader.reference(block, "vpc_id", *VPC_IDS)
        label = block.labels[1]
        routes = [*local, *(route for owner, route in own if owner == label), *_propagated(reader, block, vpns)]
        tables[label] = table(label, origin_of(block), routes)
    return VpcN(
        partner=reader.module.partner,
        cidrs=cidrs,
        subnets=subnets,
        tables=tables,
        interfaces=interfaces(reader, subnets, cidrs),
        attachment=attachment,
        vpns=vpns,
        origin=origin_of(vpc),
    )


def _only(reader: ModuleReader, kind: str) -> Block | None:
    found = reader.module.resources(kind)
    for extra in found[1:]:
        reader.wrong(extra, "", f"a second {kind}; a partner has one", code="proof-not-understood")
    return found[0] if len(found) == 1 else None


def _cidrs(reader: ModuleReader, vpc: Block) -> Iterator[IPv4Network]:
    secondary = reader.module.resources("aws_vpc_ipv4_cidr_block_association")
    for block in secondary:
        reader.reference(block, "vpc_id", "aws_vpc.id")
    for block in (vpc, *secondary):
        cidr = _sized(reader, block)
        if cidr:
            yield cidr


def _sized(reader: ModuleReader, block: Block) -> IPv4Network | None:
    """The block of a VPC or subnet, of a size that AWS gives."""
    cidr = reader.cidr(block, "cidr_block")
    if cidr and not aws.LARGEST_PREFIX <= cidr.prefixlen <= aws.SMALLEST_PREFIX:
        sizes = f"/{aws.LARGEST_PREFIX} to /{aws.SMALLEST_PREFIX}"
        reader.wrong(block, "cidr_block", f"{cidr} is not of a size that AWS gives, {sizes}", code="proof-misplaced")
    return cidr


def _subnets(reader: ModuleReader, cidrs: tuple[IPv4Network, ...]) -> Mapping[str, Subnet]:
    """Every subnet with its route table; each lies in VPC N, and no two overlap."""
    tables: dict[str, str] = {}
    for block in reader.module.resources("aws_route_table_association"):
        subnet = reader.reference(block, "subnet_id", "aws_subnet.id")
        if subnet in tables:
            reader.wrong(block, "subnet_id", f"aws_subnet.{subnet} is associated with a second route table")
        tables[subnet] = reader.reference(block, "route_table_id", "aws_route_table.id")
    found: dict[str, tuple[Subnet, Block]] = {}
    for block in reader.module.resources("aws_subnet"):
        reader.reference(block, "vpc_id", *VPC_IDS)
        cidr, label = _sized(reader, block), block.labels[1]
        zone = reader.text(block, "availability_zone")
        if cidr is None:
            continue
        if not any(cidr.subnet_of(whole) for whole in cidrs):
            reader.wrong(block, "cidr_block", f"{cidr} is in none of VPC N's blocks", code="proof-misplaced")
        found[label] = Subnet(label, zone, cidr, tables.get(label, ""), origin_of(block)), block
    in_order = sorted(found.values(), key=lambda pair: (pair[0].cidr, pair[0].label))
    for (one, _), (two, block) in pairwise(in_order):
        if one.cidr.overlaps(two.cidr):
            reader.wrong(block, "cidr_block", f"{two.cidr} overlaps aws_subnet.{one.label}", code="proof-misplaced")
    return {label: subnet for label, (subnet, _) in found.items()}


def _own_routes(reader: ModuleReader) -> Iterator[tuple[str, Route]]:
    """The routes in VPC N's own tables, each with its table's label."""
    for block in reader.module.resources("aws_route"):
        owner = reader.referred(reader.value(block, "route_table_id"), "aws_route_table.id")
        to = reader.cidr(block, "destination_cidr_block") if owner else None
        if to:
            yield owner, Route(to, "static", target_of(reader, block), origin_of(block))


_TARGETS: Mapping[str, tuple[TargetKind, tuple[str, ...]]] = {
    "nat_gateway_id": ("nat_gateway", ("aws_nat_gateway.id",)),
    "gateway_id": ("vpn_gateway", GATEWAY_IDS),
    "transit_gateway_id": ("transit_gateway", ()),
}


def target_of(reader: ModuleReader, block: Block) -> Target:
    """Where an aws_route sends to: exactly one target."""
    given = [name for name in _TARGETS if name in block.attributes]
    if len(given) != 1:
        reader.wrong(block, "", f"has {len(given) or 'no'} targets; a route has one")
        return Target("blackhole", "")
    kind, forms = _TARGETS[given[0]]
    name = reader.reference(block, given[0], *forms) if forms else reader.text(block, given[0])
    return Target(kind, name)


def _propagated(reader: ModuleReader, block: Block, vpns: Sequence[Vpn]) -> Iterator[Route]:
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
