"""Requests as botocore writes them are read, and answers as the fake writes them are read by botocore: each operation
that the fake answers, with every member of its shapes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.parsers import PROTOCOL_PARSERS
from botocore.serialize import create_serializer

from tests.aws import answers, requests
from tests.aws import fake as fake  # registers what answers each operation
from tests.aws.call import HANDLERS
from tests.aws.errors import AwsError
from tests.aws.models import SERVICES, operation

NAMES = {folder: name for name, folder in SERVICES.items()}
PROTOCOLS = {"ec2": ("ec2",), "cloudwatch": ("query", "json", "smithy-rpc-v2-cbor")}
JSON = ("logs", "service-quotas", "secretsmanager")
OWN = {"smithy-rpc-v2-cbor": "cbor"}
CASES = [
    (service, name, protocol)
    for service, name in sorted(HANDLERS)
    for protocol in PROTOCOLS.get(service, ("json",) if service in JSON else ("query",))
]


def sample(shape: Shape, depth: int = 0) -> Any:
    """A value that has every member of a shape, two items in every list, and characters that must be escaped."""
    if isinstance(shape, StructureShape):
        members = list(shape.members.items())[: 1 if shape.is_tagged_union else None]
        return {name: sample(each, depth + 1) for name, each in members if depth < 9}
    if isinstance(shape, ListShape):
        return [sample(shape.member, depth + 1), sample(shape.member, depth + 1)]
    if isinstance(shape, MapShape):
        return {"a.b": sample(shape.value, depth + 1)}
    values = {
        "boolean": False,
        "integer": 7,
        "long": 4_294_967_294,
        "double": 1.5,
        "float": 1.5,
        "timestamp": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "blob": b"\x00<",
    }
    return values.get(shape.type_name, " <a & b> é+%")


def known(service: str, name: str) -> OperationModel:
    found = operation(service, name)
    assert found is not None
    return found


@pytest.mark.parametrize(("service", "name", "protocol"), CASES)
def test_a_request_of_botocore_is_read(service: str, name: str, protocol: str) -> None:
    called = known(service, name)
    wanted = sample(called.input_shape) if called.input_shape else {}
    written = create_serializer(protocol, include_validation=False).serialize_to_request(wanted, called)
    body = written["body"]
    if isinstance(body, dict):
        from urllib.parse import urlencode

        body = urlencode(body).encode()
    headers = {key.lower(): value for key, value in dict(written["headers"]).items()}
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential=AKIA1/20260102/eu-west-1/{NAMES[service]}/aws4_request"
    found = requests.parsed(written["url_path"], headers, body)
    assert (found.service, found.operation.name, found.params) == (service, name, wanted)


@pytest.mark.parametrize(("service", "name", "protocol"), CASES)
def test_an_answer_is_read_by_botocore(service: str, name: str, protocol: str) -> None:
    called = known(service, name)
    wanted = sample(called.output_shape) if called.output_shape else {}
    content_type, body = answers.written(OWN.get(protocol, protocol), called, wanted)
    response = {
        "body": body,
        "headers": {"content-type": content_type, "smithy-protocol": "rpc-v2-cbor"},
        "status_code": 200,
    }
    found = PROTOCOL_PARSERS[protocol]().parse(response, called.output_shape)
    found.pop("ResponseMetadata", None)
    assert found == wanted


@pytest.mark.parametrize(
    ("name", "headers", "body", "code"),
    [
        ("ec2", {}, b"Action=Nothing&Version=2016-11-15", "InvalidAction"),
        ("ec2", {}, b"Action=DescribeVpcs&Filter.one.Name=a", "MalformedQueryString"),
        ("ec2", {}, b"Action=DescribeVpcs&Filter=a", "MalformedQueryString"),
        ("ec2", {}, b"Action=DescribeVpcs&VpcId.1.2=a", "InvalidParameterValue"),
        ("ec2", {}, b"Action=DescribeVpcs&Colour=red", "InvalidParameterValue"),
        ("ec2", {}, b"Action=DescribeVpcs&MaxResults=many", "InvalidParameterValue"),
        ("ec2", {}, b"Action=CreateSubnet&CidrBlock=10.0.0.0/28", "InvalidParameterValue"),
        ("ec2", {}, b"Action=CreateVpnGateway&Type=ipsec.9", "InvalidParameterValue"),
        ("ec2", {}, b"\xff\xfe", "MalformedQueryString"),
        ("ec2", {"content-encoding": "gzip"}, b"no gzip", "MalformedQueryString"),
        ("logs", {"x-amz-target": "Logs_20140328.CreateLogGroup"}, b"{", "MalformedQueryString"),
        ("logs", {"x-amz-target": "Logs_20140328.CreateLogGroup"}, b'["a"]', "MalformedQueryString"),
        ("logs", {"x-amz-target": "Logs_20140328.CreateLogGroup"}, b"{}", "ValidationError"),
        ("s3", {}, b"", "UnrecognizedClientException"),
    ],
)
def test_what_cannot_be_read_is_refused(name: str, headers: dict[str, str], body: bytes, code: str) -> None:
    signed = f"AWS4-HMAC-SHA256 Credential=AKIA1/20260102/eu-west-1/{name}/aws4_request"
    with pytest.raises(AwsError) as raised:
        requests.read("/", {"authorization": signed, **headers}, body)
    assert raised.value.code == code


@pytest.mark.parametrize("protocol", ["ec2", "query", "json", "smithy-rpc-v2-cbor"])
def test_a_refusal_is_read_by_botocore(protocol: str) -> None:
    service = {"ec2": "ec2", "query": "iam", "json": "logs"}.get(protocol, "cloudwatch")
    shape = known(
        service, {"ec2": "DescribeVpcs", "iam": "GetRole", "logs": "DescribeLogGroups"}.get(service, "DescribeAlarms")
    ).output_shape
    content_type, body = answers.refused(OWN.get(protocol, protocol), AwsError("NoSuch.Thing", "a < b"))
    headers = {"content-type": content_type, "smithy-protocol": "rpc-v2-cbor"}
    found = PROTOCOL_PARSERS[protocol]().parse({"body": body, "headers": headers, "status_code": 400}, shape)
    assert (found["Error"]["Code"], found["Error"]["Message"]) == ("NoSuch.Thing", "a < b")
