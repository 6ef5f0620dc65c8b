"""An HTTP request to the operation that it calls and its parameters, by the model of the service.

Sources: the protocols' own rules as botocore writes them (botocore/serialize.py: QuerySerializer, EC2Serializer,
JSONSerializer, RpcV2CBORSerializer), read the other way round.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.parsers import RpcV2CBORParser
from botocore.utils import parse_timestamp

from tests.aws.errors import AwsError
from tests.aws.models import SERVICES, differences, operation

_CREDENTIAL = re.compile(r"Credential=([^/]+)/[0-9]{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
_CBOR_PATH = re.compile(r"/service/[^/]+/operation/([A-Za-z0-9]+)$")


@dataclass(frozen=True, slots=True)
class Request:
    """One call: by whom, of what, with which parameters; and the protocol in which its answer is wanted."""

    access_key: str
    region: str
    service: str
    protocol: str
    operation: OperationModel
    params: dict[str, Any]


def read(path: str, headers: Mapping[str, str], body: bytes) -> Request:
    """The request in an HTTP message, whose headers' names are in lower case; an AwsError where AWS would refuse it
    before it looks at anything."""
    try:
        request = parsed(path, headers, body)
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        raise AwsError("MalformedQueryString", f"The request cannot be read: {error}") from None
    shape = request.operation.input_shape
    wrong = differences(request.params, shape) if shape is not None else []
    if wrong:
        code = "InvalidParameterValue" if request.service == "ec2" else "ValidationError"
        raise AwsError(code, "; ".join(wrong))
    return request


def parsed(path: str, headers: Mapping[str, str], body: bytes) -> Request:
    """The request, whatever its values."""
    signed = _CREDENTIAL.search(headers.get("authorization", ""))
    if signed is None:
        raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    access_key, region, name = signed.groups()
    if name not in SERVICES:
        raise AwsError("UnrecognizedClientException", f"this fake has no service {name}")
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    service = SERVICES[name]
    protocol, called, raw = _raw(service, path, headers, body)
    known = operation(service, called)
    if known is None:
        raise AwsError("InvalidAction", f"The action {called} is not valid for this web service.")
    params = _params(protocol, known, raw)
    return Request(access_key, region, service, protocol, known, params)


def _raw(service: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[str, str, Any]:
    """Protocol, operation, and its parameters as the protocol has them."""
    cbor = _CBOR_PATH.search(path)
    if cbor and headers.get("smithy-protocol") == "rpc-v2-cbor":
        return "cbor", cbor.group(1), _cbor(body)
    target = headers.get("x-amz-target")
    if target:
        return "json", target.rpartition(".")[2], json.loads(body or b"{}")
    flat = dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True))
    called = flat.pop("Action", "")
    flat.pop("Version", None)
    return ("ec2" if service == "ec2" else "query"), called, _nested(flat)


def _cbor(body: bytes) -> Any:
    parser = RpcV2CBORParser()
    return parser.parse_data_item(parser.get_peekable_stream_from_bytes(body)) if body else {}


def _nested(flat: Mapping[str, str]) -> dict[str, Any]:
    """`A.1.B=x` as `{"A": {"1": {"B": "x"}}}`."""
    tree: dict[str, Any] = {}
    for key, value in flat.items():
        *ways, last = key.split(".")
        at = tree
        for way in ways:
            at = at.setdefault(way, {})
        at[last] = value
    return tree


def _params(protocol: str, called: OperationModel, raw: Any) -> dict[str, Any]:
    shape = called.input_shape
    if shape is None:
        return {}
    if protocol == "cbor":
        return dict(raw)
    if protocol == "json":
        return dict(_from_json(raw, shape))
    return dict(_from_query(raw, shape, protocol == "ec2"))


def _from_query(raw: Any, shape: Shape, ec2: bool) -> Any:
    """A value of the query protocols; what the model does not know is kept, so that it is refused by name."""
    if isinstance(shape, StructureShape):
        names = {_name(member, name, ec2): name for name, member in shape.members.items()}
        # A structure without members is not to be seen in a query: one that is required is there, and empty.
        empty: dict[str, Any] = {
            name: {} for name in shape.required_members if isinstance(shape.members[name], StructureShape)
        }
        return empty | {
            names.get(key, key): _from_query(value, shape.members[names[key]], ec2) if key in names else value
            for key, value in raw.items()
        }
    if isinstance(shape, ListShape):
        if raw == "":
            return []
        items = raw if ec2 or shape.serialization.get("flattened") else raw[_item(shape)]
        return [_from_query(items[key], shape.member, ec2) for key in sorted(items, key=int)]
    if isinstance(shape, MapShape):
        entries = raw if shape.serialization.get("flattened") else raw.get("entry", {})
        return {each["key"]: _from_query(each["value"], shape.value, ec2) for each in entries.values()}
    return _scalar(raw, shape)


def _item(shape: ListShape) -> str:
    return str(shape.member.serialization.get("name", "member"))


def _name(member: Shape, name: str, ec2: bool) -> str:
    """EC2's names have capitals; a flattened list of the query protocol has the name of its items."""
    written = member.serialization.get("queryName") if ec2 else None
    if written:
        return str(written)
    located = str(member.serialization.get("name", name))
    return located[0].upper() + located[1:] if ec2 else located


def _scalar(raw: str, shape: Shape) -> Any:
    try:
        match shape.type_name:
            case "integer" | "long":
                return int(raw)
            case "double" | "float":
                return float(raw)
            case "boolean":
                return {"true": True, "false": False}[raw]
            case "timestamp":
                return parse_timestamp(raw)
            case "blob":
                return base64.b64decode(raw)
    except (ValueError, KeyError):
        raise AwsError("InvalidParameterValue", f"Value ({raw}) is invalid for a {shape.type_name}.") from None
    return raw


def _from_json(raw: Any, shape: Shape) -> Any:
    if isinstance(shape, StructureShape) and isinstance(raw, dict):
        return {
            key: _from_json(value, shape.members[key]) if key in shape.members else value
            for key, value in raw.items()
            if value is not None
        }
    if isinstance(shape, ListShape) and isinstance(raw, list):
        return [_from_json(each, shape.member) for each in raw]
    if shape.type_name == "timestamp":
        return parse_timestamp(raw)
    if shape.type_name in ("double", "float") and isinstance(raw, int):
        return float(raw)
    return raw
