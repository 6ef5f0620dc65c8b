"""Proofs that compare routes: every place names the same prefixes, and no table holds any other route.

What a module is taken to intend (`routed`, `answered`, `behind`, `reached`, `served`) is in inferred_intent.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from itertools import product

from natlane.network.model import LoadBalancer, SharedRoute
from natlane.network.our_network import OurVpc
from natlane.network.tables import Route, Table
from natlane.prefixes import host
from natlane.verify.inferred_intent import transit_table
from natlane.verify.subject import Findings, Subject
from natlane.verify.subnet_roles import balancers, entry_subnets, outbound_subnets, public_subnets, tables_of


def places(subject: Subject) -> Findings:
    """Each partner CIDR that our VPCs send to stands, alike, in every route table of the reached VPCs, their
    transit gateway tables, every natted table, the public table, the VPN's routes, and inside the selectors."""
    intent = subject.intent
    if intent.routed and not intent.reached:
        message = f"has a way to {_shown(intent.routed)}, but no VPC of ours sends there"
        yield subject.failed("proof-places", subject.vpc_n.origin, message, "write a route in one of our VPCs")
    for to in intent.routed:
        holders = [(place, place.prefixes[to]) for place in intent.places if to in place.prefixes]
        for place in intent.places:
            if to in place.prefixes:
                continue
            message = f"{to} is missing in {place.name}"
            if holders:
                message += f", but is in {holders[0][0].name} ({holders[0][1].path}:{holders[0][1].line})"
            yield subject.failed("proof-places", place.origin, message, "every place must name the same partner CIDRs")
        for vpn in subject.vpc_n.vpns:
            if not to.subnet_of(vpn.theirs):
                yield subject.failed("proof-places", vpn.origin, f"{to} is outside the traffic selector {vpn.theirs}")
    yield from _ways_back(subject)
    yield from _propagated(subject)
    yield from _only_translated(subject)


def _ways_back(subject: Subject) -> Findings:
    """Every CIDR of a joined VPC is in the tables that send to it: a VPC's last subnet is not left out."""
    for table, vpc in _answering(subject):
        held = {route.destination for route in table.routes}
        for cidr in subject.network.our_vpcs[vpc].cidrs:
            if cidr not in held and not _leads_to_targets(subject, table, vpc, cidr):
                message = f"{cidr} is missing in {table.origin.resource}, which answers its VPC"
                yield subject.failed("proof-places", table.origin, message, "add it in transit_gateway.tf")


def _answering(subject: Subject) -> Iterator[tuple[Table, str]]:
    """Each table that sends to our VPCs, with each VPC that it must send to."""
    intent, vpc_n = subject.intent, subject.vpc_n
    own = tuple(each for each in subject.segment.transit_tables if each.name == transit_table(vpc_n, subject.network))
    yield from product(tables_of(vpc_n, public_subnets(vpc_n)), intent.joined if intent.routed else intent.served)
    yield from product(tables_of(vpc_n, outbound_subnets(vpc_n)), intent.reached)
    yield from product(own, intent.joined)


def _leads_to_targets(subject: Subject, table: Table, vpc: str, cidr: IPv4Network) -> bool:
    """Whether a CIDR need not be in a table, because the table leads to each target in it."""
    hosts = _served_hosts(subject, vpc, cidr)
    return hosts is not None and all(_leads(table, to, subject.network.our_vpcs[vpc]) for to in hosts)


def _served_hosts(subject: Subject, vpc: str, cidr: IPv4Network) -> set[IPv4Network] | None:
    """The targets in a CIDR of a VPC that only serves, where the partner's network or another VPC overlaps it: VPC N
    may send these to the VPC and all else to the other. None where nothing overlaps it."""
    intent, vpcs = subject.intent, subject.network.our_vpcs
    others = [own for other in intent.joined if other != vpc for own in vpcs[other].cidrs]
    if vpc in intent.reached or not any(cidr.overlaps(to) for to in (*intent.answered, *others)):
        return None
    return {host(target) for target in intent.targets.get(vpc, ()) if target in cidr}


def _propagated(subject: Subject) -> Findings:
    """In a table that VPC N shares, no other VPC has addresses of a joined one: AWS propagates one of the two."""
    vpcs = subject.network.our_vpcs
    own_table = any(
        each.name == transit_table(subject.vpc_n, subject.network) for each in subject.segment.transit_tables
    )
    for name, other in product(subject.intent.joined, () if own_table else vpcs):
        for cidr, taken in product(_sent_to(subject, name), vpcs[other].cidrs if other != name else ()):
            if cidr.overlaps(taken):
                message = (
                    f"{cidr} of VPC {name} overlaps {taken} of VPC {other}: the table of VPC N's holds one of them"
                )
                yield subject.failed("proof-places", vpcs[name].origin, message, "give VPC N a table of its own")


def _sent_to(subject: Subject, vpc: str) -> list[IPv4Network]:
    """The CIDRs of a VPC that VPC N sends to: all where it may open connections, else those with a target."""
    intent, cidrs = subject.intent, subject.network.our_vpcs[vpc].cidrs
    return [each for each in cidrs if vpc in intent.reached or any(to in each for to in intent.targets.get(vpc, ()))]


def _leads(table: Table, to: IPv4Network, vpc: OurVpc) -> bool:
    """Whether a table of VPC N, or its own one at the transit gateway, leads a host on to a VPC of ours."""
    route = table.route_to(to.network_address)
    return route is not None and (route.target.kind == "transit_gateway" or route.target.name == vpc.attachment)


def _ours_from_vpc_n(subject: Subject) -> Iterator[tuple[IPv4Network, str]]:
    """What VPC N's tables may send to our VPCs, each with the VPC's name."""
    for name in subject.intent.joined:
        for cidr in subject.network.our_vpcs[name].cidrs:
            yield from ((to, name) for to in {cidr, *(_served_hosts(subject, name, cidr) or ())})


def _only_translated(subject: Subject) -> Findings:
    """Prefixes that our VPCs do not route: the public table and the VPN name the same ones, or hosts inside them."""
    intent = subject.intent
    answered = [to for to in intent.answered if to not in intent.routed]
    for to, place in product(answered, intent.connections):
        if not any(to == known or (to.prefixlen == 32 and to.subnet_of(known)) for known in place.prefixes):
            message = f"the public table sends {to} to the VPN, whose own routes do not name it"
            yield subject.failed("proof-places", place.origin, message, "every place must name the same partner CIDRs")
    for to, origin in intent.behind.items():
        if to not in intent.routed and not any(to == each or _host_in(each, to) for each in answered):
            message = f"the VPN's routes name {to}, which the public table does not send there"
            yield subject.failed("proof-places", origin, message, "every place must name the same partner CIDRs")


def _host_in(prefix: IPv4Network, block: IPv4Network) -> bool:
    return prefix.prefixlen == 32 and prefix.subnet_of(block)


def _shown(prefixes: tuple[IPv4Network, ...]) -> str:
    return ", ".join(str(prefix) for prefix in prefixes[:3]) + (" and more" if len(prefixes) > 3 else "")


def no_more(subject: Subject) -> Findings:
    """No table holds an entry beyond what its place needs: not wider, not narrower, not to anywhere else."""
    for table, allowed in _allowed_inside(subject):
        for route in table.routes:
            if route.kind != "local" and (route.destination, route.target.kind) not in allowed:
                message = f"{table.name} has a route to {route.destination} that no other place asks for"
                yield subject.failed("proof-extra-route", route.origin, message, "remove it, or write its counterparts")
    for entry in subject.segment.shared:
        if not _wanted(subject, entry):
            message = f"{entry.table} gets a route to {entry.route.destination} that no other place asks for"
            yield subject.failed("proof-extra-route", entry.route.origin, message, "remove it")
    yield from _own_transit_tables(subject)


def _allowed_inside(subject: Subject) -> Iterator[tuple[Table, set[tuple[IPv4Network, str]]]]:
    """Each of VPC N's tables, and the entries that it may hold; where no packet enters, those of a natted one."""
    intent, vpc_n = subject.intent, subject.vpc_n
    way = "transit_gateway" if vpc_n.on_transit_gateway else "vpn_gateway"
    ours = {(to, "transit_gateway") for to, _ in _ours_from_vpc_n(subject)}
    reached = {(cidr, "transit_gateway") for name in intent.reached for cidr in subject.network.our_vpcs[name].cidrs}
    targets = {(host(to), "nat_gateway") for to in _outbound_targets(subject)}
    for table in tables_of(vpc_n, entry_subnets(subject.segment)):
        yield table, {(to, "nat_gateway") for to in intent.routed}
    for table in tables_of(vpc_n, public_subnets(vpc_n)):
        yield table, {*ours, *((to, way) for to in intent.answered)}
    for table in tables_of(vpc_n, outbound_subnets(vpc_n)):
        yield table, {*reached, *targets}
    known = {subnet.table for subnet in map(vpc_n.subnets.__getitem__, _placed(subject))}
    for label, table in vpc_n.tables.items():
        if label not in known:
            yield table, {(to, "nat_gateway") for to in intent.routed}


def _placed(subject: Subject) -> tuple[str, ...]:
    """The subnets that have a part in the packets' way: where they enter, are translated, or are called."""
    vpc_n = subject.vpc_n
    return (*entry_subnets(subject.segment), *public_subnets(vpc_n), *outbound_subnets(vpc_n))


def _outbound_targets(subject: Subject) -> Iterator[IPv4Address]:
    """The targets of the load balancers that our VPCs call."""
    for each in balancers(subject.vpc_n, outbound=True):
        for listener in each.owner.listeners if isinstance(each.owner, LoadBalancer) else ():
            yield from (target.address for target in listener.targets)


def _wanted(subject: Subject, entry: SharedRoute) -> bool:
    """Whether an entry in a table that is not the module's own is one that its intent needs."""
    intent, route = subject.intent, entry.route
    if route.kind != "static" or route.target.kind == "blackhole":
        return False
    if route.target.kind == "attachment" and route.target.name != subject.vpc_n.attachment:
        return False
    holders = [vpc.name for vpc in subject.network.our_vpcs.values() if entry.table in (vpc.transit_table, *vpc.tables)]
    if route.destination == intent.nat_cidr:
        return any(name in intent.served for name in holders)
    wanted = (*intent.routed, *([intent.outbound] if intent.outbound else []))
    return route.destination in wanted and any(name in intent.reached for name in holders)


def _own_transit_tables(subject: Subject) -> Findings:
    """VPC N's own table holds our VPCs and the partner's CIDRs; the VPN's own table holds nat_cidr only."""
    allowed = {"vpc_n": _from_vpc_n(subject), "vpn": {(subject.intent.nat_cidr, subject.vpc_n.attachment)}}
    for attachment, table in product(subject.segment.attachments, subject.segment.transit_tables):
        for route in table.routes if table.name == attachment.table else ():
            if (route.destination, route.target.name) not in allowed[attachment.kind]:
                message = f"{table.origin.resource} has a route to {route.destination} that no other place asks for"
                yield subject.failed("proof-extra-route", route.origin, message, "remove it")


def _from_vpc_n(subject: Subject) -> set[tuple[IPv4Network, str]]:
    """Where VPC N's own transit gateway table may send: destination and attachment."""
    intent, vpcs = subject.intent, subject.network.our_vpcs
    ours = {(to, vpcs[name].attachment) for to, name in _ours_from_vpc_n(subject)}
    named = {*intent.routed, *intent.answered}
    behind = [to for to in intent.behind if to in named or any(_host_in(each, to) for each in intent.answered)]
    return {*ours, *((to, subject.vpc_n.vpn_attachment) for to in behind)}


def ours_kept(subject: Subject) -> Findings:
    """No entry that a module writes takes packets between our own VPCs."""
    for entry in subject.segment.shared:
        for vpc in subject.network.our_vpcs.values():
            taken = [cidr for cidr in vpc.cidrs if entry.route.destination.subnet_of(cidr)]
            if taken:
                message = f"{entry.route.destination} in {entry.table} takes packets to {taken[0]} of VPC {vpc.name}"
                yield subject.failed("proof-takes-ours", entry.route.origin, message, "reach it by outbound.services")


def twice(subject: Subject) -> Findings:
    """No table gets two routes for one prefix from the same module: the second would fail at apply."""
    tables = [*subject.vpc_n.tables.values(), *subject.segment.transit_tables]
    routes = [(table.name, route) for table in tables for route in table.routes if route.kind == "static"]
    routes += [(entry.table, entry.route) for entry in subject.segment.shared if entry.route.kind == "static"]
    for vpn, known in zip(subject.vpc_n.vpns, subject.vpc_n.known, strict=False):
        held = known.name if len(subject.vpc_n.vpns) == 1 else f"{known.name}, {vpn.origin.resource},"
        routes += [(held, route) for route in known.routes if route.kind == "static"]
    first: dict[tuple[str, IPv4Network], Route] = {}
    for name, route in routes:
        before = first.setdefault((name, route.destination), route)
        if before is not route:
            message = f"{name} already has a route to {route.destination} ({before.origin.path}:{before.origin.line})"
            yield subject.failed("proof-twice-written", route.origin, message, "keep one")
