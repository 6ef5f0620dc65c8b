"""The transit gateway's part: attachment, tables of the partner's own, associations, static routes."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network
from typing import NamedTuple

from natlane.addresses import AddressPlan
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.plan.labels import route_label, slug
from natlane.plan.providers import provider_of
from natlane.plan.routes import joined_vpcs, towards_partner, towards_vpc, towards_vpc_n
from natlane.plan.values import Reference
from natlane.plan.vpn import connection_label


class TransitTable(NamedTuple):
    """A transit gateway route table of this partner's own."""

    label: str
    name: str


class TransitAssociation(NamedTuple):
    """Which transit gateway table decides about what an attachment sends; `replaces` AWS's own choice."""

    label: str
    attachment: Reference
    route_table: str
    replaces: bool = False


class TransitRoute(NamedTuple):
    """A static route in a transit gateway table."""

    label: str
    route_table: str
    destination: IPv4Network
    attachment: str


class TransitGateway(NamedTuple):
    """VPC N's attachment, and the tables of the transit gateway as far as this partner needs them."""

    id: str
    provider: Reference | None  # another account's, whose tables are written there
    attached: bool  # VPC N is attached to it; else nothing of this partner is there
    accepted: bool  # that account accepts the attachment by a resource of its own
    accepts_itself: bool  # the transit gateway accepts the attachment without being asked
    attachment_name: str
    attachment: Reference
    attachment_resource: Reference
    attachment_subnets: tuple[Reference, ...]
    tables: tuple[TransitTable, ...]
    associations: tuple[TransitAssociation, ...]
    routes: tuple[TransitRoute, ...]
    our_tables: tuple[str, ...]  # those of the landing zone, in which nothing may be propagated from a partner

    @property
    def replaces_associations(self) -> bool:
        """Whether AWS associates anything with a table before."""
        return any(each.replaces for each in self.associations)


def transit_gateway(partner: Partner, landing_zone: LandingZone, addresses: AddressPlan) -> TransitGateway:
    """Everything of the transit gateway that this partner's module writes: nothing where VPC N is not attached."""
    provider = provider_of(landing_zone.transit_account, landing_zone)
    accepted = provider is not None and not landing_zone.transit_gateway.auto_accept
    # Where another account accepts the attachment, nothing may use it before it did.
    kind = "vpc_attachment_accepter" if accepted else "vpc_attachment"
    resource = Reference(f"aws_ec2_transit_gateway_{kind}.vpc_n")
    attachment = Reference(f"{resource}.id")
    on_tgw = partner.vpn.termination == "transit_gateway"
    # The shared table holds our VPCs only: a VPN on the transit gateway needs a table of the partner's own.
    shared = None if on_tgw else landing_zone.transit_gateway.partner_route_table
    attached = partner.needs_attachment
    own = ["vpc_n"] if attached and not shared else []
    labels = [*own, "vpn"] if on_tgw else own
    tables = tuple(TransitTable(label, f"{partner.partner}-{label.replace('_', '-')}") for label in labels)
    accepts_itself = provider is not None and not accepted
    associations = []
    if attached:
        where = shared or _table("vpc_n")
        associations.append(TransitAssociation("vpc_n", attachment, where, replaces=accepts_itself))
    if on_tgw:
        associations.append(TransitAssociation("vpn", _vpn_attachment(partner), _table("vpn"), replaces=True))
    zones = addresses.zones if attached else ()
    return TransitGateway(
        id=landing_zone.transit_gateway.id,
        provider=provider,
        attached=attached,
        accepted=accepted,
        accepts_itself=accepts_itself,
        attachment_name=f"{partner.partner}-vpc-n",
        attachment=attachment,
        attachment_resource=resource,
        attachment_subnets=tuple(Reference(f"aws_subnet.natted_{zone.letter}.id") for zone in zones),
        tables=tables,
        associations=tuple(associations),
        routes=tuple(_routes(partner, landing_zone, attachment, own_table=not shared)),
        our_tables=_our_tables(landing_zone),
    )


def _our_tables(landing_zone: LandingZone) -> tuple[str, ...]:
    tables = [vpc.transit_route_table for vpc in landing_zone.vpcs.values()]
    partners = landing_zone.transit_gateway.partner_route_table
    return tuple(dict.fromkeys([*tables, *([partners] if partners else [])]))


def _vpn_attachment(partner: Partner) -> Reference:
    """The attachment of the VPN where it ends on the transit gateway, where there is one device only."""
    (device,) = partner.vpn.customer_gateways
    return Reference(f"aws_vpn_connection.{connection_label(device)}.transit_gateway_attachment_id")


def _table(label: str) -> Reference:
    return Reference(f"aws_ec2_transit_gateway_route_table.{label}.id")


def _routes(
    partner: Partner, landing_zone: LandingZone, attachment: Reference, *, own_table: bool
) -> Iterable[TransitRoute]:
    """To VPC N from each distinct table of our VPCs; from VPC N's own table to ours; around the VPN."""
    written: set[str] = set()
    for name in joined_vpcs(partner):
        table = landing_zone.vpcs[name].transit_route_table
        for to in towards_vpc_n(partner, name):
            label = route_label(slug(table), to)
            if label not in written:
                written.add(label)
                yield TransitRoute(label, table, to, attachment)
    if own_table:
        for name in joined_vpcs(partner):
            attached = landing_zone.vpcs[name].attachment
            for to in towards_vpc(partner, landing_zone, name):
                yield TransitRoute(route_label("vpc_n", to), _table("vpc_n"), to, attached)
    if partner.vpn.termination == "transit_gateway":
        for to in towards_partner(partner, landing_zone):
            yield TransitRoute(route_label("vpc_n", to), _table("vpc_n"), to, _vpn_attachment(partner))
        yield TransitRoute(route_label("vpn", partner.nat_cidr), _table("vpn"), partner.nat_cidr, attachment)
