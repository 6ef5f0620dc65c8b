"""One tunnel of a module as a pair of strongSwans with a host behind each, without the fleet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Network

from natlane.network.module import Module

from tests.lab import ipsec
from tests.lab.ipsec import End
from tests.lab.kernel import Layout, Sketch
from tests.lab.probes import Flow
from tests.lab.reading import Vpn, site
from tests.lab.side import counted, device, gateway
from tests.lab.vpc import LAST

_TENTH = 10  # the hosts' place in the selectors
_OURS, _THEIRS = "10.0.0.10", "192.168.0.10"  # where a selector is anywhere


@dataclass(frozen=True, slots=True)
class Pair:
    """A tunnel under a name of its own: both ends, and a ping through it from our host."""

    name: str
    connection: str
    vpn: Vpn
    aws: End
    theirs: End
    ping: Flow
    index: int  # of the device, where the partner has two


def pair(
    name: str,
    module: Module,
    root: str,
    number: int = 1,
    *,
    hurried: bool = True,
    device_named: str = "",
    index: int = 0,
) -> Pair:
    """Tunnel `number` of a module of a root, its namespaces called `name`; of two devices, of the one that is named."""
    whole = site(module)
    assert whole.vpn is not None
    vpn = (whole.vpn, *whole.others)[index]
    aws, theirs = (
        replace(end, hurried=hurried)
        for end in ipsec.ends(module, vpn, {number: "an.example.key"}, root, name, device_named, index)
    )
    ping = Flow(gateway(name), _host(vpn.ours, _OURS), _host(vpn.theirs, _THEIRS), 0)
    return Pair(name, aws.connection, vpn, aws, theirs, ping, index)


def _host(selector: IPv4Network, elsewhere: str) -> str:
    """An address that a selector lets through; `elsewhere` where it lets all."""
    return str(selector[min(_TENTH, selector.num_addresses - 1)]) if selector.prefixlen else elsewhere


def draw(pairs: Iterable[Pair]) -> tuple[Layout, Mapping[str, str]]:
    """All pairs beside each other, and the own addresses of their routers, which are the hosts too."""
    sketch = Sketch()
    for each in pairs:
        name, number = each.name, int(each.connection[-1])
        ipsec.draw_tunnel(sketch, name, each.vpn, number, each.index)
        for router, at, end, own, other in (
            (gateway(name), counted(number, each.index), each.aws.space, each.ping.source, each.ping.destination),
            (device(name, each.index + 1), number, each.theirs.space, each.ping.destination, each.ping.source),
        ):
            far = f"via {sketch.own(end)} dev tunnel{at} onlink"
            sketch.add(router, f"addr add {own}/32 dev lo", f"route add {other}/32 {far} src {own}")
            # Without a tunnel a packet goes nowhere, rather than not to be sent at all.
            sketch.add(router, f"route add {other}/32 dev lo src {own} metric {LAST}")
    return sketch.layout(), {router: sketch.own(router) for router in sketch.routers}
