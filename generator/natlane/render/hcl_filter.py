"""The filter `hcl`: a value as an HCL expression, in which no text of a descriptor can act as Terraform code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final
from unicodedata import combining

from natlane.plan.values import Reference

_IDENTIFIER: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL: Final = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029]|\$\{|%\{')


def hcl(value: object, indent: int = 0) -> str:
    """A value as an HCL expression.

    A mapping becomes a multi-line object whose lines start after `indent` spaces, aligned as
    `terraform fmt` aligns them. Raises TypeError for what has no form in HCL.
    """
    form = _FORMS.get(type(value))
    if form is not None:
        return form(value)
    if isinstance(value, Mapping):
        return _object(value, indent)
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(hcl, value))}]"
    raise TypeError(f"{type(value).__name__} has no HCL form: {value!r}")


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    return f'"{_SPECIAL.sub(_escaped, text)}"'


def _address(value: object) -> str:
    return f'"{value}"'


def _escaped(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) == 2:
        return found[0] + found
    return _ESCAPES.get(found) or f"\\u{ord(found):04x}"


# By type: a partner has some hundred values, and a chain of isinstance costs a tenth of its rendering.
_FORMS: Final[Mapping[type, Callable[[Any], str]]] = {
    str: _quoted,
    Reference: str,
    bool: lambda value: "true" if value else "false",
    int: str,
    IPv4Address: _address,
    IPv4Network: _address,
}


def _object(entries: Mapping[str, object], indent: int) -> str:
    if not entries:
        return "{}"
    keys = {key: key if _IDENTIFIER.fullmatch(key) else _quoted(key) for key in entries}
    width = max(map(_columns, keys.values()))
    lines = [
        f"{' ' * indent}{keys[key]}{' ' * (width - _columns(keys[key]))} = {hcl(value)}\n"
        for key, value in entries.items()
    ]
    return "{\n" + "".join(lines) + " " * (indent - 2) + "}"


def _columns(text: str) -> int:
    return len(text) if text.isascii() else sum(not combining(char) for char in text)
