"""Locals and variables put in their place in values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from natlane.hcl.blocks import Block, Expression, Value, text_of

MOST_SUBSTITUTED: Final = 1_000_000  # characters and items that the locals of one module may stand for, all together

_NAME: Final = re.compile(r"(?<![\w.])(?:local|var)\.[\w-]+")


def named_values(blocks: Iterable[Block]) -> Mapping[str, Value]:
    """What `local.x` and `var.x` stand for; a variable without a default stands for itself."""
    found: dict[str, Value] = {}
    for block in blocks:
        if block.kind == "locals":
            found |= {f"local.{name}": each.value for name, each in block.attributes.items()}
        elif block.kind == "variable" and "default" in block.attributes:
            found[f"var.{block.labels[0]}"] = block.attributes["default"].value
    return found


class Substitution:
    """Puts every local and variable in its place, so that a change of theirs is a change of what uses them.

    `left` is how much more may be put in place; below zero, values stay as they are written.
    """

    def __init__(self, named: Mapping[str, Value]) -> None:
        self._named = named
        self._meant: dict[str, Value] = {}
        self._sizes: dict[str, int] = {}  # of these, as if everything in them were written out
        self._open: set[str] = set()
        self.left = MOST_SUBSTITUTED

    def meant(self, value: Value) -> Value:
        """A value with all that it names put in its place."""
        if not self._named or self.left < 0:
            return value
        if isinstance(value, Expression):
            return self._expression(value)
        if isinstance(value, tuple):
            self.left -= len(value)
            return tuple(self.meant(item) for item in value)
        if isinstance(value, dict):
            self.left -= len(value)
            return {key: self.meant(item) for key, item in value.items()}
        return value

    def _expression(self, value: Expression) -> Value:
        if value.text in self._named:
            return self._value_of(value.text)
        if not any(name in self._named for name in _NAME.findall(value.text)):
            return value
        return Expression(_NAME.sub(lambda name: self._text_of(name[0]), value.text))

    def _text_of(self, name: str) -> str:
        text = text_of(self._value_of(name)) if name in self._named and self.left >= 0 else name
        self.left -= len(text)
        return text

    def _value_of(self, name: str) -> Value:
        if name in self._open:  # it stands for itself
            self.left = -1
            return Expression(name)
        if name not in self._meant:
            self._open.add(name)
            before = self.left
            self._meant[name] = self.meant(self._named[name])
            self._sizes[name] = before - self.left + len(text_of(self._named[name]))
            self.left = before if self.left >= 0 else self.left
            self._open.discard(name)
        self.left -= self._sizes[name]
        return self._meant[name]
