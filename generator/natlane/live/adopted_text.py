"""The fields of a descriptor as YAML, in the order in which people write them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_PLAIN: Final = re.compile(
    r"[0-9.]{7,15}(/[0-9]{1,2})?|[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*|[a-z]+-[0-9a-f]{8,17}"
)
_WORDS: Final = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
_BLOCKS: Final = frozenset(("vpn", "tunnels", "inbound", "adopted", "imports"))  # a line each; all else in one line
_SCHEMA: Final = "# yaml-language-server: $schema=../schemas/partner.json\n"


def descriptor_text(name: str, fields: Mapping[str, Any], adopted: Mapping[str, Any]) -> str:
    """The whole document; what AWS cannot know is asked for in a comment."""
    asked = "# description and contacts: who the partner is, and whom to call when a tunnel is down\n"
    lines = _lines({"partner": name, **fields, "adopted": adopted}, 0)
    return _SCHEMA + asked + "".join(f"{line}\n" for line in lines)


def _lines(fields: Mapping[str, Any], depth: int) -> Iterator[str]:
    for name, value in fields.items():
        before = f"{'  ' * depth}{_scalar(name)}:"
        if name in _BLOCKS and isinstance(value, Mapping) and value:
            yield before
            yield from _lines(value, depth + 1)
        elif name == "endpoints":
            yield before
            yield from (f"{'  ' * (depth + 1)}- {_inline(each)}" for each in value)
        else:
            yield f"{before} {_inline(value)}"


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """A value in quotes wherever YAML, or a reader of ours, could take it for something else than text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if (_PLAIN.fullmatch(text) and text.lower() not in _WORDS) or text in ("1", "2"):
        return text
    return json.dumps(text, ensure_ascii=False)
