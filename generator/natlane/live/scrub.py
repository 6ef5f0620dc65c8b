"""Removal of secrets from AWS's answers: DescribeVpnConnections gives both keys, twice."""

from __future__ import annotations

from typing import Any, Final

# Every member that AWS's API model calls sensitive in an answer that natlane reads; a test compares both.
SENSITIVE: Final = frozenset(("CustomerGatewayConfiguration", "PreSharedKey"))


def scrubbed(value: Any) -> Any:
    """The same answer without its sensitive members, whatever holds them."""
    if isinstance(value, dict):
        return type(value)({name: scrubbed(member) for name, member in value.items() if name not in SENSITIVE})
    if isinstance(value, (list, tuple)):
        return [scrubbed(member) for member in value]
    return value
