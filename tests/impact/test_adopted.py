"""An import is no creation, and what an update ignores is no change."""

from __future__ import annotations

from natlane.impact.changes import changes_between
from natlane.impact.resources import NO_RESOURCES, read_resources

VPC = 'resource "aws_vpc" "vpc_n" {\n  cidr_block = "10.181.0.0/27"\n}\n'
IMPORT = 'import {\n  to = aws_vpc.vpc_n\n  id = "vpc-0123456789abcdef0"\n}\n'
CONNECTION = """\
resource "aws_vpn_connection" "partner" {{
  type                     = "ipsec.1"
  tunnel1_startup_action   = "{startup}"
  local_ipv4_network_cidr  = "{selector}"

  lifecycle {{
    ignore_changes = [tunnel1_startup_action]
  }}
}}
"""


def test_what_is_imported_is_not_made() -> None:
    new, _ = read_resources({"x.tf": VPC + IMPORT}, "out/acme")
    assert [(each.address, each.action) for each in changes_between(NO_RESOURCES, new)] == [("aws_vpc.vpc_n", "import")]


def test_without_its_import_nothing_changes() -> None:
    """Once it is in the state, the block says nothing any more."""
    old, _ = read_resources({"x.tf": VPC + IMPORT}, "out/acme")
    new, _ = read_resources({"x.tf": VPC}, "out/acme")
    assert changes_between(old, new) == ()
    assert old.other_blocks == new.other_blocks == {}


def test_what_is_ignored_is_no_change() -> None:
    old, _ = read_resources({"x.tf": CONNECTION.format(startup="add", selector="0.0.0.0/0")}, "out/acme")
    new, _ = read_resources({"x.tf": CONNECTION.format(startup="start", selector="192.168.0.0/16")}, "out/acme")
    (change,) = changes_between(old, new)
    assert change.arguments == ("local_ipv4_network_cidr",)
