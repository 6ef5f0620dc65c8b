"""Entries compared with each other: the places that must agree do, and no entry says more than the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from generator import aws
from generator.problems import Problem
from generator.prove.intent import (
    attachment_of,
    entry_subnets,
    inbound_interfaces,
    labels_of,
    outbound_subnets,
    tables_of,
)
from generator.prove.prefixes import covering, host
from generator.prove.proof import Findings, Subject
from generator.prove.tables import Endpoint, Interface, LoadBalancer, NatGateway, Route, Rule, SharedEntry, Table
from generator.prove.vpc_n import ANYWHERE

HTTPS = 443


def places(subject: Subject) -> Findings:
    """Each partner CIDR that our VPCs send to stands, alike, in every route table of the reached VPCs, their
    transit gateway tables, every natted table, the public table, the VPN's routes, and inside the selectors."""
    intent, vpn = subject.intent, subject.part.vpc_n.vpn
    if intent.routed and not intent.reached:
        message = f"has a way to {_shown(intent.routed)}, but no VPC of ours sends there"
        yield subject.failed("proof-places", subject.part.vpc_n.origin, message, "write a route in one of our VPCs")
    for to in intent.routed:
        holders = [(place, place.prefixes[to]) for place in intent.places if to in place.prefixes]
        for place in intent.places:
            if to in place.prefixes:
                continue
            message = f"{to} is missing in {place.name}"
            if holders:
                message += f", but is in {holders[0][0].name} ({holders[0][1].path}:{holders[0][1].line})"
            yield subject.failed("proof-places", place.origin, message, "every place must name the same partner CIDRs")
        if not to.subnet_of(vpn.theirs):
            yield subject.failed("proof-places", vpn.origin, f"{to} is outside the traffic selector {vpn.theirs}")
    yield from _only_translated(subject)


def _only_translated(subject: Subject) -> Findings:
    """Prefixes that our VPCs do not route: the public table and the VPN name the same ones, or hosts inside them."""
    intent, vpn = subject.intent, subject.part.vpc_n.vpn
    answered = [to for to in intent.answered if to not in intent.routed]
    for to in answered:
        if not any(to == known or (to.prefixlen == 32 and to.subnet_of(known)) for known in intent.behind):
            message = f"the public table sends {to} to the VPN, whose own routes do not name it"
            yield subject.failed("proof-places", vpn.origin, message, "every place must name the same partner CIDRs")
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
    for entry in subject.part.shared:
        if not _wanted(subject, entry):
            message = f"{entry.table} gets a route to {entry.route.destination} that no other place asks for"
            yield subject.failed("proof-extra-route", entry.route.origin, message, "remove it")
    yield from _own_transit_tables(subject)


def _allowed_inside(subject: Subject) -> Iterator[tuple[Table, set[tuple[IPv4Network, str]]]]:
    """Each of VPC N's tables that routes something, and the entries that it may hold."""
    intent, vpc_n = subject.intent, subject.part.vpc_n
    way = "vpn_gateway" if vpc_n.vpn.known is not None else "transit_gateway"
    ours = {(cidr, "transit_gateway") for name in intent.joined for cidr in subject.network.our_vpcs[name].cidrs}
    reached = {(cidr, "transit_gateway") for name in intent.reached for cidr in subject.network.our_vpcs[name].cidrs}
    targets = {(host(to), "nat_gateway") for to in _outbound_targets(subject)}
    for table in tables_of(vpc_n, entry_subnets(subject.part)):
        yield table, {(to, "nat_gateway") for to in intent.routed}
    for table in tables_of(vpc_n, labels_of(vpc_n, NatGateway)):
        yield table, {*ours, *((to, way) for to in intent.answered)}
    for table in tables_of(vpc_n, outbound_subnets(vpc_n)):
        yield table, {*reached, *targets}


def _outbound_targets(subject: Subject) -> Iterator[IPv4Address]:
    for each in _balancers(subject, outbound=True):
        for listener in each.owner.listeners if isinstance(each.owner, LoadBalancer) else ():
            yield from (target.address for target in listener.targets)


def _balancers(subject: Subject, *, outbound: bool) -> tuple[Interface, ...]:
    vpc_n = subject.part.vpc_n
    inside = outbound_subnets(vpc_n)
    return tuple(each for each in vpc_n.owners(LoadBalancer) if (each.subnet in inside) == outbound)


def _wanted(subject: Subject, entry: SharedEntry) -> bool:
    """Whether an entry in a table that is not the module's own is one that its intent needs."""
    intent, route = subject.intent, entry.route
    if route.kind != "static" or route.target.kind == "blackhole":
        return False
    if route.target.kind == "attachment" and route.target.name != subject.part.vpc_n.attachment:
        return False
    holders = [vpc.name for vpc in subject.network.our_vpcs.values() if entry.table in (vpc.transit_table, *vpc.tables)]
    if route.destination == intent.nat_cidr:
        return any(name in intent.served for name in holders)
    wanted = (*intent.routed, *([intent.outbound] if intent.outbound else []))
    return route.destination in wanted and any(name in intent.reached for name in holders)


def _own_transit_tables(subject: Subject) -> Findings:
    """VPC N's own table holds our VPCs and the partner's CIDRs; the VPN's own table holds nat_cidr only."""
    intent, vpn = subject.intent, subject.part.vpc_n.vpn
    ours = {
        (cidr, subject.network.our_vpcs[name].attachment)
        for name in intent.joined
        for cidr in subject.network.our_vpcs[name].cidrs
    }
    towards = {
        "vpc_n": {*ours, *((to, vpn.attachment) for to in intent.behind if to in (*intent.routed, *intent.answered))},
        "vpn": {(intent.nat_cidr, subject.part.vpc_n.attachment)},
    }
    towards["vpc_n"] |= {(to, vpn.attachment) for to in intent.behind if any(_host_in(h, to) for h in intent.answered)}
    for attachment in subject.part.attachments:
        for table in subject.part.transit_tables:
            if table.name != attachment.table:
                continue
            for route in table.routes:
                if (route.destination, route.target.name) not in towards[attachment.kind]:
                    message = f"{table.origin.resource} has a route to {route.destination} that no other place asks for"
                    yield subject.failed("proof-extra-route", route.origin, message, "remove it")


def ours_kept(subject: Subject) -> Findings:
    """No entry that a module writes takes packets between our own VPCs."""
    for entry in subject.part.shared:
        for vpc in subject.network.our_vpcs.values():
            taken = [cidr for cidr in vpc.cidrs if entry.route.destination.subnet_of(cidr)]
            if taken:
                message = f"{entry.route.destination} in {entry.table} takes packets to {taken[0]} of VPC {vpc.name}"
                yield subject.failed("proof-takes-ours", entry.route.origin, message, "reach it by outbound.services")


def zones(subject: Subject) -> Findings:
    """Each zone of VPC N has its own NAT gateway and its own attachment subnet, one of each."""
    vpc_n = subject.part.vpc_n
    natting = {each.owner.origin: vpc_n.subnets[each.subnet].zone for each in vpc_n.owners(NatGateway)}
    attachment = attachment_of(subject.part)
    entered = Counter(vpc_n.subnets[label].zone for label in entry_subnets(subject.part))
    for origin, zone in natting.items():
        if zone not in subject.landing_zone.zones:
            yield subject.failed("proof-zone", origin, f"{zone} is not one of the landing zone's zones")
        if entered[zone] != 1 and attachment:
            message = f"{zone} has a NAT gateway, but {entered[zone]} subnets of it are attached to the transit gateway"
            yield subject.failed(
                "proof-zone", attachment.origin, message, "write one natted subnet a zone in subnet_ids"
            )
    for label in entry_subnets(subject.part):
        subnet = vpc_n.subnets[label]
        if list(natting.values()).count(subnet.zone) != 1:
            message = f"{subnet.zone} has {list(natting.values()).count(subnet.zone)} NAT gateways, not its own one"
            yield subject.failed("proof-zone", subnet.origin, message)


def association(subject: Subject) -> Findings:
    """What comes from VPC N or from the VPN is decided by a table that holds our VPCs and this partner only."""
    own = {table.name for table in subject.part.transit_tables}
    for each in subject.part.attachments:
        shared = subject.landing_zone.transit_gateway.partner_route_table if each.kind == "vpc_n" else None
        if each.table not in own and (shared is None or each.table != shared):
            message = f"{each.origin.resource} is associated with {each.table or 'no table'}"
            yield subject.failed("proof-association", each.origin, message, "associate it with the partners' table")


def selectors(subject: Subject) -> Findings:
    """The traffic selectors let through everything that the routes send, and where they are written, not more."""
    intent, vpn = subject.intent, subject.part.vpc_n.vpn
    if not vpn.static and not (aws.LINK_LOCAL.subnet_of(vpn.ours) and aws.LINK_LOCAL.subnet_of(vpn.theirs)):
        yield subject.failed(
            "proof-selector", vpn.origin, "the traffic selectors keep BGP's own packets out of the tunnel"
        )
    seen = [
        host(each.address) for each in (*subject.part.vpc_n.owners(NatGateway), *inbound_interfaces(subject.part.vpc_n))
    ]
    for side, selector, needed in (("ours", vpn.ours, seen), ("theirs", vpn.theirs, list(intent.answered))):
        outside = [prefix for prefix in needed if not prefix.subnet_of(selector)]
        if outside:
            message = f"the traffic selector {selector} ({side}) leaves {outside[0]} out"
            yield subject.failed("proof-selector", vpn.origin, message, "widen it in vpn.tf")
    exact = covering([intent.nat_cidr]), covering(intent.answered) if intent.answered else ANYWHERE
    for side, selector, tight in zip(("ours", "theirs"), (vpn.ours, vpn.theirs), exact, strict=True):
        if selector != ANYWHERE and selector != tight and tight.subnet_of(selector):
            message = f"the traffic selector {selector} ({side}) lets through more than the routes send, {tight}"
            where = subject.failed("proof-selector-wide", vpn.origin, message)
            yield Problem(where.code, "warning", where.path, where.line, where.column, where.field, where.message)


def security(subject: Subject) -> Findings:
    """Each rule of a security group lets one caller to one port, or one target be called, and no rule lets more."""
    for group_rules, allowed in _allowed_rules(subject):
        for rule in group_rules:
            if (rule.cidr, rule.protocol, rule.first_port, rule.last_port) not in allowed:
                ports = f"{rule.protocol} ports {rule.first_port} to {rule.last_port}"
                message = f"lets {ports} of {rule.cidr} pass, which no endpoint, listener or target needs"
                yield subject.failed("proof-security-group", rule.origin, message, "write each caller and port")


_Allowed = set[tuple[IPv4Network, str, int, int]]


def _allowed_rules(subject: Subject) -> Iterator[tuple[tuple[Rule, ...], _Allowed]]:
    """The rules of each group in each direction, and what they may say."""
    partners = subject.intent.behind
    ours = [cidr for name in subject.intent.reached for cidr in subject.network.our_vpcs[name].cidrs]
    for each in subject.part.vpc_n.owners(Endpoint):
        for group in each.owner.groups if isinstance(each.owner, Endpoint) else ():
            yield group.ingress, {(cidr, "tcp", HTTPS, HTTPS) for cidr in partners}
            yield group.egress, set()
    for outbound, callers in ((False, list(partners)), (True, ours)):
        for each in _balancers(subject, outbound=outbound):
            owner = each.owner
            if isinstance(owner, LoadBalancer):
                ports = [listener.port for listener in owner.listeners]
                targets = [target for listener in owner.listeners for target in listener.targets]
                for group in owner.groups:
                    yield group.ingress, {(cidr, "tcp", port, port) for cidr in callers for port in ports}
                    yield group.egress, {(host(each.address), "tcp", each.port, each.port) for each in targets}


def stated(subject: Subject) -> Findings:
    """The addresses in the outputs, which the partner is told, are the addresses that AWS will hold."""
    vpc_n = subject.part.vpc_n
    held = {
        "nat_addresses": vpc_n.owners(NatGateway),
        "endpoint_addresses": vpc_n.owners(Endpoint),
        "service_addresses": _balancers(subject, outbound=False),
    }
    for output in subject.part.stated:
        actual = {each.address for each in held[output.name]}
        if actual != set(output.addresses):
            differing = ", ".join(str(each) for each in sorted(actual ^ set(output.addresses)))
            message = f"{output.name} and the resources differ in {differing}"
            yield subject.failed(
                "proof-stated", output.origin, message, "partners allow-list these: they must not move"
            )


def twice(subject: Subject) -> Findings:
    """No table gets two routes for one prefix from the same module: the second would fail at apply."""
    tables = [*subject.part.vpc_n.tables.values(), *subject.part.transit_tables]
    routes = [(table.name, route) for table in tables for route in table.routes if route.kind == "static"]
    routes += [(entry.table, entry.route) for entry in subject.part.shared if entry.route.kind == "static"]
    first: dict[tuple[str, IPv4Network], Route] = {}
    for name, route in routes:
        before = first.setdefault((name, route.destination), route)
        if before is not route:
            message = f"{name} already has a route to {route.destination} ({before.origin.path}:{before.origin.line})"
            yield subject.failed("proof-twice-written", route.origin, message, "keep one")
