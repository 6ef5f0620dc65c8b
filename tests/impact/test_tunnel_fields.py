"""Every argument of a VPN connection that a module writes leads to a field that somebody can change."""

from __future__ import annotations

import json
from typing import Any

from natlane.hcl.blocks import read_blocks
from natlane.impact.rules.tunnels import fields_of_argument

from tests.conftest import GOLDENS, ROOT

OURS_ALONE = {"provider", "tags", "type"}  # no field of a partner or of the landing zone says them
SCHEMAS: list[dict[str, Any]] = [
    json.loads((ROOT / "schemas" / f"{name}.json").read_text(encoding="utf-8")) for name in ("partner", "landing-zone")
]


def known(field: str) -> bool:
    """Whether a schema has it."""
    for schema in SCHEMAS:
        place: Any = schema
        for part in field.split("."):
            others = place.get("additionalProperties") if part.isdecimal() else None  # the tunnels, by number
            place = place.get("properties", {}).get(part, others) or {}
        if place:
            return True
    return False


def test_every_argument_has_its_field() -> None:
    paths = [path for root in GOLDENS for path in sorted((root / "out").glob("*/vpn.tf"))]
    blocks = [block for path in paths for block in read_blocks(str(path), path.read_text(encoding="utf-8"))[0]]
    connections = [block for block in blocks if block.labels[:1] == ("aws_vpn_connection",)]
    written = {name for block in connections for name in block.attributes}
    written |= {inner.kind for block in connections for inner in block.blocks} - {"lifecycle"}
    fields = {name: fields_of_argument(name) for name in sorted(written - OURS_ALONE)}
    assert len(fields) > 40
    assert {name: found for name, found in fields.items() if not any(map(known, found))} == {}
