"""A site's VPN connection in the lab: our gateway, two tunnels, the partner's device and hosts behind it.

Who is behind them is the descriptor's word, never the module's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def device(partner: str, number: int = 1) -> str:
    """The namespace of the partner's device, or of its second one."""
    return f"{partner}.device" if number == 1 else f"{partner}.device{number}"


def counted(number: int, index: int) -> int:
    """A tunnel's number as our gateway counts: those of a second device, of index 1, are 3 and 4."""
    return number + 2 * index


def lan(partner: str) -> str:
    """The namespace of the router between a partner's hosts and its two devices."""
    return f"{partner}.lan"


def addresses_of(partner: Partner) -> tuple[str, ...]:
    """A host in each of the partner's CIDRs, and every target of a service that we call."""
    hosts = [str(block[10] if block.num_addresses > 10 else block[0]) for block in partner.partner_cidrs]
    services = partner.outbound.services if partner.outbound else ()
    return tuple(dict.fromkeys([*hosts, *(str(target) for service in services for target in service.targets)]))


def draw_gateway(
    sketch: Sketch, site: Site, vpn: Vpn, owner: str, outward: Iterable[IPv4Network], beyond: Sequence[str]
) -> None:
    """The VGW or the VPN attachment's end: VPC N's blocks go in to its owner, `outward` into the tunnels.

    A transit gateway takes anything in: its own tables decide. `beyond` is what the cables lead to.
    """
    space = gateway(site.partner)
    inward = site.cidrs if vpn.end else (ANYWHERE,)
    every = [*vpn.inside, *(inside for other in site.others for inside in other.inside)]
    for index, inside in enumerate(every):
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
    _draw_hosts(sketch, site, space)
    _draw_device(sketch, space, vpn, beyond)


def draw_two_devices(sketch: Sketch, site: Side, vpns: Sequence[Vpn], beyond: Sequence[Ends]) -> None:
    """Two devices, and a router that leads the partner's hosts to the first one that is up."""
    middle = lan(site.partner)
    _draw_hosts(sketch, site, middle)
    for number, (vpn, ends) in enumerate(zip(vpns, beyond, strict=True), 1):
        space = device(site.partner, number)
        sketch.connect((middle, f"device{number}"), (space, "site"))
        back = f"via {sketch.own(middle)} dev site onlink"
        sketch.add(space, *(f"route add {address}/32 {back}" for address in site.addresses))
        sketch.add(middle, f"route add default via {sketch.own(space)} dev device{number} onlink metric {number}")
        _draw_device(sketch, space, vpn, ends)


def _draw_hosts(sketch: Sketch, site: Side, router: str) -> None:
    sketch.machine((router, "site"), site.space, site.addresses)
    sketch.add(router, *(f"route add {address}/32 dev site" for address in site.addresses))
    sketch.machine((router, "forger"), site.forger, site.forged)


def _draw_device(sketch: Sketch, space: str, vpn: Vpn, beyond: Ends) -> None:
    for index, inside in enumerate(vpn.inside):
        name = f"tunnel{index + 1}"
        far = f"via {sketch.own(beyond[index])} dev {name} onlink"
        sketch.add(
            space,
            f"addr add {inside[2]}/32 dev {name}",
            f"route add {inside[1]}/32 {far}",
            f"route add default {far} metric {index + 1}",
        )


def draw_plain_tunnels(sketch: Sketch, partner: str, vpn: Vpn, index: int = 0) -> tuple[Ends, Ends]:
    """A device's tunnels as plain cables, with the traffic selectors as a filter where IPsec would have them.

    The selectors are those of both devices. What the cables lead to: seen from our gateway, and from the device.
    """
    near = gateway(partner)
    for number in (1, 2):
        sketch.connect((near, f"tunnel{counted(number, index)}"), (device(partner, index + 1), f"tunnel{number}"))
    if index == 0:
        sketch.filter(
            near,
            "table ip selectors {",
            "chain forward { type filter hook forward priority 0; policy drop;",
            f'iifname "in" ip saddr {vpn.ours} ip daddr {vpn.theirs} accept',
            f'oifname "in" ip saddr {vpn.theirs} ip daddr {vpn.ours} accept',
            "}",
            "}",
        )
    return plain_ends(partner, index)


def plain_ends(partner: str, index: int = 0) -> tuple[Ends, Ends]:
    """What plain cables lead to, seen from our gateway and seen from a device."""
    return (device(partner, index + 1),) * 2, (gateway(partner),) * 2
