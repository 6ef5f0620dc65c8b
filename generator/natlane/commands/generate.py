"""`natlane generate`: writes out/ from the descriptors; `--check` prints the difference instead."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from natlane.commands.partner_arguments import known_partners
from natlane.commands.warning_options import add_warning_options, printed, refuses
from natlane.english import counted
from natlane.workspace.paths import LANDING_ZONE, OUT, descriptor_path, from_top

if TYPE_CHECKING:
    from natlane.problems import Problem
    from natlane.render.compare import Difference, Result
    from natlane.workspace.paths import Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `generate`."""
    parser.add_argument("partners", nargs="*", metavar="PARTNER", help="write these only (default: all)")
    parser.add_argument("--check", action="store_true", help="write nothing; print the diff, exit 1 if there is one")
    parser.add_argument(
        "--format",
        choices=("text", "json", "github"),
        default="text",
        help="how --check and problems are printed",
    )
    add_warning_options(parser)


def run(args: argparse.Namespace) -> int:
    """0: out/ is what the descriptors say; 1: it is not, and nothing was written; 2: there is no such partner."""
    from natlane.workspace.paths import Workspace

    workspace = Workspace(args.root)
    named = known_partners(args.partners, workspace.partner_names()[0])
    if named is None:
        return 2
    result = _result(args, workspace, named)
    failed = result.failed or refuses(args, result.problems) or (args.check and bool(result.differences))
    if args.format == "json":
        print(_as_json(result))
    else:
        _report(args, result)
    return int(failed)


def _result(args: argparse.Namespace, workspace: Workspace, named: Sequence[str]) -> Result:
    """What was written, or would be; without rendering where nothing changed since all was written."""
    from natlane.render.compare import Result
    from natlane.render.unchanged import remembered, sign

    signed = None if named else sign(workspace)
    known = remembered(workspace, signed)
    if known is not None:
        return Result(known)

    from natlane.render.generate import check, generate

    if not args.check and not args.strict:
        return generate(workspace, list(named), signed)
    checked = check(workspace, list(named))
    if args.check or refuses(args, checked.problems):
        return checked
    return generate(workspace, list(named), signed)


def _as_json(result: Result) -> str:
    from natlane.output.problems import as_data

    differences = [
        {"path": each.path, "change": _change(each.old, each.new), "diff": "".join(_diff(each))}
        for each in result.differences
    ]
    found = {"problems": as_data(result.problems), "differences": differences}
    return json.dumps(found, ensure_ascii=False)


def _report(args: argparse.Namespace, result: Result) -> None:
    """The differences and problems as text or as GitHub's annotations, then the summary."""
    from natlane.output.problems import print_problems

    if args.format == "github":
        _annotate(args.root, result)
    elif args.check:
        for each in result.differences:
            sys.stdout.writelines(_diff(each))
    to_print = printed(args, result.problems if args.strict else _news(result))
    print_problems(args.root, to_print, args.format, sys.stderr if args.format == "text" else sys.stdout)
    only_warned = not args.check and not result.failed and refuses(args, result.problems)
    summary = "there is a warning, and out/ was not written" if only_warned else _summary(result, args.check)
    print(f"natlane: {summary}", file=sys.stderr)


def _annotate(root: str, result: Result) -> None:
    from natlane.output.escape import workflow_command

    above = from_top(root)
    for each in result.differences:
        message = f"{_change(each.old, each.new)}; run natlane generate, commit out/"
        sys.stdout.write(workflow_command("error", message, file=f"{above}{each.path}"))


def _news(result: Result) -> list[Problem]:
    """Errors, and the warnings about what this run changes: earlier runs have reported the others."""
    paths = {descriptor_path(name) for name in result.partners} | ({LANDING_ZONE} if result.partners else set())
    return [
        each
        for each in result.problems
        if each.severity == "error" or each.path in paths or each.path.startswith(f"{OUT}/")
    ]


def _change(old: str | None, new: str | None) -> str:
    return "would be removed" if new is None else "would be written" if old is None else "would change"


def _diff(difference: Difference) -> list[str]:
    from natlane.problems import visible

    path, old, new = visible(difference.path), difference.old, difference.new
    before = [] if old is None else old.splitlines(keepends=True)
    after = [] if new is None else new.splitlines(keepends=True)
    names = ("/dev/null" if old is None else f"a/{path}", "/dev/null" if new is None else f"b/{path}")
    lines = difflib.unified_diff(before, after, *names)
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines]


def _summary(result: Result, check: bool) -> str:
    if result.failed and check:
        return "out/ cannot be compared as it stands"
    if result.half:
        return "out/ may be half old and half new"
    if result.failed:
        return f"out/ was {'completed as an earlier run began it, and else ' if result.completed else ''}not written"
    stand = _standing(result)
    if not result.changed:
        return f"out/ is what the descriptors say{stand}"
    what = f"{counted(result.changed, 'file')} of {counted(len(result.partners), 'partner')}"
    return f"{what} would change; run natlane generate{stand}" if check else f"{what} written{stand}"


def _standing(result: Result) -> str:
    """How many warnings remain that were not printed."""
    more = len({each for each in result.problems if each.severity == "warning"} - set(_news(result)))
    return f"; natlane validate has {counted(more, 'more warning')}" if more else ""
