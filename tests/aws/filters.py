"""Filters of describe calls, found in the shape of the answer by their names.

Source: EC2 API reference, "List and filter your resources": values of one filter are alternatives, filters are joined
by and, `*` and `?` are wildcards, names and values are case sensitive; and each operation's page names its filters,
which are the members' names in lower case with hyphens, save those below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final

from botocore.model import ListShape, Shape, StructureShape

from tests.aws.errors import AwsError

# Filters whose names are not those of members.
_IRREGULAR: Final = {
    "association.gateway-id": ("Associations", "GatewayId"),
    "association.main": ("Associations", "Main"),
    "association.subnet-id": ("Associations", "SubnetId"),
    "availability-zone": ("AvailabilityZone",),
    "cidr": ("CidrBlock",),
    "default": ("IsDefault",),
    "default-for-az": ("DefaultForAz",),
    "group-id": ("Groups", "GroupId"),
    "isDefault": ("IsDefault",),
    "route.destination-cidr-block": ("Routes", "DestinationCidrBlock"),
}


def matching(items: Iterable[dict[str, Any]], filters: list[dict[str, Any]], shape: Shape) -> list[dict[str, Any]]:
    """The items that every filter takes; `shape` is that of one item. A filter of no such name is refused."""
    chosen = list(items)
    for each in filters:
        name, values = each.get("Name", ""), each.get("Values", [])
        chosen = [item for item in chosen if _takes(item, name, values, shape)]
        if not chosen:
            _known(name, shape)
    return chosen


def _takes(item: dict[str, Any], name: str, values: list[str], shape: Shape) -> bool:
    tags = {tag["Key"]: tag.get("Value", "") for tag in item.get("Tags", ())}
    if name.startswith("tag:"):
        found = [tags[name[4:]]] if name[4:] in tags else []
    elif name == "tag-key":
        found = list(tags)
    else:
        found = [_text(value) for value in _values(item, _known(name, shape))]
    return any(fnmatchcase(text, _pattern(value)) for value in values for text in found)


def _pattern(value: str) -> str:
    """A filter's wildcards are `*` and `?`; brackets mean themselves."""
    return value.replace("[", "[[]")


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _values(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, list):
        for each in value:
            yield from _values(each, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _values(value[path[0]], path[1:])


@cache
def _known(name: str, shape: Shape) -> tuple[str, ...]:
    """The members that a filter's name means."""
    if name.startswith("tag:") or name == "tag-key":
        return ()
    found = _path(name.split("."), shape)
    if found is None and name in _IRREGULAR and _there(_IRREGULAR[name], shape):
        found = _IRREGULAR[name]
    if found is None:
        raise AwsError("InvalidParameterValue", f"The filter '{name}' is invalid")
    return found


def _there(path: tuple[str, ...], shape: Shape) -> bool:
    inner = shape.member if isinstance(shape, ListShape) else shape
    if not path:
        return True
    return isinstance(inner, StructureShape) and path[0] in inner.members and _there(path[1:], inner.members[path[0]])


def _path(parts: list[str], shape: Shape) -> tuple[str, ...] | None:
    inner = shape.member if isinstance(shape, ListShape) else shape
    if not parts:
        return ()
    if not isinstance(inner, StructureShape):
        return None
    camel = "".join(part.capitalize() for part in re.split("-", parts[0]))
    for member in (camel, f"{camel}s", f"{camel}Set", f"{camel}es"):
        if member in inner.members:
            rest = _path(parts[1:], inner.members[member])
            return (member, *rest) if rest is not None else None
    return None
