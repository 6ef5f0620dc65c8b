"""What the proof's walk and the second walk each say of a flow; they must agree.

They agree where a packet ends at the same one, with the same addresses and port, and where its answer comes back in the
one as in the other; in all the ways that AWS is free to choose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address
from itertools import product
from typing import NamedTuple

from natlane.forwarding import packet as proof
from natlane.forwarding.walk import comes_back, reply_to, walk
from natlane.network.model import Network

from tests.forwarding import second_walk as second
from tests.forwarding.second_walk import Choices, Packet, Place
from tests.forwarding.second_world import World


class Flow(NamedTuple):
    start: Place
    packet: Packet


class Fleet(NamedTuple):
    """The modules of a root, read twice; and the zones of its landing zone."""

    network: Network
    world: World
    zones: tuple[str, ...]


class Said(NamedTuple):
    """Where a walk ends: at whom, with which source, destination and port; and for each way back, if it is answered."""

    end: tuple[str, str, int, int, int] | None
    answered: tuple[bool, ...] = ()


def by_proof(fleet: Fleet, flow: Flow, there: Choices, backs: Iterable[Choices]) -> Said:
    place, (source, destination, protocol, port, _) = flow
    vpc = fleet.world.vpc_of.get(place.name)
    start = proof.Host(vpc, place.name) if vpc else proof.PartnerHost(place.name)
    packet = proof.Packet(IPv4Address(source), IPv4Address(destination), protocol, port)
    forward = walk(fleet.network, start, packet, _choices(there))
    if isinstance(forward.end, proof.Dropped):
        return Said(None)
    end, got = forward.end, forward.end.packet
    name = f"{end.partner}/aws_vpc_endpoint.{end.name}" if end.kind == "endpoint" else end.name
    replies = (reply_to(fleet.network, forward, _choices(back)) for back in backs)
    answered = tuple(comes_back(forward, start, packet, reply) for reply in replies)
    return Said((end.kind, name, int(got.source), int(got.destination), got.port), answered)


def _choices(each: Choices) -> proof.Choices:
    return proof.Choices(each.zone, address=each.address, target=each.target, table=each.table, device=each.device)


def by_second(fleet: Fleet, flow: Flow, there: Choices, backs: Iterable[Choices]) -> Said:
    reached = second.arrival(second.Walk(fleet.world, there, {}), *flow)
    home = Place("vpc", fleet.world.vpc_of.get(flow.start.name, ""))
    if reached is None or (reached.place, reached.packet) == (home, flow.packet):
        return Said(None)  # The proof is about what leaves our VPCs: what stays in one, it calls dropped.
    got, answered = reached.packet, tuple(second.comes_back(*flow, reached, back) for back in backs)
    return Said((*reached.place, got.source, got.destination, got.port), answered)


def ways(fleet: Fleet, flow: Flow) -> Iterator[Choices]:
    """Every zone, and every address and target of whoever translates on the way."""
    things = fleet.world.things
    connections = Counter(name.split("/")[0] for name in things["aws_vpn_connection"])
    for zone, device in product(fleet.zones, range(max(connections.values()))):
        tried = second.Walk(fleet.world, Choices(zone, device=device), {})
        second.arrival(tried, *flow)
        owners = {owner for owner, _ in tried.memory}
        spare = [
            len(things["aws_nat_gateway"].get(each, {}).get("secondary_private_ip_addresses", ())) for each in owners
        ]
        targets = 2 if owners & things["aws_lb"].keys() else 1
        for address, target in product(range(1 + max(spare, default=0)), range(targets)):
            yield Choices(zone, address, target, device=device)


def agreed(fleet: Fleet, flows: Iterable[Flow]) -> Counter[str]:
    """What came of the flows, in all their ways; the first disagreement fails."""
    backs = [Choices(zone, table=number, device=number) for zone, number in product(fleet.zones, range(2))]
    counts: Counter[str] = Counter()
    for flow in flows:
        counts["flows"] += 1
        for there in ways(fleet, flow):
            one, two = by_proof(fleet, flow, there, backs), by_second(fleet, flow, there, backs)
            assert one == two, f"{words(flow)}, {there}: the proof says {one}, the second walk {two}"
            counts.update(("ways", "delivered" if one.end else "dropped", *(["answered"] if any(one.answered) else [])))
    return counts


def words(flow: Flow) -> str:
    source, destination, protocol, port, _ = flow.packet
    return f"from {flow.start.name} {IPv4Address(source)} > {IPv4Address(destination)} {protocol} {port}"


def summary(counts: Counter[str], of: str) -> str:
    ends = f"{counts['delivered']} delivered, {counts['answered']} answered"
    return f"both walks agree on {counts['flows']} flows of {of} in {counts['ways']} ways: {ends}"
