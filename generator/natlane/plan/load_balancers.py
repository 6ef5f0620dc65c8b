"""Network load balancers: services that the partner calls, and what we call by an address of ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple

from natlane.addresses import AddressPlan
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import InboundService, OutboundService, Partner
from natlane.describe.partner import LoadBalancer as LoadBalancerOf
from natlane.facts import aws
from natlane.plan.labels import APART, short_name, slug
from natlane.plan.values import SecurityRule, SubnetAddress


class Target(NamedTuple):
    """One address behind a target group."""

    label: str
    target_group: str
    address: IPv4Address
    port: int


class Service(NamedTuple):
    """One listener of an NLB and its target group."""

    label: str
    name: str
    service: str
    port: int
    target_port: int
    targets: tuple[Target, ...]


class LoadBalancer(NamedTuple):
    """An internal NLB with a pinned address in each zone; `label` is also its security group's."""

    label: str
    name: str
    group_name: str
    description: str
    cross_zone: bool
    idle_timeout: int | None  # seconds; None leaves AWS's own
    addresses: tuple[SubnetAddress, ...]
    services: tuple[Service, ...]
    ingress: tuple[SecurityRule, ...]
    egress: tuple[SecurityRule, ...]

    @property
    def ips(self) -> tuple[IPv4Address, ...]:
        """Its address in each zone."""
        return tuple(place.address for place in self.addresses)

    @property
    def targets(self) -> dict[str, tuple[str, ...]]:
        """Where each port leads: addresses with their ports."""
        return {str(each.port): tuple(f"{to.address}:{to.port}" for to in each.targets) for each in self.services}


NLB_NAME_MOST = 32  # characters, of a load balancer and of a target group (ELB API)


def inbound_nlb(partner: Partner, addresses: AddressPlan) -> tuple[LoadBalancer, ...]:
    """The NLB in the public subnets, whose clients are the partner and whose targets are ours."""
    if not partner.inbound.services:
        return ()
    return (
        _nlb(
            partner,
            label="services",
            name=partner.made_as,
            description="The partner, on the ports of our services",
            clients="the partner",
            sources=partner.partner_cidrs,
            services=partner.inbound.services,
            balancer=partner.inbound.load_balancer,
            addresses=tuple(
                SubnetAddress(f"public_{zone.letter}", zone.inbound_nlb) for zone in addresses.zones if zone.inbound_nlb
            ),
        ),
    )


def outbound_nlb(partner: Partner, landing_zone: LandingZone, addresses: AddressPlan) -> tuple[LoadBalancer, ...]:
    """The NLB in the outbound subnets, whose clients are our VPCs and whose targets are the partner's."""
    if partner.outbound is None:
        return ()
    return (
        _nlb(
            partner,
            label="outbound",
            name=f"{partner.made_as}{APART}out",
            description="Our VPCs, on the ports of services of the partner",
            clients="our VPCs",
            sources=[cidr for name in partner.reach for cidr in landing_zone.vpcs[name].cidrs],
            services=partner.outbound.services,
            balancer=partner.outbound.load_balancer,
            addresses=tuple(
                SubnetAddress(f"outbound_{zone.letter}", zone.outbound_nlb)
                for zone in addresses.zones
                if zone.outbound_nlb
            ),
        ),
    )


def _nlb(
    partner: Partner,
    *,
    label: str,
    name: str,
    description: str,
    clients: str,
    sources: Iterable[IPv4Network],
    services: Sequence[InboundService] | Sequence[OutboundService],
    balancer: LoadBalancerOf,
    addresses: tuple[SubnetAddress, ...],
) -> LoadBalancer:
    built = tuple(_service(partner, label, service) for service in services)
    ingress = [
        SecurityRule(
            label=f"{service.label}_from_{slug(source)}",
            description=f"{service.service} from {clients}",
            group=label,
            cidr=source,
            port=service.port,
        )
        for service in built
        for source in sources
    ]
    return LoadBalancer(
        label=label,
        name=short_name(name, NLB_NAME_MOST),
        group_name=f"{partner.made_as}-{label}",
        description=description,
        cross_zone=balancer.cross_zone,
        idle_timeout=None if balancer.idle_timeout == aws.NLB_IDLE_TIMEOUT_DEFAULT else balancer.idle_timeout,
        addresses=addresses,
        services=built,
        ingress=tuple(ingress),
        egress=_to_targets(label, built),
    )


def _to_targets(group: str, services: Iterable[Service]) -> tuple[SecurityRule, ...]:
    """A rule for each target. A group holds an address and port once, however many services lead there."""
    rules: dict[tuple[IPv4Address, int], SecurityRule] = {}
    for service in services:
        for to in service.targets:
            rule = SecurityRule(
                label=to.label,
                description=f"{service.service} to its target",
                group=group,
                cidr=IPv4Network(to.address),
                port=to.port,
            )
            rules.setdefault((to.address, to.port), rule)
    return tuple(rules.values())


def _service(partner: Partner, direction: str, service: InboundService | OutboundService) -> Service:
    label = f"{direction}_{slug(service.name)}"
    port = service.listened_port
    kind = f"out{APART}" if direction == "outbound" else ""
    name = short_name(f"{partner.made_as}{APART}{kind}{service.name}", NLB_NAME_MOST)
    targets = tuple(Target(f"{label}_to_{slug(target)}", label, target, port) for target in service.targets)
    return Service(label=label, name=name, service=service.name, port=service.port, target_port=port, targets=targets)
