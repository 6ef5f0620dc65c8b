"""Each kind of change, applied and planned by Terraform's core: it changes what impact says, in the same way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.review.effects import TYPES
from generator.review.impact import Impact, impact_of
from generator.review.versions import open_root, rendered
from tests.review.cases import CASES, Case
from tests.review.roots import two_roots
from tests.terraform.aws_schema import RESOURCES
from tests.terraform.life import actions, inputs_of
from tests.terraform.terraform import LOCAL_BACKEND, Terraform

pytestmark = pytest.mark.terraform

ACTIONS = {
    ("create",): "create",
    ("delete",): "destroy",
    ("update",): "update",
    ("create", "delete"): "replace",
    ("delete", "create"): "replace",
}
# A provider that works elsewhere finds nothing of what it had made there; the stand-in asks no AWS for it.
ELSEWHERE = {"another account"}
ASSUMED = {"a type that is not known"}  # of which impact says the worst
REFUSED = {"an account less"}  # by Terraform, as impact says
UNPLANNED = {"its descriptor deleted", "deleted after its end"}  # nobody runs Terraform there
PLANNED = [case for case in CASES if case.name not in ELSEWHERE | ASSUMED | REFUSED | UNPLANNED]


@pytest.mark.parametrize("case", PLANNED, ids=lambda case: case.name)
def test_terraform_plans_what_impact_says(pinned: Terraform, case: Case, tmp_path: Path) -> None:
    old, new = two_roots(tmp_path, (case.partner,), case.before, case.edits)
    module = tmp_path / "module"
    write_module(old, case.partner, module)
    pinned.run(module, "init").ok()
    pinned.run(module, "apply", "-auto-approve", variables=inputs_of(module)).ok()
    write_module(new, case.named, module)
    pinned.run(module, "init", "-reconfigure").ok()
    pinned.run(module, "plan", "-out=plan", variables=inputs_of(module)).ok()
    planned = {address: ACTIONS[tuple(names)] for address, names in actions(pinned.show(module, "plan")).items()}
    assert planned == said(impact_of(str(new), str(old)))


def test_replacing_arguments_are_those_of_the_stand_in() -> None:
    """Both tables are kept with their sources; where they differ, one of them is wrong."""
    theirs = json.loads(Path(__file__).with_name("force_new.json").read_text(encoding="utf-8"))["types"]
    stated = {name: (entry["source"], set(entry["arguments"])) for name, entry in theirs.items()}
    ours = {name: (f"internal/service/{each.source}", set(each.replaced_by)) for name, each in TYPES.items()}
    assert ours == stated


def test_tagged_and_kept_arguments_are_those_of_the_schema() -> None:
    for name, each in TYPES.items():
        attributes = RESOURCES[name]["attributes"]
        assert not each.tagged or "tags" in attributes, name
        assert all(attributes[kept][0].split() == ["optional", "computed"] for kept in each.kept), name


def said(impact: Impact) -> dict[str, str]:
    """What impact says of each resource; tags that the stand-in's schema leaves out are left out here too."""
    return {
        change.address: change.action
        for verdict in impact.verdicts
        for change in verdict.changes
        if set(change.arguments) != {"tags_all"} or "tags_all" in RESOURCES[change.resource.type]["attributes"]
    }


def write_module(root: Path, partner: str, folder: Path) -> None:
    """The partner's module with local state, and without the protection that would end a plan."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.tf"):
        path.unlink()
    for name, text in rendered(open_root(str(root)), partner).files.items():
        if name.endswith(".tf"):
            unprotected = text.replace("prevent_destroy = true", "prevent_destroy = false")
            (folder / Path(name).name).write_text(unprotected, encoding="utf-8")
    (folder / "backend_override.tf").write_text(LOCAL_BACKEND, encoding="utf-8")
