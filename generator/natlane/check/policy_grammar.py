"""IAM's grammar of endpoint policies: what is wrong with a policy, and what to write instead.

Sources: IAM user guide, "Grammar of the IAM JSON policy language" and "JSON policy elements: Condition operators";
PrivateLink guide, "Control access to VPC endpoints using endpoint policies" (a Principal must be there).
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

Fault = tuple[str, str]  # message, hint
VERSIONS: Final = ("2012-10-17", "2008-10-17")
MEMBERS: Final = ("Version", "Id", "Statement")
STATEMENT: Final = (
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"),
)
EFFECTS: Final = ("Allow", "Deny")
PRINCIPALS: Final = ("AWS", "Service", "Federated", "CanonicalUser")
EITHER: Final = (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))
EXAMPLE: Final = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}'
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
_SID: Final = re.compile(r"[A-Za-z0-9]*")
_ACTION: Final = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
_RESOURCE: Final = re.compile(r"\*|arn:.+")
_PRINCIPAL: Final = re.compile(r"\*|[0-9]{12}|arn:.+|AIDA\w+|AROA\w+")

_PARTITION: Final = re.compile(r"arn:([^:*?$]*)(?::|$)")  # a partition with a wildcard or variable may be any


class _RepeatedError(ValueError):
    """A member that an object has twice."""


def faults_of(text: str, partition: str) -> Iterator[Fault]:
    """Everything that AWS would refuse or misread in an endpoint policy of a partition."""
    try:
        policy = json.loads(text, object_pairs_hook=_once)
    except _RepeatedError as error:
        yield f"has {error} twice", "keep one"
        return
    except (ValueError, RecursionError):
        yield "is not JSON", f"write {EXAMPLE}"
        return
    if not isinstance(policy, dict) or "Statement" not in policy:
        yield "is no policy: it has no Statement", f"write {EXAMPLE}"
        return
    yield from _unknown(policy, MEMBERS, "a policy")
    if policy.get("Version", VERSIONS[0]) not in VERSIONS:
        yield f"has Version {_shown(policy['Version'])}, and IAM knows two", f'write "Version": "{VERSIONS[0]}"'
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    if not statements:
        yield "has no statement, and so allows nothing", f"write {EXAMPLE}"
    for number, statement in enumerate(statements, 1):
        where = f"statement {number}"
        if isinstance(statement, dict):
            yield from ((f"{where} {message}", hint) for message, hint in _statement(statement, partition))
        else:
            yield f"{where} is {_shown(statement)}, not an object", f"write {EXAMPLE}"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _RepeatedError(name)
        found[name] = value
    return found


def _statement(statement: dict[str, Any], partition: str) -> Iterator[Fault]:
    yield from _unknown(statement, STATEMENT, "a statement")
    yield from _effect(statement)
    yield from _alternatives(statement)
    for names, faults in _ELEMENTS:
        for name in names:
            if name in statement:
                yield from faults(name, statement[name], partition)


def _effect(statement: dict[str, Any]) -> Iterator[Fault]:
    if statement.get("Effect") not in EFFECTS:
        said = f"has Effect {_shown(statement['Effect'])}" if "Effect" in statement else "has no Effect"
        yield said, 'write "Effect": "Allow" or "Deny"'


def _alternatives(statement: dict[str, Any]) -> Iterator[Fault]:
    """Of each pair, such as Action and NotAction, exactly one is given."""
    for pair in EITHER:
        given = [name for name in pair if name in statement]
        if not given:
            yield f"has no {pair[0]}", f'write "{pair[0]}": "*", or a narrower one'
        elif len(given) == 2:
            yield f"has {pair[0]} and {pair[1]}", "keep one"


def _sid(name: str, value: object, _partition: str) -> Iterator[Fault]:
    if not isinstance(value, str) or not _SID.fullmatch(value):
        yield f"has {name} {_shown(value)}", "letters and digits are allowed"


def _action(name: str, value: object, _partition: str) -> Iterator[Fault]:
    yield from _texts(name, value, _ACTION, 'write "service:Action", such as "execute-api:Invoke"')


def _resource(name: str, value: object, partition: str) -> Iterator[Fault]:
    yield from _texts(name, value, _RESOURCE, 'write "*" or an ARN')
    yield from _partitions(value, partition)


def _principal(name: str, value: object, partition: str) -> Iterator[Fault]:
    if value == "*":
        return
    hint = f'write "{name}": "*" or {{"AWS": "arn:{partition}:iam::<account>:role/<name>"}}'
    if not isinstance(value, dict) or not value:
        yield f"has {name} {_shown(value)}", hint
        return
    for kind, named in value.items():
        if kind not in PRINCIPALS:
            yield f"has {name} of {_shown(kind)}", hint
        elif kind == "AWS":
            yield from _texts(name, named, _PRINCIPAL, hint)
            yield from _partitions(named, partition)
        else:
            yield from _texts(name, named, re.compile(r".+"), hint)


def _condition(name: str, value: object, _partition: str) -> Iterator[Fault]:
    hint = 'write {"operator": {"key": "value"}}, such as {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}'
    if not isinstance(value, dict):
        yield f"has {name} {_shown(value)}, not an object", hint
        return
    for operator, keys in value.items():
        plain = operator.partition(":")[2] if operator.startswith(("ForAllValues:", "ForAnyValue:")) else operator
        if plain.removesuffix("IfExists") not in OPERATORS:
            yield f"has the condition operator {_shown(operator)}", _nearest(plain, OPERATORS) or hint
        elif not isinstance(keys, dict) or not keys or not all(_is_value(each) for each in keys.values()):
            yield f"has under {operator} {_shown(keys)}, which is no key with its values", hint


_ELEMENTS: Final[tuple[tuple[tuple[str, ...], Callable[[str, object, str], Iterator[Fault]]], ...]] = (
    (("Sid",), _sid),
    (("Principal", "NotPrincipal"), _principal),
    (("Action", "NotAction"), _action),
    (("Resource", "NotResource"), _resource),
    (("Condition",), _condition),
)


def _is_value(value: object) -> bool:
    values = value if isinstance(value, list) else [value]
    return all(isinstance(each, str | int | float) for each in values)


def _texts(name: str, value: object, pattern: re.Pattern[str], hint: str) -> Iterator[Fault]:
    """A text or a list of them, each of a form."""
    values = value if isinstance(value, list) else [value]
    if not values:
        yield f"has an empty {name}", hint
    for each in values:
        if not isinstance(each, str) or not pattern.fullmatch(each):
            yield f"has {name} {_shown(each)}", hint


def _partitions(value: object, partition: str) -> Iterator[Fault]:
    """ARNs are of the region's partition: nothing of another one is ever called through the endpoint."""
    for each in value if isinstance(value, list) else [value]:
        named = _PARTITION.match(each) if isinstance(each, str) else None
        if named and named[1] != partition:
            yield f"has an ARN of {named[1]}, and this region is in {partition}", f"write arn:{partition}:..."


def _unknown(value: dict[str, Any], known: tuple[str, ...], what: str) -> Iterator[Fault]:
    for name in value:
        if name not in known:
            yield f"has {_shown(name)}, which {what} has not", _nearest(name, known) or f"known are {', '.join(known)}"


def _nearest(name: str, known: Iterable[str]) -> str:
    by_lower = {each.lower(): each for each in known}
    near = difflib.get_close_matches(name.lower(), list(by_lower), 1, 0.6)
    return f"did you mean {by_lower[near[0]]}?" if near else ""


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
