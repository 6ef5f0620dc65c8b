"""A plan as `natlane show` prints it: addresses as tables, the packets' hops as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from natlane.cost.items import Item
from natlane.cost.prices import currency_of
from natlane.cost.totals import sum_of
from natlane.facts import aws
from natlane.plan.plan import Plan

Row = Sequence[object]


def picture(plan: Plan, items: Sequence[Item]) -> str:
    """The whole page, without a line break at its end."""
    sections = [
        _title(plan),
        _section("Subnets", _table(("subnet", "zone", "block", "route table"), _subnets(plan))),
        _section("Pinned addresses", _table(("address", "what", "zone", "who uses it"), pinned(plan))),
        _section("From us to the partner", "\n".join(_outward(plan))),
        _section("From the partner to us", "\n".join(_inward(plan))),
        _section("Measures", "\n".join(f"  {line}" for line in _measures(plan, items))),
    ]
    return "\n\n".join(sections)


def _title(plan: Plan) -> str:
    words = [plan.partner, " ".join(plan.description.split()), "" if plan.active else "(decommissioned)"]
    return "  ".join(word for word in words if word)


def _section(title: str, body: str) -> str:
    return f"{title}\n{body}"


def _table(heads: Row, rows: Iterable[Row]) -> str:
    lines = [[str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _subnets(plan: Plan) -> list[Row]:
    return [(each.name, each.zone, each.cidr, each.route_table) for each in plan.subnets]


def pinned(plan: Plan) -> list[Row]:
    """Every pinned address, what it is, its zone, and who uses it."""
    zones = {subnet.label: subnet.zone for subnet in plan.subnets}
    rows: list[Row] = [
        (address, "NAT gateway", nat.zone, "source of all that we send")
        for nat in plan.nat_gateways
        for address in (nat.private_ip, *nat.secondary_ips)
    ]
    for endpoint in plan.endpoints:
        what = f"endpoint {endpoint.service}"
        rows += [
            (each.address, what, zones[each.subnet], f"the partner, on {endpoint.port_list}")
            for each in endpoint.addresses
        ]
    for balancers, who in ((plan.inbound, "the partner"), (plan.outbound, "our VPCs")):
        for nlb in balancers:
            ports = ", ".join(f"{service.port} ({service.service})" for service in nlb.services)
            rows += [(each.address, "NLB", zones[each.subnet], f"{who}, on {ports}") for each in nlb.addresses]
    return rows


def _outward(plan: Plan) -> list[str]:
    vpcs = ", ".join(f"{vpc.name} {vpc.cidr_list}" for vpc in plan.reach) or "none of our VPCs"
    to = _list(plan.routed_cidrs)
    if not plan.reach:
        return ["  nobody: reach is empty"]
    lines = [f"VPC {vpcs}"]
    if plan.routed_cidrs:
        lines += [f"{to} -> transit gateway {plan.transit_gateway.id}", "natted subnet of the sender's zone"]
    for nlb in plan.outbound:
        names = ", ".join(f"{each.service} on {each.port}" for each in nlb.services)
        lines += [f"{_list(nlb.ips)} -> transit gateway {plan.transit_gateway.id}", f"NLB: {names}"]
    gateways = ", ".join(f"{nat.zone[-1]} {nat.private_ip}" for nat in plan.nat_gateways)
    lines += [f"NAT gateway of the same zone ({gateways}): the partner sees nothing else", *_vpn(plan)]
    return _tree(lines)


def _vpn(plan: Plan) -> list[str]:
    how = "static" if plan.vpn.static_routes_only else "BGP"
    where = "transit gateway" if plan.vpn.on_transit_gateway else "virtual private gateway"
    ways = [
        f"tunnels {_list(tunnel.options.inside_cidr for tunnel in each.tunnels)} -> "
        f"{each.customer_gateway_ip} (AS {each.customer_gateway_asn})"
        for each in plan.vpn.connections
    ]
    return [
        f"public route table: {_list(plan.partner_cidrs)} -> {where}",
        f"VPN, {how}, {' or '.join(ways)}",
        f"partner {_list(plan.partner_cidrs)}",
    ]


def _inward(plan: Plan) -> list[str]:
    lines = [
        f"  {each.port_list} -> endpoint {each.service_name}: {_list(place.address for place in each.addresses)}"
        for each in plan.endpoints
    ]
    for nlb in plan.inbound:
        for service in nlb.services:
            targets = _list(f"{target.address}:{target.port}" for target in service.targets)
            lines.append(f"  {service.port} -> NLB {_list(nlb.ips)} -> {service.service}: {targets}")
    return lines or ["  nothing"]


def _measures(plan: Plan, items: Sequence[Item]) -> list[str]:
    lines = [_nat(plan), *_cost(plan, items)]
    if not plan.vpn.static_routes_only and not plan.vpn.on_transit_gateway:
        announced = _list([plan.vpc_cidr, *(each.cidr for each in plan.secondary_cidrs)])
        advice = f"the partner should accept {plan.nat_cidr} only"
        lines.append(f"BGP: the virtual private gateway announces {announced}; {advice}")
    elif not plan.vpn.static_routes_only:
        lines.append(f"BGP: the transit gateway announces {plan.nat_cidr}, and nothing else")
    return lines


def _nat(plan: Plan) -> str:
    nats, addresses = len(plan.nat_gateways), len(plan.nat_addresses)
    if not nats:
        attached = "" if plan.transit_gateway.attached else "; no attachment to the transit gateway: no VPC is joined"
        return f"NAT: no NAT gateways, as nothing of ours opens connections to the partner{attached}"
    flows = addresses // nats * aws.FLOWS_PER_NAT_ADDRESS
    return (
        f"NAT: {addresses // nats} addresses in each of {nats} zones, so {flows:,} flows at once from a zone "
        f"to one partner address and port"
    )


def _cost(plan: Plan, items: Sequence[Item]) -> list[str]:
    if not items:
        return []
    found, traffic = sum_of(items), any(item.unit == "GB" for item in items)
    unknown = f", and what is unknown there: {_list(found.unknown)}" if found.unknown else ""
    money = f"{found.amount:,.2f} {currency_of(plan.region)} a month"
    return [f"AWS, {plan.region}: about {money}{'' if traffic else ', before traffic'}{unknown} (natlane cost)"]


def _tree(lines: Sequence[str]) -> list[str]:
    """Each line one step deeper than the one before."""
    return [f"  {lines[0]}", *(f"  {'   ' * depth}└─ {line}" for depth, line in enumerate(lines[1:]))]


def _list(items: Iterable[object]) -> str:
    return ", ".join(map(str, items))
