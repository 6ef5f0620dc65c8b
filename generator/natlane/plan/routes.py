"""Who sends what where: the routes in VPC N's tables and in our VPCs' tables."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import NamedTuple

from natlane.addresses import AddressPlan
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.plan.labels import route_label, slug
from natlane.plan.providers import provider_of
from natlane.plan.values import Reference


class Route(NamedTuple):
    """A route in one of VPC N's own tables; `nat_gateway` only where that is its target."""

    label: str
    route_table: str
    destination: IPv4Network
    nat_gateway: str = ""


class VpcRoute(NamedTuple):
    """A route to the transit gateway in a table of one of our VPCs; another name of the VPC is no other route."""

    label: str
    vpc: str
    provider: Reference | None
    route_table_id: str
    destination: IPv4Network


class RoutedVpc(NamedTuple):
    """One of our VPCs, with every route in its tables."""

    name: str
    routes: tuple[VpcRoute, ...]


def joined_vpcs(partner: Partner) -> tuple[str, ...]:
    """Our VPCs that exchange packets with VPC N, each once."""
    return tuple(dict.fromkeys((*partner.reach, *partner.served_vpcs)))


def outbound_hosts(partner: Partner) -> tuple[IPv4Network, ...]:
    """The partner's hosts behind outbound services, each once, as /32s."""
    if partner.outbound is None:
        return ()
    targets = (target for service in partner.outbound.services for target in service.targets)
    return tuple(dict.fromkeys(IPv4Network(target) for target in targets))


def vpcs_replied_to(partner: Partner) -> tuple[str, ...]:
    """Our VPCs that the public subnets send to: replies behind the NAT, and the NLB's own requests."""
    return joined_vpcs(partner) if partner.routed_cidrs else partner.served_vpcs


def vpcs_beside_partner(partner: Partner) -> tuple[str, ...]:
    """Our VPCs that some table routes beside the partner's CIDRs: the public one, and VPC N's table of the
    transit gateway where the VPN ends there."""
    return joined_vpcs(partner) if partner.vpn.termination == "transit_gateway" else vpcs_replied_to(partner)


def to_nat(partner: Partner, addresses: AddressPlan) -> tuple[Route, ...]:
    """Natted and outbound tables: towards the partner by the NAT gateway of the same zone."""
    found = []
    routed = partner.routed_cidrs if partner.reach else ()  # what nobody sends needs no way
    for role, destinations in (("natted", routed), ("outbound", outbound_hosts(partner))):
        for zone in addresses.zones:
            table = f"{role}_{zone.letter}"
            found += [Route(route_label(table, to), table, to, f"nat_{zone.letter}") for to in destinations]
    return tuple(found)


def towards_vpc(partner: Partner, landing_zone: LandingZone, vpc: str) -> tuple[IPv4Network, ...]:
    """What VPC N sends to one of our VPCs: its CIDRs. Where a VPC only serves, and a partner that only calls or another
    VPC has such a CIDR too, or a network around a target, the targets only, as /32s: all else there is the other's."""
    cidrs = landing_zone.vpcs[vpc].cidrs
    if vpc in partner.reach:
        return cidrs
    others = [own for name in joined_vpcs(partner) if name != vpc for own in landing_zone.vpcs[name].cidrs]
    others += () if partner.reach else partner.partner_cidrs
    hosts = [IPv4Network(target) for each in partner.inbound.services if each.vpc == vpc for target in each.targets]
    found: list[IPv4Network] = []
    for own in cidrs:
        inside = [host for host in hosts if host.subnet_of(own)]
        shared = any(own.subnet_of(to) or any(host.subnet_of(to) for host in inside) for to in others)
        found += inside if shared else [own]
    return tuple(dict.fromkeys(found))


def towards_partner(partner: Partner, landing_zone: LandingZone) -> tuple[IPv4Network, ...]:
    """What VPC N's tables send to the VPN: partner CIDRs whole, but only the translated hosts of
    a CIDR that overlaps a VPC of ours which the same table must also reach."""
    ours = [cidr for name in vpcs_beside_partner(partner) for cidr in landing_zone.vpcs[name].cidrs]
    hosts = outbound_hosts(partner)
    found: list[IPv4Network] = []
    for cidr in partner.partner_cidrs:
        overlapping = cidr in partner.translated_cidrs and any(cidr.overlaps(own) for own in ours)
        found += [host for host in hosts if host.subnet_of(cidr)] if overlapping else [cidr]
    return tuple(dict.fromkeys(found))


def to_vgw(partner: Partner, landing_zone: LandingZone) -> tuple[Route, ...]:
    """Public table: towards the partner by the virtual private gateway."""
    if partner.vpn.termination == "transit_gateway":
        return ()
    return tuple(Route(route_label("public", to), "public", to) for to in towards_partner(partner, landing_zone))


def to_tgw(partner: Partner, landing_zone: LandingZone, addresses: AddressPlan) -> tuple[Route, ...]:
    """Public and outbound tables: towards our VPCs, and to the VPN where it ends on the transit gateway."""
    found = []
    if partner.vpn.termination == "transit_gateway":
        found += [Route(route_label("public", to), "public", to) for to in towards_partner(partner, landing_zone)]
    known = [route.destination for route in found]  # what lies in these goes to the transit gateway anyhow
    for name in vpcs_replied_to(partner):
        ours = [to for to in towards_vpc(partner, landing_zone, name) if not any(map(to.subnet_of, known))]
        found += [Route(route_label("public", to), "public", to) for to in ours]
    tables = [f"outbound_{zone.letter}" for zone in addresses.zones if zone.outbound]
    for table in tables:
        for name in partner.reach:
            found += [Route(route_label(table, to), table, to) for to in landing_zone.vpcs[name].cidrs]
    return tuple(found)


def towards_vpc_n(partner: Partner, vpc: str) -> tuple[IPv4Network, ...]:
    """What one of our VPCs sends to VPC N: partner CIDRs and outbound services where it may open
    connections, nat_cidr where it answers the inbound NLB."""
    found: list[IPv4Network] = []
    if vpc in partner.reach:
        found += partner.routed_cidrs
        found += [partner.outbound.cidr] if partner.outbound else []
    return (*found, partner.nat_cidr) if vpc in partner.served_vpcs else tuple(found)


def in_our_vpcs(partner: Partner, landing_zone: LandingZone) -> tuple[VpcRoute, ...]:
    """The routes to the transit gateway in every route table of the VPCs that this partner joins."""
    found = []
    for name in joined_vpcs(partner):
        vpc = landing_zone.vpcs[name]
        provider = provider_of(vpc.account, landing_zone)
        for table in vpc.route_tables:
            found += [
                VpcRoute(
                    label=route_label(slug(table), to),
                    vpc=name,
                    provider=provider,
                    route_table_id=table,
                    destination=to,
                )
                for to in towards_vpc_n(partner, name)
            ]
    return tuple(found)
