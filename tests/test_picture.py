"""The picture of a partner's traffic: sound XML, boxes apart and in their frame, arrows between boxes, no long text."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from natlane.describe.partner import Partner
from natlane.fleet import open_fleet
from natlane.picture.drawing import Box, Drawing, drawing_of
from natlane.picture.svg import svg
from natlane.plan.plan import plan_for
from natlane.workspace.paths import Workspace

from tests.conftest import ROOT, Natlane
from tests.descriptors import LANDING_ZONE, descriptors, validated

PARTNERS = {each.partner: each for each in open_fleet(Workspace(str(ROOT))).partners()}
NAMES = sorted(path.stem for path in (ROOT / "partners").glob("*.yaml"))
SPACE = "{http://www.w3.org/2000/svg}"


def apart(one: Box, other: Box) -> bool:
    across = one.x + one.width <= other.x or other.x + other.width <= one.x
    return across or one.y + one.height <= other.y or other.y + other.height <= one.y


def check(drawing: Drawing) -> None:
    frames = [box for box in drawing.boxes if box.kind == "frame"]
    boxes = [box for box in drawing.boxes if box.kind != "frame"]
    for number, box in enumerate(boxes):
        assert box.x >= 0
        assert box.x + box.width <= drawing.width
        assert box.y + box.height <= drawing.height
        assert all(apart(box, other) for other in boxes[number + 1 :])
        within = box.kind in ("nat", "inbound", "outbound")
        assert all(apart(box, frame) != within for frame in frames)
    sides = {
        (side, y) for box in boxes for side in (box.x, box.x + box.width) for y in range(box.y, box.y + box.height)
    }
    for arrow in drawing.arrows:
        assert {(arrow.x1, arrow.y1), (arrow.x2, arrow.y2)} <= sides
        assert (arrow.x1 > arrow.x2) == arrow.inward
    root = ET.fromstring(svg(drawing, "made by a test").partition("\n")[2])
    assert len(root.findall(f"{SPACE}rect")) == len(drawing.boxes)
    assert all(len(each.text or "") <= 30 for each in root.iter(f"{SPACE}text"))


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(descriptors())
def test_every_plan_can_be_drawn(made: dict[str, object]) -> None:
    partner: Partner = validated(made)
    check(drawing_of(plan_for(partner, LANDING_ZONE)))


def test_who_opens_connections_is_told(natlane: Natlane) -> None:
    told = "Connections with umbrella: our VPC m to 192.168.80.0/24; the partner to execute-api, orders, prices"
    drawn = natlane("show", "umbrella", "--format", "svg", cwd=ROOT).stdout
    root = ET.fromstring(drawn.partition("\n")[2])
    assert root.get("aria-label") == told
    assert drawn.startswith("<!-- Made by natlane show from partners/umbrella.yaml. -->\n<svg ")


def test_what_our_load_balancer_sends_passes_a_nat_gateway() -> None:
    """Of a partner whose networks are all translated nothing goes straight from the transit gateway to NAT."""
    drawing = drawing_of(plan_for(PARTNERS["wayne"], LANDING_ZONE))
    (balancer,) = (box for box in drawing.boxes if box.kind == "outbound")
    nats = [box for box in drawing.boxes if box.kind == "nat"]
    ways = [((each.x1, each.y1), (each.x2, each.y2)) for each in drawing.arrows]
    assert len(nats) == 2
    for nat in nats:
        entry = (nat.x, nat.y + nat.height // 2)
        assert [start for start, end in ways if end == entry] == [(balancer.x, balancer.y + balancer.height // 2)]


def test_text_of_a_plan_is_no_markup() -> None:
    box = Box("ours", 10, 10, 204, 46, ("<b>&\"'", "</svg><script>"))
    drawn = svg(Drawing('<i>"&', 100, (box,), ()), "x")
    root = ET.fromstring(drawn.partition("\n")[2])
    assert [each.text for each in root.iter(f"{SPACE}text")] == ["<b>&\"'", "</svg><script>"]
    assert root.get("aria-label") == '<i>"&'


@pytest.mark.parametrize("name", NAMES)
def test_show_as_json(name: str, natlane: Natlane) -> None:
    found = json.loads(natlane("show", name, "--format", "json", cwd=ROOT).stdout)
    assert found["partner"] == name
    plan = (ROOT / "out" / name / "nat.tf").read_text()
    nats = [each["address"] for each in found["pinned"] if each["what"] == "NAT gateway"]
    assert nats
    assert all(f'"{address}"' in plan for address in nats)
    subnets = (ROOT / "out" / name / "vpc.tf").read_text()
    assert all(f'"{each["cidr"]}"' in subnets for each in found["subnets"])
