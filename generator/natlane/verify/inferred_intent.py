"""The intent of a module, inferred from the places in it that should agree.

Nothing here comes from the descriptor. A prefix or VPC that any place of the module names is taken to be intended; the
proofs then require every other place to name it too, so that one entry too few or too many contradicts the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network

from natlane.network.model import LoadBalancer, Network, Segment, SharedRoute, VpcN, Vpn
from natlane.network.tables import Origin, Route, Table
from natlane.prefixes import host
from natlane.verify.subnet_roles import (
    balancers,
    entry_subnets,
    nat_block,
    outbound_block,
    outbound_subnets,
    public_subnets,
    tables_of,
)


@dataclass(frozen=True, slots=True)
class CidrPlace:
    """One of the places that must agree about partner CIDRs: its name, and where each prefix is written."""

    name: str
    origin: Origin
    prefixes: Mapping[IPv4Network, Origin]


@dataclass(frozen=True, slots=True)
class Intent:
    """What all places of one module together are taken to intend."""

    nat_cidr: IPv4Network  # the smallest block around the public subnets
    outbound: IPv4Network | None  # the smallest block around the subnets of load balancers outside it
    routed: tuple[IPv4Network, ...]  # partner CIDRs that our VPCs send to
    answered: tuple[IPv4Network, ...]  # partner CIDRs that the public tables send to the VPN
    behind: Mapping[IPv4Network, Origin]  # partner CIDRs that the VPN's gateway or table knows
    connections: tuple[CidrPlace, ...]  # the same for the connection to each device
    reached: tuple[str, ...]  # our VPCs that open connections to the partner
    targets: Mapping[str, tuple[IPv4Address, ...]]  # what the partner's connections end in, by VPC of ours
    places: tuple[CidrPlace, ...]  # where each routed CIDR must stand

    @property
    def served(self) -> tuple[str, ...]:
        """Our VPCs that the partner's connections end in."""
        return tuple(self.targets)

    @property
    def joined(self) -> tuple[str, ...]:
        """Our VPCs that exchange packets with VPC N."""
        return tuple(dict.fromkeys((*self.reached, *self.served)))


def transit_table(vpc_n: VpcN, network: Network) -> str:
    """The transit gateway table that decides about what comes from VPC N; empty where it is not attached."""
    return network.attachments[vpc_n.attachment].table if vpc_n.attachment else ""


def sends_to_vpn(segment: Segment, network: Network, route: Route) -> bool:
    """Whether a route of VPC N's tables leads to the VPN, directly or over the transit gateway's own table."""
    if route.target.kind == "vpn_gateway":
        return True
    if route.target.kind != "transit_gateway" or not segment.vpc_n.vpn_attachment:
        return False
    own = network.transit_tables.get(transit_table(segment.vpc_n, network))
    next_route = _leading(own, route) if own else None
    if next_route is None:
        return not any(route.destination in vpc.cidrs for vpc in network.our_vpcs.values())
    return next_route.target.name == segment.vpc_n.vpn_attachment


def _leading(table: Table, route: Route) -> Route | None:
    """The route of a table that takes what another table's route sends on: the very same prefix, or around it."""
    same = (each for each in table.routes if each.destination == route.destination)
    return next(same, None) or table.route_to(route.destination.network_address)


def intent_of(segment: Segment, network: Network) -> Intent | None:
    """The intent of a module; None where VPC N holds nothing that calls or is called, and nothing can be inferred."""
    vpc_n = segment.vpc_n
    nat_cidr = nat_block(vpc_n)
    if nat_cidr is None:
        return None
    outward = [entry for entry in segment.shared if not _inward(vpc_n, entry)]
    natted, public = tables_of(vpc_n, entry_subnets(segment)), tables_of(vpc_n, public_subnets(vpc_n))
    targets = _targets(segment, network)
    reached = _reached(segment, network, outward, tuple(targets))
    connections = tuple(_connections(segment, network))
    return Intent(
        nat_cidr=nat_cidr,
        outbound=outbound_block(vpc_n),
        routed=_routed(outward, natted),
        answered=tuple(dict.fromkeys(to for each in public for to in _to_vpn(segment, network, each))),
        behind={to: origin for each in reversed(connections) for to, origin in each.prefixes.items()},
        connections=connections,
        reached=reached,
        targets=targets,
        places=(*_places(segment, network, reached, natted, public), *connections),
    )


def _routed(outward: Iterable[SharedRoute], natted: Iterable[Table]) -> tuple[IPv4Network, ...]:
    """Partner CIDRs that our VPCs send to, by the tables that others share and by the natted ones."""
    shared = (entry.route.destination for entry in outward)
    return tuple(dict.fromkeys((*shared, *(to for each in natted for to in _prefixes(each, "nat_gateway")))))


def _reached(
    segment: Segment, network: Network, outward: Iterable[SharedRoute], served: tuple[str, ...]
) -> tuple[str, ...]:
    """Our VPCs that open connections: those that send to the partner, or that are answered and not called."""
    vpc_n = segment.vpc_n
    ours = {name: vpc.name for vpc in network.our_vpcs.values() for name in vpc.tables}
    called = outbound_block(vpc_n)
    calls = [entry for entry in segment.shared if called and entry.route.destination.overlaps(called)]
    reaching = {ours[entry.table] for entry in (*outward, *calls) if entry.table in ours}
    reaching.update(_answered(segment, network, outbound_subnets(vpc_n)))
    reaching.update(set(_answered(segment, network, public_subnets(vpc_n))) - set(served))
    return tuple(name for name in network.our_vpcs if name in reaching)


def _inward(vpc_n: VpcN, entry: SharedRoute) -> bool:
    """Whether a shared entry is about VPC N's own addresses: a partner's CIDR may be wider, around nat_cidr."""
    return any(entry.route.destination.subnet_of(cidr) for cidr in vpc_n.cidrs)


def _targets(segment: Segment, network: Network) -> dict[str, tuple[IPv4Address, ...]]:
    """The targets of inbound load balancers in each of our VPCs that holds any."""
    targets = {
        target.address
        for each in balancers(segment.vpc_n, outbound=False)
        if isinstance(each.owner, LoadBalancer)
        for listener in each.owner.listeners
        for target in listener.targets
    }
    held = [(name, address) for address in sorted(targets) for name in _holders(segment, network, host(address))]
    found = {name: tuple(address for holder, address in held if holder == name) for name in network.our_vpcs}
    return {name: addresses for name, addresses in found.items() if addresses}


def _holders(segment: Segment, network: Network, block: IPv4Network) -> list[str]:
    """Our VPCs that have a block: where several have it, the one that VPC N's transit gateway table leads to."""
    holders = [vpc for vpc in network.our_vpcs.values() if any(block.subnet_of(cidr) for cidr in vpc.cidrs)]
    table = network.transit_tables.get(transit_table(segment.vpc_n, network))
    route = table.route_to(block.network_address) if table and len(holders) > 1 else None
    led = [vpc.name for vpc in holders if route and vpc.attachment == route.target.name]
    return led or [vpc.name for vpc in holders]


def _answered(segment: Segment, network: Network, subnets: tuple[str, ...]) -> Iterator[str]:
    """Our VPCs that the tables of these subnets send to; a partner may have the CIDR of another one of ours."""
    for each in tables_of(segment.vpc_n, subnets):
        for route in each.routes:
            if route.target.kind == "transit_gateway" and not sends_to_vpn(segment, network, route):
                equal = [vpc.name for vpc in network.our_vpcs.values() if route.destination in vpc.cidrs]
                yield from equal if len(equal) < 2 else _holders(segment, network, route.destination)


def _prefixes(table: Table, kind: str) -> dict[IPv4Network, Origin]:
    return {route.destination: route.origin for route in table.routes if route.target.kind == kind}


def _to_vpn(segment: Segment, network: Network, table: Table) -> dict[IPv4Network, Origin]:
    return {route.destination: route.origin for route in table.routes if sends_to_vpn(segment, network, route)}


def _connections(segment: Segment, network: Network) -> Iterator[CidrPlace]:
    """What the virtual private gateway, or VPC N's table of the transit gateway, knows to be behind each device."""
    vpns = segment.vpc_n.vpns
    for vpn in vpns:
        name = "the VPN's routes" if len(vpns) == 1 else f"the routes of {vpn.origin.resource}"
        yield CidrPlace(name, vpn.origin, _behind(segment, network, vpn))


def _behind(segment: Segment, network: Network, vpn: Vpn) -> dict[IPv4Network, Origin]:
    if vpn.known is not None:
        return {route.destination: route.origin for route in vpn.known.routes}
    table = network.transit_tables.get(transit_table(segment.vpc_n, network))
    routes = table.routes if table else ()
    return {route.destination: route.origin for route in routes if route.target.name == vpn.attachment}


def _places(
    segment: Segment,
    network: Network,
    reached: tuple[str, ...],
    natted: tuple[Table, ...],
    public: tuple[Table, ...],
) -> Iterator[CidrPlace]:
    """Every place in which a partner CIDR that our VPCs send to must stand."""
    for name in reached:
        for table in network.our_vpcs[name].tables:
            yield CidrPlace(f"route table {table} of VPC {name}", _of_ours(network, table), _written(segment, table))
    for table in dict.fromkeys(network.our_vpcs[name].transit_table for name in reached):
        yield CidrPlace(f"transit gateway table {table}", _of_ours(network, table), _written(segment, table))
    for each in natted:
        yield CidrPlace(f"route table {each.name}", each.origin, _prefixes(each, "nat_gateway"))
    for each in public:
        yield CidrPlace(f"route table {each.name}", each.origin, _to_vpn(segment, network, each))


def _of_ours(network: Network, table: str) -> Origin:
    """A table of ours, which no module makes: it is known by its id."""
    held = network.our_tables.get(table) or network.transit_tables[table]
    return replace(held.origin, resource=table)


def _written(segment: Segment, table: str) -> dict[IPv4Network, Origin]:
    return {entry.route.destination: entry.route.origin for entry in segment.shared if entry.table == table}
