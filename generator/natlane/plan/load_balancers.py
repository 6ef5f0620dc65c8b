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
    idle_timeout: int  # seconds
    addresses: tuple[SubnetAddress, ...]
    services: tuple[Service, ...]
    ingress: tuple[SecurityRule, ...]
    egress: tuple[SecurityRule, ...]

    @property
    def has_idle_timeout(self) -> bool:
        """Whether its listeners forget idle connections sooner or later than AWS's own."""
        return self.idle_timeout != aws.NLB_IDLE_TIMEOUT_DEFAULT

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
    where = tuple(
        SubnetAddress(f"public_{zone.letter}", zone.inbound_nlb) for zone in addresses.zones if zone.inbound_nlb
    )
    sources = partner.partner_cidrs
    services = partner.inbound.services
    balancer = partner.inbound.load_balancer
    words = ("The partner, on the ports of our services", "from the partner")
    return (_nlb(partner, "services", partner.made_as, words, balancer, where, services, sources),)


def outbound_nlb(partner: Partner, landing_zone: LandingZone, addresses: AddressPlan) -> tuple[LoadBalancer, ...]:
    """The NLB in the outbound subnets, whose clients are our VPCs and whose targets are the partner's."""
    if partner.outbound is None:
        return ()
    where = tuple(
        SubnetAddress(f"outbound_{zone.letter}", zone.outbound_nlb) for zone in addresses.zones if zone.outbound_nlb
    )
    sources = [cidr for name in partner.reach for cidr in landing_zone.vpcs[name].cidrs]
    balancer = partner.outbound.load_balancer
    name = f"{partner.made_as}{APART}out"
    words = ("Our VPCs, on the ports of services of the partner", "from our VPCs")
    return (_nlb(partner, "outbound", name, words, balancer, where, partner.outbound.services, sources),)


def _nlb(
    partner: Partner,
    label: str,
    name: str,
    words: tuple[str, str],
    balancer: LoadBalancerOf,
    where: tuple[SubnetAddress, ...],
    services: Sequence[InboundService] | Sequence[OutboundService],
    sources: Iterable[IPv4Network],
) -> LoadBalancer:
    built = tuple(_service(partner, label, service) for service in services)
    ingress = [
        SecurityRule(
            label=f"{service.label}_from_{slug(source)}",
            description=f"{service.service} {words[1]}",
            group=label,
            cidr=source,
            port=service.port,
        )
        for service in built
        for source in sources
    ]
    # A security group holds a rule for an address and port once, however many services lead there.
    egress: dict[tuple[IPv4Address, int], SecurityRule] = {}
    for service in built:
        for to in service.targets:
            rule = SecurityRule(
                label=to.label,
                description=f"{service.service} to its target",
                group=label,
                cidr=IPv4Network(to.address),
                port=to.port,
            )
            egress.setdefault((to.address, to.port), rule)
    return LoadBalancer(
        label=label,
        name=short_name(name, NLB_NAME_MOST),
        group_name=f"{partner.made_as}-{label}",
        description=words[0],
        cross_zone=balancer.cross_zone,
        idle_timeout=balancer.idle_timeout,
        addresses=where,
        services=built,
        ingress=tuple(ingress),
        egress=tuple(egress.values()),
    )


def _service(partner: Partner, direction: str, service: InboundService | OutboundService) -> Service:
    label = f"{direction}_{slug(service.name)}"
    port = service.listened_port
    kind = f"out{APART}" if direction == "outbound" else ""
    name = short_name(f"{partner.made_as}{APART}{kind}{service.name}", NLB_NAME_MOST)
    targets = tuple(Target(f"{label}_to_{slug(target)}", label, target, port) for target in service.targets)
    return Service(label=label, name=name, service=service.name, port=service.port, target_port=port, targets=targets)
