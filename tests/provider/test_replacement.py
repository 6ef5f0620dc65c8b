"""Each argument of each type changed alone: natlane and the real provider agree on what replaces a resource.

DIFFERENCES are the only ones that there may be, each of a version.
"""

from __future__ import annotations

import pytest

from tests.provider.changes import changes, proposed, state_after
from tests.provider.plugin import Plugin
from tests.terraform.cases import filled
from tests.terraform.provider_rules import RULES
from tests.terraform.replacement import replacing

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
