"""Tags of what AWS holds, by which natlane knows what its own modules made."""

from __future__ import annotations

from typing import Final

from natlane.live.calls import Item

_MANAGED_BY: Final = ("managed-by", "natlane")  # the tag of everything that a generated module makes


def tags_of(item: Item) -> dict[str, str]:
    """The tags of a thing, by key."""
    return {tag["Key"]: str(tag["Value"]) for tag in item.get("Tags", ())}


def made_by_natlane(item: Item) -> bool:
    """Whether a module that natlane generated made this."""
    return tags_of(item).get(_MANAGED_BY[0]) == _MANAGED_BY[1]
