"""A value in `locals` is read where it is used, on the line of its use; what is computed stays as it is written."""

from __future__ import annotations

import pytest
from natlane.hcl.blocks import Expression, Value, read_blocks
from natlane.network.plain_locals import settled

TEXT = """locals {
  one      = "10.0.0.0/16"
  listed   = ["a", "b"]
  tags     = { a = "b" }
  computed = [aws_vpc.x.id]
  again    = local.one
}

resource "x" "y" {
  used = %s

  inner {
    used = %s
  }
}
"""


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("local.one", "10.0.0.0/16"),
        ("local.listed", ("a", "b")),
        ("local.tags", {"a": "b"}),
        ("local.computed", Expression("local.computed")),
        ("local.again", Expression("local.again")),
        ("local.none", Expression("local.none")),
        ("local.listed[0]", Expression("local.listed[0]")),
        ('"local.one"', "local.one"),
        ("aws_vpc.x.id", Expression("aws_vpc.x.id")),
    ],
)
def test_value(written: str, read: Value) -> None:
    blocks, problems = read_blocks("x.tf", TEXT % (written, written))
    assert problems == ()
    _, block = settled(blocks)
    (inner,) = block.blocks
    assert [(each.attributes["used"].value, each.attributes["used"].line) for each in (block, inner)] == [
        (read, 10),
        (read, 13),
    ]
