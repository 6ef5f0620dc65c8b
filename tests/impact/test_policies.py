"""A policy is called wider or narrower only where that is plain from its text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from natlane.impact.policies import ALLOW_ALL, allows_all_of

SEND = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:1:q"}
DENY = {**SEND, "Effect": "Deny"}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Statement": list(statements)})


def but(**members: Any) -> dict[str, Any]:
    return {**SEND, **members}


ONLY_MINE = {"StringEquals": {"aws:PrincipalAccount": "111111111111"}}
# What allows all of which other one, and not the other way round.
WIDER = {
    "more actions": (policy(but(Action="sqs:*")), policy(SEND)),
    "actions in other letters": (policy(but(Action="SQS:*")), policy(SEND)),
    "more resources": (policy(but(Resource="arn:aws:sqs:*:1:*")), policy(SEND)),
    "a list": (policy(but(Action=["sqs:SendMessage", "sqs:ReceiveMessage"])), policy(SEND)),
    "two statements": (policy(SEND, but(Action="sqs:ReceiveMessage")), policy(SEND)),
    "everybody": (policy(SEND), policy(but(Principal={"AWS": "111111111111"}))),
    "no condition": (policy(SEND), policy(but(Condition=ONLY_MINE))),
    "no denial": (policy(SEND), policy(SEND, DENY)),
    "a denial of less": (policy(SEND, DENY), policy(SEND, {**DENY, "Action": "*"})),
    "all but fewer": (
        policy({**but(NotAction="sqs:Purge*"), "Action": None}),
        policy({**but(NotAction=["sqs:Purge*", "sqs:Delete*"]), "Action": None}),
    ),
    "AWS's own": (ALLOW_ALL, policy(SEND)),
}


def _clean(text: str) -> str:
    """Without the members that are None."""
    found = json.loads(text)
    found["Statement"] = [{name: each for name, each in one.items() if each is not None} for one in found["Statement"]]
    return json.dumps(found)


@pytest.mark.parametrize("name", WIDER)
def test_what_is_wider(name: str) -> None:
    wide, narrow = map(_clean, WIDER[name])
    assert allows_all_of(wide, narrow)
    assert not allows_all_of(narrow, wide)
    assert allows_all_of(wide, wide)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (policy(but(Action="sqs:Get*")), policy(but(Action="sqs:Send*"))),
        (policy(but(Action="sqs:SendMessag?")), policy(but(Action="sqs:SendMessag*"))),
        (policy(but(Condition=ONLY_MINE)), policy(SEND)),
        (policy(but(Resource="q:????????")), policy(but(Resource="q:${a:b}"))),
        (policy(but(NewMember="x")), policy(SEND)),
        (policy(SEND), policy(but(Effect="Maybe"))),
        ("no policy", policy(SEND)),
        (policy(SEND), "[]"),
    ],
)
def test_what_is_not_plain_is_no_superset(one: str, other: str) -> None:
    assert not allows_all_of(one, other)
