"""References to resources in values, as `aws_subnet.public_a.id`; references to data sources are not among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from natlane.hcl.blocks import Expression, Value

_REFERENCE: Final = re.compile(r"(?<![\w.])(aws_\w+\.[\w-]+\.\w+)")


def references(text: str) -> list[str]:
    """Every reference in the text of an expression, in order."""
    return _REFERENCE.findall(text)


def references_in(value: Value) -> Iterator[str]:
    """Every reference in a value, its lists and maps."""
    if isinstance(value, Expression):
        yield from references(value.text)
    elif isinstance(value, tuple):
        for item in value:
            yield from references_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from references_in(item)


def addresses_in(value: Value) -> Iterator[str]:
    """The address of every resource that a value references."""
    return (reference.rpartition(".")[0] for reference in references_in(value))
