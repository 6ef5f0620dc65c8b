"""What AWS holds of a resource: the arguments that are written, and defaults of those that are not."""

from __future__ import annotations

from collections.abc import Mapping

from natlane.facts.changed_in_place import EMPTY_UNASKED
from natlane.facts.replacing_arguments import TYPES
from natlane.hcl.blocks import Value
from natlane.impact.resources import Resource


def held(resource: Resource) -> Mapping[str, Value]:
    """What AWS holds of a resource that was made as it is written."""
    default_if_absent = TYPES[resource.type].default_if_absent if resource.type in TYPES else {}
    empty = EMPTY_UNASKED.get(resource.type, {})
    return {**default_if_absent, **empty, **resource.arguments} if default_if_absent or empty else resource.arguments


def held_after_update(old: Resource, new: Resource) -> dict[str, Value]:
    """What AWS will hold of an updated resource: its new arguments, old ones that it keeps unasked, and defaults."""
    unasked = TYPES[old.type].kept if old.type in TYPES else frozenset[str]()
    stays = {name: value for name, value in held(old).items() if name in unasked}
    return {**held(new), **stays, **new.arguments}
