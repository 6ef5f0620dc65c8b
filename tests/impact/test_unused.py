"""What a partner that only calls held before: NAT gateways and an attachment that no route used. They go, in place."""

from __future__ import annotations

import re
from pathlib import Path

from natlane.cli import main
from natlane.impact.review import impact_of
from natlane.impact_levels import BOTH_DOWN, IN_PLACE

from tests.impact.roots import partner, two_roots

ONLY_CALLS = (partner("acme-clearing", "reach: [m, a]\n", ""),)
ROUTE = re.compile(
    r'^resource "(?:aws_route|aws_ec2_transit_gateway_route)" "[^"]+" \{\n.*?^\}\n', re.MULTILINE | re.DOTALL
)
WAYS_OUT = ("nat_gateway_id ", "transit_gateway_id ", "transit_gateway_attachment_id ")


def _before(root: Path, keep: str = "") -> None:
    """Writes out/ of a partner that calls, and takes its routes away: so natlane wrote one that only calls."""
    for path in (root / "out" / "acme-clearing").glob("*.tf"):
        path.write_text(ROUTE.sub(lambda found: _kept(found[0], keep), path.read_text()))


def _kept(route: str, keep: str) -> str:
    way_out = any(each in route for each in WAYS_OUT)
    return "" if way_out and not (keep and keep in route) else route


def _said(tmp_path: Path, keep: str = "") -> list[tuple[str, str, str]]:
    old, new = two_roots(tmp_path, ("acme-clearing",), (), ONLY_CALLS)
    assert main(["--root", str(old), "generate"]) == 0
    _before(old, keep)
    (old / "partners" / "acme-clearing.yaml").write_text((new / "partners" / "acme-clearing.yaml").read_text())
    (verdict,) = impact_of(str(new), str(old)).verdicts
    return [(each.finding.level, each.finding.code, each.finding.sentence) for each in verdict.reported]


def test_what_no_route_led_to_goes_in_place(tmp_path: Path) -> None:
    assert _said(tmp_path) == [
        (
            IN_PLACE,
            "unused-gone",
            "nothing used the NAT gateways with 10.179.0.4 and 10.179.0.20 or VPC N's attachment to the transit "
            "gateway, which go: nothing that is live stops; the NAT addresses are the same again where a VPC of ours "
            "is to call the partner",
        )
    ]


def test_a_route_that_was_left_is_a_use(tmp_path: Path) -> None:
    """One zone's NAT gateway had a route: that one is not called unused, and its packets stop."""
    found = _said(tmp_path, '"natted_a_to_192_168_50_0_24"')
    assert [(level, code) for level, code, _ in found] == [
        (BOTH_DOWN, "path"),
        (IN_PLACE, "nat-address-gone"),
        (IN_PLACE, "unused-gone"),
        (IN_PLACE, "in-place"),
    ]
    assert found[1][2].startswith("NAT address 10.179.0.4 goes")
    assert found[2][2].startswith("nothing used the NAT gateway with 10.179.0.20 or VPC N's attachment")
