"""The AWS provider's schema from schema/aws.json: the answer to GetProviderSchema, and blocks by type.

Sensitivity does not survive the way into the JSON, so SENSITIVE names it by hand.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.terraform.wire import encode

Block = dict[str, Any]

DOCUMENT = json.loads(Path(__file__).with_name("schema").joinpath("aws.json").read_text(encoding="utf-8"))
PROVIDER: Block = DOCUMENT["provider"]
RESOURCES: dict[str, Block] = DOCUMENT["resources"]
DATA_SOURCES: dict[str, Block] = DOCUMENT["data_sources"]
VERSION: str = DOCUMENT["provenance"]["provider_version"]

# terraform-provider-aws: ec2/vpnsite_connection.go, secretsmanager/secret_version_data_source.go
SENSITIVE = {
    "aws_vpn_connection": {
        "customer_gateway_configuration",
        "tunnel1_preshared_key",
        "tunnel2_preshared_key",
    },
    "aws_secretsmanager_secret_version": {"secret_string", "secret_binary"},
}

NESTING = {"single": 1, "list": 2, "set": 3}


@cache
def schema_response() -> bytes:
    """The whole GetProviderSchema.Response; Terraform is told that it may keep it between calls."""
    return encode(
        [
            (1, _schema("aws", PROVIDER)),
            *((2, encode([(1, name), (2, _schema(name, block))])) for name, block in RESOURCES.items()),
            *((3, encode([(1, name), (2, _schema(name, block))])) for name, block in DATA_SOURCES.items()),
            (6, encode([(2, True)])),  # server_capabilities.get_provider_schema_optional
        ]
    )


def _schema(type_name: str, block: Block) -> bytes:
    return encode([(2, _block(block, SENSITIVE.get(type_name, set())))])


def _block(block: Block, sensitive: set[str]) -> bytes:
    attributes = [
        (2, _attribute(name, mode, of_type, name in sensitive)) for name, (mode, of_type) in block["attributes"].items()
    ]
    return encode([*attributes, *((3, _nested(name, inner)) for name, inner in block["blocks"].items())])


def _attribute(name: str, mode: str, of_type: Any, sensitive: bool) -> bytes:
    modes = mode.split()
    return encode(
        [
            (1, name),
            (2, json.dumps(of_type)),
            (4, "required" in modes),
            (5, "optional" in modes),
            (6, "computed" in modes),
            (7, sensitive),
        ]
    )


def _nested(name: str, block: Block) -> bytes:
    single = block["nesting"] == "single"  # for which the protocol wants no bounds
    bounds = (0, 0) if single else (block["min"], block["max"])
    return encode(
        [(1, name), (2, _block(block, set())), (3, NESTING[block["nesting"]]), (4, bounds[0]), (5, bounds[1])]
    )
