"""The text of one .tf file becomes blocks that know their lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from natlane.hcl.parse_cache import parsed, shape_of
from natlane.hcl.tree import COMPUTED, NUMBER, OBJECT, REFERENCE, STRING, TUPLE, Refused, Skeleton, unescaped
from natlane.problems import Problem


@dataclass(frozen=True, slots=True)
class Expression:
    """What is not a literal, as written: `aws_vpc.vpc_n.id`, `jsonencode({...})`, `"${var.a}-b"`."""

    text: str


Value = str | int | float | bool | tuple["Value", ...] | dict[str, "Value"] | Expression | None


@dataclass(frozen=True, slots=True)
class Attribute:
    """A value, and the line (from 1) of its name."""

    value: Value
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """`kind "label" ... { attributes and blocks }`, with the line (from 1) of its kind.

    `path` is that of the file, relative to the root.
    """

    kind: str
    labels: tuple[str, ...]
    attributes: Mapping[str, Attribute]
    blocks: tuple[Block, ...]
    path: str
    line: int


def read_blocks(path: str, text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """The blocks of a file, none if it is not HCL; and what is wrong in it."""
    blocks, problems = read_file(path, text)
    return blocks, (*problems, *duplicates(blocks))


def read_file(path: str, text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """The same, for a module that has more files: what is declared twice is not looked for."""
    found = by_shapes(path, text)
    return by_one_parse(path, text) if found is None else (found, ())


_END: Final = "\n}\n"


def by_shapes(path: str, text: str) -> tuple[Block, ...] | None:
    """The blocks of a file whose shape is known or can be parsed; None if it must be read whole.

    A body is a list of blocks, so pieces that are bodies on their own are one body together: it does
    not matter where a shape is cut, as long as each piece is read.
    """
    found = shape_of(text)
    if found is None:
        return None
    shape, literals = found
    blocks: list[Block] = []
    mark = line = 0
    *pieces, rest = shape.split(_END)
    for piece in [*(piece + _END for piece in pieces), rest]:
        known = parsed(piece)
        if known is None:
            return None
        own = literals[mark : mark + known.marks]
        blocks += [_block(path, line, block, own) for block in known.blocks]
        mark += known.marks
        line += known.lines
    return tuple(blocks)


def by_one_parse(path: str, text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """The blocks of a file by one parse of all of it: slow, and the measure of the fast way."""
    from natlane.hcl import parser as syntax  # Lark takes longer to import than a kept module to read

    try:
        attributes, blocks = syntax.skeleton(text, {})
    except Refused as no:
        return (), (Problem(no.code, "error", path, no.line, no.column, "", no.message, no.hint),)
    problems = [
        Problem("hcl-top-level", "error", path, line, 1, name, "stands outside of every block")
        for name, line, _ in attributes
    ]
    return tuple(_block(path, 0, block, ()) for block in blocks), tuple(problems)


def _block(path: str, before: int, skeleton: Skeleton, literals: Sequence[str]) -> Block:
    """A skeleton with its literals filled in; `before` lines stand above its text."""
    line, kind, labels, attributes, blocks = skeleton
    return Block(
        kind,
        tuple([str(_value(label, literals)) for label in labels]),
        {name: Attribute(_value(value, literals), before + at) for name, at, value in attributes},
        tuple([_block(path, before, block, literals) for block in blocks]),
        path,
        before + line,
    )


def _value(skeleton: Skeleton, literals: Sequence[str]) -> Value:
    tag, found = skeleton
    if tag == STRING:
        return unescaped(literals[found])
    if tag == REFERENCE:
        return Expression(literals[found])
    if tag == NUMBER:
        return int(literals[found])
    if tag == TUPLE:
        return tuple([_value(item, literals) for item in found])
    if tag == OBJECT:
        return {str(_value(key, literals)): _value(value, literals) for key, value in found}
    if tag == COMPUTED:
        return Expression("".join([part if isinstance(part, str) else literals[part] for part in found]))
    return found  # type: ignore[no-any-return] # CONSTANT


def duplicates(blocks: Iterable[Block]) -> list[Problem]:
    """What Terraform allows once and is there twice: a resource's address, a provider's alias, a lifecycle."""
    problems = []
    seen: dict[tuple[Any, ...], Block] = {}
    for block in blocks:
        for name in _names(block):
            first = seen.setdefault(name, block)
            if first is not block:
                problems.append(_twice(block, first, name))
        inner: dict[str, Block] = {}
        for nested in block.blocks:
            first = inner.setdefault(nested.kind, nested)
            if first is not nested and nested.kind in _ONCE:
                problems.append(_twice(nested, first, (nested.kind,)))
    return problems


_ONCE = frozenset(("lifecycle", "backend", "cloud", "required_providers"))
_NAMED = frozenset(("resource", "data", "ephemeral", "variable", "output", "module", "check"))


def _names(block: Block) -> list[tuple[Any, ...]]:
    if block.kind in _NAMED:
        return [(block.kind, *block.labels)]
    if block.kind == "provider":
        alias = block.attributes.get("alias")
        return [(block.kind, *block.labels, alias.value if alias else "")]
    if block.kind == "locals":
        return [("local", name) for name in block.attributes]
    if block.kind == "terraform":
        return [("terraform", inner.kind) for inner in block.blocks if inner.kind in _ONCE]
    return []


def _twice(block: Block, first: Block, name: tuple[Any, ...]) -> Problem:
    shown = " ".join(str(part) for part in name if part)
    message = f"{shown} is declared twice; it was already declared at {first.path}:{first.line}"
    return Problem("hcl-duplicate", "error", block.path, block.line, 1, shown, message, "keep one")
