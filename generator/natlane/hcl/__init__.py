"""Terraform text read into blocks that know their lines.

>>> from natlane.hcl import parse
>>> blocks, problems = parse("vpc.tf", 'resource "aws_vpc" "vpc_n" {\\n  cidr_block = "10.181.0.0/27"\\n}\\n')
>>> blocks[0].labels, blocks[0].attributes["cidr_block"].value, blocks[0].attributes["cidr_block"].line
(('aws_vpc', 'vpc_n'), '10.181.0.0/27', 2)
"""

from natlane.hcl.blocks import Attribute, Block, Expression, Value
from natlane.hcl.blocks import read_blocks as parse

__all__ = ["Attribute", "Block", "Expression", "Value", "parse"]
