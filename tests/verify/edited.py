"""A golden root, or a copy of it with lines edited, as networks, verdicts and journeys in words."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from natlane.assumptions import fleet_of, our_network
from natlane.forwarding.packet import Choices, Dropped, Packet, Place, Walk
from natlane.forwarding.walk import comes_back, reply_to, walk
from natlane.network.build import network_of
from natlane.network.model import Network, Segment
from natlane.network.our_network import OurNetwork
from natlane.verify.fleet import segment_of


@dataclass(frozen=True, slots=True)
class Edit:
    """In out/<partner>/<file>, the one place where `old` stands becomes `new`."""

    file: str
    old: str
    new: str


def edited(golden: Path, folder: Path, partner: str, edits: Iterable[Edit]) -> Path:
    """A root with this partner only, its module edited; every edit must change something."""
    shutil.copy(golden / "landing-zone.yaml", folder / "landing-zone.yaml")
    shutil.copytree(golden / "out" / partner, folder / "out" / partner)
    apply(folder, partner, edits)
    return folder


def apply(root: Path, partner: str, edits: Iterable[Edit]) -> None:
    """Edit a module in place."""
    for edit in edits:
        path = root / "out" / partner / edit.file
        text = path.read_text()
        assert text.count(edit.old) == 1, f"{edit.old!r} stands {text.count(edit.old)} times in {edit.file}"
        path.write_text(text.replace(edit.old, edit.new))


def without(root: Path, partner: str, file: str, address: str) -> None:
    """Remove one resource block."""
    kind, label = address.split(".")
    path = root / "out" / partner / file
    text = path.read_text()
    start = text.index(f'resource "{kind}" "{label}" {{')
    path.write_text(text[:start] + text[text.index("\n}\n", start) + 3 :])


@lru_cache(maxsize=4)
def our_side(root: Path) -> OurNetwork:
    """Our network by a root's landing zone."""
    ours, problems = our_network(str(root))
    assert ours is not None
    assert problems == []
    return ours


def segment(root: Path, partner: str) -> Segment:
    """A module that must be understood."""
    found, problems = segment_of(str(root), partner, our_side(root))
    assert [str(problem) for problem in problems] == []
    assert found is not None
    return found


@lru_cache(maxsize=4)
def fleet(root: Path) -> Network:
    """All modules of a root as one network."""
    names = fleet_of(str(root))[0].names
    found = (segment_of(str(root), name, our_side(root))[0] for name in names)
    return network_of(our_side(root), [each for each in found if each])


def words(journey: Walk) -> tuple[str, ...]:
    """A journey as `place: packet` lines, and its end."""
    end = journey.end
    last = (
        f"dropped at {end.place}: {end.reason}" if isinstance(end, Dropped) else f"delivered to {end.kind} {end.name}"
    )
    return (*(f"{hop.place}: {hop.packet}" for hop in journey.hops), last)


def round_trip(
    network: Network, start: Place, packet: Packet, choices: Choices
) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """There, back, and whether the answer reached the sender."""
    there = walk(network, start, packet, choices)
    if isinstance(there.end, Dropped):
        return words(there), (), False
    back = reply_to(network, there, choices)
    return words(there), words(back), comes_back(there, start, packet, back)
