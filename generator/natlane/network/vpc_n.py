"""A module's blocks become its VPC N: subnets, route tables, virtual private gateway, VPN."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from itertools import pairwise

from natlane.facts import aws
from natlane.hcl.blocks import Block
from natlane.network.interfaces import interfaces
from natlane.network.model import (
    CustomerGateway,
    Kind,
    Origin,
    Route,
    Subnet,
    Table,
    Target,
    TargetKind,
    VpcN,
    Vpn,
    table,
)
from natlane.network.reader import Reading, origin_of
from natlane.network.tunnels import check_tunnels

VPC_IDS = ("aws_vpc.id", "aws_vpc_ipv4_cidr_block_association.vpc_id")
GATEWAY_IDS = ("aws_vpn_gateway_attachment.vpn_gateway_id", "aws_vpn_gateway.id")
ANYWHERE = IPv4Network("0.0.0.0/0")


def read_vpc_n(reading: Reading, attachment: str, vpn_attachment: str) -> VpcN | None:
    """VPC N and its VPN; None where the module has not exactly one of each."""
    vpc, connection = _only(reading, "aws_vpc"), _only(reading, "aws_vpn_connection")
    if vpc is None or connection is None:
        return None
    for kind in ("aws_vpn_gateway", "aws_vpn_gateway_attachment", "aws_customer_gateway"):
        _only(reading, kind)  # with one of each, a reference to a gateway can mean one only
    cidrs = tuple(_cidrs(reading, vpc))
    subnets = _subnets(reading, cidrs)
    own = tuple(_own_routes(reading))
    vpn = _vpn(reading, connection, vpn_attachment, [route for _, route in own])
    local = [Route(cidr, "local", Target("local", ""), origin_of(vpc)) for cidr in cidrs]
    tables = {"": table("main", origin_of(vpc), local)}
    for block in reading.module.resources("aws_route_table"):
        reading.reference(block, "vpc_id", *VPC_IDS)
        label = block.labels[1]
        routes = [*local, *(route for owner, route in own if owner == label), *_propagated(reading, block, vpn)]
        tables[label] = table(label, origin_of(block), routes)
    return VpcN(
        reading.module.partner,
        cidrs,
        subnets,
        tables,
        interfaces(reading, subnets, cidrs),
        attachment,
        vpn,
        origin_of(vpc),
    )


def _only(reading: Reading, kind: str) -> Block | None:
    found = reading.module.resources(kind)
    for extra in found[1:]:
        reading.wrong(extra, "", f"a second {kind}; a partner has one", code="proof-not-understood")
    return found[0] if len(found) == 1 else None


def _cidrs(reading: Reading, vpc: Block) -> Iterator[IPv4Network]:
    yield _sized(reading, vpc)
    for block in reading.module.resources("aws_vpc_ipv4_cidr_block_association"):
        reading.reference(block, "vpc_id", "aws_vpc.id")
        yield _sized(reading, block)


def _sized(reading: Reading, block: Block) -> IPv4Network:
    """The block of a VPC or subnet, of a size that AWS gives."""
    cidr = reading.cidr(block, "cidr_block")
    if not aws.LARGEST_PREFIX <= cidr.prefixlen <= aws.SMALLEST_PREFIX:
        sizes = f"/{aws.LARGEST_PREFIX} to /{aws.SMALLEST_PREFIX}"
        reading.wrong(block, "cidr_block", f"{cidr} is not of a size that AWS gives, {sizes}", code="proof-misplaced")
    return cidr


def _subnets(reading: Reading, cidrs: tuple[IPv4Network, ...]) -> Mapping[str, Subnet]:
    """Every subnet with its route table; each lies in VPC N, and no two overlap."""
    tables: dict[str, str] = {}
    for block in reading.module.resources("aws_route_table_association"):
        subnet = reading.reference(block, "subnet_id", "aws_subnet.id")
        if subnet in tables:
            reading.wrong(block, "subnet_id", f"aws_subnet.{subnet} is associated with a second route table")
        tables[subnet] = reading.reference(block, "route_table_id", "aws_route_table.id")
    found: dict[str, tuple[Subnet, Block]] = {}
    for block in reading.module.resources("aws_subnet"):
        reading.reference(block, "vpc_id", *VPC_IDS)
        cidr, label = _sized(reading, block), block.labels[1]
        if not any(cidr.subnet_of(whole) for whole in cidrs):
            reading.wrong(block, "cidr_block", f"{cidr} is in none of VPC N's blocks", code="proof-misplaced")
        zone = reading.text(block, "availability_zone")
        found[label] = Subnet(label, zone, cidr, tables.get(label, ""), origin_of(block)), block
    in_order = sorted(found.values(), key=lambda pair: (pair[0].cidr, pair[0].label))
    for (one, _), (two, block) in pairwise(in_order):
        if one.cidr.overlaps(two.cidr):
            reading.wrong(block, "cidr_block", f"{two.cidr} overlaps aws_subnet.{one.label}", code="proof-misplaced")
    return {label: subnet for label, (subnet, _) in found.items()}


def _own_routes(reading: Reading) -> Iterator[tuple[str, Route]]:
    """The routes in VPC N's own tables, each with its table's label."""
    for block in reading.module.resources("aws_route"):
        owner = reading.referred(reading.value(block, "route_table_id"), "aws_route_table.id")
        if owner:
            yield (
                owner,
                Route(
                    reading.cidr(block, "destination_cidr_block"), "static", target_of(reading, block), origin_of(block)
                ),
            )


_TARGETS: Mapping[str, tuple[TargetKind, tuple[str, ...]]] = {
    "nat_gateway_id": ("nat_gateway", ("aws_nat_gateway.id",)),
    "gateway_id": ("vpn_gateway", GATEWAY_IDS),
    "transit_gateway_id": ("transit_gateway", ()),
}


def target_of(reading: Reading, block: Block) -> Target:
    """Where an aws_route sends to: exactly one target."""
    given = [name for name in _TARGETS if name in block.attributes]
    if len(given) != 1:
        reading.wrong(block, "", f"has {len(given) or 'no'} targets; a route has one")
        return Target("blackhole", "")
    kind, forms = _TARGETS[given[0]]
    name = reading.reference(block, given[0], *forms) if forms else reading.text(block, given[0])
    return Target(kind, name)


def _vpn(reading: Reading, block: Block, attachment: str, own: list[Route]) -> Vpn:
    static = reading.flag(block, "static_routes_only", False)
    on_gateway = "vpn_gateway_id" in block.attributes
    if on_gateway == ("transit_gateway_id" in block.attributes):
        reading.wrong(block, "", "ends on one gateway: a virtual private gateway or the transit gateway")
    device = _customer_gateway(reading, block)
    check_tunnels(reading, block)
    sides = [
        reading.cidr(block, name) if name in block.attributes else ANYWHERE
        for name in ("remote_ipv4_network_cidr", "local_ipv4_network_cidr")
    ]
    if on_gateway and "enable_acceleration" in block.attributes:
        # The provider takes the argument beside transit_gateway_id only, and a written false counts as given.
        message = "is accepted beside transit_gateway_id only, whatever its value"
        reading.wrong(block, "enable_acceleration", message, "remove the line")
    asn = _gateway_asn(reading, block) if on_gateway else None
    known = _known(reading, block, static, own) if on_gateway else None
    for route in () if on_gateway and static else reading.module.resources("aws_vpn_connection_route"):
        reading.wrong(route, "", "a VPN connection has static routes only on a virtual private gateway and without BGP")
    return Vpn(device, sides[0], sides[1], static, asn, known, "" if on_gateway else attachment, origin_of(block))


def _customer_gateway(reading: Reading, connection: Block) -> CustomerGateway:
    """The VPN's other end: a device with an address, or with a certificate."""
    found = CustomerGateway("", 0)
    label = reading.reference(connection, "customer_gateway_id", "aws_customer_gateway.id")
    for block in reading.module.resources("aws_customer_gateway"):
        if block.labels[1] == label:
            certified = "certificate_arn" in block.attributes
            name = reading.text(block, "certificate_arn") if certified else str(reading.address(block, "ip_address"))
            extended = "bgp_asn_extended" in block.attributes
            found = CustomerGateway(name, reading.integer(block, "bgp_asn_extended" if extended else "bgp_asn"))
    for end in (connection, *reading.module.resources("aws_customer_gateway")):
        if reading.text(end, "type") != "ipsec.1":
            reading.wrong(end, "type", "is not of type ipsec.1, the only one that AWS has")
    return found


def _gateway_asn(reading: Reading, connection: Block) -> int:
    """The AS number of the VPN's virtual private gateway, which is attached to VPC N."""
    label = reading.reference(connection, "vpn_gateway_id", *GATEWAY_IDS)
    attached = {
        block.labels[1]: block for block in reading.module.resources("aws_vpn_gateway") if _in_vpc_n(reading, block)
    }
    for block in reading.module.resources("aws_vpn_gateway_attachment"):
        gateway = reading.reference(block, "vpn_gateway_id", "aws_vpn_gateway.id")
        for each in reading.module.resources("aws_vpn_gateway"):
            if each.labels[1] == gateway and _in_vpc_n(reading, block):
                attached |= {gateway: each, block.labels[1]: each}
    if label in attached:
        own = "amazon_side_asn" in attached[label].attributes
        return reading.integer(attached[label], "amazon_side_asn") if own else aws.AMAZON_ASN
    message = "the virtual private gateway is attached to no VPC"
    reading.wrong(connection, "vpn_gateway_id", message, "add an aws_vpn_gateway_attachment")
    return 0


def _in_vpc_n(reading: Reading, block: Block) -> bool:
    return "vpc_id" in block.attributes and bool(reading.reference(block, "vpc_id", *VPC_IDS))


def _known(reading: Reading, connection: Block, static: bool, own: list[Route]) -> Table:
    """What the virtual private gateway knows to be behind the tunnels.

    Static: its own routes. BGP: the partner is taken to announce what VPC N's tables send to it.
    """
    behind = Target("connection", connection.labels[1])
    if static:
        routes = []
        for block in reading.module.resources("aws_vpn_connection_route"):
            reading.reference(block, "vpn_connection_id", "aws_vpn_connection.id")
            routes.append(Route(reading.cidr(block, "destination_cidr_block"), "static", behind, origin_of(block)))
    else:
        sent = {route.destination: route.origin for route in own if route.target.kind == "vpn_gateway"}
        routes = [Route(to, "propagated", behind, origin) for to, origin in sent.items()]
    return table("virtual private gateway", origin_of(connection), routes)


def _propagated(reading: Reading, block: Block, vpn: Vpn) -> Iterator[Route]:
    """Routes that a table takes from the virtual private gateway: harmless while they are static ones."""
    origins: list[Origin] = []
    if reading.references(block, "propagating_vgws", *GATEWAY_IDS):
        origins.append(origin_of(block))
    for propagation in reading.module.resources("aws_vpn_gateway_route_propagation"):
        reading.reference(propagation, "vpn_gateway_id", *GATEWAY_IDS)
        if reading.reference(propagation, "route_table_id", "aws_route_table.id") == block.labels[1]:
            origins.append(origin_of(propagation))
    if origins and not vpn.static:
        message = "takes every prefix that the partner announces, and a more specific one would beat our own routes"
        reading.wrong(block, "", message, "write a static route for each partner CIDR", "proof-propagation")
    kind: Kind = "propagated"
    for route in vpn.known.routes if origins and vpn.known else ():
        yield Route(route.destination, kind, Target("vpn_gateway", ""), origins[0])
