"""Endpoints and network load balancers: what the partner calls, and what we call by an address of ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network

from natlane.addresses import AddressPlan
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Endpoint as EndpointOf
from natlane.describe.partner import InboundService, OutboundService, Partner
from natlane.describe.partner import LoadBalancer as LoadBalancerOf
from natlane.facts.endpoint_names import endpoint_service_name, region_of
from natlane.facts.endpoint_services import HTTPS, ports_of
from natlane.plan.labels import APART, short_name, slug
from natlane.plan.model import Endpoint, EndpointGroup, LoadBalancer, SecurityRule, Service, SubnetAddress, Target

NLB_NAME_MOST = 32  # characters, of a load balancer and of a target group (ELB API)


def endpoints(partner: Partner, landing_zone: LandingZone, addresses: AddressPlan) -> tuple[Endpoint, ...]:
    """One interface endpoint for each service, an address in every public subnet."""
    return tuple(
        Endpoint(
            label=slug(endpoint.service),
            name=f"{partner.partner}-{endpoint.service}",
            service=endpoint.service,
            service_name=endpoint_service_name(endpoint.service, landing_zone.region),
            private_dns=endpoint.private_dns,
            policy=endpoint.policy or "",
            service_region=_other_region(endpoint.service, landing_zone.region),
            ports=endpoint_ports(endpoint),
            group=_group(endpoint),
            addresses=tuple(SubnetAddress(f"public_{zone.letter}", zone.endpoints[index]) for zone in addresses.zones),
        )
        for index, endpoint in enumerate(partner.inbound.endpoints)
    )


def _other_region(service: str, region: str) -> str:
    found = region_of(service, region)
    return "" if found == region else found


def endpoint_ports(endpoint: EndpointOf) -> tuple[int, ...]:
    """The ports of an endpoint: those written, else those that AWS names for its service."""
    return tuple(sorted(endpoint.ports or ports_of(endpoint.service)))


def _group(endpoint: EndpointOf) -> str:
    """One security group serves all that speak HTTPS only; what listens on other ports has its own."""
    return "endpoints" if endpoint_ports(endpoint) == (HTTPS,) else f"endpoint_{slug(endpoint.service)}"


def endpoint_groups(partner: Partner) -> tuple[EndpointGroup, ...]:
    """The partner's CIDRs on the ports of each endpoint, and nothing else."""
    groups = {_group(each): each for each in partner.inbound.endpoints}
    return tuple(_endpoint_group(partner, label, each) for label, each in groups.items())


def _endpoint_group(partner: Partner, label: str, endpoint: EndpointOf) -> EndpointGroup:
    if label == "endpoints":
        name, said, what = f"{partner.made_as}-endpoints", "on HTTPS only", "HTTPS"
    else:
        name, said, what = (
            f"{partner.made_as}-endpoint-{endpoint.service}",
            f"on the ports of {endpoint.service}",
            "TCP",
        )
    rules = tuple(
        SecurityRule(
            f"{label}{'' if port == HTTPS else f'_{port}'}_from_{slug(cidr)}",
            f"{what} from the partner",
            label,
            cidr,
            port,
        )
        for port in endpoint_ports(endpoint)
        for cidr in partner.partner_cidrs
    )
    return EndpointGroup(label, name, f"The partner, {said}", rules)


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
            f"{service.label}_from_{slug(source)}",
            f"{service.service} {words[1]}",
            label,
            source,
            service.port,
        )
        for service in built
        for source in sources
    ]
    # A security group holds a rule for an address and port once, however many services lead there.
    egress: dict[tuple[IPv4Address, int], SecurityRule] = {}
    for service in built:
        for to in service.targets:
            words_of = f"{service.service} to its target"
            rule = SecurityRule(to.label, words_of, label, IPv4Network(to.address), to.port)
            egress.setdefault((to.address, to.port), rule)
    return LoadBalancer(
        label,
        short_name(name, NLB_NAME_MOST),
        f"{partner.made_as}-{label}",
        words[0],
        balancer.cross_zone,
        balancer.idle_timeout,
        where,
        built,
        tuple(ingress),
        tuple(egress.values()),
    )


def _service(partner: Partner, direction: str, service: InboundService | OutboundService) -> Service:
    label = f"{direction}_{slug(service.name)}"
    port = service.listened_port
    kind = f"out{APART}" if direction == "outbound" else ""
    name = short_name(f"{partner.made_as}{APART}{kind}{service.name}", NLB_NAME_MOST)
    targets = tuple(Target(f"{label}_to_{slug(target)}", label, target, port) for target in service.targets)
    return Service(label, name, service.name, service.port, port, targets)
