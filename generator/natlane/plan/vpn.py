"""The VPN's part: gateways, each device's connection with every option of both tunnels, its static routes."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple

from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.describe.vpn import CustomerGateway, TunnelOptions
from natlane.facts import aws
from natlane.plan.labels import route_label, slug
from natlane.plan.providers import provider_of
from natlane.plan.values import Reference


class Tunnel(NamedTuple):
    """Every option of one tunnel."""

    number: int
    options: TunnelOptions
    preshared_key: Reference
    other_inside: IPv4Address  # the first address of the block inside of the other tunnel
    connection: str  # its connection's label
    suffix: str  # what its outputs and variables end in
    title: str  # its number, and beside another device's also whose it is


class VpnRoute(NamedTuple):
    """A prefix that the virtual private gateway knows to be behind the tunnels."""

    label: str
    destination: IPv4Network


class Connection(NamedTuple):
    """A device of the partner's, and the VPN connection to it."""

    suffix: str  # what its labels and outputs end in: nothing, or an underscore and the device's name
    label: str
    name: str
    introduction: str  # how a sentence about it begins
    customer_gateway_ip: IPv4Address
    customer_gateway_asn: int
    has_extended_asn: bool
    device: str
    tunnels: tuple[Tunnel, Tunnel]
    routes: tuple[VpnRoute, ...]


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


class Vpn(NamedTuple):
    """Customer gateways, virtual private gateway or transit gateway, and the connections."""

    provider: Reference | None
    on_transit_gateway: bool
    name: str
    connections: tuple[Connection, ...]
    amazon_side_asn: int
    static_routes_only: bool
    acceleration: bool
    has_large_tunnels: bool
    ecmp: bool
    partner_side: IPv4Network  # local_ipv4_network_cidr is the customer's side
    our_side: IPv4Network  # remote_ipv4_network_cidr is AWS's
    preshared_key_storage: str
    keys_are_variables: bool
    connected: bool  # the partner's device is there, so that a silent tunnel is a fault
    logged: bool
    bgp_logged: bool
    gateway_has_vpc: bool  # the gateway was attached before: the attachment is an argument of its own
    kept: tuple[Reference, ...]  # arguments that stay as AWS has them

    @property
    def tunnels(self) -> tuple[Tunnel, ...]:
        """Those of every connection, by number."""
        return tuple(sorted((each for one in self.connections for each in one.tunnels), key=lambda each: each.number))

    @property
    def key_variables(self) -> str:
        """The environment's variables that hold the pre-shared keys, as a sentence has them."""
        return _and([f"TF_VAR_tunnel{each.number}_preshared_key{each.suffix}" for each in self.tunnels])

    @property
    def key_outputs(self) -> str:
        """The outputs that name the secrets, as a sentence has them."""
        names = [f"preshared_key_arn{each.suffix}" for each in self.connections]
        return f"{'outputs' if self.has_several_devices else 'output'} {_and(names)}"

    @property
    def has_several_devices(self) -> bool:
        """Whether the partner has more than one device."""
        return len(self.connections) > 1

    @property
    def announces_to_transit_gateway(self) -> bool:
        """Whether the partner announces prefixes to the transit gateway itself."""
        return self.on_transit_gateway and not self.static_routes_only

    @property
    def keys_are_kept_by_aws(self) -> bool:
        """Whether AWS makes the pre-shared keys and keeps them in Secrets Manager."""
        return self.preshared_key_storage == "SecretsManager"


def vpn(partner: Partner, landing_zone: LandingZone) -> Vpn:
    """The VPN as the descriptor asks for it; on the transit gateway it belongs to that gateway's account."""
    on_tgw = partner.vpn.termination == "transit_gateway"
    account = landing_zone.transit_account if on_tgw else landing_zone.network_account
    static = partner.vpn.routing == "static"
    by_variables = partner.vpn.preshared_keys == "variables"
    kept = partner.adopted.kept if partner.adopted else ()
    keys_stay = {"tunnel1_preshared_key", "tunnel2_preshared_key"} <= set(kept)
    return Vpn(
        provider=provider_of(account, landing_zone),
        on_transit_gateway=on_tgw,
        name=partner.partner,
        connections=tuple(_connection(partner, gateway) for gateway in partner.vpn.customer_gateways),
        amazon_side_asn=partner.vpn.amazon_side_asn,
        static_routes_only=static,
        acceleration=partner.vpn.acceleration,
        has_large_tunnels=partner.vpn.bandwidth == "large",
        ecmp=partner.vpn.ecmp,
        partner_side=partner.vpn.selectors.theirs,
        our_side=partner.vpn.selectors.ours,
        preshared_key_storage="Standard" if by_variables else "SecretsManager",
        keys_are_variables=by_variables and not keys_stay,
        connected=partner.vpn.connected,
        logged=landing_zone.logs.tunnel_logs,
        bgp_logged=landing_zone.logs.tunnel_logs and landing_zone.logs.bgp_logs and not static,
        gateway_has_vpc=partner.adopted is not None,
        kept=tuple(map(Reference, sorted(kept))),
    )


def connection_suffix(gateway: CustomerGateway) -> str:
    """What a device's labels end in; a device without a name has those of an only one."""
    return f"_{slug(gateway.name)}" if gateway.name else ""


def connection_label(gateway: CustomerGateway) -> str:
    """The label of a device's customer gateway and connection."""
    return f"partner{connection_suffix(gateway)}"


def device_title(gateway: CustomerGateway) -> str:
    """A device, for people: its name, or its address."""
    return gateway.name or str(gateway.ip)


def _connection(partner: Partner, gateway: CustomerGateway) -> Connection:
    suffix = connection_suffix(gateway)
    only, first = len(partner.vpn.customer_gateways) == 1, gateway is partner.vpn.customer_gateways[0]
    sees = f"The partner sees nothing of us but {partner.nat_cidr}."
    on_gateway = partner.vpn.termination != "transit_gateway"
    destinations = partner.partner_cidrs if partner.vpn.routing == "static" and on_gateway else ()
    one, two = (
        Tunnel(
            number=number,
            options=gateway.tunnels[str(number)],
            preshared_key=Reference(f"var.tunnel{number}_preshared_key{suffix}"),
            other_inside=gateway.tunnels[str(3 - number)].inside_cidr.network_address,
            connection=connection_label(gateway),
            suffix=suffix,
            title=str(number) if only else f"{number} of device {device_title(gateway)}",
        )
        for number in (1, 2)
    )
    return Connection(
        suffix=suffix,
        label=connection_label(gateway),
        name=f"{partner.partner}-{gateway.name}" if gateway.name else partner.partner,
        introduction=f"{sees} Its device" if first else "Another device",
        customer_gateway_ip=gateway.ip,
        customer_gateway_asn=gateway.asn,
        has_extended_asn=gateway.asn > aws.ASN_PLAIN_MOST,
        device=gateway.device or "",
        tunnels=(one, two),
        routes=tuple(VpnRoute(route_label(f"vpn{suffix}", to), to) for to in destinations),
    )
