"""Each kind of change, applied and planned by Terraform's core: it changes what impact says, in the same way."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from natlane.facts.replacing_arguments import TYPES
from natlane.fleet import open_fleet
from natlane.impact.replaced import CONDITIONAL
from natlane.impact.review import Impact, impact_of
from natlane.impact.versions import open_folder, rendered
from natlane.workspace.paths import Workspace

from tests.impact.cases import CASES, Case
from tests.impact.roots import two_roots
from tests.terraform.answers import World
from tests.terraform.applied_bases import AppliedBases
from tests.terraform.aws_schema import RESOURCES
from tests.terraform.life import actions, inputs_of, state_of
from tests.terraform.provider_rules import RULES, SOURCES
from tests.terraform.replacement import CONDITIONS
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
UNPLANNED = {"renamed twice at once", "its descriptor deleted", "deleted after its end"}  # nobody runs Terraform there
UNSEEN = {"a program that is read", "a module of the user's own"}  # of which impact says that it sees nothing
DELETES, GONE = ("apply_start", "delete"), ("apply_complete", "delete")
# What has an interface or an association there, which AWS wants gone before it deletes the resource.
USED_BY = {
    "aws_vpc_ipv4_cidr_block_association": {"aws_subnet"},
    "aws_subnet": {
        "aws_ec2_transit_gateway_vpc_attachment",
        "aws_lb",
        "aws_nat_gateway",
        "aws_vpc_endpoint",
    },
    "aws_vpn_gateway": {"aws_vpn_connection", "aws_vpn_gateway_attachment"},
    "aws_customer_gateway": {"aws_vpn_connection"},
    "aws_security_group": {"aws_lb", "aws_vpc_endpoint"},
    "aws_lb_target_group": {"aws_lb_listener"},
}
ORDERED = {
    "another outbound cidr",
    "BGP with another gateway of ours",
    "our AS, static",
    "to the transit gateway",
    "another nat_cidr",
    "fewer zones",
    "fewer zones, with an endpoint",
    "another natted_cidr",
    "another vpc_cidr",
    "another zone",
    "a larger natted_cidr",
    "a zone more",
}
PLANNED = [case for case in CASES if case.name not in ELSEWHERE | ASSUMED | REFUSED | UNPLANNED | UNSEEN]


@pytest.mark.parametrize("case", PLANNED, ids=lambda case: case.name)
def test_terraform_plans_what_impact_says(
    pinned: Terraform, bases: AppliedBases, world: World, case: Case, tmp_path: Path
) -> None:
    old, new = two_roots(tmp_path, (case.partner,), case.before, case.edits)
    module = tmp_path / "module"
    write_module(old, case.was or case.partner, module)
    world.accepting = accepting(old)
    bases.apply(module)
    write_module(new, case.named, module)
    bases.initialise(module)
    world.accepting = accepting(new)
    pinned.run(module, "plan", "-out=plan", variables=inputs_of(module)).ok()
    planned = {address: ACTIONS[tuple(names)] for address, names in actions(pinned.show(module, "plan")).items()}
    assert planned == said(impact_of(str(new), str(old)))


@pytest.mark.parametrize("case", [case for case in PLANNED if case.name in ORDERED], ids=lambda case: case.name)
def test_nothing_is_deleted_while_it_is_used(
    pinned: Terraform, bases: AppliedBases, case: Case, tmp_path: Path
) -> None:
    """Applied as the steps say; what Terraform starts to delete has lost everything that AWS wants gone before."""
    old, new = two_roots(tmp_path, (case.partner,), case.before, case.edits)
    module = tmp_path / "module"
    write_module(old, case.was or case.partner, module)
    bases.apply(module)
    users = users_of(state_of(module))
    write_module(new, case.named, module)
    hooks = []
    for words in commands(impact_of(str(new), str(old))):
        done = pinned.run(module, *words, "-auto-approve", "-json", variables=inputs_of(module)).ok()
        events = [json.loads(line) for line in done.stdout.splitlines()]
        hooks += [(each["type"], each["hook"]) for each in events if each["type"] in ("apply_start", "apply_complete")]
    order = {(kind, hook["action"], hook["resource"]["addr"]): place for place, (kind, hook) in enumerate(hooks)}
    moved = order.get(("apply_start", "update", "aws_vpn_connection.partner"))
    statics = [order[each] for each in order if each[:2] == GONE and each[2].startswith("aws_vpn_connection_route.")]
    if case.name == "to the transit gateway":
        assert moved is not None
        assert statics
        assert max(statics) < moved, "AWS moves no connection that has static routes"
    starts = {address: place for (kind, action, address), place in order.items() if (kind, action) == DELETES}
    for address in starts.keys() & users.keys():
        for user in users[address]:
            left = min(order.get(("apply_complete", action, user), len(order)) for action in ("delete", "update"))
            assert left < starts[address], f"{address} is deleted while {user} uses it"
    assert starts.keys() & users.keys(), "nothing that is used is deleted: the case belongs elsewhere"


def test_facts_are_those_of_the_stand_in() -> None:
    """Both tables are kept with their sources, and tests/provider holds the stand-in's against a real provider."""
    for name, each in TYPES.items():
        rules = RULES[name]
        assert each.source == SOURCES[name]
        assert each.replaced_by == {path for path, asked in rules.items() if asked.get("replaces")}
        top = {path: asked for path, asked in rules.items() if "." not in path}
        assert each.kept == {path for path, asked in top.items() if asked.get("kept")}
        stands = {path: asked.get("assumed", asked.get("default")) for path, asked in top.items()}
        assert each.default_if_absent == {path: value for path, value in stands.items() if value is not None}
        assert not each.tagged or "tags" in RESOURCES[name]["attributes"], name
    assert {name: set(conditions) for name, conditions in CONDITIONAL.items()} == CONDITIONS


def accepting(root: Path) -> frozenset[str]:
    """The transit gateway of a root's landing zone, if that says that it accepts attachments by itself."""
    found = open_fleet(Workspace(str(root))).landing_zone
    assert found is not None
    gateway = found.transit_gateway
    return frozenset({gateway.id} if gateway.auto_accept else ())


def commands(impact: Impact) -> list[tuple[str, ...]]:
    """What impact says to run of Terraform, in order."""
    steps = [step for verdict in impact.verdicts for told in verdict.reported for step in told.finding.steps]
    found: list[tuple[str, ...]] = []
    for step in steps:
        options = re.findall(r"-target=\S+\b", step)
        if options:
            found.append(("destroy" if "terraform destroy" in step else "apply", *options))
    return [*found, ("apply", *(option for step in steps for option in re.findall(r"-replace=\S+\b", step)))]


def users_of(state: dict[str, Any]) -> dict[str, set[str]]:
    """What AWS does not delete before others have left it -> those others, as the state knows them."""
    found: dict[str, set[str]] = {}
    for resource in state["resources"]:
        for used in resource["instances"][0].get("dependencies", []):
            if resource["type"] in USED_BY.get(used.split(".")[0], ()):
                found.setdefault(used, set()).add(f"{resource['type']}.{resource['name']}")
    return found


def said(impact: Impact) -> dict[str, str]:
    """What impact says of each resource; tags that the stand-in's schema leaves out are left out here too."""
    return {
        change.address: change.action
        for verdict in impact.verdicts
        for change in verdict.changes
        if set(change.arguments) != {"tags_all"} or "tags_all" in _attributes(change.address)
    }


def _attributes(address: str) -> dict[str, Any]:
    found: dict[str, Any] = RESOURCES[address.partition(".")[0]]["attributes"]
    return found


def write_module(root: Path, partner: str, folder: Path) -> None:
    """The partner's module with local state, and without the protection that would end a plan."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.tf"):
        path.unlink()
    for name, text in rendered(open_folder(str(root)), partner).files.items():
        if name.endswith(".tf"):
            unprotected = text.replace("prevent_destroy = true", "prevent_destroy = false")
            (folder / Path(name).name).write_text(unprotected, encoding="utf-8")
    (folder / "backend_override.tf").write_text(LOCAL_BACKEND, encoding="utf-8")
