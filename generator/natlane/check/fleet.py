"""The rules across the fleet: conflicts between partners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address
from itertools import groupby

from natlane.check.fleet_facts import Claim, Facts, Former, Gateway
from natlane.check.rule import Findings, rules_about
from natlane.describe.landing_zone import LandingZone
from natlane.prefixes import overlaps
from natlane.problems import Problem

rule = rules_about("The fleet")
zone_rule = rules_about("The fleet")  # reported at the landing zone's zones
Conflict = tuple[Claim | Former | Gateway, str, str]  # where, message, hint


def fleet_problems(facts: Sequence[Facts], landing_zone: LandingZone) -> list[Problem]:
    """What the fleet's rules find."""
    return [
        Problem(each.code, each.severity, at.path, at.line, at.column, at.field, message, hint)
        for each, find in rule.held
        for at, message, hint in find(facts, landing_zone)
    ]


@rule("fleet-route-overlap", "error", "TGW, Routing; Route evaluation order")
def fleet_route_overlap(facts: Sequence[Facts], landing_zone: LandingZone) -> Iterator[Conflict]:
    """In one transit gateway route table no block of a partner equals, contains or lies in a block of another
    partner.
    """
    found: dict[tuple[Claim, Claim], list[str]] = {}
    for table, claims in _by_table(facts, landing_zone).items():
        for one, two in _of_different_partners(claims):
            found.setdefault((one, two), []).append(table)
    for (wide, narrow), tables in found.items():
        where = f"in {', '.join(tables)}"
        if wide.length == narrow.length:
            why = "a second static route for a prefix fails at apply"
            message = f"{narrow.block} is also routed for {_where(wide)} ({wide.field}) {where}: {why}"
        else:
            why = "the longer prefix takes its packets"
            message = f"{narrow.block} lies in {wide.block} of {_where(wide)} ({wide.field}) {where}: {why}"
        yield narrow, message, _way_out(narrow)


def _way_out(claim: Claim) -> str:
    if not claim.field.startswith("partner_cidrs"):
        return "give each partner a block of its own"
    return (
        "let our hosts call one of the two partners by addresses of ours: "
        f"`outbound: {{cidr: <a free block>, translated_cidrs: [{claim.block}], "
        "services: [{name: <name>, port: <port>, targets: [<host of theirs>]}]}`, or ask it for other addresses"
    )


def _by_table(facts: Sequence[Facts], landing_zone: LandingZone) -> dict[str, list[Claim]]:
    """What each transit gateway table of our VPCs is asked to route to a VPC N."""
    tables = {name: vpc.transit_route_table for name, vpc in landing_zone.vpcs.items()}
    held: dict[str, list[Claim]] = defaultdict(list)
    for each in facts:
        for claim in (*each.routed, each.nat):
            for table in sorted({tables[name] for name in claim.vpcs}):
                held[table].append(claim)
    return held


def _of_different_partners(claims: Iterable[Claim]) -> Iterator[tuple[Claim, Claim]]:
    return ((one, two) for one, two in overlaps(claims) if one.path != two.path)


@rule("fleet-nat-shared", "warning", "TGW, Appliances and network address translation")
def fleet_nat_shared(facts: Sequence[Facts], landing_zone: LandingZone) -> Iterator[Conflict]:
    """A nat_cidr is given to one partner only: two VPC Ns may hold it while no table routes both, but then
    neither logs nor firewalls tell the partners apart, and inbound services cannot be added to both.
    """
    tables = {name: vpc.transit_route_table for name, vpc in landing_zone.vpcs.items()}
    for one, two in _of_different_partners(each.nat for each in facts):
        if not {tables[name] for name in one.vpcs} & {tables[name] for name in two.vpcs}:
            same = "is also" if one.length == two.length else f"lies in {one.block}, which is"
            yield two, f"{two.block} {same} the nat_cidr of {_where(one)}", "ask one partner for another block"


@rule("fleet-customer-gateway", "error", "S2S, Customer gateway options")
def fleet_customer_gateway(facts: Sequence[Facts], landing_zone: LandingZone) -> Iterator[Conflict]:
    """Two partners never have the same customer gateway address and ASN: AWS keeps one customer gateway for
    both, which two modules would hold and one would delete.
    """
    for same in _by_address(facts):
        first: dict[int, Gateway] = {}
        for gateway in same:
            other = first.setdefault(gateway.asn, gateway)
            if other is not gateway:
                ip = IPv4Address(gateway.ip)
                hint = "let one descriptor hold all of this partner's CIDRs, or ask for another address"
                if gateway.routing == "static":
                    hint += "; another private asn does too, since static routing speaks none"
                yield gateway, f"{ip} with asn {gateway.asn} is also the customer gateway of {_where(other)}", hint


@rule("fleet-inside-cidr", "warning", "S2S, Tunnel options, Inside tunnel IPv4 CIDR")
def fleet_inside_cidr(facts: Sequence[Facts], landing_zone: LandingZone) -> Iterator[Conflict]:
    """VPNs to one customer gateway address have inside CIDRs of their own: the partner's device cannot tell
    equal ones apart.
    """
    for same in _by_address(facts):
        first: dict[int, Gateway] = {}
        for gateway in same:
            others = [first.setdefault(inside, gateway) for inside in gateway.inside]
            other = next((each for each in others if each is not gateway), None)
            if other is not None:
                free = _free_inside(same)
                hint = f"write `tunnels: {{1: {{inside_cidr: {free[0]}/30}}, 2: {{inside_cidr: {free[1]}/30}}}}`"
                yield (
                    gateway,
                    f"the tunnels to {IPv4Address(gateway.ip)} have inside CIDRs of {_where(other)} too",
                    hint,
                )


def _free_inside(gateways: Sequence[Gateway]) -> tuple[IPv4Address, IPv4Address]:
    """Two /30s from 169.254.100.0 upwards that none of these gateways has."""
    taken = {inside for gateway in gateways for inside in gateway.inside}
    start = int(IPv4Address("169.254.100.0"))
    free = (each for each in range(start, start + 64 * 256, 4) if each not in taken)
    return IPv4Address(next(free)), IPv4Address(next(free))


def _by_address(facts: Sequence[Facts]) -> Iterator[list[Gateway]]:
    """Customer gateways that share an address, each time in the order of partners."""
    held = sorted(gateway for each in facts for gateway in each.gateways)
    for _, same in groupby(held, key=lambda gateway: gateway.ip):
        gateways = list(same)
        if len(gateways) > 1:
            yield gateways


@rule("fleet-renamed-from", "error", "docs/descriptor.md, renamed_from")
def fleet_renamed_from(facts: Sequence[Facts], landing_zone: LandingZone) -> Iterator[Conflict]:
    """Two partners are never renamed from one: both modules would hold the same names in AWS."""
    first: dict[str, Former] = {}
    for former in (each.former for each in facts if each.former):
        other = first.setdefault(former.name, former)
        if other is not former:
            hint = "keep it in the one whose module has the state; the other is a new partner"
            yield former, f"{former.name} is also renamed_from of {_where(other)}", hint


@zone_rule("fleet-one-zone", "warning", "VPC, NAT gateways")
def fleet_one_zone(told: tuple[Sequence[Facts], LandingZone]) -> Findings:
    """Partners that stand in one zone only are spread over the zones, or the loss of one zone is the loss of all."""
    facts, landing_zone = told
    names = [each.nat.path for each in facts if len(each.zones) == 1]
    zones = {each.zones[0] for each in facts if len(each.zones) == 1}
    if len(names) > 1 and len(zones) == 1 and len(landing_zone.zones) > 1:
        (zone,) = zones
        other = next(each for each in landing_zone.zones if each != zone)
        shown = ", ".join(names[:3]) + (" and more" if len(names) > 3 else "")
        message = f"all {len(names)} partners of one zone stand in {zone} ({shown})"
        yield ("zones",), message, f"write `zones: [{other}]` in some of them before they are live"


def _where(at: Claim | Former | Gateway) -> str:
    return f"{at.path}:{at.line}"
