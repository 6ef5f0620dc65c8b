"""The fleet's use of AWS's quotas, with a warning where one is passed or nearly used up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from natlane.check.fleet_facts import Facts
from natlane.check.rule import Findings, rules_about
from natlane.describe.landing_zone import LandingZone, Quotas

rule = rules_about("Quotas")
NEAR = 80  # per cent: a request to AWS takes days, and one more partner may be asked for tomorrow
DEFAULTS = Quotas()


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """One quota: what the fleet takes of it, what the account has, and AWS's default."""

    quota: str
    what: str
    used: int
    granted: int
    default: int


def quota_table(facts: Sequence[Facts], landing_zone: LandingZone) -> list[QuotaUse]:
    """What natlane's modules, and our VPCs as far as the landing zone names them, take of each quota."""
    return [
        QuotaUse(name, what, used, getattr(landing_zone.quotas, name), getattr(DEFAULTS, name))
        for name, what, used in _uses(facts, landing_zone)
    ]


def _uses(facts: Sequence[Facts], landing_zone: LandingZone) -> Iterator[tuple[str, str, int]]:
    partners, vpcs = len(facts), landing_zone.vpcs
    on_tgw, attached = sum(each.on_transit_gateway for each in facts), sum(each.attached for each in facts)
    shared = landing_zone.transit_gateway.partner_route_table
    tables = {vpc.transit_route_table for vpc in vpcs.values()} | ({shared} if shared else set())
    name, routes = _fullest_vpc(facts)
    ours = sum(vpc.account == landing_zone.network_account for vpc in vpcs.values())
    yield "vpcs", f"VPCs in the region of account {landing_zone.network_account}", partners + ours
    zone, gateways = _fullest_zone(facts, landing_zone)
    yield "nat_gateways_per_zone", f"NAT gateways in {zone}", gateways
    yield "vpn_gateways", "virtual private gateways", partners - on_tgw
    devices = sum(len(each.gateways) for each in facts)
    yield "customer_gateways", "customer gateways", devices
    yield "vpn_connections", "VPN connections", devices
    yield "transit_gateway_attachments", "transit gateway attachments", attached + on_tgw + len(vpcs)
    yield "transit_gateway_route_tables", "transit gateway route tables", len(tables) + sum(e.own_tables for e in facts)
    yield "transit_gateway_routes", "transit gateway routes", _transit_routes(facts, landing_zone)
    yield (
        "routes_per_route_table",
        f"routes in a route table of VPC {name}" if name else "routes in a route table",
        routes,
    )


def _transit_routes(facts: Sequence[Facts], landing_zone: LandingZone) -> int:
    """Static routes of all partners, and one for each CIDR of our VPCs in the table of partners."""
    tables = {name: vpc.transit_route_table for name, vpc in landing_zone.vpcs.items()}
    ours = sum(len(vpc.cidrs) for vpc in landing_zone.vpcs.values())
    total = ours if landing_zone.transit_gateway.partner_route_table else 0
    for each in facts:
        total += each.own_routes
        total += sum(len({tables[name] for name in claim.vpcs}) for claim in (*each.routed, each.nat))
    return total


def _fullest_zone(facts: Sequence[Facts], landing_zone: LandingZone) -> tuple[str, int]:
    """The zone with the most NAT gateways, the landing zone's first among equals, and how many."""
    held = Counter(zone for each in facts for zone in each.nat_zones)
    zone = max(landing_zone.zones, key=lambda each: held[each])
    return zone, held[zone]


def _fullest_vpc(facts: Sequence[Facts]) -> tuple[str, int]:
    """The VPC of ours whose route tables get the most routes of partners, and how many."""
    held: Counter[str] = Counter()
    for each in facts:
        for claim in (*each.routed, each.nat):
            held.update(claim.vpcs)
    return max(held.items(), key=lambda item: (item[1], item[0]), default=("", 0))


@rule("quota-passed", "warning", "VPC, S2S and TGW quotas")
def quota_passed(table: Sequence[QuotaUse]) -> Findings:
    """The fleet stays within the account's quotas: AWS's defaults, or what the landing zone's quotas say."""
    for each in table:
        if each.used > each.granted:
            yield (
                ("quotas", each.quota),
                f"the fleet needs {each.used} {each.what}, the quota is {each.granted}",
                _ask(each),
            )


@rule("quota-near", "warning", "VPC, S2S and TGW quotas")
def quota_near(table: Sequence[QuotaUse]) -> Findings:
    """The fleet leaves a fifth of each quota for the next partners."""
    for each in table:
        if each.granted * NEAR <= each.used * 100 <= each.granted * 100:
            yield ("quotas", each.quota), f"the fleet uses {each.used} of {each.granted} {each.what}", _ask(each)


def _ask(use: QuotaUse) -> str:
    more = f"ask AWS for more, then write `quotas: {{{use.quota}: <granted>}}`"
    if use.quota == "transit_gateway_route_tables":
        shared = "`transit_gateway: {partner_route_table: <a table that holds our VPCs only>}`"
        return (
            f"{more}; or let partners share one before they are live: {shared}. Written later, it moves "
            "their attachments, and traffic of all of them stops meanwhile"
        )
    return more
