"""The VPN connection of a module: its ends, its traffic selectors, and what its gateway routes into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network

from natlane.facts import aws
from natlane.hcl.blocks import Block
from natlane.network.model import CustomerGateway, Vpn
from natlane.network.reader import ModuleReader, origin_of
from natlane.network.tables import Route, Table, Target, table
from natlane.network.tunnels import check_tunnels

VPC_IDS = ("aws_vpc.id", "aws_vpc_ipv4_cidr_block_association.vpc_id")
GATEWAY_IDS = ("aws_vpn_gateway_attachment.vpn_gateway_id", "aws_vpn_gateway.id")
ANYWHERE = IPv4Network("0.0.0.0/0")


def read_vpn(reader: ModuleReader, block: Block, attachment: str, routes: Sequence[Route]) -> Vpn:
    """The connection that a block describes; `routes` are those of VPC N's own tables."""
    static = reader.flag(block, "static_routes_only", default=False)
    on_gateway = "vpn_gateway_id" in block.attributes
    _check_end(reader, block, on_gateway, static)
    check_tunnels(reader, block)
    _attached_gateways(reader)  # to VPC N, and to no other VPC
    return Vpn(
        label=block.labels[1],
        customer_gateway=_customer_gateway(reader, block),
        ours=_selector(reader, block, "remote_ipv4_network_cidr"),
        theirs=_selector(reader, block, "local_ipv4_network_cidr"),
        static=static,
        amazon_side_asn=_gateway_asn(reader, block) if on_gateway else None,
        known=_known(reader, block, static, routes) if on_gateway else None,
        attachment="" if on_gateway else attachment,
        origin=origin_of(block),
    )


def _check_end(reader: ModuleReader, block: Block, on_gateway: bool, static: bool) -> None:
    """The connection ends on one gateway, with arguments and routes that this kind of gateway takes."""
    if on_gateway == ("transit_gateway_id" in block.attributes):
        reader.wrong(block, "", "ends on one gateway: a virtual private gateway or the transit gateway")
    if on_gateway and "enable_acceleration" in block.attributes:
        # The provider takes the argument beside transit_gateway_id only, and a written false counts as given.
        message = "is accepted beside transit_gateway_id only, whatever its value"
        reader.wrong(block, "enable_acceleration", message, "remove the line")
    for route in () if on_gateway and static else reader.module.resources("aws_vpn_connection_route"):
        reader.wrong(route, "", "a VPN connection has static routes only on a virtual private gateway and without BGP")


def _selector(reader: ModuleReader, block: Block, name: str) -> IPv4Network:
    """A traffic selector; everything where none is written."""
    return (reader.cidr(block, name) if name in block.attributes else None) or ANYWHERE


def _customer_gateway(reader: ModuleReader, connection: Block) -> CustomerGateway:
    """The VPN's other end: a device with an address, or with a certificate."""
    found = CustomerGateway("", 0)
    label = reader.reference(connection, "customer_gateway_id", "aws_customer_gateway.id")
    for block in reader.module.resources("aws_customer_gateway"):
        if block.labels[1] == label:
            certified = "certificate_arn" in block.attributes
            name = reader.text(block, "certificate_arn") if certified else str(reader.address(block, "ip_address"))
            extended = "bgp_asn_extended" in block.attributes
            found = CustomerGateway(name, reader.integer(block, "bgp_asn_extended" if extended else "bgp_asn"))
    for end in (connection, *reader.module.resources("aws_customer_gateway")):
        if reader.text(end, "type") != "ipsec.1":
            reader.wrong(end, "type", "is not of type ipsec.1, the only one that AWS has")
    return found


def _gateway_asn(reader: ModuleReader, connection: Block) -> int:
    """The AS number of the VPN's virtual private gateway, which is attached to VPC N."""
    gateway = _attached_gateways(reader).get(reader.reference(connection, "vpn_gateway_id", *GATEWAY_IDS))
    if gateway is None:
        message = "the virtual private gateway is attached to no VPC"
        reader.wrong(connection, "vpn_gateway_id", message, "add an aws_vpn_gateway_attachment")
        return 0
    return reader.integer(gateway, "amazon_side_asn") if "amazon_side_asn" in gateway.attributes else aws.AMAZON_ASN


def _attached_gateways(reader: ModuleReader) -> Mapping[str, Block]:
    """The virtual private gateways that are attached to VPC N, by the labels that may stand for them."""
    gateways = {block.labels[1]: block for block in reader.module.resources("aws_vpn_gateway")}
    attached = {label: block for label, block in gateways.items() if _in_vpc_n(reader, block)}
    for block in reader.module.resources("aws_vpn_gateway_attachment"):
        label = reader.reference(block, "vpn_gateway_id", "aws_vpn_gateway.id")
        if label in gateways and _in_vpc_n(reader, block):
            attached |= {label: gateways[label], block.labels[1]: gateways[label]}
    return attached


def _in_vpc_n(reader: ModuleReader, block: Block) -> bool:
    return "vpc_id" in block.attributes and bool(reader.reference(block, "vpc_id", *VPC_IDS))


def _known(reader: ModuleReader, connection: Block, static: bool, routes: Sequence[Route]) -> Table:
    """What the virtual private gateway knows to be behind the tunnels.

    Static: its own routes. BGP: the partner is taken to announce what VPC N's tables send to it.
    """
    behind = Target("connection", connection.labels[1])
    found = []
    if static:
        for block in reader.module.resources("aws_vpn_connection_route"):
            label = reader.reference(block, "vpn_connection_id", "aws_vpn_connection.id")
            to = reader.cidr(block, "destination_cidr_block")
            found += [Route(to, "static", behind, origin_of(block))] if to and label == behind.name else []
    else:
        sent = {route.destination: route.origin for route in routes if route.target.kind == "vpn_gateway"}
        found = [Route(to, "propagated", behind, origin) for to, origin in sent.items()]
    return table("virtual private gateway", origin_of(connection), found)
