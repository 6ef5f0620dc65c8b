"""Drift of one partner: how AWS differs from out/, and which proofs fail on what AWS holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from natlane.facts.tunnel_options import OPTIONS
from natlane.live.reading import Live, connections_of
from natlane.live.segment import live_segment
from natlane.live.snapshot import Snapshot
from natlane.network.from_hcl import read_segment
from natlane.network.model import Attachment, Endpoint, Interface, LoadBalancer, NatGateway, Segment, SharedRoute, VpcN
from natlane.network.module import Module
from natlane.network.our_network import OurNetwork
from natlane.network.tables import Route
from natlane.problems import Problem
from natlane.verify.proofs import prove_segment

Facts = dict[str, set[str]]  # what a thing is called -> what is said of it


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that out/ and AWS do not agree on: what only out/ says of it, and what only AWS does."""

    what: str
    written: tuple[str, ...]
    live: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A partner whose out/ cannot be understood, so that nothing was compared."""

    partner: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class NotApplied:
    """A partner of which AWS holds no VPC N with a VPN connection."""

    partner: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A partner that is in AWS: what differs from out/, and the proofs that fail on what AWS holds."""

    partner: str
    differences: tuple[Difference, ...]
    broken: tuple[Problem, ...]

    @property
    def is_clean(self) -> bool:
        """Whether AWS holds what out/ says."""
        return not (self.differences or self.broken)


Drift = Unreadable | NotApplied | Compared


def drift_of(module: Module, ours: OurNetwork, snapshot: Snapshot) -> Drift:
    """One partner's module against one reading of AWS."""
    written, problems = read_segment(module, ours)
    if written is None:
        return Unreadable(module.partner, tuple(problems))
    live = Live(snapshot, ours, module.partner, _prefixes(written), imported_by(module))
    held = live_segment(live, written.outputs)
    if held is None:
        return NotApplied(module.partner)
    before, now = _facts(written, ours), _facts(held, ours)
    for name, facts in _tunnel_options(module, live).items():
        before[name], now[name] = facts
    names = sorted({*before, *now})
    differing = [Difference(name, *_apart(before.get(name, set()), now.get(name, set()))) for name in names]
    return Compared(
        module.partner,
        differences=tuple(each for each in differing if each.written or each.live),
        broken=prove_segment(held, ours, f"out/{module.partner}").problems,
    )


def imported_by(module: Module) -> frozenset[str]:
    """The ids of a module's import blocks."""
    found = (block.attributes["id"].value for block in module.blocks if block.kind == "import")
    return frozenset(each for each in found if isinstance(each, str))


def confirmed(first: Drift, second: Drift) -> Drift:
    """What two readings tell alike: reads are not one instant, and a change may be under way."""
    if not isinstance(first, Compared):
        return first
    if not isinstance(second, Compared):
        return second
    return Compared(
        first.partner,
        differences=tuple(each for each in first.differences if each in second.differences),
        broken=tuple(each for each in first.broken if each in second.broken),
    )


def _apart(written: set[str], live: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(sorted(written - live)), tuple(sorted(live - written))


def _prefixes(segment: Segment) -> tuple[IPv4Network, ...]:
    """Where the partner's packets go: destinations in tables that others share, and what the tunnels carry."""
    shared = {each.route.destination for each in segment.shared if each.route.kind == "static"}
    return tuple(sorted(shared | {route.destination for known in segment.vpc_n.known for route in known.routes}))


def _facts(segment: Segment, ours: OurNetwork) -> Facts:
    """A segment in words that know neither labels nor ids, so that both sides can be compared."""
    facts: Facts = {}
    for name, value in (*_vpc(segment.vpc_n), *_vpn(segment.vpc_n), *_transit(segment, ours)):
        facts.setdefault(name, set()).add(value)
    return facts


def _vpc(vpc_n: VpcN) -> Iterator[tuple[str, str]]:
    for cidr in vpc_n.cidrs:
        yield "VPC N's blocks", str(cidr)
    nats = {
        each.owner.label: f"NAT gateway {each.owner.addresses[0]}"
        for each in vpc_n.owners(NatGateway)
        if isinstance(each.owner, NatGateway) and each.owner.addresses
    }
    for label, subnet in vpc_n.subnets.items():
        yield f"subnet {subnet.cidr}", f"in {subnet.zone}"
        for route in vpc_n.table_of(label).routes:
            if route.kind != "local":
                yield f"routes of subnet {subnet.cidr}", _route(route, nats)
    for each in vpc_n.interfaces.values():
        yield from _interface(each, vpc_n)


def _route(route: Route, nats: Mapping[str, str]) -> str:
    names = {"nat_gateway": nats.get(route.target.name, "a NAT gateway"), "vpn_gateway": "virtual private gateway"}
    target = names.get(route.target.kind, route.target.kind.replace("_", " "))
    return f"{route.destination} to {target}" + (" (propagated)" if route.kind == "propagated" else "")


def _interface(each: Interface, vpc_n: VpcN) -> Iterator[tuple[str, str]]:
    subnet = vpc_n.subnets[each.subnet].cidr if each.subnet in vpc_n.subnets else each.subnet
    owner = each.owner
    if isinstance(owner, NatGateway):
        yield f"NAT gateway in {subnet}", str(each.address)
        return
    name = f"endpoint {owner.service}" if isinstance(owner, Endpoint) else "load balancer"
    yield name, f"address {each.address}"
    for rule in (rule for group in owner.groups for rule in group.ingress):
        yield name, f"takes {rule.protocol} {rule.first_port}-{rule.last_port} from {rule.cidr}"
    if isinstance(owner, LoadBalancer):
        for listener in owner.listeners:
            for target in listener.targets:
                yield name, f"port {listener.port} to {target.address}:{target.port}"


def _vpn(vpc_n: VpcN) -> Iterator[tuple[str, str]]:
    for vpn in vpc_n.vpns:
        name = "VPN" if len(vpc_n.vpns) == 1 else f"VPN to {vpn.customer_gateway.address}"
        yield name, f"customer gateway {vpn.customer_gateway.address}, AS {vpn.customer_gateway.asn}"
        yield name, f"selectors {vpn.ours} and {vpn.theirs}"
        yield name, "static routes" if vpn.static else "BGP"
        if vpn.amazon_side_asn is not None:
            yield name, f"Amazon's AS {vpn.amazon_side_asn}"
        for route in vpn.known.routes if vpn.known and vpn.static else ():
            yield name, f"static route {route.destination}"


def _transit(segment: Segment, ours: OurNetwork) -> Iterator[tuple[str, str]]:
    kinds = {"vpc_n": "VPC N's attachment", "vpn": "the VPN's attachment"}
    names = {each.key: kinds[each.kind] for each in segment.attachments}
    names |= {vpc.attachment: f"VPC {vpc.name}" for vpc in ours.vpcs.values()}
    tables = {each.table: f"the table of {kinds[each.kind]}" for each in segment.attachments}
    tables |= {name: name for name in ours.transit_tables}
    for each in segment.attachments:
        yield kinds[each.kind], f"associated with {tables.get(each.table, 'no table') if each.table else 'no table'}"
        yield from ((kinds[each.kind], f"subnet {cidr}") for cidr in _cidrs(each, segment))
    owners = {table: f"route table {table} of VPC {vpc.name}" for vpc in ours.vpcs.values() for table in vpc.tables}
    own = [SharedRoute(segment.vpc_n.partner, t.name, route) for t in segment.transit_tables for route in t.routes]
    for entry in (*segment.shared, *own):
        where = owners.get(entry.table) or f"transit gateway, {tables.get(entry.table, entry.table)}"
        target = entry.route.target
        to = names.get(target.name, "nobody") if target.kind == "attachment" else target.kind.replace("_", " ")
        yield where, f"{entry.route.destination} to {to}"


def _cidrs(attachment: Attachment, segment: Segment) -> list[IPv4Network]:
    subnets = segment.vpc_n.subnets
    return [subnets[each].cidr for each in attachment.subnets if each in subnets]


def _tunnel_options(module: Module, live: Live) -> dict[str, tuple[set[str], set[str]]]:
    """Each tunnel's options as written and as AWS has them, for those that AWS reports."""
    blocks = [
        {name: attribute.value for name, attribute in block.attributes.items()}
        for block in module.resources("aws_vpn_connection")
    ]
    found: dict[str, tuple[set[str], set[str]]] = {}
    for connection in connections_of(live):
        for option in connection.get("Options", {}).get("TunnelOptions", ()):
            inside = option.get("TunnelInsideCidr", "")
            pairs = [
                (n, each) for each in blocks for n in (1, 2) if inside and each.get(f"tunnel{n}_inside_cidr") == inside
            ]
            if not pairs:
                found[f"tunnel {option.get('OutsideIpAddress', '?')}"] = set(), {f"inside CIDR {inside}"}
                continue
            number, written = pairs[0]
            before, now = set[str](), set[str]()
            for each in OPTIONS:
                argument = f"tunnel{number}_{each.argument}"
                if each.member in option and argument in written:
                    before.add(f"{each.argument} {_readable(written[argument])}")
                    now.add(f"{each.argument} {_readable(option[each.member])}")
            found[f"tunnel {number}" if len(blocks) == 1 else f"tunnel {number}, {inside}"] = before, now
    return found


def _readable(value: Any) -> str:
    """A number, a word, or a list as people write it, whatever its order."""
    if isinstance(value, (list, tuple)):
        return ", ".join(sorted(str(each.get("Value") if isinstance(each, dict) else each) for each in value))
    return str(value)
