"""VPC N: its blocks, subnets, route tables and NAT gateways."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple

from natlane.addresses import AddressPlan
from natlane.describe.partner import Partner
from natlane.plan.values import Reference


class SecondaryCidr(NamedTuple):
    """A block that joins VPC N beside its primary one."""

    label: str
    cidr: IPv4Network


class Subnet(NamedTuple):
    """A subnet, and the route table that it is associated with."""

    label: str
    name: str
    role: str
    zone: str
    cidr: IPv4Network
    vpc: Reference  # through its secondary CIDR's association where it lies in one, so that it waits for it
    route_table: str


class RouteTable(NamedTuple):
    """A route table of VPC N."""

    label: str
    name: str
    role: str


class NatGateway(NamedTuple):
    """A private NAT gateway with pinned addresses."""

    label: str
    name: str
    zone: str
    subnet: str
    private_ip: IPv4Address
    secondary_ips: tuple[IPv4Address, ...]
    releases: bool  # it may have had more addresses before: Terraform removes only what is written

    @property
    def writes_secondary_ips(self) -> bool:
        """Whether it has more than the primary address, or had."""
        return bool(self.secondary_ips) or self.releases


def subnets(partner: Partner, addresses: AddressPlan) -> tuple[Subnet, ...]:
    secondary = dict(addresses.secondary)

    def subnet(role: str, letter: str, zone: str, cidr: IPv4Network, table: str) -> Subnet:
        label = f"{role}_{letter}"
        vpc = f"aws_vpc_ipv4_cidr_block_association.{role}.vpc_id" if role in secondary else "aws_vpc.vpc_n.id"
        return Subnet(
            label=label,
            name=_name(partner, label),
            role=role,
            zone=zone,
            cidr=cidr,
            vpc=Reference(vpc),
            route_table=table,
        )

    zones = addresses.zones
    public = [subnet("public", z.letter, z.zone, z.public, "public") for z in zones]
    attached = zones if partner.needs_attachment else ()
    natted = [subnet("natted", z.letter, z.zone, z.natted, f"natted_{z.letter}") for z in attached]
    outbound = [subnet("outbound", z.letter, z.zone, z.outbound, f"outbound_{z.letter}") for z in zones if z.outbound]
    return (*public, *natted, *outbound)


def route_tables(partner: Partner, addresses: AddressPlan) -> tuple[RouteTable, ...]:
    letters = [zone.letter for zone in addresses.zones]
    roles = [*(["natted"] if partner.needs_attachment else []), *(["outbound"] if partner.outbound else [])]
    labels = [("public", "public"), *((f"{role}_{letter}", role) for role in roles for letter in letters)]
    return tuple(RouteTable(label, _name(partner, label), role) for label, role in labels)


def nat_gateways(partner: Partner, addresses: AddressPlan) -> tuple[NatGateway, ...]:
    """One in each zone; none where nothing goes out to the partner, whose addresses stay free for them."""
    return tuple(
        NatGateway(
            label=f"nat_{zone.letter}",
            name=_name(partner, f"nat_{zone.letter}"),
            zone=zone.zone,
            subnet=f"public_{zone.letter}",
            private_ip=zone.nat[0],
            secondary_ips=zone.nat[1:],
            releases=partner.nat.release_addresses,
        )
        for zone in (addresses.zones if partner.needs_nat else ())
    )


def _name(partner: Partner, label: str) -> str:
    return f"{partner.partner}-{label.replace('_', '-')}"
