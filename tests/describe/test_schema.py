"""The JSON Schemas of both documents are current, and agree with the reader."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
import yaml
from natlane.describe.json_schema import DOCUMENTS, schema_text

from tests.conftest import GOLDENS, ROOT

DESCRIPTORS = [path for root in GOLDENS for path in sorted((root / "partners").glob("*.yaml"))]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_schemas_are_current(document: str) -> None:
    path = ROOT / "schemas" / f"{document}.json"
    assert path.read_text() == schema_text(document), f"run: natlane schema {document} > schemas/{document}.json"


def _loaded(path: Any) -> Any:
    # JSON has text keys only: a tunnel's number is read as text, as every other key.
    return json.loads(json.dumps(yaml.safe_load(path.read_text())))


@pytest.mark.parametrize("path", DESCRIPTORS, ids=lambda path: path.stem)
def test_descriptors_fit_their_schema(path: Any) -> None:
    jsonschema.Draft202012Validator(json.loads(schema_text("partner"))).validate(_loaded(path))


@pytest.mark.parametrize("root", GOLDENS, ids=lambda root: root.name)
def test_landing_zones_fit_their_schema(root: Any) -> None:
    schema = json.loads(schema_text("landing-zone"))
    jsonschema.Draft202012Validator(schema).validate(_loaded(root / "landing-zone.yaml"))


@pytest.mark.parametrize("path", DESCRIPTORS, ids=lambda path: path.stem)
def test_editors_are_told_where_the_schema_is(path: Any) -> None:
    first = path.read_text().partition("\n")[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.partition("=")[2]).resolve() == ROOT / "schemas" / "partner.json"


@pytest.mark.parametrize(
    "broken",
    [
        {"partner": "Acme"},
        {"nat_cidr": "10.0.0.0"},
        {"nat_cidr": "10.0.0.0/33"},
        {"zones": 0},
        {"reach": ["a", "a"]},
        {"surprise": 1},
        {"vpn": {"routing": "ospf"}},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(broken: dict[str, Any]) -> None:
    whole = _loaded(ROOT / "partners" / "globex.yaml") | broken
    validator = jsonschema.Draft202012Validator(json.loads(schema_text("partner")))
    assert not validator.is_valid(whole)
