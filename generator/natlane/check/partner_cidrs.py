"""The rules about partner CIDRs: what they may overlap, and which route would lose."""

from __future__ import annotations

from ipaddress import IPv4Network

from natlane.check.prefix_index import first_free
from natlane.check.rule import Findings, rules_about
from natlane.check.subject import NOT_UNICAST, WIDEST, Subject
from natlane.describe.nodes import Path, dotted
from natlane.facts import aws

rule = rules_about("Partner CIDRs")
ROUTES = "VPC, Route tables; TGW, Routing"


@rule("partner-cidr-wide", "error", ROUTES)
def partner_cidr_wide(subject: Subject) -> Findings:
    """No partner CIDR is wider than a /8: it would take what is ours, or the internet."""
    for index, cidr in enumerate(subject.partner.partner_cidrs):
        if cidr.prefixlen < WIDEST:
            yield ("partner_cidrs", index), f"{cidr} is wider than a /{WIDEST}", "list the partner's own networks"


@rule("partner-cidr-unroutable", "error", "VPC, Route tables")
def partner_cidr_unroutable(subject: Subject) -> Findings:
    """No partner CIDR lies in space that nothing routes: AWS refuses routes in 169.254.168.0/22 and uses
    link-local itself.
    """
    for index, cidr in enumerate(subject.partner.partner_cidrs):
        for special, name in NOT_UNICAST.overlapping(cidr) if cidr.prefixlen >= WIDEST else ():
            message = f"{cidr} lies in {special} ({name}), which is not routed"
            yield ("partner_cidrs", index), message, "write the partner's own network"


@rule("partner-cidr-overlaps-vpc", "error", ROUTES)
def partner_cidr_overlaps_vpc(subject: Subject) -> Findings:
    """No routed partner CIDR equals, contains or lies in a CIDR of a VPC that this partner joins, or that
    stands behind the same transit gateway table.
    """
    for field, cidr in subject.routed:
        for own, name in subject.ours.vpcs.overlapping(cidr):
            if _near(subject, name):
                yield (
                    field,
                    f"{cidr} {_relation(cidr, own)} of VPC {name}: {_loser(cidr, own, name)}",
                    _ways_out(subject, cidr),
                )


@rule("partner-cidr-overlaps-far-vpc", "warning", ROUTES)
def partner_cidr_overlaps_far_vpc(subject: Subject) -> Findings:
    """A routed partner CIDR better overlaps no CIDR of our other VPCs either: they could never reach this
    partner.
    """
    for field, cidr in subject.routed:
        for own, name in subject.ours.vpcs.overlapping(cidr):
            if subject.partner.reach and not _near(subject, name):
                yield (
                    field,
                    f"{cidr} {_relation(cidr, own)} of VPC {name}, which could never reach it",
                    _ways_out(subject, cidr),
                )


def _near(subject: Subject, name: str) -> bool:
    """Whether packets of this VPC meet the routes to this partner."""
    return name in subject.joined or subject.landing_zone.vpcs[name].transit_route_table in subject.reached_tables


def _relation(cidr: IPv4Network, own: IPv4Network) -> str:
    if cidr == own:
        return "is also a CIDR"
    return f"contains {own}" if cidr.prefixlen < own.prefixlen else f"lies in {own}"


def _loser(cidr: IPv4Network, own: IPv4Network, name: str) -> str:
    """Which packets go wrong: longest prefix first, then local before static before propagated."""
    if cidr.prefixlen <= own.prefixlen:
        return f"{own} stays with VPC {name} and never reaches the partner"
    return f"the longer prefix {cidr} takes these addresses from VPC {name} in the transit gateway"


def _ways_out(subject: Subject, cidr: IPv4Network) -> str:
    """The ways out of an overlap, with the YAML of the first."""
    taken = [each for held in (subject.ours.vpcs, subject.ours.reserved) for each in held.blocks()]
    taken += [each for _, each in (*subject.blocks, *subject.cidrs)]
    free = first_free(aws.RFC1918[0], 27, taken) or "<a free /27 of ours>"
    example = next(iter(cidr.hosts()))
    yaml = (
        f"`outbound: {{cidr: {free}, translated_cidrs: [{cidr}], "
        f"services: [{{name: <name>, port: 443, targets: [{example}]}}]}}`"
    )
    return (
        f"let our hosts call it by addresses of ours: {yaml} (a block that landing-zone.yaml leaves free); or ask the "
        "partner to translate its side or to open a PrivateLink endpoint service, or put a firewall with 1:1 NAT in"
    )


@rule("partner-cidr-reserved", "error", "landing-zone.yaml, reserved_cidrs")
def partner_cidr_reserved(subject: Subject) -> Findings:
    """No routed partner CIDR overlaps a reserved CIDR: its packets would go to the partner."""
    for field, cidr in subject.routed if subject.partner.reach else ():
        for own, owner in subject.ours.reserved.overlapping(cidr):
            yield field, f"{cidr} overlaps {own}, reserved by {owner}", _ways_out(subject, cidr)


@rule("partner-cidr-in-vpc-n", "error", "VPC, Route tables, Route priority")
def partner_cidr_in_vpc_n(subject: Subject) -> Findings:
    """No partner CIDR equals or lies in a block of VPC N: VPC N's local route keeps its packets."""
    for field, cidr in subject.cidrs:
        for other, block in subject.blocks:
            if cidr.subnet_of(block):
                message = f"{cidr} lies in {dotted(other)} {block}: VPC N's local route keeps its packets"
                yield field, message, f"write a {dotted(other)} apart from the partner's networks"
                break


@rule("partner-cidr-around-vpc-n", "warning", "VPC, Route tables, Route priority")
def partner_cidr_around_vpc_n(subject: Subject) -> Findings:
    """A partner CIDR that contains a block of VPC N cannot be reached in that block."""
    for field, cidr in subject.cidrs:
        for other, block in subject.blocks:
            if cidr != block and cidr.supernet_of(block):
                message = (
                    f"{cidr} contains {dotted(other)} {block}: hosts of theirs with these addresses cannot be reached"
                )
                yield field, message, "see that the partner uses none of them"
                break


@rule("partner-cidrs-nested", "warning", ROUTES)
def partner_cidrs_nested(subject: Subject) -> Findings:
    """No partner CIDR lies in another one of the same partner: its routes are of no use."""
    order = sorted(subject.cidrs, key=lambda each: (int(each[1].network_address), each[1].prefixlen))
    wide: IPv4Network | None = None
    for field, cidr in order:
        if wide is not None and cidr.subnet_of(wide):
            if not {cidr, wide} & set(subject.partner.translated_cidrs):
                yield field, f"{cidr} lies in {wide}, which is listed too", "keep one"
        else:
            wide = cidr


@rule("vpn-static-routes", "error", "S2S, Quotas (fixed)")
def vpn_static_routes(subject: Subject) -> Findings:
    """A VPN with static routing on a virtual private gateway has at most 100 partner CIDRs."""
    cidrs, vpn = subject.partner.partner_cidrs, subject.partner.vpn
    most = aws.STATIC_ROUTES_PER_VPN
    if len(cidrs) > most and vpn.routing == "static" and vpn.termination == "virtual_private_gateway":
        hint = "write wider CIDRs, or end the VPN on the transit gateway: `termination: transit_gateway`"
        yield ("partner_cidrs", most), f"{len(cidrs)} CIDRs: AWS takes {most} static routes a VPN", hint


@rule("vpn-bgp-routes", "warning", "S2S, Quotas (fixed)")
def vpn_bgp_routes(subject: Subject) -> Findings:
    """A virtual private gateway takes at most 100 prefixes by BGP, so a partner with more CIDRs must sum them up."""
    cidrs, vpn = subject.partner.partner_cidrs, subject.partner.vpn
    most = aws.STATIC_ROUTES_PER_VPN
    if len(cidrs) > most and vpn.routing == "bgp" and vpn.termination == "virtual_private_gateway":
        hint = "have the partner announce fewer, wider prefixes, or write `termination: transit_gateway`"
        yield ("partner_cidrs", most), f"{len(cidrs)} CIDRs: AWS takes {most} prefixes by BGP", hint


@rule("vpc-n-routes", "warning", "VPC, Quotas, Routes per route table")
def vpc_n_routes(subject: Subject) -> Findings:
    """VPC N's public route table stays within the quota of routes."""
    vpcs, granted = subject.landing_zone.vpcs, subject.landing_zone.quotas.routes_per_route_table
    needed = len(subject.partner.partner_cidrs) + sum(len(vpcs[name].cidrs) for name in subject.joined)
    if needed > granted:
        message = f"VPC N's public route table needs {needed} routes, the quota is {granted}"
        yield (
            ("partner_cidrs",),
            message,
            "write wider CIDRs, or ask AWS for more and write `quotas: {routes_per_route_table: <granted>}`",
        )


@rule("reach-overlap", "error", ROUTES)
def reach_overlap(subject: Subject) -> Findings:
    """The VPCs that a partner joins have CIDRs apart from each other, or replies go to one of them only."""
    order = {name: index for index, name in enumerate(subject.joined)}
    for name in subject.joined[1:]:
        for cidr in subject.landing_zone.vpcs[name].cidrs:
            for own, other in subject.ours.vpcs.overlapping(cidr):
                if order.get(other, len(order)) < order[name]:
                    message = f"{cidr} of VPC {name} overlaps {own} of VPC {other}: replies go to one of them only"
                    yield _named(subject, name), message, "join one of the two"


def _named(subject: Subject, vpc: str) -> Path:
    """Where a joined VPC is named."""
    partner = subject.partner
    if vpc in partner.reach:
        return ("reach", partner.reach.index(vpc))
    return ("inbound", "services", [service.vpc for service in partner.inbound.services].index(vpc), "vpc")
