"""Everything that the fleet's page shows, as plain data: one entry for each partner, and what is of all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from natlane.assumptions import network_from
from natlane.cost.items import Item
from natlane.cost.prices import currency_of
from natlane.cost.totals import Bill, Sum, bill_of, by_account, sum_of, total
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.describe.vpn import TunnelOptions
from natlane.fleet import Fleet
from natlane.network.our_network import OurNetwork
from natlane.picture.drawing import Drawing, drawing_of
from natlane.plan.plan import Plan, plan_for
from natlane.problems import Problem
from natlane.report.address_map import NAT, NATTED, OUTBOUND, THEIRS, Held, held_by_us, offers, spaces
from natlane.report.limits import limits_of
from natlane.report.proven import flows_proven
from natlane.workspace.paths import descriptor_path

Data = dict[str, Any]
WEAK = "weak-"  # how the codes of warnings about weak cryptography begin


def collected(fleet: Fleet, progress: Callable[[int, int], None]) -> Data | None:
    """The page's data; None where the landing zone cannot be read. What has an error is not in it."""
    zone = fleet.landing_zone
    if zone is None:
        return None
    ours = network_from(zone)
    held, bills, partners = held_by_us(zone), list[Bill](), list[Data]()
    for partner in fleet.partners():
        plan = plan_for(partner, zone)
        bills.append(bill_of(partner, zone))
        partners.append(_partner(partner, plan, bills[-1].items, fleet.workspace.root, ours))
        held += _held(partner, plan)
        progress(len(partners), len(fleet.names))
    warned = _warned(fleet.problems, fleet.accepted)
    for entry in partners:
        entry["warnings"] = warned.pop(descriptor_path(entry["name"]), [])
    return {
        "region": zone.region,
        "currency": currency_of(zone.region),
        "partners": partners,
        "warnings": [each for found in warned.values() for each in found],
        "ours": [[str(each.block), each.kind, each.owner] for each in held_by_us(zone)],
        "spaces": [{"block": str(each.block), "cells": each.cells, "free": each.free} for each in spaces(held)],
        "offers": [
            {"within": str(each.within), "next": str(each.block) if each.block else "", "left": each.left}
            for each in offers(held)
        ],
        "limits": [each._asdict() for each in limits_of(fleet.facts, zone)],
        "total": _sum(total(bills)),
        "accounts": [[name, _sum(each)] for name, each in by_account(bills).items()],
        "taken": _taken(zone),
    }


def _partner(partner: Partner, plan: Plan, items: Sequence[Item], root: str, ours: OurNetwork) -> Data:
    devices = plan.vpn.connections
    proven = flows_proven(root, partner.partner, ours)
    return {
        "name": partner.partner,
        "description": partner.description,
        "contacts": list(partner.contacts),
        "active": plan.active,
        "tags": dict(plan.tags),
        "nat_cidr": str(partner.nat_cidr),
        "outbound_cidr": str(partner.outbound.cidr) if partner.outbound else "",
        "vpc_cidrs": [str(plan.vpc_cidr), *(str(each.cidr) for each in plan.secondary_cidrs)],
        "partner_cidrs": [str(cidr) for cidr in partner.partner_cidrs],
        "reach": list(partner.reach),
        "zones": len(plan.zones),
        "termination": partner.vpn.termination,
        "routing": partner.vpn.routing,
        "gateway": "; ".join(f"{each.customer_gateway_ip}, AS {each.customer_gateway_asn}" for each in devices),
        "device": ", ".join(dict.fromkeys(each.device for each in devices if each.device)),
        "inbound": [each.service for each in partner.inbound.endpoints]
        + [each.name for each in partner.inbound.services],
        "subnets": [[each.name, each.zone, str(each.cidr), each.route_table] for each in plan.subnets],
        "pinned": _pinned(plan),
        "tunnels": _tunnels(plan),
        "flows": [list(row) for row in proven.rows],
        "unknown_flows": proven.unknown,
        "cost": _sum(sum_of(items)),
        "items": [[item.what, item.account, str(item.quantity), item.unit, _cost(item)] for item in items],
        "picture": _picture(drawing_of(plan)),
    }


def _held(partner: Partner, plan: Plan) -> Iterable[Held]:
    if not plan.active:
        return
    yield Held(partner.nat_cidr, NAT, partner.partner)
    if plan.transit_gateway.attached:
        yield Held(partner.natted_cidr, NATTED, partner.partner)
    if partner.outbound:
        yield Held(partner.outbound.cidr, OUTBOUND, partner.partner)
    yield from (Held(cidr, THEIRS, partner.partner) for cidr in partner.partner_cidrs)


def _pinned(plan: Plan) -> list[list[str]]:
    rows = [
        [str(address), "NAT gateway", nat.zone]
        for nat in plan.nat_gateways
        for address in (nat.private_ip, *nat.secondary_ips)
    ]
    rows += [
        [str(place.address), f"endpoint {each.service}, port {each.port_list}", ""]
        for each in plan.endpoints
        for place in each.addresses
    ]
    for who, balancers in (("the partner", plan.inbound), ("our VPCs", plan.outbound)):
        for nlb in balancers:
            ports = ", ".join(f"{each.port} ({each.service})" for each in nlb.services)
            rows += [[str(address), f"load balancer for {who}, port {ports}", ""] for address in nlb.ips]
    return rows


def _tunnels(plan: Plan) -> list[list[str]]:
    return [
        [tunnel.title, str(tunnel.options.inside_cidr), *_algorithms(tunnel.options)] for tunnel in plan.vpn.tunnels
    ]


def _algorithms(options: TunnelOptions) -> list[str]:
    phases = (options.phase1, options.phase2)
    said = [
        f"{' or '.join(each.encryption)}; {' or '.join(each.integrity)}; DH {' or '.join(map(str, each.dh_groups))}; "
        f"{each.lifetime:,} s"
        for each in phases
    ]
    return [" or ".join(options.ike_versions), *said]


def _picture(drawing: Drawing) -> Data:
    return {
        "told": drawing.sentence,
        "width": drawing.width,
        "height": drawing.height,
        "boxes": [[box.kind, box.x, box.y, box.width, box.height, *box.lines] for box in drawing.boxes],
        "arrows": [[int(each.inward), each.x1, each.y1, each.x2, each.y2] for each in drawing.arrows],
    }


def _warned(problems: Iterable[Problem], accepted: Iterable[Problem]) -> dict[str, list[list[Any]]]:
    """Warnings by the file that they are at; 1 at the end of one that was accepted."""
    found: dict[str, list[list[Any]]] = defaultdict(list)
    for told, each in [*((0, each) for each in problems), *((1, each) for each in accepted)]:
        if each.severity == "warning":
            found[each.path].append([each.code, f"{each.field}: {each.message}" if each.field else each.message, told])
    return found


def _sum(found: Sum) -> list[object]:
    return [f"{found.amount:.2f}", list(found.unknown)]


def _cost(item: Item) -> str:
    return "" if item.cost is None else f"{item.cost:.2f}"


def _taken(zone: LandingZone) -> str:
    """What stands behind the page, in a sentence."""
    return f"{zone.region}, {zone.transit_gateway.id}, VPCs {', '.join(zone.vpcs)}"
