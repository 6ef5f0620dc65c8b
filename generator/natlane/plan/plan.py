"""The plan of a checked partner: what AWS will hold, with every name, number and reference.

A `label` is a Terraform name within its type; a `name` is AWS's Name tag. Values that only AWS knows are References.
`provider` is the aliased provider of a thing outside the network account, and None within it.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple

from natlane.addresses import AddressPlan, addresses_for
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.plan import routes
from natlane.plan import transit_gateway as transit
from natlane.plan.agreed_values import agreed
from natlane.plan.endpoints import Endpoint, EndpointGroup, endpoint_groups, endpoints
from natlane.plan.load_balancers import LoadBalancer, inbound_nlb, outbound_nlb
from natlane.plan.observability import Observability, observability
from natlane.plan.providers import Provider, S3State, providers, state_of
from natlane.plan.routes import Route, RoutedVpc, VpcRoute
from natlane.plan.transit_gateway import TransitGateway
from natlane.plan.values import Reference
from natlane.plan.vpc_n import NatGateway, RouteTable, SecondaryCidr, Subnet, nat_gateways, route_tables, subnets
from natlane.plan.vpn import Vpn, vpn


class Import(NamedTuple):
    """What AWS holds already, and the resource that takes it over."""

    to: Reference
    id: str


class ReachedVpc(NamedTuple):
    """One of our VPCs that may open connections to the partner."""

    name: str
    cidrs: tuple[IPv4Network, ...]

    @property
    def cidr_list(self) -> str:
        """Its CIDRs as a picture holds them."""
        return ", ".join(map(str, self.cidrs))


class Plan(NamedTuple):
    """Everything of one partner's root module, in the order of its files."""

    partner: str
    active: bool
    description: str
    contacts: tuple[str, ...]
    tags: Mapping[str, str]
    state: S3State | None
    providers: tuple[Provider, ...]
    region: str
    agreed: Mapping[str, object]
    nat_cidr: IPv4Network
    partner_cidrs: tuple[IPv4Network, ...]
    routed_cidrs: tuple[IPv4Network, ...]
    reach: tuple[ReachedVpc, ...]
    vpc_name: str
    vpc_cidr: IPv4Network
    secondary_cidrs: tuple[SecondaryCidr, ...]
    subnets: tuple[Subnet, ...]
    route_tables: tuple[RouteTable, ...]
    nat_gateways: tuple[NatGateway, ...]
    routes_to_nat: tuple[Route, ...]
    routes_to_vgw: tuple[Route, ...]
    routes_to_tgw: tuple[Route, ...]
    vpc_routes: tuple[VpcRoute, ...]
    transit_gateway: TransitGateway
    vpn: Vpn
    endpoints: tuple[Endpoint, ...]
    endpoint_groups: tuple[EndpointGroup, ...]
    inbound: tuple[LoadBalancer, ...]  # none or one
    outbound: tuple[LoadBalancer, ...]  # none or one
    observability: Observability
    imports: tuple[Import, ...]

    @property
    def asks_transit_gateway(self) -> bool:
        """Whether the module reads the transit gateway's own settings before it builds on them."""
        gateway = self.transit_gateway
        return (gateway.attached and gateway.provider is not None) or self.vpn.announces_to_transit_gateway

    @property
    def has_routed_cidrs(self) -> bool:
        """Whether our VPCs have a route to any partner CIDR."""
        return bool(self.routed_cidrs and self.reach)

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones that VPC N stands in, each once."""
        return tuple(dict.fromkeys(subnet.zone for subnet in self.subnets))

    @property
    def routed_vpcs(self) -> tuple[RoutedVpc, ...]:
        """Our VPCs that have a route to VPC N, each with its routes."""
        names = dict.fromkeys(route.vpc for route in self.vpc_routes)
        return tuple(RoutedVpc(name, tuple(each for each in self.vpc_routes if each.vpc == name)) for name in names)

    @property
    def endpoint_addresses(self) -> dict[str, tuple[IPv4Address, ...]]:
        """The addresses that the partner calls, by AWS service."""
        return {each.service_name: tuple(place.address for place in each.addresses) for each in self.endpoints}

    @property
    def endpoint_ids(self) -> dict[str, Reference]:
        """AWS's id of each endpoint, by AWS service."""
        return {each.service_name: Reference(f"aws_vpc_endpoint.{each.label}.id") for each in self.endpoints}

    @property
    def endpoint_names(self) -> dict[str, Reference]:
        """The DNS names that AWS gives each endpoint, by AWS service."""
        return {
            each.service_name: Reference(f"aws_vpc_endpoint.{each.label}.dns_entry[*].dns_name")
            for each in self.endpoints
        }

    @property
    def has_inbound(self) -> bool:
        """Whether the partner may call anything."""
        return bool(self.endpoints or self.inbound)

    @property
    def nat_addresses(self) -> tuple[IPv4Address, ...]:
        """Every source address that the partner will see, by zone."""
        return tuple(ip for nat in self.nat_gateways for ip in (nat.private_ip, *nat.secondary_ips))


MANAGED_BY = "natlane"


def plan_for(partner: Partner, landing_zone: LandingZone) -> Plan:
    """What AWS will hold for a partner that `check` found no error in."""
    addresses = addresses_for(partner, landing_zone)
    if not isinstance(addresses, AddressPlan):
        raise ValueError(f"{partner.partner}: planned unchecked: {addresses[0].message}")
    tables = route_tables(partner, addresses)
    return Plan(
        partner=partner.partner,
        active=partner.status == "active",
        description=partner.description,
        contacts=partner.contacts,
        tags=_tags(partner, landing_zone),
        state=state_of(partner, landing_zone),
        providers=providers(landing_zone),
        region=landing_zone.region,
        agreed=agreed(partner, landing_zone, addresses),
        nat_cidr=partner.nat_cidr,
        partner_cidrs=partner.partner_cidrs,
        routed_cidrs=partner.routed_cidrs,
        reach=tuple(ReachedVpc(name, landing_zone.vpcs[name].cidrs) for name in partner.reach),
        vpc_name=f"{partner.partner}-vpc-n",
        vpc_cidr=addresses.primary,
        secondary_cidrs=tuple(SecondaryCidr(role, cidr) for role, cidr in addresses.secondary),
        subnets=subnets(partner, addresses),
        route_tables=tables,
        nat_gateways=nat_gateways(partner, addresses),
        routes_to_nat=routes.to_nat(partner, addresses),
        routes_to_vgw=routes.to_vgw(partner, landing_zone),
        routes_to_tgw=routes.to_tgw(partner, landing_zone, addresses),
        vpc_routes=routes.in_our_vpcs(partner, landing_zone),
        transit_gateway=transit.transit_gateway(partner, landing_zone, addresses),
        vpn=vpn(partner, landing_zone),
        endpoints=endpoints(partner, landing_zone, addresses),
        endpoint_groups=endpoint_groups(partner),
        inbound=inbound_nlb(partner, addresses),
        outbound=outbound_nlb(partner, landing_zone, addresses),
        observability=observability(partner, landing_zone, addresses),
        imports=_imports(partner),
    )


def _imports(partner: Partner) -> tuple[Import, ...]:
    """In the order of addresses, whatever order the descriptor has."""
    imports = partner.adopted.imports if partner.adopted else {}
    return tuple(Import(Reference(address), imports[address]) for address in sorted(imports))


def _tags(partner: Partner, landing_zone: LandingZone) -> dict[str, str]:
    return {"managed-by": MANAGED_BY, "partner": partner.partner, **landing_zone.tags, **partner.tags}
