"""docs/descriptor.md is current, and names every field that the readers know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from natlane.describe.json_schema import DOCUMENTS
from natlane.describe.reference import reference_text

from tests.conftest import ROOT


def test_the_reference_is_current() -> None:
    written = (ROOT / "docs/descriptor.md").read_text()
    assert written == reference_text(), "run: python -m natlane.describe.reference > docs/descriptor.md"


def _described(schema: Any) -> Iterator[tuple[str, str]]:
    """Each field of a JSON Schema, with what it says of it."""
    if isinstance(schema, dict):
        for name, field in schema.get("properties", {}).items():
            yield name, field["description"]
        for part in schema.values():
            yield from _described(part)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_field_of_the_schema_has_a_row(document: str) -> None:
    rows = {line.split("|")[1].strip(" `") + "|" + line.split("|")[-2].strip() for line in _rows()}
    fields = {f"{name}|{doc}" for name, doc in _described(DOCUMENTS[document][1].schema())}
    assert fields - rows == set()


def _rows() -> list[str]:
    return [line for line in reference_text().splitlines() if line.startswith("| `")]
