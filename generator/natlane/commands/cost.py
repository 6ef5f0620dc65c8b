"""`natlane cost`: what partners cost on AWS a month, at list prices, by account and by tag."""

from __future__ import annotations

import argparse
import sys

from natlane.commands.partner_arguments import known_partners


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `cost`."""
    parser.add_argument("partners", nargs="*", metavar="PARTNER", help="default: all; of one, every item is listed")
    parser.add_argument("--by-tag", metavar="KEY", help="also the sum for each value of a tag")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text")


def run(args: argparse.Namespace) -> int:
    """0: printed; 1: a descriptor or the landing zone has errors; 2: there is no such partner."""
    from dataclasses import replace

    from natlane.cost.totals import cost_of
    from natlane.fleet import open_fleet
    from natlane.output.cost import FORMATS
    from natlane.output.problems import print_problems
    from natlane.workspace.paths import Workspace

    fleet = open_fleet(Workspace(args.root))
    named = known_partners(args.partners, fleet.names)
    if named is None:
        return 2
    cost = cost_of(fleet)
    print_problems(args.root, [each for each in fleet.problems if each.severity == "error"], "text", sys.stderr)
    if cost is None or fleet.refused:
        return 1
    if named:
        cost = replace(cost, bills=tuple(bill for bill in cost.bills if bill.partner in named))
    sys.stdout.write(FORMATS[args.format](cost, args.by_tag))
    return 0
