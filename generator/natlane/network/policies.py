"""IAM policies of a module, read as data: whom a role trusts, and what it may do.

Only a policy that is one `jsonencode({...})` with keys in plain text is read. Any other could say anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from natlane.hcl.blocks import Expression, Value, read_blocks

SERVICE: Final = "vpc-flow-logs.amazonaws.com"
ACTIONS: Final = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:PutLogEvents",
)
_ENCODED: Final = re.compile(r"jsonencode\(\s*(\{.*\})\s*\)", re.DOTALL)
_WHOLE: Final = frozenset(("Version", "Id", "Statement"))
_TRUST: Final = frozenset(("Sid", "Effect", "Action", "Principal", "Condition"))
_RIGHTS: Final = frozenset(("Sid", "Effect", "Action", "Resource", "Condition"))


def is_trust(value: Value, accounts: Collection[str]) -> bool:
    """Whether a policy lets nobody but the service of flow logs take a role, and that for these accounts only."""
    found = list(_statements(value))
    return bool(found) and all(each is not None and _trusts(each, accounts) for each in found)


def is_of_logs(value: Value) -> bool:
    """Whether a policy allows nothing but to write logs."""
    found = list(_statements(value))
    return bool(found) and all(each is not None and _writes(each) for each in found)


def _trusts(statement: Mapping[str, Value], accounts: Collection[str]) -> bool:
    condition = statement.get("Condition")
    equals = condition.get("StringEquals") if isinstance(condition, dict) else None
    account = equals.get("aws:SourceAccount") if isinstance(equals, dict) else None
    known = statement.keys() <= _TRUST and statement.get("Principal") == {"Service": SERVICE}
    return known and statement.get("Action") == "sts:AssumeRole" and account in accounts


def _writes(statement: Mapping[str, Value]) -> bool:
    action = statement.get("Action")
    actions = action if isinstance(action, tuple) else (action,)
    return statement.keys() <= _RIGHTS and bool(actions) and all(each in ACTIONS for each in actions)


def _statements(value: Value) -> Iterator[Mapping[str, Value] | None]:
    """Each statement of a policy; None for what cannot be read."""
    policy = _object(value)
    if policy is None or not policy.keys() <= _WHOLE:
        yield None
        return
    statements = policy.get("Statement")
    for each in statements if isinstance(statements, tuple) else (statements,):
        yield each if isinstance(each, dict) else None


def _object(value: Value) -> Mapping[str, Value] | None:
    """The object that a policy is made of; None where it is none, or a key of it is computed."""
    match = _ENCODED.fullmatch(value.text) if isinstance(value, Expression) else None
    if match is None:
        return None
    blocks, problems = read_blocks("", f"policy {{\n  value = {match[1]}\n}}\n")
    if problems or len(blocks) != 1 or blocks[0].blocks or blocks[0].attributes.keys() != {"value"}:
        return None
    found = blocks[0].attributes["value"].value
    return found if isinstance(found, dict) else None
