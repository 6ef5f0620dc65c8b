"""Bounds that one option of a tunnel sets to another: lifetimes, and when rekeying starts.

A hint that names the nearest allowed number stays within them, so that following it leads to no other refusal.
"""

from __future__ import annotations

from natlane.describe.document import Document
from natlane.describe.nodes import Path
from natlane.facts import aws

Option = tuple[str, str]
Bounds = tuple[int, int]

PHASE1: Option = ("phase1", "lifetime")
PHASE2: Option = ("phase2", "lifetime")
MARGIN: Option = ("rekey", "margin")
DEFAULTS = {PHASE1: 28_800, PHASE2: 3_600, MARGIN: 270}  # seconds
# Phase 1 is longer than the shortest phase 2, so that AWS's own 900 is of no use to it.
ALLOWED: dict[Option, Bounds] = {
    PHASE1: (aws.PHASE2_LIFETIME[0] + 1, aws.PHASE1_LIFETIME[1]),
    PHASE2: aws.PHASE2_LIFETIME,
    MARGIN: (aws.REKEY_MARGIN_LEAST, aws.PHASE2_LIFETIME[1] // 2),
}


def beside_phase1(document: Document, field: Path) -> Bounds:
    """Phase 1 is longer than phase 2."""
    return max(_beside(document, field, PHASE2)) + 1, ALLOWED[PHASE1][1]


def beside_phase2(document: Document, field: Path) -> Bounds:
    """Phase 2 is twice the rekey margin at least, and shorter than phase 1."""
    return 2 * max(_beside(document, field, MARGIN)), min(_beside(document, field, PHASE1)) - 1


def beside_margin(document: Document, field: Path) -> Bounds:
    """The rekey margin is half of phase 2 at most."""
    return ALLOWED[MARGIN][0], min(_beside(document, field, PHASE2)) // 2


def _beside(document: Document, field: Path, option: Option) -> list[int]:
    """The other option in each tunnel that a field is said of."""
    tunnels: list[Path] = [field[:3]] if field[1] == "tunnels" else [("vpn", "tunnels", each) for each in "12"]
    return [
        _number(document, (*tunnel, *option), option) or _number(document, ("vpn", *option), option) or DEFAULTS[option]
        for tunnel in tunnels
    ]


def _number(document: Document, field: Path, option: Option) -> int:
    """What is written; 0 where nothing is, or what must be written again anyhow."""
    text = document.text_at(field)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return number if ALLOWED[option][0] <= number <= ALLOWED[option][1] else 0
