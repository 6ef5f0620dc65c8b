"""Interface endpoints that the partner calls, and their security groups."""

from __future__ import annotations

from typing import NamedTuple

from natlane.addresses import AddressPlan
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Endpoint as EndpointOf
from natlane.describe.partner import Partner
from natlane.facts.endpoint_names import endpoint_service_name, region_of
from natlane.facts.endpoint_services import HTTPS, ports_of
from natlane.plan.labels import slug
from natlane.plan.values import Reference, SecurityRule, SubnetAddress


class EndpointGroup(NamedTuple):
    """The security group of endpoints that listen on the same ports."""

    label: str
    name: str
    description: str
    ingress: tuple[SecurityRule, ...]


class Endpoint(NamedTuple):
    """An interface endpoint with a pinned address in every public subnet."""

    label: str
    name: str
    service: str
    service_name: str
    private_dns: bool
    policy: str
    service_region: str  # another region than VPC N's, else empty
    ports: tuple[int, ...]
    group: str  # its security group's label
    addresses: tuple[SubnetAddress, ...]

    @property
    def port_list(self) -> str:
        """Its ports as a page shows them."""
        return ", ".join(map(str, self.ports))

    @property
    def subnet_ids(self) -> tuple[Reference, ...]:
        """The public subnets."""
        return tuple(Reference(f"aws_subnet.{place.subnet}.id") for place in self.addresses)


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
            label=f"{label}{'' if port == HTTPS else f'_{port}'}_from_{slug(cidr)}",
            description=f"{what} from the partner",
            group=label,
            cidr=cidr,
            port=port,
        )
        for port in endpoint_ports(endpoint)
        for cidr in partner.partner_cidrs
    )
    return EndpointGroup(label=label, name=name, description=f"The partner, {said}", ingress=rules)
