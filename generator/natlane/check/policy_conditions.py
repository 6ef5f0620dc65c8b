"""The conditions of a policy: what is wrong with an operator, a key or a value, and what to write.

Sources: IAM user guide, "JSON policy elements: Condition operators"; PrivateLink guide, "Control access to VPC
endpoints using endpoint policies", Considerations.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Final

from natlane.facts import aws

Fault = tuple[str, str]  # message, hint
OPERATORS: Final = frozenset(
    (
        *(f"String{kind}" for kind in ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase")),
        *("StringLike", "StringNotLike", "Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "Null"),
        *(
            f"{what}{kind}"
            for what in ("Numeric", "Date")
            for kind in ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
        ),
        *(f"Arn{kind}" for kind in ("Equals", "Like", "NotEquals", "NotLike")),
    )
)
# The two that the guide names of those whose values AWS makes: no wildcard and no number compares with them.
MADE_BY_AWS: Final = frozenset(("aws:principalaccount", "aws:sourcevpc"))
_EXAMPLE: Final = 'write {"operator": {"key": "value"}}, such as {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}'
_WILD: Final = re.compile(r"[*?]")


def conditions(value: object) -> Iterator[Fault]:
    """Everything wrong with a statement's Condition."""
    if not isinstance(value, dict):
        yield f"has Condition {shown(value)}, not an object", _EXAMPLE
        return
    for operator, keys in value.items():
        plain = operator.partition(":")[2] if operator.startswith(("ForAllValues:", "ForAnyValue:")) else operator
        if plain == "NullIfExists" or plain.removesuffix("IfExists") not in OPERATORS:
            yield f"has the condition operator {shown(operator)}", nearest(plain, OPERATORS) or _EXAMPLE
        elif not isinstance(keys, dict) or not keys or not all(_is_value(each) for each in keys.values()):
            yield f"has under {operator} {shown(keys)}, which is no key with its values", _EXAMPLE
        else:
            yield from _keys(operator, plain.removesuffix("IfExists"), keys)


def _keys(operator: str, plain: str, keys: dict[str, Any]) -> Iterator[Fault]:
    for key, value in keys.items():
        values = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]
        if ":" not in key:
            yield (
                f"has under {operator} the key {shown(key)}, which names no service",
                'write it as "aws:PrincipalOrgID"',
            )
        elif key.lower() in MADE_BY_AWS and (plain.startswith("Numeric") or any(map(_WILD.search, values))):
            yield f"compares {key} by a wildcard or as a number, which AWS refuses", "write each value whole"
        elif plain in ("StringLike", "StringNotLike"):
            yield from _wildcards(operator, key, values)


def _wildcards(operator: str, key: str, values: Iterable[str]) -> Iterator[Fault]:
    """Each wildcard has six characters in a row before or after it; one that stands alone is left to AWS."""
    for value in values:
        runs = [len(run) for run in _WILD.split(value)]
        short = any(max(pair) < aws.WILDCARD_RUN_LEAST for pair in pairwise(runs))
        if short and value != "*":
            said = f"has under {operator} {shown(value)} for {key}: AWS wants six characters beside each wildcard"
            yield said, "write more of the value"


def condition_values(value: object) -> list[object]:
    """Every value that a statement's Condition compares with."""
    operators = value.values() if isinstance(value, dict) else ()
    held = [each for keys in operators if isinstance(keys, dict) for each in keys.values()]
    return [one for each in held for one in (each if isinstance(each, list) else [each])]


def _is_value(value: object) -> bool:
    values = value if isinstance(value, list) else [value]
    return all(isinstance(each, str | int | float) for each in values)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known word that is meant; empty where it is like none."""
    by_lower = {each.lower(): each for each in known}
    near = difflib.get_close_matches(name.lower(), list(by_lower), 1, 0.6)
    return f"did you mean {by_lower[near[0]]}?" if near else ""


def shown(value: object) -> str:
    """A value as a policy has it, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
