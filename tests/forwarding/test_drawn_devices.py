"""Two walks agree on drawn modules of two devices, and a second device moves no packet to another end."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from natlane.network.build import network_of
from natlane.plan.plan import plan_for
from natlane.render.templates import Templates, render
from natlane.workspace.paths import Workspace

from tests.conftest import ROOT
from tests.descriptors import LANDING_ZONE, Descriptor, descriptors, validated, with_one_device, with_two_devices
from tests.forwarding.opinions import Fleet, Flow, agreed, by_proof, summary
from tests.forwarding.second_walk import Choices, Packet, Place
from tests.forwarding.second_world import prefix_of, world_of
from tests.forwarding.test_second_walk import FEW, edges
from tests.verify.edited import our_side, segment

pytestmark = pytest.mark.slow

TEMPLATES = Templates(Workspace(str(ROOT)))
ASKED = 48  # flows of a module


def built(descriptor: Descriptor) -> tuple[Fleet, list[str]]:
    """A drawn partner's module, read twice, and the texts that packets may notice."""
    partner = validated(descriptor)
    files = render(plan_for(partner, LANDING_ZONE), TEMPLATES)
    assert isinstance(files, dict)
    texts = [text for name, text in files.items() if name.endswith(".tf")]
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root, "out", partner.partner)
        folder.mkdir(parents=True)
        shutil.copy(ROOT / "landing-zone.yaml", root)
        for name in (name for name in files if name.endswith(".tf")):
            (folder / name).write_text(files[name], encoding="utf-8")
        known = segment(Path(root), partner.partner)
    world = world_of((ROOT / "landing-zone.yaml").read_text(), {partner.partner: texts})
    return Fleet(network_of(our_side(ROOT), [known]), world, our_side(ROOT).zones), texts


def asked(descriptor: Descriptor, found: Fleet, texts: list[str]) -> list[Flow]:
    """Some flows from our tables and from the partner to what its module writes, the same for one seed of it."""
    flows = list(_flows(descriptor, found, texts))
    return random.Random(str(descriptor)).sample(flows, min(len(flows), ASKED))


def _flows(descriptor: Descriptor, found: Fleet, texts: list[str]) -> Iterator[Flow]:
    ports = {each["port"] for each in found.world.things["aws_lb_listener"].values()}
    services = [*FEW, *(("tcp", port) for port in ports)]
    senders = [
        (Place("host", table), found.world.cidrs[vpc][0].network + 5)
        for vpc, tables in found.world.tables_of.items()
        for table in tables
    ]
    senders += [
        (Place("device", descriptor["partner"]), prefix_of(cidr).network) for cidr in descriptor["partner_cidrs"]
    ]
    for (place, own), to, service in product(senders, edges(texts), services):
        yield Flow(place, Packet(own, to, *service))


def test_they_agree_on_drawn_modules_of_two_devices(record_property: Callable[[str, object], None]) -> None:
    counts, modules = Counter[str](), 0

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(descriptors().map(with_two_devices))
    def drawn(two: Descriptor) -> None:
        nonlocal modules
        found, texts = built(two)
        counts.update(agreed(found, asked(two, found, texts)))
        modules += 1

    drawn()
    record_property("counted", summary(counts, f"{modules} drawn modules of two devices"))
    assert min(counts["delivered"], counts["dropped"], counts["answered"]) > 5 * modules


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(descriptors().map(with_two_devices), st.integers(0, 1))
def test_a_second_device_moves_no_packet(two: Descriptor, kept: int) -> None:
    """Whichever device is left, and before the second one came, each packet ends where it ended."""
    one = with_one_device(two, kept)
    (before, _), (after, texts) = built(one), built(two)
    zone = our_side(ROOT).zones[0]
    for flow in asked(two, after, texts):
        backs = [Choices(zone, device=device) for device in range(2)]
        said = [by_proof(before, flow, Choices(zone), backs[:1]), *(by_proof(after, flow, way, [way]) for way in backs)]
        assert len(set(said)) == 1, said
