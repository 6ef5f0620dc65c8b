"""Removal of the folder of a partner that is gone; the user's own files in it stay."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Final

from natlane.describe.renames import renamed_to
from natlane.impact.resources import read_resources
from natlane.impact.versions import committed
from natlane.problems import Problem, codes_about, file_problem
from natlane.render.compare import compare
from natlane.render.transaction import Writing, writing
from natlane.workspace.paths import OUT, Workspace, descriptor_path
from natlane.workspace.root_files import FolderFiles

CODES: Final = codes_about(
    "Removing a partner's folder",
    "docs/operations.md",
    (
        ("partner-unknown", "What is named is a folder of out/.", "natlane prune ../acme", "natlane prune acme"),
        (
            "prune-live",
            "A folder goes only after what it made is gone from AWS, or has moved.",
            "natlane prune acme, while partners/acme.yaml is there",
            "status: decommissioned, generate and apply; then delete the descriptor, and prune",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was removed, and what stays because it is not natlane's; `successor` is the partner's name now."""

    problems: tuple[Problem, ...]
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    successor: str = ""


def prune(root: str, partner: str) -> Pruned:
    """Remove natlane's files of out/<partner>, or say why not; state and other files of the user's stay."""
    folder = f"{OUT}/{partner}"
    workspace = Workspace(root)
    refused = _not_named(partner, folder) or _refused(root, partner, folder)
    if refused:  # before anything is locked, so that a refusal touches nothing
        return Pruned((refused,))
    try:
        with writing(workspace) as transaction:
            refused = _refused(root, partner, folder)  # another run may have written since
            if refused:
                return Pruned((refused,))
            return _removed(transaction, partner, folder)
    except OSError as error:
        said = f"cannot be removed: {error.strerror or error}"
        return Pruned((file_problem("output-unwritable", folder, said, "run natlane prune again"),))


def _removed(transaction: Writing, partner: str, folder: str) -> Pruned:
    workspace = transaction.workspace
    successor = renamed_to(workspace.root, partner)
    comparison = compare(workspace, partner, {})
    errors = tuple(each for each in comparison.problems if each.severity == "error")
    if errors:
        return Pruned(errors)
    transaction.stage(partner, comparison.differences)
    obstacles = transaction.commit()
    if obstacles:
        return Pruned(tuple(obstacles))
    kept = _swept(workspace.path(folder), folder)
    return Pruned((), tuple(each.path for each in comparison.differences), tuple(kept), successor)


def _not_named(partner: str, folder: str) -> Problem | None:
    """Why a word names no folder of out/."""
    if not partner or os.path.basename(partner) != partner or partner.startswith("."):
        return file_problem("partner-unknown", folder, "is no partner's folder", "name one folder of out/")
    return None


def _refused(root: str, partner: str, folder: str) -> Problem | None:
    """Why a folder must stay."""
    path = descriptor_path(partner)
    successor = renamed_to(root, partner)
    if os.path.lexists(os.path.join(root, path)):
        hint = "write status: decommissioned, generate and apply; then delete it, and prune"
        return file_problem("prune-live", path, "is still there", hint)
    if not os.path.isdir(os.path.join(root, folder)):
        return file_problem("partner-unknown", folder, "no such folder", "see the folders of out/")
    states = _states(os.path.join(root, folder))
    if states:
        hint = "apply the decommissioned module first" if not successor else "move it to the new folder first"
        return file_problem("prune-live", f"{folder}/{states[0]}", "still holds resources", hint)
    declared = _declared(root, folder)
    if not declared or (successor and _declared(root, f"{OUT}/{successor}")):
        return None
    message = f"still declares {declared} resources: without it nothing would destroy them"
    hint = f"put {path} back with status: decommissioned, generate and apply; then delete it, and prune"
    if successor:
        message = f"still declares {declared} resources, and {OUT}/{successor} declares none"
        hint = (
            f"run `natlane generate`, move the state, apply {OUT}/{successor}, and prune then; "
            f"where that was done, and {successor} decommissioned and applied, delete {folder} by hand"
        )
    return file_problem("prune-live", folder, message, hint)


def _declared(root: str, folder: str) -> int:
    """How many resources natlane's files in a folder declare."""
    resources, _ = read_resources(committed(FolderFiles(root), folder), folder)
    return len(resources.by_address)


def _states(folder: str) -> list[str]:
    """Local state that is not empty, or that cannot be understood."""
    found = []
    for name in sorted(os.listdir(folder)):
        if name == "terraform.tfstate.d" and any(
            "terraform.tfstate" in files for _, _, files in os.walk(os.path.join(folder, name))
        ):
            found.append(name)  # of workspaces
        if name == "terraform.tfstate":
            try:
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    empty = json.load(file).get("resources") == []
            except (OSError, ValueError, AttributeError):
                empty = False
            found += [] if empty else [name]
    return found


def _swept(path: str, folder: str) -> list[str]:
    """Every file that stays; folders that hold none are removed."""
    kept = []
    for parent, _, files in os.walk(path, topdown=False):
        kept += [os.path.join(folder, os.path.relpath(os.path.join(parent, name), path)) for name in files]
        if not os.listdir(parent):
            os.rmdir(parent)
    return sorted(kept)
