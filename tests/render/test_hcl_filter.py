"""Any text of a descriptor is written as an HCL literal that reads back as the same text."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from natlane.hcl.blocks import read_blocks
from natlane.plan.values import Reference
from natlane.render.hcl_filter import hcl

LITERALS = {
    "plain": ("acme", '"acme"'),
    "quote": ('a"b', '"a\\"b"'),
    "backslash": ("a\\b", '"a\\\\b"'),
    "newline": ("a\nb", '"a\\nb"'),
    "interpolation": ('${file("/etc/passwd")}', '"$${file(\\"/etc/passwd\\")}"'),
    "directive": ("%{ if true }", '"%%{ if true }"'),
    "dollar alone": ("5 $ or %", '"5 $ or %"'),
    "escaped interpolation": ("$${x}", '"$$${x}"'),
    "true": (True, "true"),
    "number": (28_800, "28800"),
    "address": (IPv4Address("10.179.0.4"), '"10.179.0.4"'),
    "network": (IPv4Network("10.179.0.0/27"), '"10.179.0.0/27"'),
    "reference": (Reference("aws_vpc.vpc_n.id"), "aws_vpc.vpc_n.id"),
    "list": (("a", Reference("b.c")), '["a", b.c]'),
    "empty object": ({}, "{}"),
}


@pytest.mark.parametrize("name", LITERALS)
def test_literals(name: str) -> None:
    value, expected = LITERALS[name]
    assert hcl(value) == expected


def test_an_object_is_aligned_as_terraform_fmt_aligns() -> None:
    assert hcl({"Name": "a", "cost-center": "b"}, 4) == '{\n    Name          = "a"\n    "cost-center" = "b"\n  }'


def test_what_has_no_hcl_form_is_a_bug() -> None:
    with pytest.raises(TypeError, match="NoneType has no HCL form"):
        hcl(None)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
@example('"}\nresource "aws_vpc" "evil" {\n')
@example('${file("/etc/passwd")}')
@example("$${x} %%{y} $$ %% \\${z}")
@example("$" * 7 + "{a}")
@example("emoji \U0001f600, accents é, e\u0301, NUL \x00, bell \x07, separators \u2028 \u2029")
@example("${x" * 3_000)
@example("\\u0041 \\x41 \\n")
def test_text_comes_back_as_it_went_in(text: str) -> None:
    blocks, problems = read_blocks("x.tf", f"resource {hcl('a')} {hcl('b')} {{\n  value = {hcl(text)}\n}}\n")
    assert not problems
    (block,) = blocks
    assert block.attributes["value"].value == text
