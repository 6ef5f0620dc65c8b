"""VPC N as its module describes it: blocks, subnets and route tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from itertools import pairwise

from natlane.facts import aws
from natlane.hcl.blocks import Block
from natlane.network.devices import check_devices
from natlane.network.interfaces import interfaces
from natlane.network.model import Subnet, VpcN
from natlane.network.reader import ModuleReader, origin_of
from natlane.network.routes import own_routes, propagated_routes
from natlane.network.tables import Route, Table, Target, table
from natlane.network.vpn import VPC_IDS, read_vpn


def read_vpc_n(reader: ModuleReader, attachment: str, vpn_attachment: str) -> VpcN | None:
    """VPC N and its VPN connections; None where the module has not one VPC and a connection."""
    vpc, connections = _only(reader, "aws_vpc"), reader.module.resources("aws_vpn_connection")
    if vpc is None or not connections:
        return None
    for kind in ("aws_vpn_gateway", "aws_vpn_gateway_attachment"):
        _only(reader, kind)  # with one of each, a reference to a gateway can mean one only
    for block in reader.module.resources("aws_default_security_group"):
        reader.reference(block, "vpc_id", *VPC_IDS)  # it would empty the default group of any VPC
    cidrs = tuple(_cidrs(reader, vpc))
    subnets = _subnets(reader, cidrs)
    own = tuple(own_routes(reader))
    vpns = tuple(read_vpn(reader, block, vpn_attachment, [route for _, route in own]) for block in connections)
    check_devices(reader, connections, vpns)
    local = [Route(cidr, "local", Target("local", ""), origin_of(vpc)) for cidr in cidrs]
    tables: dict[str | None, Table] = {None: table("main", origin_of(vpc), local)}
    for block in reader.module.resources("aws_route_table"):
        reader.reference(block, "vpc_id", *VPC_IDS)
        label = block.labels[1]
        routes = [*local, *(route for owner, route in own if owner == label), *propagated_routes(reader, block, vpns)]
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
        found[label] = Subnet(label, zone, cidr, tables.get(label) or None, origin_of(block)), block
    in_order = sorted(found.values(), key=lambda pair: (pair[0].cidr, pair[0].label))
    for (one, _), (two, block) in pairwise(in_order):
        if one.cidr.overlaps(two.cidr):
            reader.wrong(block, "cidr_block", f"{two.cidr} overlaps aws_subnet.{one.label}", code="proof-misplaced")
    return {label: subnet for label, (subnet, _) in found.items()}
