"""What the provider plans where an argument is absent or zero: its default, or what is there already.

By provider_rules.json: `default` is planned where the line is absent; `assumed` hides a change where it is absent or
zero and the resource has just that; a `kept` block stays when it is no longer written. That an optional and computed
argument stays is Terraform's own doing.
"""

from __future__ import annotations

from typing import Any

from tests.terraform.provider_rules import RULES, Asked
from tests.terraform.wire import UNKNOWN

Values = dict[str, Any]


def settled(type_name: str, prior: Values | None, proposed: Values, config: Values) -> Values:
    """The proposed values with what the provider fills in."""
    planned = dict(proposed)
    for path, asked in RULES.get(type_name, {}).items():
        _fill(path.split("."), asked, prior, planned, config)
    return planned


def _fill(path: list[str], asked: Asked, prior: Values | None, planned: Values, config: Values) -> None:
    name, *rest = path
    if name not in planned:
        return
    written = config.get(name)
    if rest:
        before = (prior or {}).get(name)
        if isinstance(planned[name], list) and isinstance(written, list):
            items = [dict(item) if isinstance(item, dict) else item for item in planned[name]]
            for place, (item, mine) in enumerate(zip(items, written, strict=False)):
                old = before[place] if isinstance(before, list) and place < len(before) else None
                if isinstance(item, dict) and isinstance(mine, dict):
                    _fill(rest, asked, old if isinstance(old, dict) else None, item, mine)
            planned[name] = items
        return
    has = (prior or {}).get(name)
    if _stays(asked, written, has):
        planned[name] = has
    elif "default" in asked and written is None and planned[name] in (None, has) and planned[name] is not UNKNOWN:
        planned[name] = asked["default"]


def _stays(asked: Asked, written: Any, has: Any) -> bool:
    """Whether what is there hides what is written, or the lack of it."""
    if asked.get("kept") and written == []:
        return isinstance(has, list) and bool(has) and isinstance(has[0], dict)
    return "assumed" in asked and written in (None, 0, "", False) and has == asked["assumed"]
