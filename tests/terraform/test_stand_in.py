"""The stand-in for hashicorp/aws: its tables against the schema, its answers, one module's life with it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.terraform.answers import World, answer
from tests.terraform.at_apply import REFUSES
from tests.terraform.at_plan import refusals_at_plan
from tests.terraform.aws_schema import DATA_SOURCES, RESOURCES, SENSITIVE, Block
from tests.terraform.cases import filled
from tests.terraform.invented import Account, complete
from tests.terraform.life import actions, inputs_of, live
from tests.terraform.provider_rules import BASES, RULES
from tests.terraform.rules import refusals
from tests.terraform.terraform import Terraform, copy_module
from tests.terraform.values import CHECKS
from tests.terraform.wire import UNKNOWN, decode, encode, known, pack, unpack

pytestmark = pytest.mark.terraform

SAMPLE = Path(__file__).with_name("sample")
ACCOUNT = Account("111111111111", "eu-west-1")

OUTPUTS = {
    "accounts": ["111111111111", "222222222222"],
    "nat_address": "10.179.0.4",
    "tags_all": {"Name": "acme", "project": "partner-vpn"},
    "trust": {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
            }
        ],
    },
    "tunnel1": {"ours": "169.254.44.1", "outside": "192.0.2.166", "theirs": "169.254.44.2"},
}

# What is written in place of what, and what Terraform will do.
REPLACED = ["delete", "create"]
CHANGES: list[tuple[str, str, dict[str, list[str]]]] = [
    ('"169.254.44.0/30"', '"169.254.45.0/30"', {"aws_vpn_connection.partner": ["update"]}),
    (
        'type                     = "ipsec.1"',
        'type                     = "ipsec.1-aes256"',
        {
            "aws_vpn_connection.partner": REPLACED,
            "aws_vpn_connection_route.to_192_168_50_0_24": REPLACED,
        },
    ),
    ("tunnel1_rekey_fuzz_percentage        = 100", "tunnel1_rekey_fuzz_percentage        = 0", {}),
    ("  static_routes_only       = true\n", "", {}),
    (
        'startup_action               = "add"',
        'startup_action               = "start"',
        {"aws_vpn_connection.partner": ["update"]},
    ),
    (
        'private_ip                     = "10.179.0.4"',
        'private_ip                     = "10.179.0.6"',
        {"aws_nat_gateway.a": REPLACED, "aws_route.natted_a_to_192_168_50_0_24": ["update"]},
    ),
    ('["10.179.0.5"]', '["10.179.0.5", "10.179.0.6"]', {"aws_nat_gateway.a": ["update"]}),
    ('"acme-orders"', '"acme-invoices"', {"aws_lb_target_group.orders": REPLACED}),
]


def test_sample_lives(terraform: Terraform, tmp_path: Path) -> None:
    """Two accounts at once, default tags, policy documents, tunnels; the same inventions on every core."""
    assert live(terraform, SAMPLE, tmp_path / "sample").outputs == OUTPUTS


def test_sample_passes_its_own_tests(terraform: Terraform, tmp_path: Path) -> None:
    copy = copy_module(SAMPLE, tmp_path / "sample")
    terraform.run(copy, "init").ok()
    assert "1 passed, 0 failed" in terraform.run(copy, "test").ok().stdout


def test_state_is_what_was_written(applied: Path, pinned: Terraform) -> None:
    """Every tunnel option and pinned address as the module has it, nothing left unknown."""
    shown = pinned.run(applied, "show", "-json").ok().json()
    resources = {item["address"]: item["values"] for item in shown["values"]["root_module"]["resources"]}
    connection = resources["aws_vpn_connection.partner"]
    options = {key: value for key, value in connection.items() if key.startswith(("tunnel1_phase", "tunnel1_dpd"))}
    assert options == {
        "tunnel1_dpd_timeout_action": "restart",
        "tunnel1_dpd_timeout_seconds": 30,
        "tunnel1_phase1_dh_group_numbers": [20],
        "tunnel1_phase1_encryption_algorithms": ["AES256-GCM-16"],
        "tunnel1_phase1_integrity_algorithms": ["SHA2-384"],
        "tunnel1_phase1_lifetime_seconds": 28800,
        "tunnel1_phase2_dh_group_numbers": [20],
        "tunnel1_phase2_encryption_algorithms": ["AES256-GCM-16"],
        "tunnel1_phase2_integrity_algorithms": ["SHA2-384"],
        "tunnel1_phase2_lifetime_seconds": 3600,
    }
    assert re.fullmatch(r"vpn-[0-9a-f]{17}", connection["id"])
    assert resources["aws_lb.inbound"]["subnet_mapping"][0]["private_ipv4_address"] == "10.179.0.13"


@pytest.fixture(scope="module")
def applied(pinned: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = copy_module(SAMPLE, tmp_path_factory.mktemp("applied") / "sample")
    pinned.run(copy, "init").ok()
    pinned.run(copy, "apply", "-auto-approve", variables=inputs_of(SAMPLE)).ok()
    return copy


@pytest.mark.parametrize(("old", "new", "expected"), CHANGES)
def test_change_is_planned(
    pinned: Terraform, applied: Path, old: str, new: str, expected: dict[str, list[str]]
) -> None:
    """A change in place is an update; one that `replacement` names replaces, and so does what refers to it."""
    written = applied / "main.tf"
    before = written.read_text(encoding="utf-8")
    assert old in before
    written.write_text(before.replace(old, new), encoding="utf-8")
    pinned.run(applied, "plan", "-out=plan", variables=inputs_of(SAMPLE)).ok()
    written.write_text(before, encoding="utf-8")
    assert actions(pinned.show(applied, "plan")) == expected


def test_import_is_refused(pinned: Terraform, applied: Path) -> None:
    arguments = ("import", "aws_vpc.elsewhere", "vpc-0aaaaaaaaaaaaaaaa")
    (applied / "elsewhere.tf").write_text('resource "aws_vpc" "elsewhere" {}\n', encoding="utf-8")
    refused = pinned.run(applied, *arguments, variables=inputs_of(SAMPLE))
    (applied / "elsewhere.tf").unlink()
    assert (refused.code, "no AWS behind it to import from" in refused.output) == (1, True), refused.output


@pytest.mark.parametrize("type_name", RESOURCES)
def test_every_type_is_completed(type_name: str) -> None:
    """From nothing but unknown values, apply leaves none unknown, and each has its type's form."""
    block = RESOURCES[type_name]
    nothing: dict[str, Any] = dict.fromkeys(block["attributes"], UNKNOWN)
    nothing |= {name: [] for name in block["blocks"]}
    made = complete(type_name, block, nothing, ACCOUNT)
    wrong = [name for name, (_mode, of_type) in block["attributes"].items() if not _fits(made[name], of_type)]
    assert (known(made), wrong) == (True, [])


def _fits(value: Any, of_type: Any) -> bool:
    if isinstance(of_type, list):
        return isinstance(value, dict if of_type[0] == "map" else list)
    python = {"string": str, "number": int, "bool": bool}[of_type]
    return isinstance(value, python) or value is None


def test_tables_name_what_there_is() -> None:
    """A table that names an argument of which the schema knows nothing would never bite."""
    named = [
        *((name, argument) for name, arguments in SENSITIVE.items() for argument in arguments),
        *((name, path) for name, rules in RULES.items() for path in rules),
        *((name, argument) for name, refuses in REFUSES.items() for argument in refuses),
    ]
    found = [(RESOURCES.get(name) or DATA_SOURCES[name], name, path) for name, path in named]
    assert [(name, path) for block, name, path in found if not _has(block, path.split("."))] == []


def _has(block: Block, path: list[str]) -> bool:
    name, *rest = path
    if rest and name in block["blocks"]:
        return _has(block["blocks"][name], rest)
    return not rest and (name in block["attributes"] or name in block["blocks"])


def test_rules_ask_for_what_is_known() -> None:
    """Each word of a rule has its check, each argument that it names is one of the type, and each base is sound."""
    for type_name, rules in RULES.items():
        for path, asked in rules.items():
            for relation in ("conflicts_with", "required_with", "exactly_one_of"):
                names = asked.get(relation, ())
                assert all(_has(RESOURCES[type_name], [name]) for name in names), (type_name, path)
            for rule in (asked.get("value", {}), *asked.get("value", {}).get("any", ())):
                assert set(rule) <= set(CHECKS), (type_name, path)
        config = filled(RESOURCES[type_name], BASES[type_name])
        assert list(refusals(type_name, RESOURCES[type_name], config)) == []
        assert list(refusals_at_plan(type_name, config)) == []


VALUES: list[Any] = [
    None,
    UNKNOWN,
    True,
    28800,
    "ACME Clearing, payment files",
    [],
    ["AES256-GCM-16", UNKNOWN],
    {"Name": "acme-nat-a", "partner": UNKNOWN},
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_survive_the_wire(value: Any) -> None:
    assert unpack(pack(value)) == value


def test_messages_survive_the_wire() -> None:
    """A long field needs a length of two bytes; what is empty is left out; numbers are passed over."""
    fields = decode(encode([(1, "aws_vpc"), (2, b""), (4, True), (5, 300), (10, b"x" * 300)]))
    assert fields == {1: b"aws_vpc", 10: b"x" * 300}


STATEMENT: dict[str, Any] = {
    "sid": None, "effect": None, "actions": None, "not_actions": None, "resources": None,
    "not_resources": None, "principals": [], "not_principals": [], "condition": [],
}  # fmt: skip
DOCUMENTS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"actions": ["logs:PutLogEvents"], "resources": ["*"]},
        {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"},
    ),
    (
        {
            "effect": "Deny",
            "actions": ["s3:PutObject", "s3:GetObject"],
            "condition": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["111111111111"]}],
        },
        {
            "Effect": "Deny",
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Condition": {"StringEquals": {"aws:SourceAccount": "111111111111"}},
        },
    ),
]


@pytest.mark.parametrize(("statement", "expected"), DOCUMENTS)
def test_policy_document_is_rendered(statement: dict[str, Any], expected: dict[str, Any]) -> None:
    block = DATA_SOURCES["aws_iam_policy_document"]
    config: dict[str, Any] = dict.fromkeys(block["attributes"])
    config["statement"] = [STATEMENT | statement]
    state = answer("aws_iam_policy_document", block, config, ACCOUNT, World())
    assert json.loads(state["json"]) == {"Version": "2012-10-17", "Statement": [expected]}
