"""`natlane show`: prints a partner's address plan and its packets' hops, or draws them, or gives them as data."""

from __future__ import annotations

import argparse
import sys

from natlane.commands.partner_arguments import known_partners, problems_about
from natlane.commands.warning_options import add_warning_options, printed, refuses


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `show`."""
    parser.add_argument("partner", metavar="PARTNER")
    parser.add_argument("--format", choices=("text", "json", "svg"), default="text")
    add_warning_options(parser)


def run(args: argparse.Namespace) -> int:
    """0: shown; 1: the partner cannot be planned; 2: there is no such partner."""
    from natlane.cost.items import items_of
    from natlane.fleet import open_fleet
    from natlane.output.plan import picture
    from natlane.output.problems import print_problems
    from natlane.plan.plan import plan_for
    from natlane.workspace.paths import Workspace, descriptor_path

    fleet = open_fleet(Workspace(args.root))
    named = known_partners([args.partner], fleet.names)
    if named is None:
        return 2
    partner = fleet.partner(named[0])
    problems = problems_about(named, fleet.problems)
    print_problems(args.root, printed(args, problems), "text", sys.stderr)
    if partner is None or fleet.landing_zone is None:
        return 1
    plan = plan_for(partner, fleet.landing_zone)
    items = items_of(partner, plan, fleet.landing_zone)
    if args.format == "svg":
        from natlane.picture.drawing import drawing_of
        from natlane.picture.svg import svg

        sys.stdout.write(svg(drawing_of(plan), f"Made by natlane show from {descriptor_path(plan.partner)}."))
    elif args.format == "json":
        from natlane.output.plan_data import as_json

        sys.stdout.write(as_json(plan, items))
    else:
        print(picture(plan, items))
    return int(args.strict and refuses(args, problems))
