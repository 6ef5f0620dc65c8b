"""Answers of data sources: fixed for each, and rendered for IAM documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.terraform.aws_schema import Block
from tests.terraform.invented import Account, complete
from tests.terraform.wire import UNKNOWN

Config = dict[str, Any]


@dataclass(slots=True)
class World:
    """What a test tells the stand-in of AWS."""

    accepting: frozenset[str] = frozenset()  # the transit gateways that accept attachments by themselves


def answer(type_name: str, block: Block, config: Config, account: Account, world: World) -> Config:
    """The whole state of the data source: given arguments, then the fixed answer, then invented values."""
    fixed = ANSWERS[type_name](config, account) if type_name in ANSWERS else {}
    if type_name == "aws_ec2_transit_gateway" and config["id"] in world.accepting:
        fixed["auto_accept_shared_attachments"] = "enable"
    state = {**config, **{name: value for name, value in fixed.items() if config.get(name) is None}}
    for name, (mode, _type) in block["attributes"].items():
        if "computed" in mode.split() and state[name] is None:
            state[name] = UNKNOWN
    return complete(type_name, block, state, account)


def _caller_identity(_config: Config, account: Account) -> Config:
    arn = f"arn:aws:iam::{account.id}:role/network-deployer"
    return {"account_id": account.id, "arn": arn, "id": account.id, "user_id": "AROAEXAMPLE"}


def _region(_config: Config, account: Account) -> Config:
    name = account.region
    return {"id": name, "region": name, "description": name, "endpoint": f"ec2.{name}.amazonaws.com"}


def _partition(_config: Config, _account: Account) -> Config:
    return {
        "id": "aws",
        "partition": "aws",
        "dns_suffix": "amazonaws.com",
        "reverse_dns_prefix": "com.amazonaws",
    }


def _zones(_config: Config, account: Account) -> Config:
    letters = "abc"
    return {
        "names": [account.region + letter for letter in letters],
        "zone_ids": [f"use1-az{number}" for number, _ in enumerate(letters, start=1)],
    }


def _transit_gateway(_config: Config, account: Account) -> Config:
    """As a transit gateway is that was made with no option given (EC2 API, TransitGatewayRequestOptions)."""
    enabled = (
        "default_route_table_association",
        "default_route_table_propagation",
        "dns_support",
        "vpn_ecmp_support",
    )
    disabled = ("auto_accept_shared_attachments", "multicast_support", "security_group_referencing_support")
    options = dict.fromkeys(enabled, "enable") | dict.fromkeys(disabled, "disable")
    default = "tgw-rtb-0ffffffffffffffff"
    tables = {"association_default_route_table_id": default, "propagation_default_route_table_id": default}
    return {**options, **tables, "amazon_side_asn": 64512, "owner_id": account.id}


def _endpoint_service(config: Config, account: Account) -> Config:
    name = config["service_name"] or f"com.amazonaws.{account.region}.{config['service']}"
    zones = [account.region + letter for letter in "abc"]
    return {"service_name": name, "availability_zones": zones, "vpc_endpoint_policy_supported": True}


def _secret_version(config: Config, _account: Account) -> Config:
    return {"id": f"{config['secret_id']}|AWSCURRENT", "secret_string": json.dumps({"psk": "a" * 32})}


def _policy_document(config: Config, _account: Account) -> Config:
    statements = [_statement(statement) for statement in config["statement"]]
    document = {"Version": config["version"] or "2012-10-17", "Statement": statements}
    if config["policy_id"]:
        document["Id"] = config["policy_id"]
    return {"json": json.dumps(document, indent=2), "minified_json": json.dumps(document), "id": "policy"}


def _statement(statement: Config) -> Config:
    """One statement block as IAM writes it; a list of one is written as its element."""
    written: Config = {"Sid": statement["sid"], "Effect": statement["effect"] or "Allow"}
    for name in ("actions", "not_actions", "resources", "not_resources"):
        key = name.title().replace("_", "").removesuffix("s")
        written[key] = _one_or_many(statement[name])
    for name in ("principals", "not_principals"):
        key = name.title().replace("_", "").removesuffix("s")
        written[key] = {item["type"]: _one_or_many(item["identifiers"]) for item in statement[name]}
    conditions: dict[str, Config] = {}
    for condition in statement["condition"]:
        conditions.setdefault(condition["test"], {})[condition["variable"]] = _one_or_many(condition["values"])
    written["Condition"] = conditions
    return {key: value for key, value in written.items() if value not in (None, {}, "")}


def _one_or_many(values: list[str] | None) -> str | list[str] | None:
    return values[0] if values and len(values) == 1 else sorted(values) if values else None


ANSWERS: dict[str, Callable[[Config, Account], Config]] = {
    "aws_availability_zones": _zones,
    "aws_caller_identity": _caller_identity,
    "aws_ec2_transit_gateway": _transit_gateway,
    "aws_iam_policy_document": _policy_document,
    "aws_partition": _partition,
    "aws_region": _region,
    "aws_secretsmanager_secret_version": _secret_version,
    "aws_vpc_endpoint_service": _endpoint_service,
}
