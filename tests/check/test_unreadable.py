"""A field that cannot be read hides no mistake in the others, and makes none of what is right."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from natlane.check import check_readable
from natlane.check.reading_rules import READING_RULES
from natlane.describe.document import read, read_text
from natlane.describe.landing_zone import LandingZone, parse_landing_zone
from natlane.describe.partner import parse_partner
from natlane.problems import Problem

from tests.check.corpus import LANDING_ZONE, check_root
from tests.conftest import ROOT

OURS = (ROOT / LANDING_ZONE).read_bytes()
PATH = "partners/initech.yaml"
READING = {rule.code for rule in READING_RULES}
NAMES = sorted(path.stem for path in (ROOT / "partners").glob("*.yaml"))
Where = tuple[str | int, ...]
# A full descriptor, with mistakes that several rules tell.
WRONG: dict[str, Any] = {
    **yaml.safe_load((ROOT / PATH).read_bytes()),
    "natted_cidr": "192.168.70.0/26",
    "reach": ["m", "a", "nowhere"],
    "outbound": {"cidr": "10.0.8.0/26", "services": [{"name": "ledger", "port": 443, "targets": ["192.168.70.9"]}]},
}
WRONG["vpn"] |= {"acceleration": True, "rekey": {"margin": 1800, "fuzz": 50}, "phase2": {"lifetime": 900}}
WRONG["inbound"]["services"] = [{"name": "orders", "port": 443, "vpc": "a", "targets": ["10.9.0.1"], "protocol": "udp"}]


def leaves(value: Any, where: Where = ()) -> Iterator[Where]:
    """Every place of a single value."""
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(each, (*where, key))
    else:
        yield where


def places(value: Any, where: Where = ()) -> Iterator[Where]:
    """Every place: of values, lists and mappings."""
    if where:
        yield where
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, (*where, key))


def reported(document: Any) -> set[tuple[str, str, str]]:
    found = check_root({LANDING_ZONE: OURS, PATH: json.dumps(document).encode()})
    return {(each.code, each.field, each.message) for each in found if each.path == PATH}


def unreadable(document: Any, where: Where) -> Any:
    """The descriptor with something at a place that no field takes."""
    changed = copy.deepcopy(document)
    at: Any = changed
    for part in where[:-1]:
        at = at[part]
    at[where[-1]] = {"not": "readable"}
    return changed


def without(document: Any, where: Where) -> Any:
    """The descriptor without what stands at a place."""
    changed = copy.deepcopy(document)
    at: Any = changed
    for part in where[:-1]:
        at = at[part]
    del at[where[-1]]
    return changed


def our_side() -> LandingZone:
    document, _ = read(str(ROOT), LANDING_ZONE)
    landing_zone = parse_landing_zone(document, []) if document else None
    assert landing_zone is not None
    return landing_zone


OUR_SIDE = our_side()
BEFORE = reported(WRONG)
LEAVES = list(leaves(WRONG))


def test_the_descriptor_has_many_mistakes() -> None:
    assert len({code for code, _, _ in BEFORE}) > 8
    assert len(LEAVES) >= 50


def test_no_problem_comes_of_a_field_that_cannot_be_read() -> None:
    for where in LEAVES:
        after = reported(unreadable(WRONG, where))
        assert {code for code, _, _ in after} & READING, where
        assert {each for each in after if each[0] not in READING} <= BEFORE, where


@pytest.mark.parametrize(
    ("where", "still"),
    [
        (("vpn", "phase1", "lifetime"), {"partner-cidr-holds-vpc-n", "vpc-unknown", "acceleration-termination"}),
        (("partner_cidrs", 0), {"vpc-unknown", "acceleration-termination", "rekey-margin", "service-udp"}),
        (("nat_cidr",), {"vpc-unknown", "rekey-margin", "service-udp"}),
        (("vpn", "customer_gateway", "ip"), {"partner-cidr-holds-vpc-n", "rekey-margin", "service-udp"}),
        (("tags", "owner"), {"partner-cidr-holds-vpc-n", "vpc-unknown", "rekey-margin", "service-udp"}),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_what_else_is_wrong_is_told_too(where: Where, still: set[str]) -> None:
    assert still <= {code for code, _, _ in reported(unreadable(WRONG, where))}


def rest_of(path: str, document: Any) -> list[Problem]:
    """What is reported of the rest of a descriptor that cannot be read in full; of one that can, nothing."""
    parsed, problems = read_text(path, json.dumps(document).encode())
    if parsed is None or parse_partner(parsed, problems) is not None:
        return []
    return check_readable(parsed, OUR_SIDE, NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_made_wrong_by_what_cannot_be_read(name: str) -> None:
    path = f"partners/{name}.yaml"
    document = yaml.safe_load((ROOT / path).read_bytes())
    broken = [(unreadable(document, where), where) for where in places(document)]
    broken += [(without(document, where), where) for where in places(document)]
    assert len(broken) >= 20
    assert [(where, each.message) for changed, where in broken for each in rest_of(path, changed)] == []
