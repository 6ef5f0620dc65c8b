"""Terraform's plugin protocol 6: bytes to plain Python values and back.

Two encodings meet here. Messages are protobuf: `encode` and `decode` handle the two wire types that the
protocol uses (varint and length-delimited), by field number; the numbers are those of tfplugin6.proto.
Values inside the messages are msgpack, in which Terraform writes "not known yet" as an extension: UNKNOWN.
The msgpack package is imported where it is used, so that where it is not installed the tests are skipped
with a reason, not broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

Field = tuple[int, bytes | str | int | bool]
Path = tuple[str, ...]

ERROR = 1  # Diagnostic.Severity


class Unknown:
    """A value that only apply can tell."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


def encode(fields: Iterable[Field]) -> bytes:
    """Fields, in the order given -> one message; empty values are the protocol's defaults and left out."""
    message = bytearray()
    for number, value in fields:
        if isinstance(value, int):
            if value:
                message += _varint(number << 3) + _varint(int(value))
        elif value:
            content = value.encode() if isinstance(value, str) else value
            message += _varint(number << 3 | 2) + _varint(len(content)) + content
    return bytes(message)


def decode(message: bytes) -> dict[int, bytes]:
    """One message -> its length-delimited fields: the last of a repeated one; numbers are passed over."""
    return {number: value for number, value in fields(message) if isinstance(value, bytes)}


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """One message -> its fields in order, each with its number: varints as they are read, all else as bytes."""
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        if key & 7 == 0:
            number, at = _read_varint(message, at)
            yield key >> 3, number
        elif key & 7 == 2:
            length, at = _read_varint(message, at)
            yield key >> 3, message[at : at + length]
            at += length
        else:
            raise ValueError(f"wire type {key & 7} is not one of the protocol's")


def text_of(value: int | bytes) -> str:
    """A field that is a string."""
    assert isinstance(value, bytes)
    return value.decode()


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = message[at]
        at += 1
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number, at


def pack(value: Any) -> bytes:
    """A value -> a DynamicValue message."""
    import msgpack

    return encode([(1, msgpack.packb(value, default=_extension))])


def unpack(message: bytes) -> Any:
    """A DynamicValue message -> its value: dicts, lists, strings, numbers, booleans, None and UNKNOWN."""
    import msgpack

    return msgpack.unpackb(decode(message)[1], ext_hook=lambda _code, _data: UNKNOWN, strict_map_key=False)


def _extension(value: object) -> Any:
    import msgpack

    if value is UNKNOWN:
        return msgpack.ExtType(0, b"\x00")
    raise TypeError(f"{value!r} is no Terraform value")


def known(value: Any) -> bool:
    """Nothing inside `value` is unknown."""
    if isinstance(value, dict):
        return all(map(known, value.values()))
    if isinstance(value, list):
        return all(map(known, value))
    return value is not UNKNOWN


def diagnostic(summary: str, detail: str, path: Path = ()) -> bytes:
    """An error, at an attribute where it has one, as a Diagnostic message."""
    steps = [(1, encode([(1, name)])) for name in path]
    return encode([(1, ERROR), (2, summary), (3, detail), (4, encode(steps))])
