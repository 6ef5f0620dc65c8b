"""Planning: the plan of a checked partner beside the landing zone."""

from __future__ import annotations

from ipaddress import IPv4Network

from natlane.addresses import AddressPlan, addresses_for
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.plan import routes
from natlane.plan import transit_gateway as transit
from natlane.plan.agreed_values import agreed
from natlane.plan.inbound import endpoint_groups, endpoints, inbound_nlb, outbound_nlb
from natlane.plan.labels import slug
from natlane.plan.model import (
    Import,
    NatGateway,
    Plan,
    Provider,
    ReachedVpc,
    Reference,
    RouteTable,
    S3State,
    SecondaryCidr,
    Subnet,
)
from natlane.plan.observability import observability
from natlane.plan.vpn import vpn

MANAGED_BY = "natlane"


def plan_for(partner: Partner, landing_zone: LandingZone) -> Plan:
    """What AWS will hold for a partner that `check` found no error in."""
    addresses = addresses_for(partner, landing_zone)
    if not isinstance(addresses, AddressPlan):
        raise ValueError(f"{partner.partner}: planned unchecked: {addresses[0].message}")
    tables = _route_tables(partner, addresses)
    return Plan(
        partner=partner.partner,
        active=partner.status == "active",
        description=partner.description,
        contacts=partner.contacts,
        tags=_tags(partner, landing_zone),
        state=_state(partner, landing_zone),
        in_s3=landing_zone.state is not None,
        providers=_providers(landing_zone),
        region=landing_zone.region,
        agreed=agreed(partner, landing_zone, addresses),
        nat_cidr=partner.nat_cidr,
        partner_cidrs=partner.partner_cidrs,
        routed_cidrs=partner.routed_cidrs,
        reach=tuple(ReachedVpc(name, landing_zone.vpcs[name].cidrs) for name in partner.reach),
        vpc_name=f"{partner.partner}-vpc-n",
        vpc_cidr=addresses.primary,
        secondary_cidrs=tuple(SecondaryCidr(role, cidr) for role, cidr in addresses.secondary),
        subnets=_subnets(partner, addresses),
        route_tables=tables,
        nat_gateways=_nat_gateways(partner, addresses),
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


def _state(partner: Partner, landing_zone: LandingZone) -> S3State | None:
    state = landing_zone.state
    if state is None:
        return None
    return S3State(state.bucket, f"{state.key_prefix}/{partner.partner}/terraform.tfstate", state.region)


def _providers(landing_zone: LandingZone) -> tuple[Provider, ...]:
    """The network account's, then one alias for each other account of ours.

    All of them: an alias that went with its last resource would leave Terraform unable to destroy it
    ("Provider configuration not present"), and one that nothing uses is never configured.
    """
    used = dict.fromkeys([landing_zone.network_account, landing_zone.transit_account, *landing_zone.accounts])
    return tuple(
        Provider(
            "" if name == landing_zone.network_account else slug(name),
            landing_zone.region,
            landing_zone.accounts[name].id,
            landing_zone.accounts[name].role_arn,
        )
        for name in used
    )


def _subnets(partner: Partner, addresses: AddressPlan) -> tuple[Subnet, ...]:
    secondary = dict(addresses.secondary)

    def subnet(role: str, letter: str, zone: str, cidr: IPv4Network, table: str) -> Subnet:
        label = f"{role}_{letter}"
        vpc = f"aws_vpc_ipv4_cidr_block_association.{role}.vpc_id" if role in secondary else "aws_vpc.vpc_n.id"
        return Subnet(label, _name(partner, label), role, zone, cidr, Reference(vpc), table)

    zones = addresses.zones
    public = [subnet("public", z.letter, z.zone, z.public, "public") for z in zones]
    attached = zones if partner.needs_attachment else ()
    natted = [subnet("natted", z.letter, z.zone, z.natted, f"natted_{z.letter}") for z in attached]
    outbound = [subnet("outbound", z.letter, z.zone, z.outbound, f"outbound_{z.letter}") for z in zones if z.outbound]
    return (*public, *natted, *outbound)


def _route_tables(partner: Partner, addresses: AddressPlan) -> tuple[RouteTable, ...]:
    letters = [zone.letter for zone in addresses.zones]
    roles = [*(["natted"] if partner.needs_attachment else []), *(["outbound"] if partner.outbound else [])]
    labels = [("public", "public"), *((f"{role}_{letter}", role) for role in roles for letter in letters)]
    return tuple(RouteTable(label, _name(partner, label), role) for label, role in labels)


def _nat_gateways(partner: Partner, addresses: AddressPlan) -> tuple[NatGateway, ...]:
    """One in each zone; none where nothing goes out to the partner, whose addresses stay free for them."""
    return tuple(
        NatGateway(
            f"nat_{zone.letter}",
            _name(partner, f"nat_{zone.letter}"),
            zone.zone,
            f"public_{zone.letter}",
            zone.nat[0],
            zone.nat[1:],
            partner.nat.release_addresses,
        )
        for zone in (addresses.zones if partner.needs_nat else ())
    )


def _name(partner: Partner, label: str) -> str:
    return f"{partner.partner}-{label.replace('_', '-')}"
