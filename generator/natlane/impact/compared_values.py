"""Values of one version of a module in a form that can be compared with the other version's.

A reference stands for the value of the argument that it names, or for a value that AWS chose. References that lead in
a circle, which Terraform refuses, stand for themselves.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Hashable, Mapping
from typing import Final, NamedTuple

from natlane.facts.replacing_arguments import TYPES
from natlane.hcl.blocks import Expression, Value
from natlane.impact.references import references, references_in
from natlane.impact.resources import Resource

_LONGEST: Final = 1_000  # characters of a value that is compared as it is


class ChosenByAws(NamedTuple):
    """A value that AWS chose when it made a resource, or chooses when it makes it in this apply."""

    address: str
    name: str
    in_this_apply: bool


class ComparedValues:
    """The values of one version, which remember what they found: references lead to a resource often.

    `renamed` leads from an address of this version to the newer one; `is_made` says of an address whether this apply
    makes that resource.
    """

    def __init__(
        self, resources: Mapping[str, Resource], renamed: Mapping[str, str], is_made: Callable[[str], bool]
    ) -> None:
        self._resources = resources
        self._renamed = renamed
        self._is_made = is_made
        self._found: dict[str, Hashable] = {}
        self._open: set[str] = set()

    def value(self, value: Value) -> Hashable:
        """A value as it can be compared; lists are sets to AWS, so their order is none."""
        if isinstance(value, Expression):
            return self._expression(value.text)
        if isinstance(value, tuple):
            return ("list", *sorted((self.value(item) for item in value), key=repr))
        if isinstance(value, dict):
            return ("map", *sorted((key, self.value(item)) for key, item in value.items()))
        return str(value).lower() if isinstance(value, bool) else None if value is None else str(value)

    def reference(self, reference: str) -> Hashable:
        """What a reference stands for."""
        if reference not in self._found:
            if reference in self._open:
                return (reference, "a circle")
            self._open.add(reference)
            self._found[reference] = _shortened(self._referenced(reference))
            self._open.discard(reference)
        return self._found[reference]

    def is_planned(self, value: Value) -> bool:
        """Whether Terraform knows a value when it plans: nothing in it is for AWS to choose in this apply."""
        return not any(_is_chosen_in_apply(self.reference(each)) for each in references_in(value))

    def _expression(self, text: str) -> Hashable:
        found = references(text)
        if [text] == found:
            return self.reference(text)
        return (re.sub(r"\s+", " ", text), *map(self.reference, found))

    def _referenced(self, reference: str) -> Hashable:
        kind, label, name = reference.split(".")
        address = self._renamed.get(f"{kind}.{label}", f"{kind}.{label}")
        resource = self._resources.get(address)
        if name == "id" and kind in TYPES:
            name = TYPES[kind].id_is or name
        if resource is not None and name in resource.arguments:
            return self.value(resource.arguments[name])
        return ChosenByAws(address, name, in_this_apply=self._is_made(address))


def _is_chosen_in_apply(value: Hashable) -> bool:
    """Whether AWS chooses it, or a part of it, in this apply."""
    if isinstance(value, ChosenByAws):
        return value.in_this_apply
    return isinstance(value, tuple) and any(map(_is_chosen_in_apply, value))


def _shortened(value: Hashable) -> Hashable:
    """A value, or its digest where it is long: references that double each other's would grow without end."""
    if value is None or isinstance(value, str):
        return value
    text = repr(value)
    return value if len(text) < _LONGEST else hashlib.sha256(text.encode()).hexdigest()
