"""A Segment becomes what its module evidently wants: the blocks, prefixes and VPCs that all its places should agree on.

Nothing here comes from the descriptor. What a module wants is what any of its places says; the proofs
then ask every other place to say the same, so that one entry too few or too many contradicts the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network

from natlane.network.model import Endpoint, Interface, LoadBalancer, NatGateway, Network, Segment, SharedRoute, VpcN
from natlane.network.tables import Origin, Route, Table
from natlane.prefixes import covering, host


@dataclass(frozen=True, slots=True)
class Place:
    """One of the places that must agree about partner CIDRs: its name, and where each prefix is written."""

    name: str
    origin: Origin
    prefixes: Mapping[IPv4Network, Origin]


@dataclass(frozen=True, slots=True)
class Intent:
    """What the places of one module, together, want."""

    nat_cidr: IPv4Network  # the smallest block around the NAT gateways' subnets
    outbound: IPv4Network | None  # the smallest block around the subnets of load balancers outside it
    routed: tuple[IPv4Network, ...]  # partner CIDRs that our VPCs send to
    answered: tuple[IPv4Network, ...]  # partner CIDRs that the public tables send to the VPN
    behind: Mapping[IPv4Network, Origin]  # partner CIDRs that the VPN's gateway or table knows
    reached: tuple[str, ...]  # our VPCs that open connections to the partner
    served: tuple[str, ...]  # our VPCs that the partner's connections end in
    places: tuple[Place, ...]  # where each routed CIDR must stand

    @property
    def joined(self) -> tuple[str, ...]:
        """Our VPCs that exchange packets with VPC N."""
        return tuple(dict.fromkeys((*self.reached, *self.served)))


def labels_of(vpc_n: VpcN, kind: type[NatGateway | Endpoint | LoadBalancer]) -> tuple[str, ...]:
    """The subnets in which a kind of owner stands, each once."""
    return tuple(dict.fromkeys(each.subnet for each in vpc_n.owners(kind)))


def tables_of(vpc_n: VpcN, subnets: tuple[str, ...]) -> tuple[Table, ...]:
    """The route tables of these subnets, each once."""
    return tuple({vpc_n.subnets[label].table: vpc_n.table_of(label) for label in subnets}.values())


def entry_subnets(segment: Segment) -> tuple[str, ...]:
    """The subnets in which packets enter VPC N from the transit gateway: the natted ones."""
    return tuple(label for each in segment.attachments if each.kind == "vpc_n" for label in each.subnets)


def nat_block(vpc_n: VpcN) -> IPv4Network | None:
    """The smallest block around the NAT gateways' subnets; None without a NAT gateway."""
    subnets = labels_of(vpc_n, NatGateway)
    return covering(vpc_n.subnets[label].cidr for label in subnets) if subnets else None


def outbound_subnets(vpc_n: VpcN) -> tuple[str, ...]:
    """The subnets of load balancers that no NAT gateway shares: our VPCs call the partner there."""
    natting = labels_of(vpc_n, NatGateway)
    return tuple(label for label in labels_of(vpc_n, LoadBalancer) if label not in natting)


def inbound_interfaces(vpc_n: VpcN) -> tuple[Interface, ...]:
    """What the partner may call: endpoints, and load balancers beside the NAT gateways."""
    outbound = outbound_subnets(vpc_n)
    return tuple(each for each in vpc_n.owners(Endpoint | LoadBalancer) if each.subnet not in outbound)


def sends_to_vpn(segment: Segment, network: Network, route: Route) -> bool:
    """Whether a route of VPC N's tables leads to the VPN, directly or over the transit gateway's own table."""
    if route.target.kind == "vpn_gateway":
        return True
    if route.target.kind != "transit_gateway" or not segment.vpc_n.vpn.attachment:
        return False
    own = network.transit_tables.get(network.attachments[segment.vpc_n.attachment].table)
    next_route = own.route_to(route.destination.network_address) if own else None
    if next_route is None:
        return not any(route.destination in vpc.cidrs for vpc in network.our_vpcs.values())
    return next_route.target.name == segment.vpc_n.vpn.attachment


def intent_of(segment: Segment, network: Network) -> Intent | None:
    """What the module wants; None without a NAT gateway or an attachment, where it can want nothing."""
    vpc_n = segment.vpc_n
    block = nat_block(vpc_n)
    if block is None or not vpc_n.attachment:
        return None
    outbound = outbound_subnets(vpc_n)
    outward = [entry for entry in segment.shared if not _inward(vpc_n, entry)]
    ours = {name: vpc.name for vpc in network.our_vpcs.values() for name in vpc.tables}
    to_block = covering(vpc_n.subnets[label].cidr for label in outbound) if outbound else None
    reaching = {ours[e.table] for e in segment.shared if e.table in ours and (e in outward or _is(e, to_block))}
    served = tuple(name for name in network.our_vpcs if name in _served(segment, network))
    answered = tuple(_answered(segment, network, labels_of(vpc_n, NatGateway)))
    called_back = tuple(_answered(segment, network, outbound))
    reaching |= {*called_back, *(name for name in answered if name not in served)}
    reached = tuple(name for name in network.our_vpcs if name in reaching)
    public = tables_of(vpc_n, labels_of(vpc_n, NatGateway))
    to_vpn = [route.destination for each in public for route in each.routes if sends_to_vpn(segment, network, route)]
    natted = tables_of(vpc_n, entry_subnets(segment))
    routed = dict.fromkeys(entry.route.destination for entry in outward)
    routed |= dict.fromkeys(to for each in natted for to in _prefixes(each, "nat_gateway"))
    behind = _behind(segment, network)
    return Intent(
        block,
        to_block,
        tuple(routed),
        tuple(dict.fromkeys(to_vpn)),
        behind,
        reached,
        served,
        tuple(_places(segment, network, reached, natted, public, behind)),
    )


def _is(entry: SharedRoute, block: IPv4Network | None) -> bool:
    return block is not None and entry.route.destination.overlaps(block)


def _inward(vpc_n: VpcN, entry: SharedRoute) -> bool:
    """Whether a shared entry is about VPC N's own addresses: a partner's CIDR may be wider, around nat_cidr."""
    return any(entry.route.destination.subnet_of(cidr) for cidr in vpc_n.cidrs)


def _served(segment: Segment, network: Network) -> set[str]:
    """Our VPCs that hold a target of an inbound load balancer."""
    targets = [
        target.address
        for each in inbound_interfaces(segment.vpc_n)
        if isinstance(each.owner, LoadBalancer)
        for listener in each.owner.listeners
        for target in listener.targets
    ]
    return {name for address in targets for name in _holders(segment, network, address)}


def _holders(segment: Segment, network: Network, address: IPv4Address) -> list[str]:
    """Our VPCs that have an address: where several have it, the one that VPC N's transit gateway table leads to."""
    holders = [vpc for vpc in network.our_vpcs.values() if any(address in cidr for cidr in vpc.cidrs)]
    table = network.transit_tables.get(network.attachments[segment.vpc_n.attachment].table)
    route = table.route_to(address) if table and len(holders) > 1 else None
    led = [vpc.name for vpc in holders if route and vpc.attachment == route.target.name]
    return led or [vpc.name for vpc in holders]


def _answered(segment: Segment, network: Network, subnets: tuple[str, ...]) -> Iterator[str]:
    """Our VPCs that the tables of these subnets send to; a partner may have the CIDR of another one of ours."""
    for each in tables_of(segment.vpc_n, subnets):
        for route in each.routes:
            if route.target.kind == "transit_gateway" and not sends_to_vpn(segment, network, route):
                yield from (vpc.name for vpc in network.our_vpcs.values() if route.destination in vpc.cidrs)


def _prefixes(table: Table, kind: str) -> dict[IPv4Network, Origin]:
    return {route.destination: route.origin for route in table.routes if route.target.kind == kind}


def _behind(segment: Segment, network: Network) -> dict[IPv4Network, Origin]:
    """What the virtual private gateway, or VPC N's table of the transit gateway, knows to be behind the VPN."""
    vpn = segment.vpc_n.vpn
    if vpn.known is not None:
        return {route.destination: route.origin for route in vpn.known.routes}
    table = network.transit_tables.get(network.attachments[segment.vpc_n.attachment].table)
    routes = table.routes if table else ()
    return {route.destination: route.origin for route in routes if route.target.name == vpn.attachment}


def _places(
    segment: Segment,
    network: Network,
    reached: tuple[str, ...],
    natted: tuple[Table, ...],
    public: tuple[Table, ...],
    behind: Mapping[IPv4Network, Origin],
) -> Iterator[Place]:
    """Every place in which a partner CIDR that our VPCs send to must stand."""
    for name in reached:
        for table in network.our_vpcs[name].tables:
            yield Place(f"route table {table} of VPC {name}", _of_ours(network, table), _written(segment, table))
    for table in dict.fromkeys(network.our_vpcs[name].transit_table for name in reached):
        yield Place(f"transit gateway table {table}", _of_ours(network, table), _written(segment, table))
    for each in natted:
        yield Place(f"route table {each.name}", each.origin, _prefixes(each, "nat_gateway"))
    for each in public:
        to_vpn = {route.destination: route.origin for route in each.routes if sends_to_vpn(segment, network, route)}
        yield Place(f"route table {each.name}", each.origin, to_vpn)
    yield Place("the VPN's routes", segment.vpc_n.vpn.origin, behind)


def _of_ours(network: Network, table: str) -> Origin:
    """A table of ours, which no module makes: it is known by its id."""
    held = network.our_tables.get(table) or network.transit_tables[table]
    return replace(held.origin, resource=table)


def _written(segment: Segment, table: str) -> dict[IPv4Network, Origin]:
    return {entry.route.destination: entry.route.origin for entry in segment.shared if entry.table == table}


def edges_of(segment: Segment, network: Network) -> Iterator[tuple[IPv4Network, str]]:
    """Every prefix that decides about a packet, and the key of the decision."""
    vpc_n = segment.vpc_n
    tables = (*vpc_n.tables.values(), *network.our_tables.values(), *network.transit_tables.values())
    known = (vpc_n.vpn.known,) if vpc_n.vpn.known else ()
    for table in (*tables, *known):
        yield from ((route.destination, str(route.destination)) for route in table.routes)
    for cidr in (*vpc_n.cidrs, *(subnet.cidr for subnet in vpc_n.subnets.values()), vpc_n.vpn.ours, vpc_n.vpn.theirs):
        yield cidr, str(cidr)
    for vpc in network.our_vpcs.values():
        yield from ((cidr, str(cidr)) for cidr in vpc.cidrs)
    for interface in vpc_n.interfaces.values():
        yield host(interface.address), f"{interface.owner.origin.resource} in {interface.subnet}"
        for group in () if isinstance(interface.owner, NatGateway) else interface.owner.groups:
            yield from ((rule.cidr, str(rule.cidr)) for rule in (*group.ingress, *group.egress))
        if isinstance(interface.owner, LoadBalancer):
            for listener in interface.owner.listeners:
                yield from ((host(target.address), str(target.address)) for target in listener.targets)


def zones_of(segment: Segment) -> tuple[str, ...]:
    """The zones in which VPC N is attached to the transit gateway."""
    return tuple(dict.fromkeys(segment.vpc_n.subnets[label].zone for label in entry_subnets(segment)))
