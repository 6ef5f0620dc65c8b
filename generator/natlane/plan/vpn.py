"""The VPN's part: gateways, the connection with every option of both tunnels, its static routes."""

from __future__ import annotations

from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.facts import aws
from natlane.plan.labels import route_label
from natlane.plan.model import Reference, Tunnel, Vpn, VpnRoute
from natlane.plan.routes import provider_of


def vpn(partner: Partner, landing_zone: LandingZone) -> Vpn:
    """The VPN as the descriptor asks for it; on the transit gateway it belongs to that gateway's account."""
    on_tgw = partner.vpn.termination == "transit_gateway"
    account = landing_zone.transit_account if on_tgw else landing_zone.network_account
    provider, aliased = provider_of(account, landing_zone)
    gateway = partner.vpn.customer_gateway
    static = partner.vpn.routing == "static"
    by_variables = partner.vpn.preshared_keys == "variables"
    kept = partner.adopted.kept if partner.adopted else ()
    keys_stay = {"tunnel1_preshared_key", "tunnel2_preshared_key"} <= set(kept)
    destinations = partner.partner_cidrs if static and not on_tgw else ()
    one, two = (
        Tunnel(
            number,
            partner.vpn.tunnels[str(number)],
            Reference(f"var.tunnel{number}_preshared_key"),
            partner.vpn.tunnels[str(3 - number)].inside_cidr.network_address,
        )
        for number in (1, 2)
    )
    return Vpn(
        provider=provider,
        aliased=aliased,
        on_transit_gateway=on_tgw,
        name=partner.partner,
        customer_gateway_ip=gateway.ip,
        customer_gateway_asn=gateway.asn,
        has_extended_asn=gateway.asn > aws.ASN_PLAIN_MOST,
        device=gateway.device or "",
        has_device=gateway.device is not None,
        amazon_side_asn=partner.vpn.amazon_side_asn,
        static_routes_only=static,
        acceleration=partner.vpn.acceleration,
        has_large_tunnels=partner.vpn.bandwidth == "large",
        ecmp=partner.vpn.ecmp,
        partner_side=partner.vpn.selectors.theirs,
        our_side=partner.vpn.selectors.ours,
        tunnels=(one, two),
        preshared_key_storage="Standard" if by_variables else "SecretsManager",
        keys_are_variables=by_variables and not keys_stay,
        routes=tuple(VpnRoute(route_label("vpn", to), to) for to in destinations),
        connected=partner.vpn.connected,
        logged=landing_zone.logs.tunnel_logs,
        bgp_logged=landing_zone.logs.tunnel_logs and landing_zone.logs.bgp_logs and not static,
        gateway_has_vpc=partner.adopted is not None,
        kept=tuple(map(Reference, sorted(kept))),
    )
