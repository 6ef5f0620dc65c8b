"""Each argument of each type changed alone: natlane and the real provider agree on what replaces a resource.

DIFFERENCES are the only ones that there may be, each of a version.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.provider.changes import changes, proposed, state_after
from tests.provider.plugin import Plugin
from tests.terraform.cases import filled
from tests.terraform.provider_rules import RULES
from tests.terraform.replacement import replacing
from tests.terraform.wire import UNKNOWN

pytestmark = pytest.mark.provider

IN_PLACE_SINCE = "in place from this version on; it made a new connection before"
DIFFERENCES: dict[tuple[str, str], tuple[tuple[int, ...], str]] = {
    ("aws_vpn_connection", "tunnel1_inside_cidr"): ((6, 28, 0), IN_PLACE_SINCE),
    ("aws_vpn_connection", "tunnel1_inside_ipv6_cidr"): ((6, 28, 0), IN_PLACE_SINCE),
    ("aws_vpn_connection", "tunnel2_inside_cidr"): ((6, 28, 0), IN_PLACE_SINCE),
    ("aws_vpn_connection", "tunnel2_inside_ipv6_cidr"): ((6, 28, 0), IN_PLACE_SINCE),
}


@pytest.mark.parametrize("type_name", RULES)
def test_replacing_arguments_are_the_real_ones(plugin: Plugin, version: tuple[int, ...], type_name: str) -> None:
    block = plugin.block(type_name)
    assert block is not None
    different, asked = {}, []
    for name, before, after in changes(plugin, type_name):
        prior = state_after(plugin, type_name, before)
        config = filled(block, after)
        planned = plugin.plan(type_name, prior, proposed(block, prior, config), config)
        if planned.refused:
            continue  # the two values do not go together with the rest, one after the other
        asked.append(name)
        real = name in planned.replaces
        own = name in replacing(type_name, prior, planned.state)
        if real != own:
            different[name] = (real, own, before[name], after[name])
    stated = {name for (kind, name), (since, _why) in DIFFERENCES.items() if kind == type_name and version < since}
    assert asked
    assert set(different) == stated, different


A, B, C = (("subnet-0" + letter * 16, f"10.179.0.{last}") for letter, last in (("a", 14), ("b", 30), ("c", 46)))
MAPPINGS = {  # before, after, whether it is made anew
    "another address": ((A, B), ((A[0], "10.179.0.13"), B), False),
    "another subnet": ((A, B), (C, B), False),
    "a zone less": ((A, B), (A,), True),
    "a zone more": ((A,), (A, B), False),
    "a zone more, and another address": ((A,), ((A[0], "10.179.0.13"), B), True),
    "a subnet that is made anew": ((A, B), ((UNKNOWN, "10.179.1.14"), B), False),
    "a zone less, and the other subnet made anew": ((A, B), ((UNKNOWN, "10.179.1.14"),), False),
}


@pytest.mark.parametrize(("before", "after", "anew"), MAPPINGS.values(), ids=MAPPINGS)
def test_mappings_of_a_load_balancer(plugin: Plugin, before: Any, after: Any, anew: bool) -> None:
    """A block, which the test above does not reach, and which the provider decides by its count and what it knows."""
    block = plugin.block("aws_lb")
    assert block is not None
    prior = state_after(plugin, "aws_lb", _mapped(before))
    prior |= {"id": "known", "subnets": [subnet for subnet, _ in before]}
    prior["subnet_mapping"] = [
        {name: value or "" for name, value in each.items()} for each in filled(block, _mapped(before))["subnet_mapping"]
    ]
    config = filled(block, _mapped(after))
    planned = plugin.plan("aws_lb", prior, proposed(block, prior, config), config)
    assert planned.refused == ()
    assert ("subnet_mapping" in planned.replaces) == anew
    own = {**planned.state, "subnets": UNKNOWN, "subnet_mapping": config["subnet_mapping"]}
    assert ("subnet_mapping" in replacing("aws_lb", prior, own)) == anew


def _mapped(places: Any) -> dict[str, Any]:
    mappings = [{"subnet_id": subnet, "private_ipv4_address": address} for subnet, address in places]
    return {"name": "acme", "internal": True, "load_balancer_type": "network", "subnet_mapping": mappings}
