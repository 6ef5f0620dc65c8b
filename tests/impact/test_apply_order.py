"""What AWS does not delete while something that stays uses it, and what a plain apply leaves as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from natlane.impact.review import impact_of

from tests.impact.roots import Edit, copied, partner, two_roots

GROUP = "  name        = {{ nlb.group_name | hcl }}\n"
OTHER_GROUP = '  name        = "{{ nlb.group_name }}-two"\n'
TAGS = "  tags = {\n    Name = {{ nlb.group_name | hcl }}\n  }\n}\n"
MADE_FIRST = TAGS[:-2] + "\n  lifecycle {\n    create_before_destroy = true\n  }\n}\n"
PLAIN, MOVED = "inbound:\n  endpoints:", "inbound:\n  load_balancer: {offset: 7}\n  endpoints:"


def steps_of(folder: Path, *edits: Edit) -> dict[str, tuple[str, ...]]:
    """The steps of each finding about umbrella that has some, by code."""
    old, new = two_roots(folder, ("umbrella",), (), edits)
    [verdict] = impact_of(str(new), str(old)).verdicts
    return {each.finding.code: each.finding.steps for each in verdict.reported if each.finding.steps}


@pytest.mark.parametrize(
    ("replacements", "options"),
    [
        (((GROUP, OTHER_GROUP),), "-replace=aws_lb.services"),
        (((GROUP, OTHER_GROUP), (TAGS, MADE_FIRST)), ""),
    ],
    ids=["a group that is made anew", "the same, the new one first"],
)
def test_what_is_used_goes_last(tmp_path: Path, replacements: tuple[tuple[str, str], ...], options: str) -> None:
    found = steps_of(tmp_path, copied("_load_balancer.j2", replacements))
    told = f"plan and apply with {options}: what is replaced goes first, and comes back at the end"
    assert found == ({"in-use": (told,)} if options else {})


def test_a_load_balancer_that_moves_alone(tmp_path: Path) -> None:
    """Nothing takes its address, so that a plain apply is refused nothing; it changes nothing either."""
    found = steps_of(tmp_path, partner("umbrella", PLAIN, MOVED))
    assert found == {
        "address-kept": ("plan and apply with -replace=aws_lb.services: nobody answers there until it is there again",),
        "called-address-gone": (
            "to leave the load balancer where it is, write `load_balancer: {offset: 13}` beside its services",
        ),
    }
