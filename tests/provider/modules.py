"""Copies of generated modules that the real provider can judge, and what is left out for it.

Left out is only what this version of the provider does not know yet and the schema in tests/terraform/schema does: a
newer argument. Anything else stays, so that the provider refuses it. The version constraint is opened and the state
is local.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.terraform.aws_schema import DATA_SOURCES, RESOURCES, Block
from tests.terraform.terraform import copy_module

Schema = Callable[[str, str], Block | None]  # ("resource" or "data", type) -> the block that the version at hand has

CONSTRAINT = re.compile(r'(source  = "hashicorp/aws"\n\s*version = )"[^"]*"')
OPENS = re.compile(r'(\s*)(resource|data|[\w-]+)(?: "(\w+)" "\w+"| "\w+")? \{')
ATTRIBUTE = re.compile(r"\s*(\w+)\s+= ")
PROVIDER = re.compile(r'^provider "aws" \{$.*?^\}$', re.M | re.S)
ALIAS = re.compile(r"^\s*provider += aws\.\w+\n", re.M)
ROOT = 'provider "aws" {\n  region = "eu-west-1"\n}\n'  # of a root that calls such modules
TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|#.*')


def judged_copy(module: Path, target: Path, schema: Schema) -> tuple[str, ...]:
    """Copies the module; the arguments that were left out, as type.block.argument."""
    copy_module(module, target)
    left_out: set[str] = set()
    for path in sorted(target.glob("*.tf")):
        text = path.read_text(encoding="utf-8")
        lines, missing = known_lines(text.splitlines(keepends=True), schema)
        left_out |= missing
        path.write_text(CONSTRAINT.sub(r'\1">= 5.0, < 7.0"', "".join(lines)), encoding="utf-8")
    return tuple(sorted(left_out))


def called_copy(module: Path, target: Path, schema: Schema) -> tuple[str, ...]:
    """The same, to be called by a root that has the only provider, so that one process serves many modules."""
    left_out = judged_copy(module, target, schema)
    (target / "backend_override.tf").unlink()
    for path in target.glob("*.tf"):
        path.write_text(ALIAS.sub("", PROVIDER.sub("", path.read_text(encoding="utf-8"))), encoding="utf-8")
    return left_out


def known_lines(lines: list[str], schema: Schema) -> tuple[list[str], set[str]]:
    """The lines without newer arguments, and the names of those."""
    kept: list[str] = []
    left_out: set[str] = set()
    depth = 0  # of brackets, inside an argument that is left out
    for line, inside in _placed(lines):
        if depth or _is_newer(line, inside, schema):
            if not depth:
                match = ATTRIBUTE.match(line)
                left_out.add(".".join((*inside[1:], match[1] if match else "")))
            bare = TEXT.sub("", line)
            depth += sum(map(bare.count, "{[(")) - sum(map(bare.count, "}])"))
            continue
        kept.append(line)
    return kept, left_out


def _placed(lines: list[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each line with the blocks that it stands in: the kind, the type, then nested blocks."""
    inside: list[tuple[str, ...]] = []
    for line in lines:
        if line.strip() == "}" and inside:
            inside.pop()
        yield line, tuple(part for parts in inside for part in parts)
        match = OPENS.fullmatch(line.rstrip("\n"))
        if match:
            inside.append((match[2], match[3]) if match[3] else (match[2],))
        elif ATTRIBUTE.match(line) and line.rstrip().endswith("{"):
            inside.append(("=",))  # a map's value: its keys are no arguments


def _is_newer(line: str, inside: tuple[str, ...], schema: Schema) -> bool:
    match = ATTRIBUTE.match(line)
    if not match or len(inside) < 2 or inside[0] not in ("resource", "data") or "=" in inside:
        return False
    kind, type_name, *path = inside
    newest = (RESOURCES if kind == "resource" else DATA_SOURCES).get(type_name)
    return _has(newest, path, match[1]) and not _has(schema(kind, type_name), path, match[1])


def _has(block: Block | None, path: list[str], name: str) -> bool:
    for step in path:
        block = block["blocks"].get(step) if block else None
    return block is not None and name in block["attributes"]
