"""A module's blocks become the pinned addresses in VPC N: NAT gateways, interface endpoints, load balancers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network

from natlane.facts import aws
from natlane.hcl.blocks import Block
from natlane.network.model import (
    Backend,
    Endpoint,
    Interface,
    Listener,
    LoadBalancer,
    NatGateway,
    SecurityGroup,
    Subnet,
)
from natlane.network.reader import Reading, origin_of
from natlane.network.security_groups import security_groups


def interfaces(
    reading: Reading, subnets: Mapping[str, Subnet], cidrs: tuple[IPv4Network, ...]
) -> Mapping[IPv4Address, Interface]:
    """Every pinned address of VPC N, each in its subnet and only once."""
    groups = security_groups(reading)
    found: dict[IPv4Address, Interface] = {}
    owned = (*_nat_gateways(reading), *_endpoints(reading, groups), *_load_balancers(reading, groups, cidrs))
    for interface, block in owned:
        if interface.subnet in subnets:
            _check_place(reading, block, interface, subnets[interface.subnet])
        if interface.address in found:
            other = found[interface.address].owner.origin.resource
            reading.wrong(block, "", f"{interface.address} is already an address of {other}", code="proof-misplaced")
        found[interface.address] = interface
    return found


def _check_place(reading: Reading, block: Block, interface: Interface, subnet: Subnet) -> None:
    """A pinned address lies among those that its subnet leaves to us (VPC guide, "Subnet sizing")."""
    offset = int(interface.address) - int(subnet.cidr.network_address)
    if interface.address not in subnet.cidr:
        reading.wrong(
            block, "", f"{interface.address} is not in aws_subnet.{subnet.label}, {subnet.cidr}", code="proof-misplaced"
        )
    elif not aws.RESERVED_AT_START <= offset < subnet.cidr.num_addresses - aws.RESERVED_AT_END:
        reading.wrong(
            block, "", f"{interface.address} is one of AWS's own addresses in {subnet.cidr}", code="proof-misplaced"
        )


def _nat_gateways(reading: Reading) -> Iterator[tuple[Interface, Block]]:
    for block in reading.module.resources("aws_nat_gateway"):
        if reading.text(block, "connectivity_type") != "private":
            reading.wrong(block, "connectivity_type", "is not a private NAT gateway", 'write "private"')
        subnet = reading.reference(block, "subnet_id", "aws_subnet.id")
        addresses = (reading.address(block, "private_ip"), *reading.addresses(block, "secondary_private_ip_addresses"))
        owner = NatGateway(block.labels[1], addresses, origin_of(block))
        yield from ((Interface(address, subnet, owner), block) for address in addresses)


def _endpoints(reading: Reading, groups: Mapping[str, SecurityGroup]) -> Iterator[tuple[Interface, Block]]:
    for block in reading.module.resources("aws_vpc_endpoint"):
        if reading.text(block, "vpc_endpoint_type") != "Interface":
            reading.wrong(
                block,
                "vpc_endpoint_type",
                "is not an interface endpoint, so it changes routes",
                code="proof-not-understood",
            )
        reading.reference(block, "vpc_id", "aws_vpc.id")
        if reading.value(block, "ip_address_type") not in (None, "ipv4"):
            reading.wrong(block, "ip_address_type", "is not ipv4, which the partner speaks", 'write "ipv4"')
        names = reading.references(block, "security_group_ids", "aws_security_group.id")
        # Without a security group of its own an endpoint has the VPC's default one, which has no rules here.
        default = SecurityGroup("default", (), (), origin_of(block))
        held = _held(groups, names) or (default,)
        owner = Endpoint(block.labels[1], reading.text(block, "service_name"), held, origin_of(block))
        places = [inner for inner in block.blocks if inner.kind == "subnet_configuration"]
        pinned = {reading.reference(inner, "subnet_id", "aws_subnet.id"): inner for inner in places}
        for subnet in reading.references(block, "subnet_ids", "aws_subnet.id"):
            if subnet in pinned:
                yield Interface(reading.address(pinned[subnet], "ipv4"), subnet, owner), pinned[subnet]
            else:
                reading.wrong(
                    block,
                    "subnet_ids",
                    f"the address in aws_subnet.{subnet} is not pinned",
                    "add a subnet_configuration",
                )


def _load_balancers(
    reading: Reading, groups: Mapping[str, SecurityGroup], cidrs: tuple[IPv4Network, ...]
) -> Iterator[tuple[Interface, Block]]:
    targets = _targets(reading, cidrs)
    for block in reading.module.resources("aws_lb"):
        if reading.text(block, "load_balancer_type") != "network" or not reading.flag(block, "internal", False):
            reading.wrong(
                block, "load_balancer_type", "is not an internal network load balancer", code="proof-not-understood"
            )
        names = reading.references(block, "security_groups", "aws_security_group.id")
        listeners = tuple(_listeners(reading, block.labels[1], targets))
        ports = [listener.port for listener in listeners]
        if len(set(ports)) < len(ports):
            twice = next(port for port in ports if ports.count(port) > 1)
            reading.wrong(block, "", f"port {twice} has two listeners, and AWS takes one")
        owner = LoadBalancer(block.labels[1], _held(groups, names), listeners, origin_of(block))
        for inner in block.blocks:
            if inner.kind == "subnet_mapping":
                subnet = reading.reference(inner, "subnet_id", "aws_subnet.id")
                yield Interface(reading.address(inner, "private_ipv4_address"), subnet, owner), inner


def _held(groups: Mapping[str, SecurityGroup], names: Iterable[str]) -> tuple[SecurityGroup, ...]:
    return tuple(groups[name] for name in names if name in groups)


def _listeners(reading: Reading, balancer: str, targets: Mapping[str, tuple[Backend, ...]]) -> Iterator[Listener]:
    for block in reading.module.resources("aws_lb_listener"):
        if reading.reference(block, "load_balancer_arn", "aws_lb.arn", "aws_lb.id") != balancer:
            continue
        if reading.text(block, "protocol") != "TCP":
            reading.wrong(
                block, "protocol", "is not TCP, so its targets across the transit gateway would not answer it"
            )
        actions = [inner for inner in block.blocks if inner.kind == "default_action"]
        if len(actions) != 1 or reading.text(actions[0], "type") != "forward":
            reading.wrong(block, "default_action", "does not forward to one target group", code="proof-not-understood")
            continue
        group = reading.reference(actions[0], "target_group_arn", "aws_lb_target_group.arn", "aws_lb_target_group.id")
        behind = targets.get(group, ())
        yield Listener(reading.integer(block, "port"), behind, origin_of(block))


def _targets(reading: Reading, cidrs: tuple[IPv4Network, ...]) -> Mapping[str, tuple[Backend, ...]]:
    """The targets of each target group; a load balancer speaks to them from its own address.

    Across a transit gateway client addresses cannot be preserved (NLB guide, "Client IP preservation").
    """
    found: dict[str, list[Backend]] = {}
    ports: dict[str, int] = {}
    for block in reading.module.resources("aws_lb_target_group"):
        label = block.labels[1]
        found[label], ports[label] = [], reading.integer(block, "port")
        reading.reference(block, "vpc_id", "aws_vpc.id")
        if reading.text(block, "target_type") != "ip" or reading.text(block, "protocol") != "TCP":
            reading.wrong(block, "target_type", "is not a group of TCP targets by address", code="proof-not-understood")
        for check in (inner for inner in block.blocks if inner.kind == "health_check"):
            if reading.value(check, "port") not in (None, "traffic-port"):
                message = "the health check asks another port than the targets', where no security group lets it"
                reading.wrong(block, "health_check", message, 'write port = "traffic-port"')
        if reading.flag(block, "preserve_client_ip", False):
            reading.wrong(
                block,
                "preserve_client_ip",
                "targets across the transit gateway would answer past the load balancer",
                'write "false"',
            )
    for block in reading.module.resources("aws_lb_target_group_attachment"):
        group = reading.reference(block, "target_group_arn", "aws_lb_target_group.arn", "aws_lb_target_group.id")
        address = reading.address(block, "target_id")
        outside = not any(address in cidr for cidr in cidrs)
        if outside and reading.value(block, "availability_zone") != "all":
            reading.wrong(
                block,
                "availability_zone",
                f'{address} is outside VPC N, where AWS wants "all"',
                'write availability_zone = "all"',
            )
        if group in found:
            port = reading.integer(block, "port") if "port" in block.attributes else ports[group]
            if any((each.address, each.port) == (address, port) for each in found[group]):
                reading.wrong(block, "target_id", f"{address}:{port} is already a target of this group", "keep one")
            found[group].append(Backend(address, port, origin_of(block)))
    return {group: tuple(targets) for group, targets in found.items()}
