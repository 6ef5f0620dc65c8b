"""An operation's result, or a refusal, as the bytes of its protocol.

Sources: the protocols' own rules as botocore reads them (botocore/parsers.py: EC2QueryParser, QueryParser, JSONParser,
RpcV2CBORParser), written the other way round.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.serialize import RpcV2CBORSerializer

from tests.aws.errors import AwsError

REQUEST_ID = "00000000-0000-4000-8000-000000000000"
_JSON = "application/x-amz-json-1.1"


def written(protocol: str, called: OperationModel, result: dict[str, Any]) -> tuple[str, bytes]:
    """Content type and body of a result."""
    shape = called.output_shape
    if protocol == "cbor":
        return "application/cbor", _cbor(result, shape)
    if protocol == "json":
        return _JSON, json.dumps(_to_json(result, shape)).encode() if shape else b""
    inner = "".join(_members(result, shape)) if isinstance(shape, StructureShape) else ""
    space = called.service_model.metadata["xmlNamespace"]
    if protocol == "ec2":
        inner = inner or "<return>true</return>"
        text = f'<{called.name}Response xmlns="{space}"><requestId>{REQUEST_ID}</requestId>{inner}'
    else:
        wrapper = shape.serialization.get("resultWrapper") if shape else None
        inner = f"<{wrapper}>{inner}</{wrapper}>" if wrapper else inner
        metadata = f"<ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata>"
        text = f'<{called.name}Response xmlns="{space}">{inner}{metadata}'
    return "text/xml;charset=UTF-8", f"{text}</{called.name}Response>".encode()


def refused(protocol: str, error: AwsError) -> tuple[str, bytes]:
    """Content type and body of a refusal."""
    if protocol in ("json", "cbor"):
        told = {"__type": error.code, "message": error.message}
        return (_JSON, json.dumps(told).encode()) if protocol == "json" else ("application/cbor", _text_map(told))
    inner = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    if protocol == "ec2":
        text = f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>{REQUEST_ID}</RequestID></Response>"
    else:
        inner = f"<Error><Type>Sender</Type>{inner}</Error><RequestId>{REQUEST_ID}</RequestId>"
        text = f"<ErrorResponse>{inner}</ErrorResponse>"
    return "text/xml;charset=UTF-8", text.encode()


def _members(value: dict[str, Any], shape: StructureShape) -> Iterator[str]:
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield _element(str(member.serialization.get("name", name)), value[name], member)


def _element(name: str, value: Any, shape: Shape) -> str:
    if isinstance(shape, StructureShape):
        return f"<{name}>{''.join(_members(value, shape))}</{name}>"
    if isinstance(shape, ListShape):
        if shape.serialization.get("flattened"):
            return "".join(_element(name, each, shape.member) for each in value)
        item = str(shape.member.serialization.get("name", "member"))
        return f"<{name}>{''.join(_element(item, each, shape.member) for each in value)}</{name}>"
    if isinstance(shape, MapShape):
        entries = "".join(
            f"<entry>{_element('key', key, shape.key)}{_element('value', each, shape.value)}</entry>"
            for key, each in value.items()
        )
        return f"<{name}>{entries}</{name}>"
    return f"<{name}>{escape(_scalar(value))}</{name}>"


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value)


def _to_json(value: Any, shape: Shape) -> Any:
    if isinstance(shape, StructureShape):
        return {name: _to_json(each, shape.members[name]) for name, each in value.items() if each is not None}
    if isinstance(shape, ListShape):
        return [_to_json(each, shape.member) for each in value]
    if isinstance(value, datetime):
        return value.timestamp()
    return value


def _cbor(value: dict[str, Any], shape: Shape | None) -> bytes:
    body = bytearray()
    if shape is not None:
        RpcV2CBORSerializer()._serialize_data_item(body, value, shape)
    return bytes(body)


def _text_map(texts: dict[str, str]) -> bytes:
    """A map of texts, for which an error's shape is not needed (RFC 8949, 3.1)."""
    body = bytearray([0xA0 + len(texts)])
    for text in (part for pair in texts.items() for part in pair):
        encoded = text.encode()
        body += bytes([0x79]) + len(encoded).to_bytes(2, "big") + encoded
    return bytes(body)
