"""JSON Schema of both documents, for editors and for `natlane schema`."""

from __future__ import annotations

import json

from natlane.describe.field_types import Record
from natlane.describe.landing_zone import LANDING_ZONE
from natlane.describe.partner import PARTNER

DOCUMENTS: dict[str, tuple[str, Record]] = {
    "partner": ("natlane: one VPN partner", PARTNER),
    "landing-zone": ("natlane: our side", LANDING_ZONE),
}


def schema_text(document: str) -> str:
    """The JSON Schema of `partner` or `landing-zone`, as a file's text."""
    title, shape = DOCUMENTS[document]
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **shape.schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
