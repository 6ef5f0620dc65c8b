"""BGP over a VPN connection: a BIRD at our gateway and another at the partner's device."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from tests.lab import kernel
from tests.lab.charon import FOLDER
from tests.lab.reading import Site, Vpn
from tests.lab.side import FROM_US, Ends, device, gateway
from tests.lab.vpc import PROPAGATED
from tests.lab.world import Taker

SECONDS_TO_LEARN = 20.0
MAIN = 254  # the kernel's main table
_TAKEN = 77  # the protocol number by which the kernel marks routes that a propagation made

# Sessions run between the inside addresses. The cable's far end may be a router of IPsec's, hence multihop;
# and the lab notices a dead neighbour in seconds, AWS in thirty.
_BIRD = """
log "{log}" all;
router id {router};
protocol device {{ scan time 1; }}
protocol static neighbours {{
    ipv4;
{neighbours}
}}
protocol static own {{
    ipv4;
{own}
}}
protocol kernel {{
    kernel table {table};
    merge paths {ecmp};
    ipv4 {{ import none; export where source = RTS_BGP; }};
}}
{sessions}
"""
_SESSION = """
protocol bgp {tunnel} {{
    local {here} as {asn};
    neighbor {there} as {their_asn};
    multihop 4;
    connect delay time 0;
    connect retry time 1;
    error wait time 1, 2;
    keepalive time 1;
    hold time 3;
    ipv4 {{
        import filter {{ bgp_local_pref = {preference}; accept; }};
        export where proto = "own";
        next hop self;
    }};
}}
"""


@dataclass(frozen=True, slots=True)
class Speaker:
    """One BIRD: its namespace, and its configuration."""

    space: str
    conf: str


def announced_by_aws(site: Site) -> tuple[IPv4Network, ...]:
    """A virtual private gateway announces all CIDRs of its VPC; a VPN attachment the routes of its table."""
    if site.vpn is None or site.vpn.end:
        return site.cidrs
    table = dict(site.associations)[site.vpn.name]
    return tuple(route.destination for route in site.transit_routes if route.table == table)


def let_in(site: Site) -> tuple[IPv4Network, ...]:
    """What of that the partner lets in, by its hand-over: where our NAT addresses are."""
    addresses = [IPv4Address(address) for nat in site.nats for address in nat.addresses]
    return tuple(block for block in announced_by_aws(site) if any(address in block for address in addresses))


def speakers(
    site: Site,
    vpn: Vpn,
    announced: Iterable[IPv4Network],
    routers: Mapping[str, str],
    beyond: tuple[Ends, Ends],
    given: str = "",
) -> tuple[Speaker, Speaker]:
    """Our gateway's BIRD, and the partner's: by `given`, its hand-over's bird.conf, or announcing what it likes.

    `beyond`: the namespaces at the far end of each tunnel's cable, seen from ours and from theirs.
    """
    inside = [(str(each[1]), str(each[2])) for each in vpn.inside]
    ecmp = not vpn.end  # a transit gateway spreads over equal paths, a virtual private gateway does not
    asns = vpn.amazon_asn, vpn.customer_asn
    far = [[routers[space] for space in each] for each in beyond]
    here, there = gateway(site.partner), device(site.partner)
    ours = _conf(here, FROM_US, inside, announced_by_aws(site), asns, far[0], ecmp)
    if given:
        theirs = _laid_over(given, there, [pair[0] for pair in inside], far[1], str(vpn.amazon_asn))
    else:
        theirs = _conf(there, MAIN, [pair[::-1] for pair in inside], announced, asns[::-1], far[1], ecmp)
    return Speaker(here, ours), Speaker(there, theirs)


def speakers_of_two(
    site: Site, routers: Mapping[str, str], beyond: Sequence[tuple[Ends, Ends]], given: Sequence[str]
) -> tuple[Speaker, ...]:
    """Our gateway's BIRD, which speaks to both devices of a partner, and theirs, each by its hand-over's bird.conf.

    Ours prefers nothing by itself: the metrics (MED) that the devices announce decide, as AWS says that they do.
    `beyond`: for each device, what its cables lead to, seen from our gateway and seen from the device.
    """
    assert site.vpn is not None
    vpns, here = (site.vpn, *site.others), gateway(site.partner)
    devices = [device(site.partner, number) for number in (1, 2)]
    inside = [(str(each[1]), str(each[2])) for vpn in vpns for each in vpn.inside]
    asns, far = (site.vpn.amazon_asn, site.vpn.customer_asn), [routers[space] for each, _ in beyond for space in each]
    ours = _conf(here, FROM_US, inside, announced_by_aws(site), asns, far, ecmp=True)
    found = [Speaker(here, ours.replace("merge paths yes", "merge paths no"))]
    for vpn, space, (_, near), conf in zip(vpns, devices, beyond, given, strict=True):
        neighbours, nearest = [str(each[1]) for each in vpn.inside], [routers[each] for each in near]
        found.append(Speaker(space, _laid_over(conf, space, neighbours, nearest, str(vpn.amazon_asn))))
    return tuple(found)


# What the lab lays over a hand-over's bird.conf: the cable's far end may be a router of IPsec's, and time.
_TIMES = """\
    multihop 4;
    connect delay time 0;
    connect retry time 1;
    error wait time 1, 2;
    keepalive time 1;
    hold time 3;
"""


def _laid_over(given: str, space: str, neighbours: Iterable[str], far: Iterable[str], asn: str) -> str:
    """The partner's bird.conf with what is the lab's own, and with our AS number where it is still to come.

    Raises ValueError where what is laid over is not there.
    """
    conf, count = re.subn(r"    hold time 30;\n    keepalive time 10;\n", _TIMES, given)
    if count != 2 or "protocol device {\n}" not in conf:
        raise ValueError(f"bird.conf of {space} is not as it was")
    conf = conf.replace("protocol device {\n}", "protocol device { scan time 1; }").replace("AWS_AS_NUMBER", asn)
    routes = "\n".join(
        f"    route {there}/32 via {router}%tunnel{number} onlink;"
        for number, (there, router) in enumerate(zip(neighbours, far, strict=True), 1)
    )
    return f'log "{FOLDER}/{space}.bird.log" all;\n{conf}\nprotocol static neighbours {{\n    ipv4;\n{routes}\n}}\n'


def _conf(
    space: str,
    table: int,
    inside: list[tuple[str, str]],
    own: Iterable[IPv4Network],
    asns: tuple[int, ...],
    far: list[str],
    ecmp: bool,
) -> str:
    neighbours = [
        f"    route {there}/32 via {router}%tunnel{number} onlink;"
        for number, ((_, there), router) in enumerate(zip(inside, far, strict=True), 1)
    ]
    sessions = [
        _SESSION.format(
            tunnel=f"tunnel{number}",
            here=here,
            there=there,
            asn=asns[0],
            their_asn=asns[1],
            preference=100 if ecmp else 300 - 100 * number,
        )
        for number, (here, there) in enumerate(inside, 1)
    ]
    return _BIRD.format(
        log=f"{FOLDER}/{space}.bird.log",
        router=inside[0][0],
        neighbours="\n".join(neighbours),
        own="\n".join(f"    route {cidr} unreachable;" for cidr in own),
        table=table,
        ecmp="yes" if ecmp else "no",
        sessions="".join(sessions),
    )


def start(speakers: Iterable[Speaker]) -> None:
    """A BIRD in each namespace."""
    os.makedirs(FOLDER, exist_ok=True)
    for speaker in speakers:
        with kernel.inside(speaker.space):
            kernel.run(["bird", "-c", _written(speaker), "-s", _socket(speaker.space)])


def restart(speaker: Speaker) -> None:
    """Another configuration for a BIRD that runs."""
    kernel.run(["birdc", "-s", _socket(speaker.space), "configure", f'"{_written(speaker)}"'])


def learned(space: str, table: int) -> list[str]:
    """The prefixes that a BIRD has put into the kernel."""
    with kernel.inside(space):
        listed = kernel.run(["ip", "-o", "route", "show", "table", str(table), "proto", "bird"])
    return sorted({line.split()[0] for line in listed.splitlines()})


def wait_until_learned(space: str, table: int, prefixes: Iterable[str]) -> list[str]:
    """What was learned, as soon as it is this, or when patience ends."""
    wanted, end = sorted(prefixes), time.monotonic() + SECONDS_TO_LEARN
    while (found := learned(space, table)) != wanted and time.monotonic() < end:
        time.sleep(0.1)
    return found


def propagate(takers: Iterable[Taker]) -> None:
    """What gateways have learned, into the tables that the modules' propagations name, and nothing else there.

    A static route wins, and a VPC's own propagation (Transit Gateway guide, "Route evaluation order").
    """
    for each in takers:
        rest = f"{each.way} table {each.table} metric {PROPAGATED + 1} proto {_TAKEN}"
        routes = [f"route add {prefix} {rest}" for prefix in learned(each.gateway, FROM_US)]
        kernel.ip(each.space, f"route flush table {each.table} proto {_TAKEN}", *routes)


def _written(speaker: Speaker) -> str:
    path = f"{FOLDER}/{speaker.space}.bird.conf"
    with open(path, "w") as file:
        file.write(speaker.conf)
    return path


def _socket(space: str) -> str:
    return f"{FOLDER}/{space}.bird"
