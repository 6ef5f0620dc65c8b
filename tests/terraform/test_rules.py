"""Each provider rule is enforced: a module that breaks it is refused by Terraform at the right resource.

The broken resources are the refused ones of `cases`, one for each kind of each argument's rule, all in one module.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOTS
from tests.terraform.at_plan import AT_PLAN, refusals_at_plan
from tests.terraform.aws_schema import RESOURCES
from tests.terraform.cases import Case, cases, filled
from tests.terraform.provider_rules import RULES
from tests.terraform.rules import refusals
from tests.terraform.terraform import Terraform
from tests.terraform.test_gate import GROUND
from tests.terraform.wire import known

pytestmark = pytest.mark.terraform

ASKS = ("value", "integer", "conflicts_with", "required_with")
NOT_MODELLED = json.loads(Path(__file__).with_name("not_modelled.json").read_text(encoding="utf-8"))["rules"]
ARGUMENT = re.compile(r"^  (\w+)(?: += |\s*\{)", re.M)
BLOCK = re.compile(r'^resource "(\w+)" "\w+" \{$(.*?)^\}$', re.M | re.S)


KINDS = {  # the words of a refusal -> the kind of rule that it breaks; `value` has other words
    "all of": "required_with",
    "exactly one of": "exactly_one_of",
    "conflicts with": "conflicts_with",
    " items": "items",
    "whole number": "integer",
}


def breaks(case: Case) -> set[tuple[str, str]]:
    """The arguments whose rules a case breaks, each with the kind of rule."""
    found = refusals(case.type_name, RESOURCES[case.type_name], whole(case))
    return {
        (".".join(path), next((kind for said, kind in KINDS.items() if said in words), "value"))
        for path, words in found
    }


@cache
def broken() -> dict[tuple[str, str, str], Case]:
    """For each rule the case that breaks it and the fewest others."""
    found: dict[tuple[str, str, str], tuple[int, Case]] = {}
    for case in cases():
        rules = breaks(case) if known(case.config) else set()
        for path, kind in rules:
            place = (case.type_name, path, kind)
            if place not in found or len(rules) < found[place][0]:
                found[place] = (len(rules), case)
    return {rule: case for rule, (_others, case) in found.items()}


def test_every_rule_has_a_case_that_breaks_it() -> None:
    wanted = set()
    for type_name, rules in RULES.items():
        for path, asked in rules.items():
            wanted |= {(type_name, path, kind) for kind in ASKS if kind in asked}
            wanted |= {(type_name, path, "items") for bound in ("min_items", "max_items") if bound in asked}
            if "exactly_one_of" in asked:  # told of the first of them alone
                wanted.add((type_name, min(asked["exactly_one_of"]), "exactly_one_of"))
    assert wanted - set(broken()) == set()


def test_terraform_refuses_every_broken_resource(pinned: Terraform, tmp_path: Path) -> None:
    resources: dict[str, dict[str, Any]] = {}
    for number, case in enumerate({id(case): case for case in broken().values()}.values()):
        written = {name: value for name, value in case.config.items() if value is not None}
        resources.setdefault(case.type_name, {})[f"r{number}"] = escaped(written)
    addresses = {f"{type_name}.{label}" for type_name, labels in resources.items() for label in labels}
    (tmp_path / "versions.tf").write_text(GROUND, encoding="utf-8")
    (tmp_path / "main.tf.json").write_text(json.dumps({"resource": resources}), encoding="utf-8")
    pinned.run(tmp_path, "init").ok()
    told = pinned.run(tmp_path, "validate", "-json").ok(1).json()["diagnostics"]
    refused = {each["address"] for each in told if each["severity"] == "error" and "address" in each}
    assert len(addresses) > 200
    assert addresses - refused == set()


def test_every_check_at_plan_has_a_case_that_it_refuses() -> None:
    refused = {case.type_name for case in cases() if any(refusals_at_plan(case.type_name, whole(case)))}
    assert refused == set(AT_PLAN)


def test_no_module_meets_a_rule_that_is_not_modelled() -> None:
    modules = [path.read_text(encoding="utf-8") for root in ROOTS for path in (root / "out").glob("*/*.tf")]
    written = {
        (kind, name) for text in modules for kind, body in BLOCK.findall(text) for name in ARGUMENT.findall(body)
    }
    assert ("aws_vpn_connection", "tunnel1_inside_cidr") in written
    assert ("aws_vpc_endpoint", "subnet_configuration") in written
    left_out = {(each["type"], name) for each in NOT_MODELLED for name in each["arguments"]}
    assert written & left_out == set()


def whole(case: Case) -> dict[str, Any]:
    return filled(RESOURCES[case.type_name], case.config)


def escaped(value: Any) -> Any:
    """As Terraform's JSON wants it, in which a text is a template."""
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, list):
        return [escaped(item) for item in value]
    if isinstance(value, dict):
        return {name: escaped(item) for name, item in value.items() if item is not None}
    return value
