"""Codes about text that is no HCL, for the catalogue of codes."""

from __future__ import annotations

from typing import Final

from natlane.problems import codes_about

CODES: Final = codes_about(
    "HCL",
    "HCL native syntax specification",
    (
        ("hcl-duplicate", "No block is declared twice.", 'resource "aws_vpc" "vpc_n" in two files', "keep one"),
        ("hcl-repeated", "No argument stands twice in a block.", "cidr_block twice in one aws_vpc", "keep one"),
        (
            "hcl-syntax",
            "A .tf file is HCL, within the bounds of docs/proof.md.",
            'cidr_block = "10.181.0.0/27',
            "close the quotes; or generate the file again",
        ),
        ("hcl-top-level", "Arguments stand in blocks.", 'region = "eu-west-1" on a line of its own', "delete it"),
    ),
)
