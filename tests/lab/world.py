"""The layout of the whole fleet, made from sites and the landing zone, and the hosts that can send."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from natlane.addresses import AddressPlan, addresses_for
from natlane.describe.landing_zone import LandingZone
from natlane.describe.landing_zone import Vpc as OurVpc
from natlane.describe.partner import Partner

from tests.lab import appliances, reading, side
from tests.lab.kernel import Layout, Sketch
from tests.lab.reading import Interface, Route, Site
from tests.lab.side import Ends, Side
from tests.lab.transit import SPACE, Transit
from tests.lab.vpc import Vpc

FOREIGN = "192.0.2.10"  # an address that is in nobody's network here
Blocks = tuple[IPv4Network, ...]
Entries = tuple[tuple[IPv4Network, str], ...]  # of a transit gateway table: (destination, attachment)
Announced = Mapping[str, Blocks]  # by partner
Tunnels = Callable[[Sketch, str, reading.Vpn, int], tuple[Ends, Ends]]  # the last: the index of the device


@dataclass(frozen=True, slots=True)
class Host:
    """A machine of ours: in a VPC, in a subnet of a zone that uses a route table."""

    space: str
    vpc: str
    zone: str
    table: str
    address: str


@dataclass(frozen=True, slots=True)
class Taker:
    """A kernel table, and the way in it, that what BGP tells a gateway goes into: a propagation of the module's."""

    gateway: str
    space: str
    table: int
    way: str


@dataclass(frozen=True, slots=True)
class World:
    """The fleet, drawn as its modules say; `plans` and `sides`, one a partner, as descriptors say.

    `routers` are the own addresses of its routers, by namespace.
    """

    layout: Layout
    hosts: tuple[Host, ...]
    plans: Mapping[str, AddressPlan]
    sides: tuple[Side, ...]
    sites: tuple[Site, ...]
    takers: tuple[Taker, ...]
    routers: Mapping[str, str]


def world(
    zone: LandingZone,
    partners: Sequence[Partner],
    sites: Sequence[Site],
    tunnels: Tunnels = side.draw_plain_tunnels,
    announced: Announced | None = None,
) -> World:
    """The fleet as `sites` say it, one for each of the partners, with hosts as landing zone and descriptors say.

    `announced`: what some partners announce by BGP; the others announce their own blocks.
    """
    sketch = Sketch()
    hosts = our_hosts(zone, partners)
    sides = _sides(hosts, partners)
    said = {each.partner: each.cidrs for each in sides} | dict(announced or {})
    transit = Transit(sketch, _associations(zone, sites))
    for name in zone.vpcs:
        _draw_ours(sketch, transit, zone, name, [h for h in hosts if h.vpc == name], sites)
    vpcs_n = []
    for site, partner in zip(sites, sides, strict=True):
        known = _known(site, said[site.partner])
        vpc_n = _draw_vpc_n(sketch, transit, zone, site, known)
        if site.vpn:
            vpns = (site.vpn, *site.others)
            beyond = [tunnels(sketch, site.partner, vpn, index) for index, vpn in enumerate(vpns)]
            _draw_gateway(sketch, transit, vpc_n, site, known, [far for each, _ in beyond for far in each])
            if site.others:
                side.draw_two_devices(sketch, partner, vpns, [near for _, near in beyond])
            else:
                side.draw_partner(sketch, partner, site.vpn, beyond[0][1])
        vpc_n.finish()
        vpcs_n.append(vpc_n)
    transit.finish(_statics(sites), _propagated(zone, sites, said))
    return World(
        sketch.layout(),
        hosts,
        {each.partner: plan_of(zone, each) for each in partners},
        sides,
        tuple(sites),
        tuple(_takers(sites, vpcs_n, transit)),
        {name: sketch.own(name) for name in sketch.routers},
    )


def plan_of(zone: LandingZone, partner: Partner) -> AddressPlan:
    """What is promised of addresses. Raises ValueError for a descriptor that has no plan."""
    plan = addresses_for(partner, zone)
    if not isinstance(plan, AddressPlan):
        raise ValueError(f"{partner.partner}: {plan[0].message}")
    return plan


def our_hosts(zone: LandingZone, partners: Sequence[Partner]) -> tuple[Host, ...]:
    """Hosts in each half of each CIDR, each zone and each route table of our VPCs, and all targets of inbound services.

    The landing zone does not name our subnets: the hosts take zones, CIDRs and tables in turn, until
    each has been taken once.
    """
    hosts = []
    services = [service for partner in partners for service in partner.inbound.services]
    for name, vpc in zone.vpcs.items():
        for i in range(max(len(zone.zones), 2 * len(vpc.cidrs), len(vpc.route_tables))):
            table = vpc.route_tables[i % len(vpc.route_tables)]
            hosts.append(Host(f"{name}.host{i}", name, zone.zones[i % len(zone.zones)], table, _address(vpc, i)))
        served = dict.fromkeys(target for service in services if service.vpc == name for target in service.targets)
        hosts += [Host(f"{name}.{target}", name, zone.zones[0], vpc.route_tables[0], str(target)) for target in served]
    return tuple(hosts)


def _address(vpc: OurVpc, number: int) -> str:
    """The tenth address of a /24: of the first, the last, the second, the last but one, and so on, of each CIDR."""
    cidr, turn = vpc.cidrs[number % len(vpc.cidrs)], number // len(vpc.cidrs)
    blocks = max(1, cidr.num_addresses // 256)
    block = (turn // 2 if turn % 2 == 0 else -1 - turn // 2) % blocks
    return str(cidr[256 * block + 10])


def _sides(hosts: Sequence[Host], partners: Sequence[Partner]) -> tuple[Side, ...]:
    """Each partner forges an address of nobody's, one of ours, and one of another partner's where there is one."""
    own = {each.partner: side.addresses_of(each) for each in partners}
    found = []
    for each in partners:
        others = [addresses[0] for name, addresses in own.items() if name != each.partner]
        forged = (FOREIGN, hosts[0].address, *others[:1])
        found.append(Side(each.partner, each.partner_cidrs, own[each.partner], forged))
    return tuple(found)


def _draw_ours(
    sketch: Sketch, transit: Transit, zone: LandingZone, name: str, hosts: list[Host], sites: Sequence[Site]
) -> None:
    """A VPC of ours: an attachment in every zone, its hosts, and routes to our other VPCs beside the modules' own."""
    ours = zone.vpcs[name]
    routes = [route for site in sites for route in site.routes if route.table in ours.route_tables]
    taken = {(route.table, route.destination) for route in routes}
    others = [cidr for other, vpc in zone.vpcs.items() if other != name for cidr in vpc.cidrs]
    routes += [
        Route(table, cidr, "tgw", zone.transit_gateway.id)
        for table in ours.route_tables
        for cidr in others
        if (table, cidr) not in taken
    ]
    vpc = Vpc(sketch, f"{name}.vpc", ours.cidrs, tuple(routes), zone.transit_gateway.id)
    for index, each in enumerate(zone.zones):
        vpc.attach(each, f"tgw{index}", transit.port_for(ours.attachment, each, vpc.space), None)
    for host in hosts:
        vpc.interface(host.table, host.zone, host.space, [host.address])
    vpc.finish()


def _draw_vpc_n(sketch: Sketch, transit: Transit, zone: LandingZone, site: Site, known: Blocks) -> Vpc:
    """VPC N, its attachment, and what stands in its subnets."""
    takes = site.gateway_propagations
    vpc = Vpc(sketch, f"{site.partner}.vpc", site.cidrs, site.routes, zone.transit_gateway.id, takes, known)
    subnets = {subnet.name: subnet for subnet in site.subnets}
    for attachment, members in site.attachments:
        for index, subnet in enumerate(subnets[member] for member in members):
            next_hop = transit.port_for(attachment, subnet.zone, vpc.space)
            vpc.attach(subnet.zone, f"tgw{index}", next_hop, subnet.table)
    for each in site.nats:
        name = _stand(vpc, site, each)
        vpc.next_hops["nat", each.name] = f"via {each.addresses[0]} dev {name} onlink"
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
    sketch: Sketch, transit: Transit, vpc_n: Vpc, site: Site, known: Blocks, beyond: Sequence[str]
) -> None:
    """The VPN's end on VPC N or on the transit gateway."""
    space, vpn, owner = side.gateway(site.partner), site.vpn, vpc_n.space
    assert vpn is not None
    if vpn.end in site.attached_gateways:
        vpc_n.gateway(vpn.end, space)
    elif not vpn.end:
        owner = SPACE
        sketch.connect(transit.port_for(vpn.name, "", space), (space, "in"))
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
    """What attachments propagate; every table that the landing zone names holds all VPCs of ours."""
    blocks: dict[str, Blocks] = {vpc.attachment: vpc.cidrs for vpc in zone.vpcs.values()}
    for site in sites:
        blocks |= {attachment: site.cidrs for attachment, _ in site.attachments}
        blocks |= {site.vpn.name: said[site.partner]} if site.vpn else {}
    pairs = [pair for site in sites for pair in site.propagations]
    named = [zone.transit_gateway.partner_route_table, *(vpc.transit_route_table for vpc in zone.vpcs.values())]
    pairs += [(vpc.attachment, table) for table in named if table for vpc in zone.vpcs.values()]
    found: dict[str, Entries] = {}
    for attachment, table in dict.fromkeys(pairs):
        found[table] = (*found.get(table, ()), *((cidr, attachment) for cidr in blocks.get(attachment, ())))
    return found


def _takers(sites: Sequence[Site], vpcs_n: Sequence[Vpc], transit: Transit) -> Iterator[Taker]:
    """Every table that takes what a partner announces."""
    for site, vpc_n in zip(sites, vpcs_n, strict=True):
        gateway = side.gateway(site.partner)
        if site.vpn and site.vpn.bgp:
            yield from (Taker(gateway, vpc_n.space, *each) for each in vpc_n.takers())
            for attachment, table in site.propagations:
                if attachment == site.vpn.name:
                    yield from (Taker(gateway, SPACE, *each) for each in transit.takers(attachment, table))
