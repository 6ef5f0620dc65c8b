"""The provider that stands in for hashicorp/aws: answers to calls of Terraform's plugin protocol.

It has the real provider's schema. It refuses what `rules` refuses when it is asked whether a configuration is valid,
what `at_plan` refuses when it plans, and on apply what AWS would refuse (`at_apply`). It plans what is computed as
unknown, a default where a line is absent, and a replacement where `replacement` says so; on apply it fills in invented
values. Like the real one it holds no state: Terraform does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.terraform import aws_schema
from tests.terraform.answers import World, answer
from tests.terraform.at_apply import refusals_at_apply
from tests.terraform.at_plan import refusals_at_plan
from tests.terraform.aws_schema import DATA_SOURCES, RESOURCES, Block
from tests.terraform.defaults import settled
from tests.terraform.invented import Account, complete
from tests.terraform.replacement import replacing
from tests.terraform.rules import Refusal, refusals
from tests.terraform.wire import UNKNOWN, decode, diagnostic, encode, known, pack, unpack

Fields = dict[int, bytes]

NO_ACCOUNT = "123456789012"  # where no role says which account it is
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
# Written with the newer plugin framework: Terraform holds these to what is configured, and the others not.
STRICT = frozenset({"aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"})
ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/.+")


class Provider:
    """One provider process's worth: one configuration, so one account, region and set of default tags."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.account = Account(NO_ACCOUNT, "")
        self.default_tags: dict[str, str] = {}
        self.calls: dict[str, Callable[[Fields], bytes]] = {
            "GetProviderSchema": lambda _fields: aws_schema.schema_response(),
            "ValidateProviderConfig": self.validate_provider,
            "ValidateResourceConfig": lambda fields: self.validate(fields, RESOURCES),
            "ValidateDataResourceConfig": lambda fields: self.validate(fields, DATA_SOURCES),
            "UpgradeResourceState": self.upgrade,
            "ConfigureProvider": self.configure,
            "ReadResource": lambda fields: encode([(1, fields[2]), (3, fields.get(3, b""))]),
            "PlanResourceChange": self.plan,
            "ApplyResourceChange": self.apply,
            "ImportResourceState": self.refuse_import,
            "ReadDataSource": self.read_data_source,
            "StopProvider": lambda _fields: b"",
        }

    def call(self, name: str, message: bytes) -> bytes:
        """One remote call, by its name in the protocol."""
        return self.calls[name](decode(message))

    def validate_provider(self, fields: Fields) -> bytes:
        config = unpack(fields[1])
        roles = [role["role_arn"] for role in config["assume_role"] if isinstance(role["role_arn"], str)]
        wrong: list[Refusal] = [
            (("assume_role",), f"{arn} is no role's ARN") for arn in roles if not ROLE.fullmatch(arn)
        ]
        return encode((2, found) for found in _diagnostics("aws", wrong))

    def configure(self, fields: Fields) -> bytes:
        """An unknown region or role would leave it open where the resources go, so both are wanted known."""
        config = unpack(fields[2])
        roles = [role["role_arn"] for role in config["assume_role"]]
        if not isinstance(config["region"], str) or not known(roles):
            return encode([(1, diagnostic("Invalid provider configuration", "region and role must be known"))])
        if not REGION.fullmatch(config["region"]):
            return encode([(1, diagnostic("Invalid region", f"invalid AWS Region: {config['region']}", ("region",)))])
        arn = ROLE.fullmatch(roles[0] or "") if roles else None
        self.account = Account(arn[1] if arn else NO_ACCOUNT, config["region"])
        self.default_tags = {}
        for tags in config["default_tags"]:
            self.default_tags |= tags["tags"] or {}
        allowed, forbidden = config["allowed_account_ids"], config["forbidden_account_ids"]
        outside = allowed is not None and self.account.id not in allowed
        if arn and (outside or self.account.id in (forbidden or [])):
            return encode([(1, diagnostic("AWS account ID not allowed", self.account.id))])
        return b""

    def validate(self, fields: Fields, blocks: dict[str, Block]) -> bytes:
        type_name = fields[1].decode()
        found = refusals(type_name, blocks[type_name], unpack(fields[2]))
        return encode((1, message) for message in _diagnostics(type_name, found))

    def upgrade(self, fields: Fields) -> bytes:
        """The state that Terraform kept as JSON, as a value: the schema is the one that it was kept with."""
        return encode([(1, pack(json.loads(decode(fields[3])[1])))])

    def plan(self, fields: Fields) -> bytes:
        type_name = fields[1].decode()
        block = RESOURCES[type_name]
        prior, proposed, config = unpack(fields[2]), unpack(fields[3]), unpack(fields[4])
        if proposed is None:
            return encode([(1, fields[3])])
        found = [*refusals(type_name, block, config), *refusals_at_plan(type_name, config)]
        if found:
            return encode([(1, fields[3]), *((4, message) for message in _diagnostics(type_name, found))])
        planned = settled(type_name, prior, proposed, config)
        if not prior:
            planned = _computed_unknown(block, planned)
        if "tags_all" in block["attributes"]:
            planned["tags_all"] = self._all_tags(config["tags"])
        replaced = replacing(type_name, prior, planned) if prior else ()
        paths = [(2, encode([(1, encode([(1, name)]))])) for name in replaced]
        return encode([(1, pack(planned)), *paths, (5, type_name not in STRICT)])

    def apply(self, fields: Fields) -> bytes:
        """What exists after it; AWS refuses here what the provider let through, and what it could not see."""
        type_name = fields[1].decode()
        planned = unpack(fields[3])
        if planned is None:
            return encode([(1, fields[3])])
        config = unpack(fields[4])
        block = RESOURCES[type_name]
        found = [*refusals(type_name, block, config), *refusals_at_apply(type_name, block, config)]
        if found:
            return encode([(1, fields[2]), *((3, message) for message in _diagnostics(type_name, found))])
        state = complete(type_name, block, planned, self.account)
        return encode([(1, pack(state)), (4, type_name not in STRICT)])

    def read_data_source(self, fields: Fields) -> bytes:
        type_name = fields[1].decode()
        state = answer(type_name, DATA_SOURCES[type_name], unpack(fields[2]), self.account, self.world)
        return encode([(1, pack(state))])

    def refuse_import(self, fields: Fields) -> bytes:
        detail = f"{fields[1].decode()} {fields[2].decode()}: the stand-in has no AWS behind it to import from"
        return encode([(2, diagnostic("Import is not possible here", detail))])

    def _all_tags(self, tags: Any) -> Any:
        if tags is UNKNOWN:
            return UNKNOWN
        return {**self.default_tags, **(tags or {})}


def _diagnostics(type_name: str, wrong: Iterable[Refusal]) -> list[bytes]:
    return [diagnostic(f"{type_name} would be refused by AWS", detail, path) for path, detail in wrong]


def _computed_unknown(block: Block, value: dict[str, Any]) -> dict[str, Any]:
    """A new resource's values, with UNKNOWN where the provider will choose."""
    planned = dict(value)
    for name, (mode, _type) in block["attributes"].items():
        if "computed" in mode.split() and planned[name] is None:
            planned[name] = UNKNOWN
    for name, inner in block["blocks"].items():
        nested = planned[name]
        if isinstance(nested, list):
            planned[name] = [_computed_unknown(inner, item) for item in nested]
        elif isinstance(nested, dict):
            planned[name] = _computed_unknown(inner, nested)
    return planned
