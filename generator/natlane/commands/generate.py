"""`natlane generate`: writes out/ from the descriptors; `--check` prints the difference instead."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from typing import TYPE_CHECKING

from natlane.commands.partner_arguments import known_partners
from natlane.commands.warning_options import add_warning_options, printed, refuses
from natlane.english import counted
from natlane.workspace.paths import LANDING_ZONE, OUT, descriptor_path, from_top

if TYPE_CHECKING:
    from natlane.problems import Problem
    from natlane.render.compare import Difference, Result


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
    from natlane.output.escape import workflow_command
    from natlane.output.problems import as_data, print_problems
    from natlane.render.compare import Result
    from natlane.render.unchanged import remembered, sign
    from natlane.workspace.paths import Workspace

    workspace = Workspace(args.root)
    names = known_partners(args.partners, workspace.partner_names()[0])
    if names is None:
        return 2
    named = list(names)
    signed = None if named else sign(workspace)
    known = remembered(workspace, signed)
    if known is None:
        from natlane.render.generate import check, generate

        result = check(workspace, named) if args.check or args.strict else generate(workspace, named, signed)
        if args.strict and not args.check and not refuses(args, result.problems):
            result = generate(workspace, named, signed)
    else:
        result = Result(known)
    refused = refuses(args, result.problems)
    failed = result.failed or refused or (args.check and bool(result.differences))
    if args.format == "json":
        files = [
            {"path": each.path, "change": _change(each.old, each.new), "diff": "".join(_diff(each))}
            for each in result.differences
        ]
        found = {"problems": as_data(result.problems), "differences": files}
        print(json.dumps(found, ensure_ascii=False))
        return int(failed)
    if args.check and args.format == "text":
        for each in result.differences:
            sys.stdout.writelines(_diff(each))
    if args.format == "github":
        above = from_top(args.root)
        for each in result.differences:
            said = f"{_change(each.old, each.new)}; run natlane generate, commit out/"
            sys.stdout.write(workflow_command("error", said, file=f"{above}{each.path}"))
    to_print = printed(args, result.problems if args.strict else _news(result))
    print_problems(args.root, to_print, args.format, sys.stderr if args.format == "text" else sys.stdout)
    summary = "there is a warning, and out/ was not written" if refused and not result.failed else ""
    print(f"natlane: {summary if summary and not args.check else _summary(result, args.check)}", file=sys.stderr)
    return int(failed)


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
