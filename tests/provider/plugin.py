"""The real provider's own process, asked directly: thousands of verdicts in the time of a few `terraform validate`.

It is started as Terraform starts it (HashiCorp's go-plugin: a cookie in the environment, one line of handshake, gRPC
on a local socket) and speaks protocol 5 or 6, whose messages `wire` reads. What Terraform's core does around a
provider, it does not do: references and expressions are for the caller, who gives values.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.terraform.aws_schema import Block
from tests.terraform.wire import Path as AttributePath
from tests.terraform.wire import encode, fields, pack, text_of, unpack

COOKIE = {  # what a provider wants to see, so that nobody starts it by hand
    "TF_PLUGIN_MAGIC_COOKIE": "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
    "PLUGIN_PROTOCOL_VERSIONS": "5,6",
}
CALLS = {  # by protocol version
    "5": {
        "schema": "GetSchema",
        "validate": "ValidateResourceTypeConfig",
        "validate_data": "ValidateDataSourceConfig",
        "configure": "Configure",
    },
    "6": {
        "schema": "GetProviderSchema",
        "validate": "ValidateResourceConfig",
        "validate_data": "ValidateDataResourceConfig",
        "configure": "ConfigureProvider",
    },
}
NESTING = {1: "single", 2: "list", 3: "set", 4: "map", 5: "group"}
ERROR = 1
OFFLINE = {  # it asks nobody anything
    "access_key": "example",
    "secret_key": "example",
    "region": "eu-west-1",
    "skip_credentials_validation": True,
    "skip_metadata_api_check": "true",
    "skip_region_validation": True,
    "skip_requesting_account_id": True,
}


@dataclass(frozen=True, slots=True)
class Refused:
    """One error of the provider: the attribute's path, where it names one, and its words."""

    path: AttributePath
    words: str


@dataclass(frozen=True, slots=True)
class Planned:
    """The answer to one PlanResourceChange."""

    refused: tuple[Refused, ...]
    state: Any
    replaces: tuple[str, ...]  # the attributes for which the resource is replaced


@dataclass
class Plugin:
    """A running provider, configured so that it asks nothing of AWS."""

    channel: Any
    protocol: str
    _configured: bool = field(default=False, init=False)

    def call(self, name: str, message: bytes) -> bytes:
        """One remote call, by its name in the protocol."""
        answer: bytes = self.channel.unary_unary(f"/tfplugin{self.protocol}.Provider/{name}")(message, timeout=60)
        return answer

    @cached_property
    def _schema(self) -> dict[int, dict[str, bytes]]:
        """Each block's message, by the number of its kind: 2 for resources, 3 for data sources."""
        found: dict[int, dict[str, bytes]] = {1: {}, 2: {}, 3: {}}
        for number, value in fields(self.call(CALLS[self.protocol]["schema"], b"")):
            if number == 1:
                found[1]["aws"] = _bytes(value)
            elif number in (2, 3):
                entry = dict(fields(_bytes(value)))
                found[number][text_of(entry[1])] = _bytes(entry[2])
        return found

    def block(self, type_name: str) -> Block | None:
        """A resource type's block in the form of schema/aws.json; None where this version has no such type."""
        return self._read(2, type_name)

    def data_block(self, type_name: str) -> Block | None:
        """A data source's block."""
        return self._read(3, type_name)

    def schema_of(self, kind: str, type_name: str) -> Block | None:
        """The block of a "resource" or of a "data" source."""
        return self.block(type_name) if kind == "resource" else self.data_block(type_name)

    def _read(self, kind: int, type_name: str) -> Block | None:
        schema = self._schema[kind].get(type_name)
        return _block(_bytes(dict(fields(schema))[2])) if schema else None

    def validate(self, type_name: str, config: dict[str, Any]) -> tuple[Refused, ...]:
        """What the provider refuses of a configuration that has every attribute of the schema."""
        answer = self.call(CALLS[self.protocol]["validate"], encode([(1, type_name), (2, pack(config))]))
        return _errors(answer, 1)

    def plan(self, type_name: str, prior: Any, proposed: Any, config: Any) -> Planned:
        """What the provider plans, as Terraform asks it."""
        self.configure()
        request = encode([(1, type_name), (2, pack(prior)), (3, pack(proposed)), (4, pack(config))])
        answer = self.call("PlanResourceChange", request)
        state, replaces = None, []
        for number, value in fields(answer):
            if number == 1:
                state = unpack(_bytes(value))
            elif number == 2:
                replaces.append(_path(_bytes(value))[0])
        return Planned(_errors(answer, 4), state, tuple(sorted(set(replaces))))

    def configure(self) -> None:
        """Credentials of nobody; AssertionError where the provider does not take them."""
        if self._configured:
            return
        block = _block(_bytes(dict(fields(self._schema[1]["aws"]))[2]))
        config = empty(block) | {name: value for name, value in OFFLINE.items() if name in block["attributes"]}
        answer = self.call(CALLS[self.protocol]["configure"], encode([(1, "1.11.0"), (2, pack(config))]))
        assert _errors(answer, 1) == ()
        self._configured = True


@contextmanager
def running(program: Path) -> Iterator[Plugin]:
    """The provider's process, from start to end."""
    import grpc

    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "AWS_"))}
    with subprocess.Popen(
        [program],
        env=environment | COOKIE | {"AWS_EC2_METADATA_DISABLED": "true", "TF_LOG": "ERROR"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            _core, protocol, network, address, _grpc, *_ = process.stdout.readline().strip().split("|")
            target = f"unix:{address}" if network == "unix" else address
            with grpc.insecure_channel(target, options=[("grpc.max_receive_message_length", -1)]) as channel:
                yield Plugin(channel, protocol)
        finally:
            process.terminate()


def empty(block: Block) -> dict[str, Any]:
    """A configuration in which nothing is given."""
    attributes: dict[str, Any] = dict.fromkeys(block["attributes"])
    blocks: dict[str, Any] = {
        name: None if inner["nesting"] == "single" else [] for name, inner in block["blocks"].items()
    }
    return attributes | blocks


def _errors(answer: bytes, where: int) -> tuple[Refused, ...]:
    found = []
    for number, value in fields(answer):
        if number == where:
            parts = dict(fields(_bytes(value)))
            if parts.get(1) == ERROR:
                words = ": ".join(text_of(parts[each]) for each in (2, 3) if each in parts)
                found.append(Refused(_path(_bytes(parts.get(4, b""))), words))
    return tuple(found)


def _path(message: bytes) -> AttributePath:
    """The names on the way to an attribute; places in lists and keys of maps are left out."""
    steps = (dict(fields(_bytes(step))) for _, step in fields(message))
    return tuple(text_of(step[1]) for step in steps if 1 in step)


def _block(message: bytes) -> Block:
    attributes: dict[str, Any] = {}
    blocks: dict[str, Block] = {}
    for number, value in fields(message):
        if number == 2:
            parts = dict(fields(_bytes(value)))
            modes = [mode for each, mode in ((4, "required"), (5, "optional"), (6, "computed")) if parts.get(each)]
            attributes[text_of(parts[1])] = (" ".join(modes), json.loads(_bytes(parts[2])))
        elif number == 3:
            parts = dict(fields(_bytes(value)))
            inner = _block(_bytes(parts[2]))
            inner |= {"nesting": NESTING[int(parts[3])], "min": parts.get(4, 0), "max": parts.get(5, 0)}
            blocks[text_of(parts[1])] = inner
    return {"attributes": attributes, "blocks": blocks}


def _bytes(value: int | bytes) -> bytes:
    assert isinstance(value, bytes)
    return value
