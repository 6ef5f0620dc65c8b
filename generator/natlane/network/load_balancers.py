"""The network load balancers of a module: their addresses, listeners and targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Network

from natlane.hcl.blocks import Block
from natlane.network.model import Backend, Interface, Listener, LoadBalancer
from natlane.network.reader import ModuleReader, origin_of
from natlane.network.security import SecurityGroup
from natlane.network.security_groups import held

_GROUP_IDS = ("aws_lb_target_group.arn", "aws_lb_target_group.id")


def load_balancers(
    reader: ModuleReader, groups: Mapping[str, SecurityGroup], cidrs: tuple[IPv4Network, ...]
) -> Iterator[tuple[Interface, Block]]:
    """Every address of a load balancer, and the block that pins it; `cidrs` are VPC N's."""
    targets = _targets(reader, cidrs)
    listeners = _listeners(reader, targets)
    for block in reader.module.resources("aws_lb"):
        if reader.text(block, "load_balancer_type") != "network" or not reader.flag(block, "internal", default=False):
            message = "is not an internal network load balancer"
            reader.wrong(block, "load_balancer_type", message, code="proof-not-understood")
        names = reader.references(block, "security_groups", "aws_security_group.id")
        own = tuple(listeners.get(block.labels[1], ()))
        ports = [listener.port for listener in own]
        if len(set(ports)) < len(ports):
            twice = next(port for port in ports if ports.count(port) > 1)
            reader.wrong(block, "", f"port {twice} has two listeners, and AWS takes one")
        owner = LoadBalancer(block.labels[1], held(groups, names), own, origin_of(block))
        for inner in block.blocks:
            if inner.kind == "subnet_mapping":
                subnet = reader.reference(inner, "subnet_id", "aws_subnet.id")
                address = reader.address(inner, "private_ipv4_address")
                if address:
                    yield Interface(address, subnet, owner), inner


def _listeners(reader: ModuleReader, targets: Mapping[str, Sequence[Backend]]) -> Mapping[str, list[Listener]]:
    """The listeners of each load balancer."""
    found: dict[str, list[Listener]] = {}
    for block in reader.module.resources("aws_lb_listener"):
        balancer = reader.reference(block, "load_balancer_arn", "aws_lb.arn", "aws_lb.id")
        if reader.text(block, "protocol") != "TCP":
            message = "is not TCP, so its targets across the transit gateway would not answer it"
            reader.wrong(block, "protocol", message)
        actions = [inner for inner in block.blocks if inner.kind == "default_action"]
        if len(actions) != 1 or reader.text(actions[0], "type") != "forward":
            message = "does not forward to one target group"
            reader.wrong(block, "default_action", message, code="proof-not-understood")
            continue
        group = reader.reference(actions[0], "target_group_arn", *_GROUP_IDS)
        listener = Listener(reader.integer(block, "port"), tuple(targets.get(group, ())), origin_of(block))
        found.setdefault(balancer, []).append(listener)
    return found


def _targets(reader: ModuleReader, cidrs: tuple[IPv4Network, ...]) -> Mapping[str, Sequence[Backend]]:
    """The targets of each target group; a load balancer speaks to them from its own address.

    Across a transit gateway client addresses cannot be preserved (NLB guide, "Client IP preservation").
    """
    found: dict[str, list[Backend]] = {}
    ports: dict[str, int] = {}
    for block in reader.module.resources("aws_lb_target_group"):
        found[block.labels[1]], ports[block.labels[1]] = [], reader.integer(block, "port")
        _check_group(reader, block)
    for block in reader.module.resources("aws_lb_target_group_attachment"):
        group = reader.reference(block, "target_group_arn", *_GROUP_IDS)
        target = _target(reader, block, ports.get(group, 0))
        if target is None:
            continue
        if not any(target.address in cidr for cidr in cidrs) and reader.value(block, "availability_zone") != "all":
            message = f'{target.address} is outside VPC N, where AWS wants "all"'
            reader.wrong(block, "availability_zone", message, 'write availability_zone = "all"')
        same = found.setdefault(group, [])
        if any((each.address, each.port) == (target.address, target.port) for each in same):
            message = f"{target.address}:{target.port} is already a target of this group"
            reader.wrong(block, "target_id", message, "keep one")
        same.append(target)
    return found


def _target(reader: ModuleReader, block: Block, port: int) -> Backend | None:
    """One target; `port` is its group's, which counts where the target names none."""
    address = reader.address(block, "target_id")
    own = reader.integer(block, "port") if "port" in block.attributes else port
    return Backend(address, own, origin_of(block)) if address else None


def _check_group(reader: ModuleReader, block: Block) -> None:
    """A group of TCP targets by address, which see the load balancer's own address and are asked on their port."""
    reader.reference(block, "vpc_id", "aws_vpc.id")
    if reader.text(block, "target_type") != "ip" or reader.text(block, "protocol") != "TCP":
        message = "is not a group of TCP targets by address"
        reader.wrong(block, "target_type", message, code="proof-not-understood")
    for check in (inner for inner in block.blocks if inner.kind == "health_check"):
        if reader.value(check, "port") not in (None, "traffic-port"):
            message = "the health check asks another port than the targets', where no security group lets it"
            reader.wrong(block, "health_check", message, 'write port = "traffic-port"')
    if reader.flag(block, "preserve_client_ip", default=False):
        message = "targets across the transit gateway would answer past the load balancer"
        reader.wrong(block, "preserve_client_ip", message, 'write "false"')
