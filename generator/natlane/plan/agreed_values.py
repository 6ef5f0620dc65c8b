"""What was agreed with the partner, as the module states it for people, other programs and the proof."""

from __future__ import annotations

from natlane.addresses import AddressPlan
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.plan.routes import towards_partner
from natlane.plan.vpn import connection_suffix


def agreed(partner: Partner, landing_zone: LandingZone, addresses: AddressPlan) -> dict[str, object]:
    """The values of the output `agreed`, alphabetical.

    `announced` is what a virtual private gateway announces to the partner by BGP: every block of its VPC, as it is.

    `partner_cidrs` is what VPC N sends into the VPN: of a CIDR that overlaps ours only the hosts of
    outbound services. `routed_cidrs` is what our VPCs in `reach` send.
    """
    on_vpn_gateway, bgp = partner.vpn.termination != "transit_gateway", partner.vpn.routing == "bgp"
    announced = (addresses.primary, *(block for _, block in addresses.secondary))
    held = {
        **({"amazon_side_asn": partner.vpn.amazon_side_asn} if on_vpn_gateway else {}),
        **({"announced": announced} if on_vpn_gateway and bgp else {}),
        "bgp": bgp,
        "nat_cidr": partner.nat_cidr,
        "partner_cidrs": towards_partner(partner, landing_zone),
        "reach": partner.reach,
        "routed_cidrs": partner.routed_cidrs if partner.reach else (),
    }
    for gateway in partner.vpn.customer_gateways:
        suffix = connection_suffix(gateway)
        held |= {f"customer_gateway{suffix}": gateway.ip, f"customer_gateway_asn{suffix}": gateway.asn}
    return dict(sorted(held.items()))
