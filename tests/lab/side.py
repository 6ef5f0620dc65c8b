"""A site's VPN connection in the lab: our gateway, two tunnels, the partner's device and hosts behind it.

Who is behind them is the descriptor's word, never the module's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network

from natlane.describe.partner import Partner

from tests.lab.kernel import Sketch
from tests.lab.reading import Site, Vpn
from tests.lab.vpc import FIRST, LAST

Ends = tuple[str, str]
ANYWHERE = IPv4Network("0.0.0.0/0")
FROM_US, FROM_PARTNER = 20, 30  # the gateway's tables: towards the tunnels, and out of them


@dataclass(frozen=True, slots=True)
class Side:
    """The partner's own network: its CIDRs, its hosts' addresses, and addresses that it forges."""

    partner: str
    cidrs: tuple[IPv4Network, ...]
    addresses: tuple[str, ...]
    forged: tuple[str, ...]

    @property
    def space(self) -> str:
        """The namespace of the partner's hosts."""
        return f"{self.partner}.site"

    @property
    def forger(self) -> str:
        """The namespace that sends from addresses which are not the partner's, and gets no answer."""
        return f"{self.partner}.forger"


def gateway(partner: str) -> str:
    """The namespace of our end: the virtual private gateway, or the end of the VPN attachment."""
    return f"{partner}.gateway"


def device(partner: str) -> str:
    """The namespace of the partner's device."""
    return f"{partner}.device"


def addresses_of(partner: Partner) -> tuple[str, ...]:
    """A host in each of the partner's CIDRs, and every target of a service that we call."""
    hosts = [str(block[10] if block.num_addresses > 10 else block[0]) for block in partner.partner_cidrs]
    services = partner.outbound.services if partner.outbound else ()
    return tuple(dict.fromkeys([*hosts, *(str(target) for service in services for target in service.targets)]))


def draw_gateway(
    sketch: Sketch, site: Site, vpn: Vpn, owner: str, outward: Iterable[IPv4Network], beyond: Ends
) -> None:
    """The VGW or the VPN attachment's end: VPC N's blocks go in to its owner, `outward` into the tunnels.

    A transit gateway takes anything in: its own tables decide. `beyond` is what the tunnels' cables lead to.
    """
    space = gateway(site.partner)
    inward = site.cidrs if vpn.end else (ANYWHERE,)
    for index, inside in enumerate(vpn.inside):
        name = f"tunnel{index + 1}"
        far = f"via {sketch.own(beyond[index])} dev {name} onlink"
        sketch.add(
            space,
            f"addr add {inside[1]}/32 dev {name}",
            f"route add {inside[2]}/32 {far}",
            f"rule add pref {FIRST} iif {name} lookup {FROM_PARTNER}",
            *(f"route add {cidr} {far} table {FROM_US} metric {index + 1}" for cidr in outward),
        )
    sketch.add(
        space,
        *(f"route add {cidr} via {sketch.own(owner)} dev in onlink table {FROM_PARTNER}" for cidr in inward),
        f"rule add pref {FIRST} iif in lookup {FROM_US}",
        *(f"route add blackhole default table {table} metric {LAST}" for table in (FROM_US, FROM_PARTNER)),
    )


def draw_partner(sketch: Sketch, site: Side, vpn: Vpn, beyond: Ends) -> None:
    """The partner's device, which sends us whatever it likes, and the partner's hosts."""
    space = device(site.partner)
    sketch.machine((space, "site"), site.space, site.addresses)
    sketch.add(space, *(f"route add {address}/32 dev site" for address in site.addresses))
    sketch.machine((space, "forger"), site.forger, site.forged)
    for index, inside in enumerate(vpn.inside):
        name = f"tunnel{index + 1}"
        far = f"via {sketch.own(beyond[index])} dev {name} onlink"
        sketch.add(
            space,
            f"addr add {inside[2]}/32 dev {name}",
            f"route add {inside[1]}/32 {far}",
            f"route add default {far} metric {index + 1}",
        )


def draw_plain_tunnels(sketch: Sketch, partner: str, vpn: Vpn) -> tuple[Ends, Ends]:
    """Tunnels as plain cables, with the traffic selectors as a filter where IPsec would have them.

    What the cables lead to: seen from our gateway, and seen from the partner's device.
    """
    near, far = gateway(partner), device(partner)
    for name in ("tunnel1", "tunnel2"):
        sketch.connect((near, name), (far, name))
    sketch.filter(
        near,
        "table ip selectors {",
        "chain forward { type filter hook forward priority 0; policy drop;",
        f'iifname "in" ip saddr {vpn.ours} ip daddr {vpn.theirs} accept',
        f'oifname "in" ip saddr {vpn.theirs} ip daddr {vpn.ours} accept',
        "}",
        "}",
    )
    return (far, far), (near, near)
