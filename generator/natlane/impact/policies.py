"""Whether one endpoint policy allows all that another one does: only what is plain to see, and never a guess.

Source: IAM user guide, "Policy evaluation logic" (a Deny wins over every Allow), "IAM JSON policy elements reference".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

ALLOW_ALL: Final = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}'
_KNOWN: Final = frozenset(
    ("Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"),
)
_EVERYBODY: Final = frozenset(("AWS:*",))
Statement = dict[str, Any]


def allows_all_of(one: str, other: str) -> bool:
    """Whether `one` surely allows everything that `other` allows; False where that is not plain."""
    first, second = _statements(one), _statements(other)
    if first is None or second is None or ("${" in one + other and _version(one) != _version(other)):
        return False
    allowed = _each_inside(_of("Allow", second), _of("Allow", first))
    return allowed and _each_inside(_of("Deny", first), _of("Deny", second))


def _version(text: str) -> object:
    return json.loads(text).get("Version")


def _statements(text: str) -> list[Statement] | None:
    """The statements; None where one holds what is not understood here."""
    try:
        policy = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = policy.get("Statement") if isinstance(policy, dict) else None
    statements: list[Any] = found if isinstance(found, list) else [found]
    return statements if all(map(_is_plain, statements)) else None


def _is_plain(statement: object) -> bool:
    if not isinstance(statement, dict) or not statement.keys() <= _KNOWN or "Principal" not in statement:
        return False
    lists = [statement[name] for name in ("Action", "NotAction", "Resource", "NotResource") if name in statement]
    whole = len(lists) == 2 and statement.get("Effect") in ("Allow", "Deny")
    return whole and all(isinstance(each, str) for value in lists for each in _listed(value))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _of(effect: str, statements: Iterable[Statement]) -> list[Statement]:
    return [each for each in statements if each["Effect"] == effect]


def _each_inside(some: Iterable[Statement], others: list[Statement]) -> bool:
    return all(any(_inside(each, other) for other in others) for each in some)


def _inside(one: Statement, other: Statement) -> bool:
    """Whether every call that a statement is about is one that another statement is about."""
    callers, others = _principals(one["Principal"]), _principals(other["Principal"])
    return (
        (others >= _EVERYBODY or callers <= others)
        and _part_inside("Action", one, other, fold=True)
        and _part_inside("Resource", one, other, fold=False)
        and ("Condition" not in other or one.get("Condition") == other["Condition"])
    )


def _principals(value: Any) -> frozenset[str]:
    if value == "*":
        return _EVERYBODY
    pairs = value.items() if isinstance(value, dict) else [("AWS", value)]
    return frozenset(f"{kind}:{each}" for kind, some in pairs for each in _listed(some))


def _part_inside(name: str, one: Statement, other: Statement, *, fold: bool) -> bool:
    """Whether the actions, or the resources, of a statement are all among another one's."""
    mine, theirs = (_patterns(each, name, fold=fold) for each in (one, other))
    if f"Not{name}" in other:
        # All but some are inside of all but fewer.
        return f"Not{name}" in one and _all_match(theirs, mine)
    return "*" in theirs or (name in one and _all_match(mine, theirs))


def _patterns(statement: Statement, name: str, *, fold: bool) -> list[str]:
    found = _listed(statement.get(name, statement.get(f"Not{name}")))
    return [each.lower() if fold else each for each in found]


def _all_match(some: Iterable[str], others: list[str]) -> bool:
    return all(any(_matches(each, other) for other in others) for each in some)


def _matches(pattern: str, other: str) -> bool:
    """Whether everything that a pattern stands for matches another one: its own wildcards only match wildcards."""
    if pattern == other or other == "*":
        return True
    if "${" in pattern + other:  # a policy variable: its value is not known
        return False
    wild = {"*": ".*", "?": "[^*]"}
    expression = "".join(wild.get(each, re.escape(each)) for each in other)
    return re.fullmatch(expression, pattern, re.DOTALL) is not None
