"""The VPN's part: gateways, each device's connection with every option of both tunnels, its static routes."""

from __future__ import annotations

from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.describe.vpn import CustomerGateway
from natlane.facts import aws
from natlane.plan.labels import route_label, slug
from natlane.plan.model import Connection, Reference, Tunnel, Vpn, VpnRoute
from natlane.plan.routes import provider_of


def vpn(partner: Partner, landing_zone: LandingZone) -> Vpn:
    """The VPN as the descriptor asks for it; on the transit gateway it belongs to that gateway's account."""
    on_tgw = partner.vpn.termination == "transit_gateway"
    account = landing_zone.transit_account if on_tgw else landing_zone.network_account
    provider, aliased = provider_of(account, landing_zone)
    static = partner.vpn.routing == "static"
    by_variables = partner.vpn.preshared_keys == "variables"
    kept = partner.adopted.kept if partner.adopted else ()
    keys_stay = {"tunnel1_preshared_key", "tunnel2_preshared_key"} <= set(kept)
    return Vpn(
        provider=provider,
        aliased=aliased,
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
            number,
            gateway.tunnels[str(number)],
            Reference(f"var.tunnel{number}_preshared_key{suffix}"),
            gateway.tunnels[str(3 - number)].inside_cidr.network_address,
            connection_label(gateway),
            suffix,
            str(number) if only else f"{number} of device {device_title(gateway)}",
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
