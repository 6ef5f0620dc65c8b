"""A root's descriptors written to out/, or the differences that out/ has from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from natlane.describe.renames import renamed_to
from natlane.fleet import Fleet, open_fleet
from natlane.plan.plan import plan_for
from natlane.problems import Problem, Severity, file_problem
from natlane.render.compare import Comparison, Result, compare
from natlane.render.strays import FOREIGN, orphans, refused_where_tracked, strays
from natlane.render.templates import Templates, render
from natlane.render.transaction import writing
from natlane.render.unchanged import Signed, remember
from natlane.workspace.paths import OUT, Workspace, descriptor_path

ORPHAN = "output-orphan"
_JUDGED = frozenset((ORPHAN, FOREIGN, "output-symlink", "output-unasked"))  # `--check` judges it otherwise


def generate(workspace: Workspace, named: list[str], signed: Signed | None = None) -> Result:
    """Validate all, then write those named, or all; on any error nothing is written.

    What an earlier run began is completed before, and `half` says where that, or this run, ended midway.
    `signed` is the root as it was before; where nothing is to do, that is remembered.
    """
    begun = bool(workspace.interrupted())
    result = Result()
    try:
        with writing(workspace) as transaction:
            fleet = open_fleet(workspace)
            for partner, comparison in _comparisons(fleet, named):
                result.problems += comparison.problems
                if not (fleet.refused or result.failed):
                    transaction.stage(partner, comparison.differences)
                    result.changed += len(comparison.differences)
                    result.partners |= {partner} if comparison.differences else set()
            result.problems += fleet.problems
            result.problems += [replace(each, severity="warning") for each in strays(workspace, fleet.names)]
            result.problems += _orphans(fleet, "warning")
            if not result.failed:
                result.problems += transaction.commit()
    except OSError as error:
        path = workspace.named(error, OUT)
        what = f"cannot be written: {error.strerror or error}"
        result.half = bool(workspace.interrupted())
        state = "mend that, and run natlane generate again to complete it" if result.half else ""
        result.problems.append(file_problem("output-unwritable", path, what, state))
    result.completed = begun and not result.half
    if not (named or result.changed or result.failed) and not any(each.code in _JUDGED for each in result.problems):
        remember(workspace, signed, result.problems)
    return result


def check(workspace: Workspace, named: list[str]) -> Result:
    """Write nothing, and remember nothing; tell every difference between out/ and what the descriptors say."""
    result = Result()
    result.problems += workspace.interrupted()
    fleet = open_fleet(workspace)
    for partner, comparison in _comparisons(fleet, named):
        result.problems += refused_where_tracked(workspace, comparison.problems)
        result.differences += comparison.differences
        result.partners |= {partner} if comparison.differences else set()
    result.problems += fleet.problems
    try:
        result.problems += refused_where_tracked(workspace, strays(workspace, fleet.names))
        result.problems += _orphans(fleet, "error")
    except OSError as error:
        path = workspace.named(error, OUT)
        result.problems.append(file_problem("output-unreadable", path, f"cannot be read: {error.strerror}"))
    result.changed = len(result.differences)
    return result


def _comparisons(fleet: Fleet, named: list[str]) -> Iterator[tuple[str, Comparison]]:
    """Each partner that is asked for, against its folder; rendering stops at the first error of the fleet."""
    templates = Templates(fleet.workspace)
    fleet.problems += templates.problems
    for partner in fleet.partners():
        if fleet.refused or fleet.landing_zone is None or (named and partner.partner not in named):
            continue
        files = render(plan_for(partner, fleet.landing_zone), templates)
        if isinstance(files, Problem):
            fleet.problems.append(files)
        else:
            yield partner.partner, compare(fleet.workspace, partner.partner, files)


def _orphans(fleet: Fleet, severity: Severity) -> Iterator[Problem]:
    for name, ours in orphans(fleet.workspace, fleet.names):
        path = f"{OUT}/{name}"
        heir = renamed_to(fleet.workspace.root, name)
        if not ours:
            message = "belongs to no partner, and holds what Terraform would read"
            yield Problem("output-foreign", severity, path, 0, 0, "", message, "move it away")
        elif heir:
            hint = f"once its state was moved and out/{heir} was applied, run `natlane prune {name}`"
            yield Problem(ORPHAN, "warning", path, 0, 0, "", f"is {heir} now", hint)
        else:
            message = f"has no {descriptor_path(name)}: what it made may still be live in AWS"
            hint = (
                f"put the descriptor back with `status: decommissioned`, generate and apply; then delete it "
                f"and run `natlane prune {name}`"
            )
            yield Problem(ORPHAN, severity, path, 0, 0, "", message, hint)
