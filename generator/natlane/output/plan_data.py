"""A plan as `natlane show --format json` prints it: blocks, pinned addresses, who reaches whom, the VPN, the cost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from natlane.cost.items import Item
from natlane.cost.prices import currency_of
from natlane.cost.totals import sum_of
from natlane.output.plan import pinned
from natlane.plan.load_balancers import LoadBalancer
from natlane.plan.plan import Plan
from natlane.plan.vpn import Connection


def as_json(plan: Plan, items: Sequence[Item]) -> str:
    """One object; addresses and amounts are text."""
    found = {
        "partner": plan.partner,
        "description": plan.description,
        "active": plan.active,
        "region": plan.region,
        "nat_cidr": str(plan.nat_cidr),
        "vpc_cidr": str(plan.vpc_cidr),
        "secondary_cidrs": [str(each.cidr) for each in plan.secondary_cidrs],
        "partner_cidrs": _texts(plan.partner_cidrs),
        "routed_cidrs": _texts(plan.routed_cidrs),
        "reach": [{"vpc": each.name, "cidrs": _texts(each.cidrs)} for each in plan.reach],
        "subnets": [
            {"name": each.name, "zone": each.zone, "cidr": str(each.cidr), "route_table": each.route_table}
            for each in plan.subnets
        ],
        "pinned": [
            {"address": str(address), "what": what, "zone": zone, "used_by": who}
            for address, what, zone, who in pinned(plan)
        ],
        "inbound": {
            "endpoints": [{"service": each.service_name, "ports": list(each.ports)} for each in plan.endpoints],
            "services": _services(plan.inbound),
        },
        "outbound": {"services": _services(plan.outbound)},
        "vpn": {
            "termination": "transit_gateway" if plan.vpn.on_transit_gateway else "virtual_private_gateway",
            "routing": "static" if plan.vpn.static_routes_only else "bgp",
            **_device(plan.vpn.connections[0]),
            "further_devices": [_device(each) for each in plan.vpn.connections[1:]],
        },
        "cost": {
            "currency": currency_of(plan.region),
            "amount": str(sum_of(items).amount),
            "unknown": list(sum_of(items).unknown),
        },
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _device(connection: Connection) -> dict[str, object]:
    return {
        "customer_gateway": {"ip": str(connection.customer_gateway_ip), "asn": connection.customer_gateway_asn},
        "inside_cidrs": [str(tunnel.options.inside_cidr) for tunnel in connection.tunnels],
    }


def _texts(values: Iterable[object]) -> list[str]:
    return [str(value) for value in values]


def _services(balancers: Iterable[LoadBalancer]) -> list[dict[str, object]]:
    return [
        {
            "name": service.service,
            "port": service.port,
            "addresses": _texts(nlb.ips),
            "targets": [f"{target.address}:{target.port}" for target in service.targets],
        }
        for nlb in balancers
        for service in nlb.services
    ]
