"""What is wrong with an endpoint policy, fault by fault; nothing with what AWS takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from natlane.check.policy_grammar import faults_of

ALL: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
ORGANISATION = {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}
ROLE = "arn:aws:iam::111111111111:role/reader"


def said(policy: object, partition: str = "aws") -> list[str]:
    text = policy if isinstance(policy, str) else json.dumps(policy)
    return [message for message, _ in faults_of(text, partition)]


def one(**members: object) -> list[str]:
    """What is said of a policy of one statement, where these members are otherwise; None leaves one out."""
    statement = {name: value for name, value in {**ALL, **members}.items() if value is not None}
    return said({"Version": "2012-10-17", "Statement": [statement]})


TAKEN: dict[str, dict[str, Any]] = {
    "all": {},
    "deny": {"Effect": "Deny"},
    "a role": {"Principal": {"AWS": ROLE}},
    "an account, a service": {"Principal": {"AWS": ["111111111111", ROLE], "Service": "lambda.amazonaws.com"}},
    "all but one": {"Principal": None, "NotPrincipal": {"AWS": ROLE}},
    "actions": {"Action": ["execute-api:Invoke", "s3:Get*"]},
    "no actions": {"Action": None, "NotAction": "s3:DeleteObject"},
    "an ARN": {"Resource": ["arn:aws:s3:::bucket/*", "arn:*:s3:::bucket"]},
    "an organisation": {"Condition": ORGANISATION},
    "a set of values": {"Condition": {"ForAnyValue:StringLikeIfExists": {"aws:PrincipalOrgPaths": ["a/*", "b/*"]}}},
    "a flag": {"Condition": {"Bool": {"aws:SecureTransport": True}, "Null": {"aws:PrincipalTag/a": "true"}}},
    "a Sid": {"Sid": "Readers1"},
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_aws_takes(name: str) -> None:
    assert one(**TAKEN[name]) == []


REFUSED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no principal": ({"Principal": None}, ["statement 1 has no Principal"]),
    "two principals": ({"NotPrincipal": "*"}, ["statement 1 has Principal and NotPrincipal"]),
    "another word": (
        {"Effect": None, "Effekt": "Allow"},
        ['statement 1 has "Effekt", which a statement has not', "statement 1 has no Effect"],
    ),
    "small letters": (
        {"Effect": None, "effect": "Allow"},
        ['statement 1 has "effect", which a statement has not', "statement 1 has no Effect"],
    ),
    "another effect": ({"Effect": "allow"}, ['statement 1 has Effect "allow"']),
    "a principal by its name": ({"Principal": ROLE}, [f'statement 1 has Principal "{ROLE}"']),
    "a principal of no kind": ({"Principal": {"aws": "*"}}, ['statement 1 has Principal of "aws"']),
    "no actions": ({"Action": []}, ["statement 1 has an empty Action"]),
    "an action alone": ({"Action": "Invoke"}, ['statement 1 has Action "Invoke"']),
    "a resource by its name": ({"Resource": "bucket"}, ['statement 1 has Resource "bucket"']),
    "an ARN of another partition": (
        {"Resource": "arn:aws-cn:s3:::bucket"},
        ["statement 1 has an ARN of aws-cn, and this region is in aws"],
    ),
    "a role of another partition": (
        {"Principal": {"AWS": "arn:aws-us-gov:iam::111111111111:root"}},
        ["statement 1 has an ARN of aws-us-gov, and this region is in aws"],
    ),
    "Terraform's conditions": (
        {"Condition": [{"test": "StringEquals", "variable": "aws:PrincipalOrgID", "values": ["o-example"]}]},
        ['statement 1 has Condition [{"test": "StringEquals", "variable": "aws:PrincipalOrgID..., not an object'],
    ),
    "Terraform's condition": (
        {"Condition": {"test": "StringEquals", "variable": "aws:PrincipalOrgID", "values": ["o-example"]}},
        [f'statement 1 has the condition operator "{name}"' for name in ("test", "variable", "values")],
    ),
    "an operator of none": (
        {"Condition": {"StringIs": {"a": "b"}}},
        ['statement 1 has the condition operator "StringIs"'],
    ),
    "an operator without a key": (
        {"Condition": {"StringEquals": "o-example"}},
        ['statement 1 has under StringEquals "o-example", which is no key with its values'],
    ),
    "a Sid with a space": ({"Sid": "the readers"}, ['statement 1 has Sid "the readers"']),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_aws_refuses(name: str) -> None:
    members, told = REFUSED[name]
    assert one(**members) == told


WHOLE: dict[str, tuple[object, list[str]]] = {
    "no JSON": ("{'Statement': []}", ["is not JSON"]),
    "nested without end": ("[" * 100_000, ["is not JSON"]),
    "a list": ([ALL], ["is no policy: it has no Statement"]),
    "no statement": ({}, ["is no policy: it has no Statement"]),
    "null": ({"Statement": None}, ["statement 1 is null, not an object"]),
    "none": ({"Statement": []}, ["has no statement, and so allows nothing"]),
    "another version": ({"Version": "2024-01-01", "Statement": ALL}, ['has Version "2024-01-01", and IAM knows two']),
    "a version that is a number": ({"Version": 2012, "Statement": ALL}, ["has Version 2012, and IAM knows two"]),
    "a member twice": ('{"Statement": [], "Statement": []}', ["has Statement twice"]),
    "one without a list": ({"Statement": ALL}, []),
}


@pytest.mark.parametrize("name", WHOLE)
def test_whole_policies(name: str) -> None:
    policy, told = WHOLE[name]
    assert said(policy) == told


def test_every_hint_is_followed() -> None:
    """Each hint says something to write."""
    for members, _ in REFUSED.values():
        statement = {name: value for name, value in {**ALL, **members}.items() if value is not None}
        assert all(hint for _, hint in faults_of(json.dumps({"Statement": statement}), "aws"))
