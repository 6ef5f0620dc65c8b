"""The blocks of a Terraform file, each with the line on which it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from natlane.hcl.parse_cache import outline_of, tree_of
from natlane.hcl.tree import BlockTree, Computed, Constant, Kind, Placeholder, Refused, TupleTree, ValueTree, unescaped
from natlane.problems import Problem, file_problem


@dataclass(frozen=True, slots=True)
class Expression:
    """What is not a literal, as written: `aws_vpc.vpc_n.id`, `jsonencode({...})`, `"${var.a}-b"`."""

    text: str


Value = str | int | float | bool | tuple["Value", ...] | dict[str, "Value"] | Expression | None


def text_of(value: Value) -> str:
    """A value as written; empty where there is none."""
    if value is None:
        return ""
    return value.text if isinstance(value, Expression) else str(value)


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
    """The blocks of one file among several of a module: what is declared twice is not looked for."""
    message = _too_large(text)
    if message:
        return (), (file_problem("file-too-large", path, message, "generate it again"),)
    try:
        found = by_outline(path, text)
    except TooManyValues as error:
        return (), (file_problem("file-too-large", path, str(error), "generate it again"),)
    return by_whole_parse(path, text) if found is None else (found, ())


# Of one file. natlane's own blocks fill 16 MiB with fewer than half of these values; the largest of them is the
# output of 50 services' targets, 500 each.
_END: Final = "\n}\n"
MOST_CHARACTERS: Final = 16_777_216
MOST_IN_BLOCK: Final = 1_048_576  # what finds literals takes up to 165 bytes for each
MOST_BLOCKS: Final = 131_072
MOST_VALUES: Final = 1_572_864  # blocks, arguments and items, all together
MOST_DISTINCT: Final = 262_144  # characters of different outlines: each of them is parsed


class TooManyValues(Exception):  # noqa: N818 - the text is at fault, not the program
    """A file holds more blocks, arguments and items than are kept in memory."""


def _too_large(text: str) -> str:
    """Why a text is not looked at any further; empty where it is."""
    if len(text) > MOST_CHARACTERS:
        return f"holds more than {MOST_CHARACTERS:,} characters"
    if text.count(_END) > MOST_BLOCKS:
        return f"holds more than {MOST_BLOCKS:,} blocks"
    start = 0
    for end in (*(match.end() for match in re.finditer(_END, text)), len(text)):
        if end - start > MOST_IN_BLOCK:
            line = text.count("\n", 0, start) + 1
            said = f"holds {end - start:,} characters from line {line} on until a block ends"
            return f"{said}; the most is {MOST_IN_BLOCK:,}"
        start = end
    return ""


def by_outline(path: str, text: str) -> tuple[Block, ...] | None:
    """The blocks of a file whose outline is known or can be parsed; None if it must be parsed whole.

    A body is a list of blocks, so pieces that are bodies by themselves are one body together. It does
    not matter where a text is cut at a line's end, as long as each piece can be parsed: no literal holds one.
    Raises TooManyValues.
    """
    blocks: list[Block] = []
    known: set[str] = set()
    line = values = distinct = 0
    *pieces, rest = text.split(_END)
    for piece in [*(piece + _END for piece in pieces), rest]:
        found = outline_of(piece)
        if found is None:
            return None
        outline, literals = found
        if outline not in known:
            known.add(outline)
            distinct += len(outline)
        tree = tree_of(outline) if distinct <= MOST_DISTINCT else None
        if tree is None:
            return None
        values += tree.values
        if values > MOST_VALUES:
            raise TooManyValues(f"holds more than {MOST_VALUES:,} blocks, arguments and items")
        blocks += [_block(path, line, block, literals) for block in tree.blocks]
        line += tree.lines
    return tuple(blocks)


def by_whole_parse(path: str, text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """The blocks of a file by one parse of all of it: slow, and what `by_outline` must agree with."""
    from natlane.hcl.parser import parse_body  # Lark takes longer to import than a cached module to read

    try:
        body = parse_body(text, {})
    except Refused as no:
        return (), (Problem(no.code, "error", path, no.line, no.column, "", no.message, no.hint),)
    problems = [
        Problem("hcl-top-level", "error", path, each.line, 1, each.name, "stands outside of every block")
        for each in body.attributes
    ]
    return tuple(_block(path, 0, block, ()) for block in body.blocks), tuple(problems)


def _block(path: str, before: int, tree: BlockTree, literals: Sequence[str]) -> Block:
    """A block with its literals filled in; `before` lines stand above its text."""
    return Block(
        kind=tree.kind,
        labels=tuple([str(_value(label, literals)) for label in tree.labels]),
        attributes={name: Attribute(_value(value, literals), before + line) for name, line, value in tree.attributes},
        blocks=tuple([_block(path, before, block, literals) for block in tree.blocks]),
        path=path,
        line=before + tree.line,
    )


def _value(tree: ValueTree, literals: Sequence[str]) -> Value:
    if isinstance(tree, Placeholder):
        return _literal(tree.kind, literals[tree.literal])
    if isinstance(tree, Constant):
        return tree.value
    if isinstance(tree, Computed):
        return Expression("".join([part if isinstance(part, str) else literals[part] for part in tree.parts]))
    if isinstance(tree, TupleTree):
        return tuple([_value(item, literals) for item in tree.items])
    return {str(_value(key, literals)): _value(value, literals) for key, value in tree.entries}


def _literal(kind: Kind, written: str) -> Value:
    if kind is Kind.STRING:
        return unescaped(written)
    return int(written) if kind is Kind.NUMBER else Expression(written)


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
