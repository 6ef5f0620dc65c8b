"""The rules about partner CIDRs: how wide, where, how many, and none inside another."""

from __future__ import annotations

from natlane.check.rule import Findings, rules_about
from natlane.check.subject import NOT_UNICAST, WIDEST, Subject
from natlane.facts import aws
from natlane.prefixes import ends, nested

rule = rules_about("Partner CIDRs")
ROUTES = "VPC, Route tables; TGW, Routing"


@rule("partner-cidr-wide", "error", ROUTES)
def partner_cidr_wide(subject: Subject) -> Findings:
    """No partner CIDR is wider than a /8: its route would take our own networks, or the internet."""
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


@rule("partner-cidrs-nested", "warning", ROUTES)
def partner_cidrs_nested(subject: Subject) -> Findings:
    """No partner CIDR lies in another one of the same partner: its routes are of no use."""
    translated = set(subject.partner.translated_cidrs)
    for (field, cidr), above in nested(subject.routable_partner_cidrs, lambda each: ends(each[1])):
        if above and not {cidr, above[0][1]} & translated:
            yield field, f"{cidr} lies in {above[0][1]}, which is listed too", "keep one"


@rule("vpn-static-routes", "error", "S2S, Quotas (fixed)")
def vpn_static_routes(subject: Subject) -> Findings:
    """A VPN with static routing on a virtual private gateway has at most 100 partner CIDRs."""
    cidrs, vpn = subject.partner.partner_cidrs, subject.partner.vpn
    most = aws.STATIC_ROUTES_PER_VPN
    if len(cidrs) > most and vpn.routing == "static" and vpn.termination == "virtual_private_gateway":
        hint = "write wider CIDRs, or end the VPN on the transit gateway: `vpn: {termination: transit_gateway}`"
        yield ("partner_cidrs", most), f"{len(cidrs)} CIDRs: AWS takes {most} static routes a VPN", hint


@rule("vpn-bgp-routes", "warning", "S2S, Quotas (fixed)")
def vpn_bgp_routes(subject: Subject) -> Findings:
    """A virtual private gateway takes at most 100 prefixes by BGP, so a partner with more CIDRs must aggregate them."""
    cidrs, vpn = subject.partner.partner_cidrs, subject.partner.vpn
    most = aws.BGP_PREFIXES_PER_VPN
    if len(cidrs) > most and vpn.routing == "bgp" and vpn.termination == "virtual_private_gateway":
        hint = "have the partner announce fewer, wider prefixes, or write `vpn: {termination: transit_gateway}`"
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
