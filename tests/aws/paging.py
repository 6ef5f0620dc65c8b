"""Pages of an answer, by NextToken and MaxResults.

Source: EC2 API reference, "Pagination"; a token is opaque, so this one is only a number that clients must not read.
"""

from __future__ import annotations

import base64
from typing import Any, TypeVar

from tests.aws.errors import AwsError

T = TypeVar("T")


def page(items: list[T], params: dict[str, Any], most: int, token: str = "NextToken") -> tuple[list[T], str | None]:
    """The items of one page, and the token of the next; `most` a page where the call asks for no number or more."""
    start = _start(params.get(token))
    size = min(params.get("MaxResults") or params.get("MaxRecords") or params.get("PageSize") or most, most)
    rest = start + size < len(items)
    return items[start : start + size], (
        base64.b64encode(f"{token}:{start + size}".encode()).decode() if rest else None
    )


def _start(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(base64.b64decode(token).decode().partition(":")[2])
    except ValueError:
        raise AwsError("InvalidNextToken", "The token is not valid.") from None
