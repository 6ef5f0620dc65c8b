"""A Site's VPN connection becomes our gateway, two tunnels, and the partner's device and hosts behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from tests.lab.kernel import Sketch
from tests.lab.reading import Site, Vpn
from tests.lab.vpc import FIRST, LAST

Ends = tuple[str, str]
ANYWHERE = IPv4Network("0.0.0.0/0")
FROM_US, FROM_PARTNER = 20, 30  # the gateway's tables: towards the tunnels, and out of them


@dataclass(frozen=True, slots=True)
class Side:
    """The partner's own network. It is what it is, whatever our modules say: taken from the true ones."""

    partner: str
    cidrs: tuple[IPv4Network, ...]
    addresses: tuple[str, ...]

    @property
    def space(self) -> str:
        """The namespace of the partner's hosts."""
        return f"{self.partner}.site"


def gateway(partner: str) -> str:
    """The namespace of our end: the virtual private gateway, or the end of the VPN attachment."""
    return f"{partner}.gateway"


def device(partner: str) -> str:
    """The namespace of the partner's device."""
    return f"{partner}.device"


def side(site: Site) -> Side:
    """The partner's blocks are what the module sends to the VPN; a host in each, and every address we serve."""
    vpn = site.vpn
    cidrs = [route.destination for route in site.routes if vpn and vpn.end and route.target == vpn.end]
    cidrs += [route.destination for route in site.transit_routes if vpn and route.attachment == vpn.name]
    blocks = tuple(dict.fromkeys(cidrs))
    targets = [address for listener in site.listeners for address, _ in listener.targets]
    theirs = [a for a in targets if any(IPv4Address(a) in block for block in blocks)]
    hosts = [str(block[10] if block.num_addresses > 10 else block[0]) for block in blocks]
    return Side(site.partner, blocks, tuple(dict.fromkeys([*hosts, *theirs])))


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
