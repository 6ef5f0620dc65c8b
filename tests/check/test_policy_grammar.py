"""What is wrong with an endpoint policy, fault by fault; nothing with what AWS takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from natlane.check.policy_grammar import faults_of, statements_of_services

ALL: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
ORGANISATION = {"StringEquals": {"aws:PrincipalOrgID": "o-example"}}
CANONICAL = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
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
    "all but one": {"Effect": "Deny", "Principal": None, "NotPrincipal": {"AWS": ROLE}},
    "an account in three ways": {
        "Principal": {"AWS": ["111111111111", "arn:aws:iam::111111111111:root", "AROAEXAMPLEEXAMPLE"]}
    },
    "a session": {"Principal": {"AWS": "arn:aws:sts::111111111111:assumed-role/reader/one"}},
    "a role in a path": {"Principal": {"AWS": "arn:aws:iam::111111111111:role/service/reader"}},
    "every action, in two words": {"Action": "*:*"},
    "a wildcard for the account": {"Resource": "arn:aws:execute-api:eu-west-1:*:a1b2c3d4e5/*"},
    "AWS's own account": {"Resource": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    "a variable for the account": {"Resource": "arn:aws:s3:eu-west-1:${aws:PrincipalAccount}:accesspoint/a"},
    "a long wildcard": {"Condition": {"StringLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/app-*"}}},
    "any value at all": {"Condition": {"StringLike": {"aws:PrincipalTag/team": "*"}}},
    "actions": {"Action": ["execute-api:Invoke", "s3:Get*"]},
    "no actions": {"Action": None, "NotAction": "s3:DeleteObject"},
    "an ARN": {"Resource": ["arn:aws:s3:::bucket/*", "arn:*:s3:::bucket"]},
    "an organisation": {"Condition": ORGANISATION},
    "a set of values": {
        "Condition": {
            "ForAnyValue:StringLikeIfExists": {"aws:PrincipalOrgPaths": ["o-example/r-ab/*", "o-other/r-cd/*"]}
        }
    },
    "a flag": {"Condition": {"Bool": {"aws:SecureTransport": True}, "Null": {"aws:PrincipalTag/a": "true"}}},
    "a Sid": {"Sid": "Readers1"},
    "an account of S3": {"Principal": {"CanonicalUser": CANONICAL}},
    "accounts of S3": {"Principal": {"CanonicalUser": [CANONICAL, CANONICAL[::-1]]}},
    "a service in China": {"Principal": {"Service": ["ec2.amazonaws.com.cn", "sqs.eu-west-1.amazonaws.com"]}},
    "an identity provider": {"Principal": {"Federated": "cognito-identity.amazonaws.com"}},
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_aws_takes(name: str) -> None:
    assert one(**TAKEN[name]) == []


REFUSED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "half an account of S3": (
        {"Principal": {"CanonicalUser": CANONICAL[:32]}},
        [f'statement 1 has Principal of CanonicalUser "{CANONICAL[:32]}"'],
    ),
    "a service by half its name": (
        {"Principal": {"Service": "lambda"}},
        ['statement 1 has Principal of Service "lambda"'],
    ),
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
    "an ARN of another partition, in a list": (
        {"Resource": ["arn:aws:s3:::one", "arn:aws-us-gov:s3:::two", "*"]},
        ["statement 1 has an ARN of aws-us-gov, and this region is in aws"],
    ),
    "an ARN of another partition, in a condition": (
        {"Condition": {"ArnLike": {"aws:PrincipalArn": ["arn:aws-cn:iam::111111111111:role/reader"]}}},
        ["statement 1 has an ARN of aws-cn, and this region is in aws"],
    ),
    "half an ARN": ({"Resource": "arn:aws:s3"}, ['statement 1 has Resource "arn:aws:s3"']),
    "an account of eleven digits": (
        {"Principal": {"AWS": "11111111111"}},
        ['statement 1 has Principal "11111111111"'],
    ),
    "an account with hyphens": (
        {"Principal": {"AWS": "1111-1111-1111"}},
        ['statement 1 has Principal "1111-1111-1111"'],
    ),
    "an account as a number": ({"Principal": {"AWS": 111111111111}}, ["statement 1 has Principal 111111111111"]),
    "a wildcard for roles": (
        {"Principal": {"AWS": "arn:aws:iam::111111111111:role/*"}},
        ['statement 1 has Principal "arn:aws:iam::111111111111:role/*"'],
    ),
    "a bucket as a principal": (
        {"Principal": {"AWS": "arn:aws:s3:::bucket"}},
        ['statement 1 has Principal "arn:aws:s3:::bucket"'],
    ),
    "an account that is neither": (
        {"Resource": "arn:aws:execute-api:eu-west-1:2222*:a1b2c3d4e5/*"},
        ['statement 1 has in Resource the account "2222*", which is neither 12 digits nor a wildcard'],
    ),
    "all but one, allowed": (
        {"Principal": None, "NotPrincipal": {"AWS": ROLE}},
        ["statement 1 allows everybody but NotPrincipal, strangers too"],
    ),
    "an operator misspelt": (
        {"Condition": {"StringEqual": {"aws:PrincipalOrgID": "o-example"}}},
        ['statement 1 has the condition operator "StringEqual"'],
    ),
    "an operator in two words": (
        {"Condition": {"ForAllValue:StringEquals": {"aws:PrincipalOrgID": "o-example"}}},
        ['statement 1 has the condition operator "ForAllValue:StringEquals"'],
    ),
    "null if it exists": (
        {"Condition": {"NullIfExists": {"aws:PrincipalOrgID": "true"}}},
        ['statement 1 has the condition operator "NullIfExists"'],
    ),
    "a key of no service": (
        {"Condition": {"StringEquals": {"PrincipalOrgID": "o-example"}}},
        ['statement 1 has under StringEquals the key "PrincipalOrgID", which names no service'],
    ),
    "a short wildcard": (
        {"Condition": {"StringLike": {"aws:PrincipalTag/team": "net*"}}},
        [
            'statement 1 has under StringLike "net*" for aws:PrincipalTag/team: AWS wants six characters beside each'
            " wildcard"
        ],
    ),
    "an account by a wildcard": (
        {"Condition": {"StringLike": {"aws:PrincipalAccount": "11111111*"}}},
        ["statement 1 compares aws:PrincipalAccount by a wildcard or as a number, which AWS refuses"],
    ),
    "an account as less than another": (
        {"Condition": {"NumericLessThan": {"aws:PrincipalAccount": "222222222222"}}},
        ["statement 1 compares aws:PrincipalAccount by a wildcard or as a number, which AWS refuses"],
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
    "no version": ({"Statement": ALL}, []),
    "a variable without a version": (
        {"Statement": {**ALL, "Resource": "arn:aws:s3:::bucket/${aws:username}/*"}},
        ['statement 1 has ${aws:username}, which without "Version": "2012-10-17" is plain text'],
    ),
    "a variable in the earlier version": (
        {"Version": "2008-10-17", "Statement": {**ALL, "Condition": {"StringEquals": {"a:b": "${aws:userid}"}}}},
        ['statement 1 has ${aws:userid}, which without "Version": "2012-10-17" is plain text'],
    ),
    "a variable in the later version": (
        {"Version": "2012-10-17", "Statement": {**ALL, "Resource": "arn:aws:s3:::bucket/${aws:username}/*"}},
        [],
    ),
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


SERVICE = {"Service": "lambda.amazonaws.com"}


@pytest.mark.parametrize(
    ("statements", "numbers"),
    [
        ([ALL], []),
        ([ALL, {**ALL, "Principal": SERVICE}], [2]),
        ({**ALL, "Principal": {**SERVICE, "AWS": ROLE}}, [1]),
        ([{"Effect": "Deny", "NotPrincipal": SERVICE}, "no object", {**ALL, "Principal": SERVICE}], [1, 3]),
        (None, []),
    ],
)
def test_statements_that_name_a_service(statements: object, numbers: list[int]) -> None:
    assert list(statements_of_services(json.dumps({"Statement": statements}))) == numbers


@pytest.mark.parametrize("text", ["no JSON", "[1]", "{}", "[" * 100_000])
def test_what_is_no_policy_names_no_service(text: str) -> None:
    assert list(statements_of_services(text)) == []
