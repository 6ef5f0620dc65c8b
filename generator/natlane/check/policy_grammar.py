"""IAM's grammar of endpoint policies: what is wrong with a policy, and what to write instead.

Sources: IAM user guide, "Grammar of the IAM JSON policy language" and "JSON policy elements: Condition operators";
PrivateLink guide, "Control access to VPC endpoints using endpoint policies" (a Principal must be there).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from natlane.check.policy_conditions import Fault, condition_values, conditions, nearest, shown

VERSIONS: Final = ("2012-10-17", "2008-10-17")
MEMBERS: Final = ("Version", "Id", "Statement")
STATEMENT: Final = (
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"),
)
EFFECTS: Final = ("Allow", "Deny")
PRINCIPALS: Final = ("AWS", "Service", "Federated", "CanonicalUser")
EITHER: Final = (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))
EXAMPLE: Final = (  # everybody may call, for what this account owns
    '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",'
    ' "Condition": {"StringEquals": {"aws:ResourceAccount": "<account id>"}}}]}'
)
_SID: Final = re.compile(r"[A-Za-z0-9]*")
_ACTION: Final = re.compile(r"\*|(?:\*|[A-Za-z0-9-]+):[A-Za-z0-9*?]+")
# "You cannot use a wildcard to match part of a principal name or ARN" (IAM, "JSON policy elements: Principal").
_PRINCIPAL: Final = re.compile(
    r"\*|[0-9]{12}|AIDA\w+|AROA\w+"
    r"|arn:[a-z-]+:iam::[0-9]{12}:(?:root|(?:user|role)/[^*?]+)"
    r"|arn:[a-z-]+:sts::[0-9]{12}:(?:assumed-role|federated-user)/[^*?]+"
)
# An S3 account by its canonical id, and a service (IAM, "JSON policy elements: Principal").
_OTHERS: Final = {
    "CanonicalUser": re.compile(r"[0-9a-f]{64}"),
    "Service": re.compile(r"\*|[a-z0-9][a-z0-9.-]*\.[a-z]+"),
}
_ARN: Final = re.compile(r"\*|arn(?::[^:]*){4}:.+")
_ACCOUNT: Final = re.compile(r"[0-9]{12}|[*?]+|aws|")  # of an ARN: an id or wildcards, not both
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
        yield f"has Version {shown(policy['Version'])}, and IAM knows two", f'write "Version": "{VERSIONS[0]}"'
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    if not statements:
        yield "has no statement, and so allows nothing", f"write {EXAMPLE}"
    for number, statement in enumerate(statements, 1):
        where = f"statement {number}"
        if isinstance(statement, dict):
            yield from _variables(policy, where, statement)
            yield from ((f"{where} {message}", hint) for message, hint in _statement(statement, partition))
        else:
            yield f"{where} is {shown(statement)}, not an object", f"write {EXAMPLE}"


def statements_of_services(text: str) -> Iterator[int]:
    """The numbers of the statements that name an AWS service as a caller; none where the text is no policy."""
    try:
        policy = json.loads(text)
    except (ValueError, RecursionError):
        return
    statements = policy.get("Statement") if isinstance(policy, dict) else ()
    for number, each in enumerate(statements if isinstance(statements, list) else [statements], 1):
        principal = each.get("Principal", each.get("NotPrincipal")) if isinstance(each, dict) else None
        if isinstance(principal, dict) and "Service" in principal:
            yield number


def _variables(policy: dict[str, Any], where: str, statement: dict[str, Any]) -> Iterator[Fault]:
    """Policy variables are variables from the later version on; without Version IAM takes the earlier one."""
    if policy.get("Version") == VERSIONS[0]:
        return
    for name in ("Resource", "NotResource", "Condition"):
        variable = re.search(r"\$\{[^}]*\}", json.dumps(statement.get(name, "")))
        if variable:
            earlier = f'without "Version": "{VERSIONS[0]}" is plain text'
            yield f"{where} has {variable[0]}, which {earlier}", f'write "Version": "{VERSIONS[0]}"'
            return


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _RepeatedError(name)
        found[name] = value
    return found


def _statement(statement: dict[str, Any], partition: str) -> Iterator[Fault]:
    yield from _unknown(statement, STATEMENT, "a statement")
    if statement.get("Effect") not in EFFECTS:
        said = f"has Effect {shown(statement['Effect'])}" if "Effect" in statement else "has no Effect"
        yield said, 'write "Effect": "Allow" or "Deny"'
    yield from _pairs(statement)
    if not isinstance(statement.get("Sid", ""), str) or not _SID.fullmatch(statement.get("Sid", "")):
        yield f"has Sid {shown(statement['Sid'])}", "letters and digits are allowed"
    for name, value in statement.items():
        yield from _member(name, value, partition)


def _pairs(statement: dict[str, Any]) -> Iterator[Fault]:
    """Of each pair one stands; an exception to everybody only takes away."""
    for pair in EITHER:
        given = [name for name in pair if name in statement]
        if len(given) != 1:
            said = f"has no {pair[0]}" if not given else f"has {pair[0]} and {pair[1]}"
            yield said, f'write "{pair[0]}": "*", or a narrower one' if not given else "keep one"
    if "NotPrincipal" in statement and "Principal" not in statement and statement.get("Effect") == "Allow":
        yield "allows everybody but NotPrincipal, strangers too", 'write "Principal", or "Effect": "Deny"'


def _member(name: str, value: object, partition: str) -> Iterator[Fault]:
    if name in ("Principal", "NotPrincipal"):
        yield from _principal(name, value, partition)
    elif name in ("Action", "NotAction"):
        yield from _texts(name, value, _ACTION, 'write "service:Action", such as "execute-api:Invoke"')
    elif name in ("Resource", "NotResource"):
        yield from _texts(name, value, _ARN, 'write "*", or an ARN with its six parts')
        yield from _partitions(value, partition)
        yield from _accounts(name, value)
    elif name == "Condition":
        yield from conditions(value)
        yield from _partitions(condition_values(value), partition)


def _principal(name: str, value: object, partition: str) -> Iterator[Fault]:
    if value == "*":
        return
    hint = f'write "{name}": "*" or {{"AWS": "arn:{partition}:iam::<account>:role/<name>"}}'
    if not isinstance(value, dict) or not value:
        yield f"has {name} {shown(value)}", hint
        return
    for kind, named in value.items():
        if kind not in PRINCIPALS:
            yield f"has {name} of {shown(kind)}", hint
        elif kind == "AWS":
            yield from _texts(name, named, _PRINCIPAL, hint)
            yield from _partitions(named, partition)
        else:
            yield from _texts(f"{name} of {kind}", named, _OTHERS.get(kind, re.compile(r".+")), hint)


def _texts(name: str, value: object, pattern: re.Pattern[str], hint: str) -> Iterator[Fault]:
    """A text or a list of them, each of a form."""
    values = value if isinstance(value, list) else [value]
    if not values:
        yield f"has an empty {name}", hint
    for each in values:
        if not isinstance(each, str) or not pattern.fullmatch(each):
            yield f"has {name} {shown(each)}", hint


def _partitions(value: object, partition: str) -> Iterator[Fault]:
    """ARNs are of the region's partition: nothing of another one is ever called through the endpoint."""
    for each in value if isinstance(value, list) else [value]:
        named = _PARTITION.match(each) if isinstance(each, str) else None
        if named and named[1] != partition:
            yield f"has an ARN of {named[1]}, and this region is in {partition}", f"write arn:{partition}:..."


def _accounts(name: str, value: object) -> Iterator[Fault]:
    """The account in an ARN is an id or a wildcard, and not both (PrivateLink guide, Considerations)."""
    for each in value if isinstance(value, list) else [value]:
        parts = each.split(":", 5) if isinstance(each, str) else []
        if len(parts) == 6 and "${" not in parts[4] and not _ACCOUNT.fullmatch(parts[4]):
            said = f"has in {name} the account {shown(parts[4])}, which is neither 12 digits nor a wildcard"
            yield said, "write the account's 12 digits"


def _unknown(value: dict[str, Any], known: tuple[str, ...], what: str) -> Iterator[Fault]:
    for name in value:
        if name not in known:
            yield f"has {shown(name)}, which {what} has not", nearest(name, known) or f"known are {', '.join(known)}"
