"""Each kind of change gets the verdict that the table states, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest
from natlane.impact.review import impact_of
from natlane.impact_levels import RE_ENGAGE

from tests.impact.cases import CASES, VERDICTS, Case, review, told
from tests.impact.roots import copied, landing_zone, partner, two_roots

CONNECTION = 'resource "aws_vpn_connection" {{ connection.label | hcl }} {\n'
SECTIONS = {part.partition("\n")[0]: part for part in VERDICTS.read_text(encoding="utf-8").split("## ")[1:]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_verdict(case: Case, tmp_path: Path) -> None:
    impact = review(case, tmp_path)
    assert impact.problems == ()
    assert impact.level == case.level
    said = told(case, impact).removeprefix("## ")
    assert said.rstrip() == SECTIONS[case.name].rstrip(), "if it is right, run: python -m tests.impact.cases"


def test_every_section_has_its_case() -> None:
    assert list(SECTIONS) == [case.name for case in CASES]


def test_an_acceptance_names_what_is_made(tmp_path: Path) -> None:
    """Two new connections are two changes, though both are only made."""
    found = set()
    for number, address in enumerate(("203.0.113.20", "198.51.100.77")):
        made = (partner("globex", "status: decommissioned\nvpn:", "vpn:"), partner("globex", "203.0.113.20", address))
        before = (partner("globex", "vpn:", "status: decommissioned\nvpn:"),)
        old, new = two_roots(tmp_path / str(number), ("globex",), before, made)
        found.add(impact_of(str(new), str(old)).verdicts[0].change)
    assert len(found) == 2


def test_a_decommission_needs_its_accounts(tmp_path: Path) -> None:
    """Terraform destroys nothing without the provider that made it."""
    edits = (
        partner("globex", "vpn:", "status: decommissioned\nvpn:"),
        partner("globex", "reach: [b]", "reach: [m]"),
        landing_zone(
            '  staging: {id: "333333333333", role_arn: "arn:aws:iam::333333333333:role/network-deployer"}\n', ""
        ),
        landing_zone("account: staging", "account: production"),
    )
    old, new = two_roots(tmp_path, ("globex",), (partner("globex", "reach: [a]", "reach: [b]"),), edits)
    found = [each.finding for each in impact_of(str(new), str(old)).verdicts[0].reported]
    assert [each.code for each in found] == ["decommissioned", "closes", "provider-gone"]


def test_another_number_of_a_thing_is_the_worst(tmp_path: Path) -> None:
    counted = copied("vpn.tf.j2", ((CONNECTION, f"{CONNECTION}  count = 0\n"),))
    old, new = two_roots(tmp_path, ("globex",), (), (counted,))
    [verdict] = impact_of(str(new), str(old)).verdicts
    assert verdict.level == RE_ENGAGE
    assert "the VPN connection is replaced by count" in verdict.reported[0].finding.sentence


def test_what_stays_in_aws_unasked_can_be_accepted(tmp_path: Path) -> None:
    """Nothing changes in AWS, and yet the digest names what is said of it."""
    case = next(case for case in CASES if case.name == "an endpoint's policy that is taken out")
    [verdict] = review(case, tmp_path).verdicts
    assert len(verdict.change) == 8
    assert verdict.changes == ()
