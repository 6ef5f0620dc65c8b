"""Two walks that share no code agree: on flows of the true modules, near mutants of them, and on drawn packets."""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Network
from itertools import islice, product
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from natlane.network.build import network_of
from natlane.network.from_hcl import read_segment
from natlane.network.model import Segment
from natlane.network.module import read_back

from tests.conftest import ROOT, TRANSIT_ACCOUNT, TWO_DEVICES
from tests.counts import counted
from tests.forwarding.opinions import Fleet, Flow, agreed, by_proof, summary
from tests.forwarding.second_walk import Choices, Packet, Place
from tests.forwarding.second_world import World, address_of, inside, prefix_of, world_of
from tests.verify.edited import our_side, segment
from tests.verify.mutants import Mutant, mutants

Counted = Callable[[str, object], None]
Texts = Mapping[str, Mapping[str, str]]  # by partner and file
LITERAL = re.compile(r"\b\d+\.\d+\.\d+\.\d+(?:/\d+)?\b")
NOBODY = address_of("198.18.0.9")
SMALL_ROOTS = (TRANSIT_ACCOUNT, TWO_DEVICES)
ROOTS = (ROOT, *SMALL_ROOTS)
SLOW_ROOT = pytest.param(ROOT, marks=pytest.mark.slow)  # most of all flows
FEW, MORE = [("tcp", 443), ("icmp", 0)], [("tcp", 22), ("udp", 53), ("udp", 443)]
MUTANTS, NEAR, DRAWN = 12, 32, 1000  # mutants of a module; flows of a sort that one is asked; packets drawn of a root
NO_PACKETS = ("observability.tf", "outputs.tf", "providers.tf", "versions.tf")

# What no mutant has, because the modules have none of it: blocks that are added to acme-clearing's transit_gateway.tf.
MINE = "aws_ec2_transit_gateway_vpc_attachment.vpc_n.id"
ADDED = {
    "static before propagated": f"""
resource "aws_ec2_transit_gateway_route" "added" {{
  transit_gateway_route_table_id = "tgw-rtb-0aaaaaaaaaaaaaaaa"
  destination_cidr_block         = "10.150.0.0/16"
  transit_gateway_attachment_id  = {MINE}
}}
""",
    "a black hole": """
resource "aws_ec2_transit_gateway_route" "added" {
  transit_gateway_route_table_id = "tgw-rtb-0bbbbbbbbbbbbbbbb"
  destination_cidr_block         = "192.168.50.128/25"
  blackhole                      = true
}
""",
    "longest first": f"""
resource "aws_ec2_transit_gateway_route" "added" {{
  transit_gateway_route_table_id = "tgw-rtb-0aaaaaaaaaaaaaaaa"
  destination_cidr_block         = "10.150.0.0/24"
  transit_gateway_attachment_id  = {MINE}
}}
""",
}


@lru_cache(maxsize=2)
def texts(root: Path) -> Texts:
    found = {each: {file.name: file.read_text() for file in each.glob("*.tf")} for each in (root / "out").iterdir()}
    return {each.name: found[each] for each in sorted(found) if "vpn.tf" in found[each]}  # else: decommissioned


@lru_cache(maxsize=2)
def parts(root: Path) -> Mapping[str, Segment]:
    return {name: segment(root, name) for name in texts(root)}


def fleet(root: Path, known: Mapping[str, Segment], modules: Texts) -> Fleet:
    world = world_of((root / "landing-zone.yaml").read_text(), {name: each.values() for name, each in modules.items()})
    return Fleet(network_of(our_side(root), known.values()), world, our_side(root).zones)


@lru_cache(maxsize=2)
def true(root: Path) -> Fleet:
    return fleet(root, parts(root), texts(root))


def edges(written: Iterable[str]) -> dict[int, None]:
    """The first and last address of every prefix that is written, and the ones before and behind."""
    ends = ((prefix[0], prefix[-1]) for text in written for prefix in map(IPv4Network, LITERAL.findall(text)))
    near = (int(end) + step for low, high in ends for end, step in ((low, -1), (low, 0), (high, 0), (high, 1)))
    return {address: None for address in near if 0 <= address < 1 << 32}


def targets(root: Path) -> list[int]:
    return [
        address_of(each["target_id"]) for each in true(root).world.things["aws_lb_target_group_attachment"].values()
    ]


@lru_cache(maxsize=2)
def senders(root: Path) -> list[tuple[Place, int]]:
    """Each table of ours with a host of each CIDR, and with what is a target too; partners, from inside and outside."""
    world, found = true(root).world, list[tuple[Place, int]]()
    for vpc, tables in world.tables_of.items():
        hosts = [cidr.network + 5 for cidr in world.cidrs[vpc]]
        hosts += [target for target in targets(root) if inside(world.cidrs[vpc], target)]
        found += [(Place("host", table), host) for table, host in product(tables, hosts)]
    for partner in texts(root):
        cidrs = yaml.safe_load((root / "partners" / f"{partner}.yaml").read_text())["partner_cidrs"]
        hosts = [prefix_of(cidr).network + (9 if "/32" not in cidr else 0) for cidr in cidrs]
        found += [(Place("device", partner), host) for host in (*hosts, NOBODY)]
    return found


@lru_cache(maxsize=2)
def flows(root: Path) -> list[Flow]:
    """From everyone to every edge; and to what is pinned or a target, on every port that means something."""
    things, modules = true(root).world.things, texts(root).values()
    served = (*things["aws_lb_listener"].values(), *things["aws_lb_target_group_attachment"].values())
    every = list(dict.fromkeys([*FEW, *MORE, *(("tcp", each["port"]) for each in served)]))
    asked = {*targets(root), *(address for _, address in true(root).world.interfaces)}
    return [
        Flow(place, Packet(source, to, *service))
        for to in edges(
            [(root / "landing-zone.yaml").read_text(), *(text for each in modules for text in each.values())]
        )
        for (place, source), service in product(senders(root), every if to in asked else FEW)
    ]


@lru_cache(maxsize=2)
def delivered(root: Path) -> dict[Flow, None]:
    zone = Choices(true(root).zones[0])
    return {flow: None for flow in flows(root) if by_proof(true(root), flow, zone, ()).end}


@lru_cache(maxsize=16)
def near(root: Path, partner: str) -> tuple[list[Flow], list[Flow], list[Flow]]:
    """Flows from a partner and to what its module writes: delivered, dropped, and dropped on the way to who serves."""
    written = edges(texts(root)[partner].values())
    pinned = true(root).world.interfaces.items()
    serves = {at for (_, at), each in pinned if "aws_nat_gateway" not in each.owner and each.owner.startswith(partner)}
    found: tuple[list[Flow], list[Flow], list[Flow]] = ([], [], [])
    for flow in flows(root):
        to = flow.packet.destination
        if flow.start.name == partner or to in written:
            found[0 if flow in delivered(root) else 2 if to in serves else 1].append(flow)
    return found


def asked_of(root: Path, partner: str, mutant: Mutant) -> list[Flow]:
    """Some flows near the module, and some to what stands in the lines that were changed."""
    lines = edges(sorted(set(texts(root)[partner][mutant.file].splitlines()) ^ set(mutant.text.splitlines())))
    changed = [Flow(place, Packet(own, to, "tcp", 443)) for (place, own), to in product(senders(root), lines)]
    chance = random.Random(f"{partner} {mutant.address} {mutant.value}")
    return [flow for each in (*near(root, partner), changed) for flow in chance.sample(each, min(len(each), NEAR))]


def mutated(root: Path, copy: Path, partner: str, mutant: Mutant) -> Fleet | None:
    """The root with one mutant among its modules; None where the proof cannot read it, or AWS would not take it."""
    files = {**texts(root)[partner], mutant.file: mutant.text}
    for name, text in files.items():
        (copy / "out" / partner / name).write_text(text)
    module, problems = read_back(str(copy), partner)
    known = None if problems else read_segment(module, our_side(root))[0]
    found = fleet(root, {**parts(root), partner: known}, {**texts(root), partner: files}) if known else None
    return None if found is None or refused(found.world) else found


def refused(world: World) -> bool:
    """A prefix twice in one table, or two subnets of one zone in an attachment."""
    written = [(table, route.prefix) for table, routes in world.routes.items() for route in routes if route.static]
    attached = world.things["aws_ec2_transit_gateway_vpc_attachment"]
    doubled = any(len(body.get("subnet_ids", ())) > len(world.entries[name]) for name, body in attached.items())
    return doubled or len(written) > len(set(written))


@pytest.mark.parametrize("root", [SLOW_ROOT, *SMALL_ROOTS], ids=lambda root: root.name)
def test_they_agree_on_the_true_modules(root: Path, record_property: Counted) -> None:
    counts = agreed(true(root), flows(root))
    record_property("counted", summary(counts, f"{len(texts(root))} true modules"))
    assert counts["dropped"] > counts["delivered"] >= counts["answered"] > 20 * len(texts(root))


def test_the_page_says_how_many() -> None:
    modules = sum(len(texts(root)) for root in ROOTS)
    counted("modules", modules)
    counted("flows through them", sum(len(flows(root)) for root in ROOTS))
    counted("mutants", MUTANTS * modules)


@pytest.mark.slow
@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root.name)
def test_they_agree_on_mutants(root: Path, tmp_path: Path, record_property: Counted) -> None:
    counts, tried, otherwise = Counter[str](), 0, 0
    ways = [Choices(true(root).zones[0], device=device) for device in range(2)]
    for partner in texts(root):
        shutil.copytree(root / "out" / partner, tmp_path / "out" / partner)
        found = [mutant for mutant in mutants(root, partner) if mutant.file not in NO_PACKETS]
        random.Random(partner).shuffle(found)
        read = ((mutant, broken) for mutant in found if (broken := mutated(root, tmp_path, partner, mutant)))
        for mutant, broken in islice(read, MUTANTS):
            asked = asked_of(root, partner, mutant)
            counts += agreed(broken, asked)
            said = [
                [by_proof(each, flow, way, [way]) for flow in asked for way in ways] for each in (broken, true(root))
            ]
            tried, otherwise = tried + 1, otherwise + (said[0] != said[1])
    record_property("counted", summary(counts, f"{tried} mutants, {otherwise} of which say otherwise,"))
    assert tried == MUTANTS * len(texts(root))
    assert otherwise >= tried / 5  # of two devices most mutants change options that no packet notices
    assert min(counts["delivered"], counts["dropped"], counts["answered"]) > 20 * tried


@pytest.mark.slow  # every flow of the whole root is walked first
@pytest.mark.parametrize("name", ADDED)
def test_they_agree_on_what_is_added(name: str, tmp_path: Path) -> None:
    file, partner, zone = "transit_gateway.tf", "acme-clearing", Choices(true(ROOT).zones[0])
    shutil.copytree(ROOT / "out" / partner, tmp_path / "out" / partner)
    text = texts(ROOT)[partner][file] + ADDED[name]
    found = mutated(ROOT, tmp_path, partner, Mutant(file, "", "", name, "", text))
    assert found is not None
    asked = [*near(ROOT, partner)[0], *(flow for flow in flows(ROOT) if flow.start.name == "rtb-0cccccccccccccccc")]
    agreed(found, asked)
    said = [[by_proof(each, flow, zone, [zone]) for flow in asked] for each in (found, true(ROOT))]
    assert said[0] != said[1]


@pytest.mark.slow  # a thousand are drawn of each root
@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root.name)
def test_they_agree_on_drawn_packets(root: Path, record_property: Counted) -> None:
    """A flow, every second one a delivered one, with some of its fields drawn anew."""
    counts: Counter[str] = Counter()
    flow = st.sampled_from(list(delivered(root))) | st.sampled_from(flows(root))
    place = st.sampled_from([place for place, _ in senders(root)])
    address, port = st.integers(0, 2**32 - 1), st.integers(1, 65535)

    @settings(max_examples=DRAWN, deadline=None)
    @given(flow, st.none() | place, st.none() | address, st.none() | address, st.none() | port)
    def drawn(like: Flow, start: Place | None, source: int | None, to: int | None, port: int | None) -> None:
        packet = like.packet
        moved = packet._replace(source=source or packet.source, destination=to or packet.destination)
        numbered = moved if packet.protocol == "icmp" else moved._replace(port=port or packet.port)
        counts.update(agreed(true(root), [Flow(start or like.start, numbered)]))

    drawn()
    record_property("counted", summary(counts, "drawn packets"))
    assert min(counts["delivered"], counts["dropped"]) > DRAWN / 20
