"""Proofs of what limits packets besides routes: zones, associations, selectors, security groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network

from natlane.facts import aws
from natlane.network.model import Endpoint, LoadBalancer, NatGateway, Subnet, Vpn
from natlane.network.security import Rule
from natlane.network.vpn import ANYWHERE
from natlane.prefixes import covering, host
from natlane.problems import Problem
from natlane.verify.subject import Findings, Subject
from natlane.verify.subnet_roles import balancers, entry_subnets, inbound_interfaces, public_subnets


def zones(subject: Subject) -> Findings:
    """Each public subnet is in a zone of its own, which has its own attachment subnet, where VPC N is attached, and its
    own NAT gateway, where it has any: one of each."""
    vpc_n = subject.vpc_n
    public: dict[str, Subnet] = {}
    for label in public_subnets(vpc_n):
        subnet = vpc_n.subnets[label]
        other = public.setdefault(subnet.zone, subnet)
        if other is not subnet:
            yield subject.failed("proof-zone", subnet.origin, f"{subnet.zone} is the zone of {other.label} too")
        if subnet.zone not in subject.ours.zones:
            yield subject.failed("proof-zone", subnet.origin, f"{subnet.zone} is not one of the landing zone's zones")
    yield from _entries(subject, public)


def _entries(subject: Subject, public: Mapping[str, Subnet]) -> Findings:
    """What is sent from the transit gateway enters VPC N in the zone in which it goes on."""
    vpc_n, entries = subject.vpc_n, entry_subnets(subject.segment)
    entered = Counter(vpc_n.subnets[label].zone for label in entries)
    for attachment in (each for each in subject.segment.attachments if each.kind == "vpc_n"):
        for zone in (zone for zone in public if entered[zone] != 1):
            message = f"{zone} has public subnets, but {entered[zone]} attached to the transit gateway, not its own one"
            hint = "write one natted subnet a zone in subnet_ids"
            yield subject.failed("proof-zone", attachment.origin, message, hint)
    gateways = Counter(
        {each.owner.label: vpc_n.subnets[each.subnet].zone for each in vpc_n.owners(NatGateway)}.values()
    )
    for label in entries if gateways else ():
        subnet = vpc_n.subnets[label]
        if gateways[subnet.zone] != 1:
            message = f"{subnet.zone} has {gateways[subnet.zone]} NAT gateways, not its own one"
            yield subject.failed("proof-zone", subnet.origin, message)


def association(subject: Subject) -> Findings:
    """What comes from VPC N or from the VPN is decided by a table that holds our VPCs and this partner only."""
    own = {table.name for table in subject.segment.transit_tables}
    for each in subject.segment.attachments:
        shared = subject.ours.partner_table if each.kind == "vpc_n" else ""
        if each.table not in own and (not shared or each.table != shared):
            message = f"{each.origin.resource} is associated with {each.table or 'no table'}"
            yield subject.failed("proof-association", each.origin, message, "associate it with the partners' table")


def selectors(subject: Subject) -> Findings:
    """The traffic selectors let through everything that the routes send, and where they are written, not more."""
    for vpn in subject.vpc_n.vpns:
        yield from _selectors_of(subject, vpn)


def _selectors_of(subject: Subject, vpn: Vpn) -> Findings:
    intent = subject.intent
    if not vpn.static and not (aws.LINK_LOCAL.subnet_of(vpn.ours) and aws.LINK_LOCAL.subnet_of(vpn.theirs)):
        yield subject.failed(
            "proof-selector", vpn.origin, "the traffic selectors keep BGP's own packets out of the tunnel"
        )
    seen = [host(each.address) for each in (*subject.vpc_n.owners(NatGateway), *inbound_interfaces(subject.vpc_n))]
    for side, selector, needed in (("ours", vpn.ours, seen), ("theirs", vpn.theirs, list(intent.answered))):
        outside = [prefix for prefix in needed if not prefix.subnet_of(selector)]
        if outside:
            message = f"the traffic selector {selector} ({side}) leaves {outside[0]} out"
            yield subject.failed("proof-selector", vpn.origin, message, "widen it")
    exact = covering([intent.nat_cidr]), covering(intent.answered) if intent.answered else ANYWHERE
    for side, selector, tight in zip(("ours", "theirs"), (vpn.ours, vpn.theirs), exact, strict=True):
        if selector != ANYWHERE and selector != tight and tight.subnet_of(selector):
            message = f"the traffic selector {selector} ({side}) lets through more than the routes send, {tight}"
            where = subject.failed("proof-selector-wide", vpn.origin, message)
            yield Problem(where.code, "warning", where.path, where.line, where.column, where.field, where.message)


def security(subject: Subject) -> Findings:
    """Each endpoint and load balancer has a security group, whose rules let one caller to one port, or one
    target be called, and no rule lets more."""
    for owner in {each.owner for each in subject.vpc_n.owners(LoadBalancer)}:
        if isinstance(owner, LoadBalancer) and not owner.groups:
            yield subject.failed("proof-security-group", owner.origin, "has no security group, so it admits everybody")
    for group_rules, allowed in _allowed_rules(subject):
        for rule in group_rules:
            if (rule.cidr, rule.protocol, rule.first_port, rule.last_port) not in allowed:
                ports = f"{rule.protocol} ports {rule.first_port} to {rule.last_port}"
                message = f"lets {ports} of {rule.cidr} pass, which no endpoint, listener or target needs"
                yield subject.failed("proof-security-group", rule.origin, message, "write each caller and port")


_Allowed = set[tuple[IPv4Network, str, int, int]]


def _allowed_rules(subject: Subject) -> Iterator[tuple[tuple[Rule, ...], _Allowed]]:
    """The rules of each group in each direction, and what they may say."""
    partners = dict.fromkeys((*subject.intent.behind, *subject.intent.answered))
    ours = [cidr for name in subject.intent.reached for cidr in subject.network.our_vpcs[name].cidrs]
    for each in subject.vpc_n.owners(Endpoint):
        if not isinstance(each.owner, Endpoint):
            continue
        for group in each.owner.groups:
            yield group.ingress, {(cidr, "tcp", port, port) for cidr in partners for port in each.owner.ports}
            yield group.egress, set()
    for outbound, callers in ((False, list(partners)), (True, ours)):
        for each in balancers(subject.vpc_n, outbound=outbound):
            owner = each.owner
            if isinstance(owner, LoadBalancer):
                ports = [listener.port for listener in owner.listeners]
                targets = [target for listener in owner.listeners for target in listener.targets]
                for group in owner.groups:
                    yield group.ingress, {(cidr, "tcp", port, port) for cidr in callers for port in ports}
                    yield group.egress, {(host(each.address), "tcp", each.port, each.port) for each in targets}
