"""`natlane validate`: reads and checks every descriptor and the fleet; writes nothing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from natlane.check import QuotaUse
from natlane.commands.partner_arguments import known_partners, problems_about
from natlane.commands.warning_options import add_warning_options, printed, refuses
from natlane.english import counted
from natlane.problems import Problem


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `validate`."""
    parser.add_argument("partners", nargs="*", metavar="PARTNER", help="tell of these only (all are read)")
    parser.add_argument("--format", choices=("text", "json", "github"), default="text", help="how problems are printed")
    add_warning_options(parser)
    parser.add_argument("--summary", action="store_true", help="also print what the fleet uses of AWS's quotas")


def run(args: argparse.Namespace) -> int:
    """0: no error; 1: at least one, or with --strict a warning; 2: there is no such partner."""
    from natlane.check import quota_table
    from natlane.fleet import open_fleet
    from natlane.output.problems import as_data, print_problems
    from natlane.workspace.paths import Workspace

    fleet = open_fleet(Workspace(args.root))
    named = known_partners(args.partners, fleet.names)
    if named is None:
        return 2
    checked = sum(1 for _ in fleet.partners())
    problems, accepted = problems_about(named, fleet.problems), problems_about(named, fleet.accepted)
    table = quota_table(fleet.facts, fleet.landing_zone) if args.summary and fleet.landing_zone else []
    if args.format == "json":
        result: dict[str, object] = {"problems": as_data(problems), "accepted": as_data(accepted)}
        if args.summary:
            result["quotas"] = [asdict(use) for use in table]
        print(json.dumps(result, ensure_ascii=False))
    else:
        to_print = printed(args, problems)
        print_problems(args.root, to_print, args.format, sys.stdout)
        sys.stdout.writelines(["\n"] if to_print and table else [])
        sys.stdout.writelines(_table(table))
    print(_summary(checked, len(fleet.names), problems, len(set(accepted))), file=sys.stderr)
    return int(refuses(args, problems))


def _table(uses: Sequence[QuotaUse]) -> list[str]:
    """What the fleet uses of each quota, as columns."""
    if not uses:
        return []
    rows = [("quota", "used", "granted", "AWS default", "quotas field")]
    rows += [(each.what, f"{each.used:,}", f"{each.granted:,}", f"{each.default:,}", each.quota) for each in uses]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return [
        f"{what:<{widths[0]}}  {used:>{widths[1]}}  {granted:>{widths[2]}}  {default:>{widths[3]}}  {field}\n"
        for what, used, granted, default, field in rows
    ]


def _summary(checked: int, partners: int, problems: Sequence[Problem], accepted: int) -> str:
    errors = sum(each.severity == "error" for each in set(problems))
    warnings = len(set(problems)) - errors
    return (
        f"natlane: {checked} of {partners} partners have no error of their own; "
        f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
        f"{f', {accepted} accepted' if accepted else ''}"
    )
