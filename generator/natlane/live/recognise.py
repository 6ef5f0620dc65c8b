"""A descriptor built from what AWS holds, or why it cannot be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final

from natlane.facts import aws
from natlane.live import calls
from natlane.live.held import Held
from natlane.live.recognise_blocks import BY_HAND, Subnets, blocks_of, subnets_of
from natlane.live.recognise_inbound import endpoints_of
from natlane.live.recognise_vpn import vpn_of
from natlane.live.tags import tags_of
from natlane.problems import Problem, file_problem

Fields = dict[str, Any]  # a descriptor's, in its order; what is its default is left out
_NAT_FIRST: Final = aws.RESERVED_AT_START


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was found: the descriptor's fields, options that are kept as they are, and what is not the pattern."""

    fields: Fields
    kept: tuple[str, ...]
    problems: tuple[Problem, ...]


def recognise(held: Held, zones: Sequence[str], tags: dict[str, str], log_group: str) -> Recognised:
    """The pattern in what AWS holds; `zones` and `tags` are the landing zone's, `log_group` is where tunnels log to."""
    subnets, no_subnets = subnets_of(held)
    blocks, no_blocks = blocks_of(held, subnets, zones)
    nat, no_nat = _nat(held, subnets)
    vpn, kept, no_vpn = vpn_of(held, log_group)
    partner_cidrs, no_cidrs = _partner_cidrs(held)
    inbound, no_inbound = endpoints_of(held, [IPv4Network(each["CidrBlock"]) for each in subnets.public])
    problems = (*no_subnets, *no_blocks, *no_nat, *no_vpn, *no_cidrs, *_tables(held, subnets), *no_inbound)
    fields: Fields = {
        **blocks,
        "partner_cidrs": [str(cidr) for cidr in partner_cidrs],
        "reach": _reach(held, partner_cidrs),
        **nat,
        "vpn": vpn,
        **({"inbound": {"endpoints": inbound}} if inbound else {}),
        **_tags(held, tags),
    }
    return Recognised(fields, kept, problems)


def _nat(held: Held, subnets: Subnets) -> tuple[Fields, list[Problem]]:
    """How many addresses each NAT gateway has, which are the first ones of its subnet."""
    problems: list[Problem] = []
    cidrs = {each["SubnetId"]: IPv4Network(each["CidrBlock"]) for each in subnets.public}
    counts = set()
    for each in held.in_vpc(calls.NAT_GATEWAYS):
        number = each["NatGatewayId"]
        if each.get("ConnectivityType") != "private":
            message = "is public: it would hide our VPCs behind an address of the internet"
            problems.append(file_problem("adopt-nat", number, message, "put a private one in its place first"))
            continue
        primary_first = sorted(each["NatGatewayAddresses"], key=lambda one: not one.get("IsPrimary", True))
        addresses = [IPv4Address(one["PrivateIp"]) for one in primary_first]
        if each["SubnetId"] not in cidrs:
            continue
        first = cidrs[each["SubnetId"]][_NAT_FIRST]
        counts.add(len(addresses))
        if addresses[:1] != [first] or sorted(addresses) != [first + index for index in range(len(addresses))]:
            message = (
                f"has {', '.join(map(str, addresses)) or 'no address'}, and natlane pins {first} and those after it"
            )
            hint = "an address that the partner allows cannot be changed: make a new VPC N, and agree on its addresses"
            problems.append(file_problem("adopt-nat", number, message, hint))
    if len(counts) > 1:
        message = f"its NAT gateways have different numbers of addresses: {', '.join(map(str, sorted(counts)))}"
        problems.append(
            file_problem("adopt-nat", held.vpc["VpcId"], message, "give each gateway as many as the largest")
        )
    most = max(counts, default=1)
    return {"nat": {"addresses_per_gateway": most}} if most > 1 else {}, problems


def _partner_cidrs(held: Held) -> tuple[tuple[IPv4Network, ...], list[Problem]]:
    """The connection's static routes; with BGP what the VPC's own tables send to the gateway."""
    if held.connection.get("Options", {}).get("StaticRoutesOnly"):
        routes = [each for each in held.connection.get("Routes", ()) if each.get("State") == "available"]
    else:
        gateway = held.gateway["VpnGatewayId"]
        routes = [
            route
            for table in held.in_vpc(calls.ROUTE_TABLES)
            for route in table.get("Routes", ())
            if route.get("GatewayId") == gateway and route.get("Origin") == "CreateRoute"
        ]
    found = {IPv4Network(each["DestinationCidrBlock"]) for each in routes if "DestinationCidrBlock" in each}
    if found:
        return tuple(sorted(found)), []
    message = "has no static route, and nothing is routed to its gateway: what the partner's networks are is not known"
    return (), [file_problem("adopt-cidrs", held.connection["VpnConnectionId"], message, BY_HAND)]


def _reach(held: Held, partner_cidrs: tuple[IPv4Network, ...]) -> list[str]:
    """Our VPCs of which a table sends any of the partner's networks to the transit gateway."""
    wanted = set(map(str, partner_cidrs))
    return [
        name
        for name, vpc in held.ours.vpcs.items()
        if any(
            route.get("TransitGatewayId") == held.ours.transit_gateway and route.get("DestinationCidrBlock") in wanted
            for table in held.snapshot.answers[vpc.account][calls.ROUTE_TABLES.name]
            if table["RouteTableId"] in vpc.tables
            for route in table.get("Routes", ())
        )
    ]


def _tables(held: Held, subnets: Subnets) -> Iterator[Problem]:
    """The public subnets share a table, each natted one has its own, and none takes what the partner announces."""
    serving = {
        one["SubnetId"]: table["RouteTableId"]
        for table in held.in_vpc(calls.ROUTE_TABLES)
        for one in table.get("Associations", ())
        if one.get("SubnetId")
    }
    for each in (*subnets.public, *subnets.natted):
        if each["SubnetId"] not in serving:
            message = "has no route table of its own, and uses the VPC's main one"
            yield file_problem("adopt-table", each["SubnetId"], message, "associate it with the table that it needs")
    public = {serving.get(each["SubnetId"], "") for each in subnets.public}
    natted = [serving.get(each["SubnetId"], "") for each in subnets.natted]
    if len(public) > 1:
        message = (
            f"its public subnets have tables of their own ({', '.join(sorted(public))}), and natlane gives them one"
        )
        yield file_problem("adopt-table", held.vpc["VpcId"], message, "associate all of them with one")
    if len(set(natted)) < len(natted) or public.intersection(natted):
        message = "its natted subnets share a table, so that a lost zone costs the others too"
        yield file_problem(
            "adopt-table", held.vpc["VpcId"], message, "give each its own, to its own zone's NAT gateway"
        )
    for table in held.in_vpc(calls.ROUTE_TABLES):
        if table.get("PropagatingVgws"):
            message = "takes what the partner announces: a more specific prefix of the partner's would take our packets"
            hint = "write static routes to the partner's networks, then turn the propagation off"
            yield file_problem("adopt-propagation", table["RouteTableId"], message, hint)


def _tags(held: Held, known: dict[str, str]) -> Fields:
    """The tags that the VPC and the connection share, but for the landing zone's and those that natlane sets."""
    counted = Counter((*tags_of(held.vpc).items(), *tags_of(held.connection).items()))
    shared = {
        key: value
        for (key, value), times in sorted(counted.items())
        if times > 1 and key not in aws.TAGS_OF_OURS and not key.startswith("aws:") and known.get(key) != value
    }
    return {"tags": shared} if shared else {}
