"""Sites and the landing zone become the Layout of the whole fleet, and the hosts that can be asked to send."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from generator.describe.landing_zone import LandingZone
from tests.lab import appliances, reading, side
from tests.lab.kernel import Layout, Sketch
from tests.lab.reading import Interface, Site
from tests.lab.side import Ends, Side
from tests.lab.transit import SPACE, Transit
from tests.lab.vpc import Vpc

Blocks = tuple[IPv4Network, ...]
Entries = tuple[tuple[IPv4Network, str], ...]  # of a transit gateway table: (destination, attachment)
Announced = Mapping[str, Blocks]  # by partner
Tunnels = Callable[[Sketch, str, reading.Vpn], tuple[Ends, Ends]]


@dataclass(frozen=True, slots=True)
class Host:
    """A machine of ours: in a VPC, in a subnet of a zone that uses a route table."""

    space: str
    vpc: str
    zone: str
    table: str
    address: str


@dataclass(frozen=True, slots=True)
class World:
    """The fleet, drawn; `routers` are the own addresses of its routers, by namespace."""

    layout: Layout
    hosts: tuple[Host, ...]
    sides: tuple[Side, ...]
    sites: tuple[Site, ...]
    routers: Mapping[str, str]


def world(
    zone: LandingZone,
    true: Sequence[Site],
    sites: Sequence[Site],
    tunnels: Tunnels = side.draw_plain_tunnels,
    announced: Announced | None = None,
) -> World:
    """The fleet as `sites` say it, with partners and hosts as the `true` ones have them.

    `announced`: what some partners announce by BGP; the others announce their own blocks.
    """
    sketch = Sketch()
    hosts = our_hosts(zone, true)
    sides = tuple(side.side(site) for site in true)
    said = {each.partner: each.cidrs for each in sides} | dict(announced or {})
    transit = Transit(sketch, _associations(zone, sites))
    for name in zone.vpcs:
        _draw_ours(sketch, transit, zone, name, [h for h in hosts if h.vpc == name], sites)
    for site, partner in zip(sites, sides, strict=True):
        known = _known(site, said[site.partner])
        vpc_n = _draw_vpc_n(sketch, transit, zone, site, known)
        if site.vpn:
            beyond = tunnels(sketch, site.partner, site.vpn)
            _draw_gateway(sketch, transit, vpc_n, site, site.vpn, known, beyond[0])
            side.draw_partner(sketch, partner, site.vpn, beyond[1])
        vpc_n.finish()
    transit.finish(_statics(sites), _propagated(zone, sites, said))
    return World(sketch.layout(), hosts, sides, tuple(sites), {name: sketch.own(name) for name in sketch.routers})


def our_hosts(zone: LandingZone, sites: Sequence[Site]) -> tuple[Host, ...]:
    """A host for each zone, CIDR and route table of each VPC of ours, and every target of an inbound service.

    The landing zone does not name our subnets: the hosts take zones, CIDRs and tables in turn, until
    each has been taken once.
    """
    hosts = []
    theirs = [cidr for site in sites for cidr in side.side(site).cidrs]
    targets = dict.fromkeys(a for site in sites for listener in site.listeners for a, _ in listener.targets)
    for name, vpc in zone.vpcs.items():
        for i in range(max(len(zone.zones), len(vpc.cidrs), len(vpc.route_tables))):
            cidr = vpc.cidrs[i % len(vpc.cidrs)]
            address = str(cidr[min(256 * i, cidr.num_addresses // 2) + 10])
            table = vpc.route_tables[i % len(vpc.route_tables)]
            hosts.append(Host(f"{name}.host{i}", name, zone.zones[i % len(zone.zones)], table, address))
        served = [each for each in targets if _within(each, vpc.cidrs) and not _within(each, theirs)]
        hosts += [Host(f"{name}.{each}", name, zone.zones[0], vpc.route_tables[0], each) for each in served]
    return tuple(hosts)


def _within(address: str, cidrs: Iterable[IPv4Network]) -> bool:
    return any(IPv4Address(address) in cidr for cidr in cidrs)


def _draw_ours(
    sketch: Sketch, transit: Transit, zone: LandingZone, name: str, hosts: list[Host], sites: Sequence[Site]
) -> None:
    """A VPC of ours: an attachment in every zone, and its hosts."""
    ours = zone.vpcs[name]
    routes = tuple(route for site in sites for route in site.routes if route.table in ours.route_tables)
    vpc = Vpc(sketch, f"{name}.vpc", ours.cidrs, routes, zone.transit_gateway.id)
    for index, each in enumerate(zone.zones):
        vpc.attach(each, f"tgw{index}", transit.door(ours.attachment, each, vpc.space), None)
    for host in hosts:
        vpc.interface(host.table, host.zone, host.space, [host.address])
    vpc.finish()


def _draw_vpc_n(sketch: Sketch, transit: Transit, zone: LandingZone, site: Site, known: Blocks) -> Vpc:
    """VPC N, its attachment, and what stands in its subnets."""
    propagated = tuple((table, cidr) for table in site.gateway_propagations for cidr in known)
    vpc = Vpc(sketch, f"{site.partner}.vpc", site.cidrs, site.routes, zone.transit_gateway.id, propagated)
    subnets = {subnet.name: subnet for subnet in site.subnets}
    for attachment, members in site.attachments:
        for index, subnet in enumerate(subnets[member] for member in members):
            door = transit.door(attachment, subnet.zone, vpc.space)
            vpc.attach(subnet.zone, f"tgw{index}", door, subnet.table)
    for each in site.nats:
        name = _stand(vpc, site, each)
        vpc.doors["nat", each.name] = f"via {each.addresses[0]} dev {name} onlink"
        sketch.filter(space_of(site, each), *appliances.nat(each.addresses))
    for each in site.balancers:
        _stand(vpc, site, each)
        listeners = [one for one in site.listeners if one.balancer == each.name]
        sketch.filter(space_of(site, each), *appliances.balancer(each.addresses[0], listeners))
    for each in site.endpoints:
        _stand(vpc, site, each)
        sketch.filter(space_of(site, each), *appliances.endpoint())
    return vpc


def _draw_gateway(
    sketch: Sketch, transit: Transit, vpc_n: Vpc, site: Site, vpn: reading.Vpn, known: Blocks, beyond: Ends
) -> None:
    """The VPN's end on VPC N or on the transit gateway."""
    space = side.gateway(site.partner)
    owner = vpc_n.space
    if vpn.end in site.attached_gateways:
        vpc_n.gateway(vpn.end, space)
    elif not vpn.end:
        owner = SPACE
        sketch.connect(transit.door(vpn.name, "", space), (space, "in"))
    side.draw_gateway(sketch, site, vpn, owner, known, beyond)


def _stand(vpc: Vpc, site: Site, each: Interface) -> str:
    subnet = next(subnet for subnet in site.subnets if subnet.name == each.subnet)
    return vpc.interface(subnet.table, subnet.zone, space_of(site, each), each.addresses)


def space_of(site: Site, each: Interface) -> str:
    """One namespace an interface: the thing's label, and its first address where it has several interfaces."""
    return f"{site.partner}.{each.name.rpartition('.')[2]}-{each.addresses[0]}"


def _known(site: Site, announced: Blocks) -> Blocks:
    """The prefixes that our end sends into the tunnels: static VPN routes, or what the partner announces.

    On a transit gateway the static routes are those of its tables, so the end itself sends everything.
    """
    if site.vpn is None:
        return ()
    if site.vpn.bgp:
        return announced
    return site.vpn.statics if site.vpn.end else (side.ANYWHERE,)


def _associations(zone: LandingZone, sites: Iterable[Site]) -> dict[str, str]:
    ours = {vpc.attachment: vpc.transit_route_table for vpc in zone.vpcs.values()}
    return ours | {attachment: table for site in sites for attachment, table in site.associations}


def _statics(sites: Iterable[Site]) -> dict[str, Entries]:
    found: dict[str, Entries] = {}
    for site in sites:
        for route in site.transit_routes:
            found[route.table] = (*found.get(route.table, ()), (route.destination, route.attachment))
    return found


def _propagated(zone: LandingZone, sites: Sequence[Site], said: Announced) -> dict[str, Entries]:
    """What attachments propagate; the landing zone's partner table holds all VPCs of ours."""
    blocks: dict[str, Blocks] = {vpc.attachment: vpc.cidrs for vpc in zone.vpcs.values()}
    for site in sites:
        blocks |= {attachment: site.cidrs for attachment, _ in site.attachments}
        blocks |= {site.vpn.name: said[site.partner]} if site.vpn else {}
    pairs = [pair for site in sites for pair in site.propagations]
    if zone.transit_gateway.partner_route_table:
        pairs += [(vpc.attachment, zone.transit_gateway.partner_route_table) for vpc in zone.vpcs.values()]
    found: dict[str, Entries] = {}
    for attachment, table in pairs:
        found[table] = (*found.get(table, ()), *((cidr, attachment) for cidr in blocks.get(attachment, ())))
    return found
