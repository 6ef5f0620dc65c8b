"""The read-only IAM policy of the commands that read AWS: `python -m natlane.live.policy` prints it."""

from __future__ import annotations

import json

from natlane.live.calls import ALL

_IDENTITY = "sts:GetCallerIdentity"


def policy_text() -> str:
    """A policy document; none of these actions can be narrowed to a resource before it is known."""
    actions = sorted({call.permission for call in ALL} | {_IDENTITY})
    statement = {"Sid": "NatlaneReads", "Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


if __name__ == "__main__":
    print(policy_text())
