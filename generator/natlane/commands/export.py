"""`natlane export`: prints the fleet's blocks for other programs, or its measures for Prometheus."""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `export`."""
    parser.add_argument("--format", choices=("csv", "json", "prometheus"), default="csv")


def run(args: argparse.Namespace) -> int:
    """0: printed; 1: a descriptor or the landing zone has errors."""
    from natlane.cost.items import items_of
    from natlane.cost.totals import Bill
    from natlane.export.blocks import Row, as_csv, as_json, of_partner, of_us
    from natlane.export.measures import measures
    from natlane.fleet import open_fleet
    from natlane.output.problems import print_problems
    from natlane.plan.plan import plan_for
    from natlane.workspace.paths import Workspace

    fleet = open_fleet(Workspace(args.root))
    zone, rows, bills = fleet.landing_zone, list[Row](), list[Bill]()
    if zone is not None:
        rows += of_us(zone)
        for partner in fleet.partners():
            plan = plan_for(partner, zone)
            rows += of_partner(partner, plan)
            bills.append(Bill(partner.partner, plan.tags, items_of(partner, plan, zone)))
    print_problems(args.root, [each for each in fleet.problems if each.severity == "error"], "text", sys.stderr)
    if fleet.refused or zone is None:
        return 1
    if args.format == "prometheus":
        sys.stdout.write(measures(fleet, bills))
    else:
        sys.stdout.write(as_csv(rows) if args.format == "csv" else as_json(rows))
    return 0
