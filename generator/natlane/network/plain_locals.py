"""Values that a module writes once, in `locals`, put where they are used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from natlane.hcl.blocks import Attribute, Block, Expression, Value


def settled(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The same blocks, in which an argument that is `local.x` has the value of x, and still its own line.

    Only where that value is literal: what is computed stays a reference, and whoever needs the value reports it.
    """
    read = tuple(blocks)
    named: dict[str, Value] = {}
    for block in read:
        if block.kind == "locals":
            named |= {f"local.{name}": each.value for name, each in block.attributes.items() if _is_literal(each.value)}
    return tuple(_settled(block, named) for block in read) if named else read


def _is_literal(value: Value) -> bool:
    if isinstance(value, dict):
        return all(map(_is_literal, value.values()))
    return all(map(_is_literal, value)) if isinstance(value, tuple) else not isinstance(value, Expression)


def _settled(block: Block, named: Mapping[str, Value]) -> Block:
    inner = tuple(_settled(each, named) for each in block.blocks)
    found = {
        name: Attribute(named[each.value.text], each.line)
        for name, each in block.attributes.items()
        if isinstance(each.value, Expression) and each.value.text in named
    }
    if not found and all(new is old for new, old in zip(inner, block.blocks, strict=True)):
        return block
    return replace(block, attributes={**block.attributes, **found}, blocks=inner)
