"""A module's life in Terraform: formatted, initialised, valid, planned, made, unchanged, gone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.terraform.terraform import Terraform, copy_module

VARIABLE = re.compile(r'^variable "(\w+)" \{(.*?)^\}', re.M | re.S)
DESTROY = ("destroy", "-auto-approve", "-refresh=false")  # it was refreshed for the second plan
PROTECTED = "prevent_destroy = true"
REFUSED = re.compile(r"Resource (\S+) has lifecycle\.prevent_destroy set")
PRESHARED_KEY = "natlane.example.{}"  # as AWS wants a pre-shared key: 8 to 64 of A-Z a-z 0-9 . _


@dataclass(frozen=True, slots=True)
class Life:
    """What the module was planned to be, and what it said when it was made."""

    planned: dict[str, dict[str, Any]]  # what `resolved` tells
    outputs: dict[str, Any]
    protected: tuple[str, ...]  # addresses that a destroy does not take until their protection is taken off


def live(terraform: Terraform, module: Path, folder: Path) -> Life:
    """The whole life, in a copy of the module in `folder`; AssertionError at the first thing amiss."""
    copy = copy_module(module, folder)
    inputs = inputs_of(module)
    terraform.run(module, "fmt", "-check", "-diff").ok()
    terraform.run(copy, "init").ok()
    terraform.run(copy, "validate").ok()
    terraform.run(copy, "plan", "-out=plan", variables=inputs).ok()
    planned = resolved(terraform.show(copy, "plan"))
    terraform.run(copy, "apply", "plan").ok()
    outputs = state_of(copy)["outputs"]
    terraform.run(copy, "plan", "-detailed-exitcode", variables=inputs).ok()  # 2 would be a change
    protected = unprotect(terraform, copy, inputs)
    terraform.run(copy, *DESTROY, variables=inputs).ok()
    assert state_of(copy)["resources"] == []
    return Life(planned, {name: output["value"] for name, output in outputs.items()}, protected)


def unprotect(terraform: Terraform, copy: Path, inputs: dict[str, str]) -> tuple[str, ...]:
    """The addresses for which a destroy is refused; then their protection is taken off the copy."""
    written = {path: path.read_text(encoding="utf-8") for path in sorted(copy.glob("*.tf"))}
    guarded = {path: text for path, text in written.items() if PROTECTED in text}
    if not guarded:
        return ()
    refused = terraform.run(copy, *DESTROY, variables=inputs).ok(1)
    for path, text in guarded.items():
        path.write_text(text.replace(PROTECTED, "prevent_destroy = false"), encoding="utf-8")
    return tuple(sorted(REFUSED.findall(refused.output)))


def state_of(folder: Path) -> Any:
    """The state file that the local backend left."""
    return json.loads((folder / "terraform.tfstate").read_text(encoding="utf-8"))


def inputs_of(module: Path) -> dict[str, str]:
    """A value for each variable that has no default: they are all pre-shared keys."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(module.glob("*.tf")))
    return {
        name: PRESHARED_KEY.format(name)
        for name, body in VARIABLE.findall(text)
        if not re.search(r"^  default +=", body, re.M)
    }


def resolved(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The managed resources of a plan as `show -json` tells it, by address, each with its `provider`.

    An argument has the value that Terraform resolved, or, where apply alone will know it, the reference that it is
    written as (`aws_vpc.vpc_n.id`, a list of them where it has several). Nested blocks are as they are written, for
    their resolved form is a set without order.
    """
    planned = plan["planned_values"]["root_module"].get("resources", [])
    values = {resource["address"]: resource.get("values") or {} for resource in planned}
    found = {}
    for resource in plan["configuration"]["root_module"].get("resources", []):
        if resource["mode"] == "managed":
            arguments = {name: _written(expression) for name, expression in resource["expressions"].items()}
            known = {name: value for name, value in values[resource["address"]].items() if _is_known(value)}
            blocks = {name: value for name, value in arguments.items() if _is_block(value)}
            found[resource["address"]] = {**arguments, **known, **blocks, "provider": resource["provider_config_key"]}
    return found


def _written(expression: Any) -> Any:
    """A configuration's expression: its constant, its references, or its blocks in their order."""
    if isinstance(expression, list):
        return [{name: _written(inner) for name, inner in block.items()} for block in expression]
    if "constant_value" in expression:
        return expression["constant_value"]
    references = [name for name in expression.get("references", []) if name.count(".") != 1 or name[:4] == "var."]
    return references[0] if len(references) == 1 else references


def _is_known(value: Any) -> bool:
    return value is not None and not (isinstance(value, list) and None in value)


def _is_block(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def actions(plan: dict[str, Any]) -> dict[str, list[str]]:
    """What a plan does, by address; what leaves AWS as it is is left out: no-op, read, forget."""
    changes = {change["address"]: change["change"]["actions"] for change in plan["resource_changes"]}
    return {address: names for address, names in changes.items() if names not in (["no-op"], ["read"], ["forget"])}
