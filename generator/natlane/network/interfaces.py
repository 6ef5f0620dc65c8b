"""The pinned addresses in VPC N, and whose they are: NAT gateways, interface endpoints, load balancers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network

from natlane.facts import aws
from natlane.facts.endpoint_services import listens, ports_of
from natlane.hcl.blocks import Block
from natlane.network.load_balancers import load_balancers
from natlane.network.model import Endpoint, Interface, NatGateway, Subnet
from natlane.network.reader import ModuleReader, origin_of
from natlane.network.security import SecurityGroup
from natlane.network.security_groups import held, security_groups


def interfaces(
    reader: ModuleReader, subnets: Mapping[str, Subnet], cidrs: tuple[IPv4Network, ...]
) -> Mapping[IPv4Address, Interface]:
    """Every pinned address of VPC N, each in its subnet and only once."""
    groups = security_groups(reader)
    found: dict[IPv4Address, Interface] = {}
    owned = (*_nat_gateways(reader), *_endpoints(reader, groups), *load_balancers(reader, groups, cidrs))
    for interface, block in owned:
        if interface.subnet in subnets:
            _check_place(reader, block, interface, subnets[interface.subnet])
        if interface.address in found:
            other = found[interface.address].owner.origin.resource
            reader.wrong(block, "", f"{interface.address} is already an address of {other}", code="proof-misplaced")
        found[interface.address] = interface
    return found


def _check_place(reader: ModuleReader, block: Block, interface: Interface, subnet: Subnet) -> None:
    """A pinned address lies among those that its subnet leaves to us (VPC guide, "Subnet sizing")."""
    offset = int(interface.address) - int(subnet.cidr.network_address)
    message = ""
    if interface.address not in subnet.cidr:
        message = f"{interface.address} is not in aws_subnet.{subnet.label}, {subnet.cidr}"
    elif not aws.RESERVED_AT_START <= offset < subnet.cidr.num_addresses - aws.RESERVED_AT_END:
        message = f"{interface.address} is one of AWS's own addresses in {subnet.cidr}"
    if message:
        reader.wrong(block, "", message, code="proof-misplaced")


def _nat_gateways(reader: ModuleReader) -> Iterator[tuple[Interface, Block]]:
    for block in reader.module.resources("aws_nat_gateway"):
        if reader.text(block, "connectivity_type") != "private":
            reader.wrong(block, "connectivity_type", "is not a private NAT gateway", 'write "private"')
        subnet = reader.reference(block, "subnet_id", "aws_subnet.id")
        primary = reader.address(block, "private_ip")
        secondary = reader.addresses(block, "secondary_private_ip_addresses")
        addresses = (primary, *secondary) if primary else secondary
        owner = NatGateway(block.labels[1], addresses, origin_of(block))
        yield from ((Interface(address, subnet, owner), block) for address in addresses)


def _endpoints(reader: ModuleReader, groups: Mapping[str, SecurityGroup]) -> Iterator[tuple[Interface, Block]]:
    for block in reader.module.resources("aws_vpc_endpoint"):
        if reader.text(block, "vpc_endpoint_type") != "Interface":
            message = "is not an interface endpoint, so it changes routes"
            reader.wrong(block, "vpc_endpoint_type", message, code="proof-not-understood")
        reader.reference(block, "vpc_id", "aws_vpc.id")
        if reader.value(block, "ip_address_type") not in (None, "ipv4"):
            reader.wrong(block, "ip_address_type", "is not ipv4, which the partner speaks", 'write "ipv4"')
        names = reader.references(block, "security_group_ids", "aws_security_group.id")
        # Without a security group of its own an endpoint has the VPC's default one, which has no rules here.
        default = SecurityGroup("default", (), (), origin_of(block))
        guards = held(groups, names) or (default,)
        service = reader.text(block, "service_name")
        owner = Endpoint(block.labels[1], service, answered_ports(service, guards), guards, origin_of(block))
        yield from _of_endpoint(reader, block, owner)


def answered_ports(service: str, groups: tuple[SecurityGroup, ...]) -> tuple[int, ...]:
    """Each single port let in on which the service listens: which of them the partner calls, only the module knows.
    Where there is none, those that AWS names."""
    single = [rule for group in groups for rule in group.ingress if rule.first_port == rule.last_port]
    open_to = dict.fromkeys(rule.first_port for rule in single if listens(service, rule.first_port))
    return tuple(open_to) or ports_of(service)


def _of_endpoint(reader: ModuleReader, block: Block, owner: Endpoint) -> Iterator[tuple[Interface, Block]]:
    """An endpoint's address in each of its subnets."""
    places = [inner for inner in block.blocks if inner.kind == "subnet_configuration"]
    pinned = {reader.reference(inner, "subnet_id", "aws_subnet.id"): inner for inner in places}
    for subnet in reader.references(block, "subnet_ids", "aws_subnet.id"):
        if subnet not in pinned:
            message = f"the address in aws_subnet.{subnet} is not pinned"
            reader.wrong(block, "subnet_ids", message, "add a subnet_configuration")
        elif address := reader.address(pinned[subnet], "ipv4"):
            yield Interface(address, subnet, owner), pinned[subnet]
