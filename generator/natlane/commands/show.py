"""`natlane show`: a partner's address plan as tables, and its packets' way as a tree of hops."""

from __future__ import annotations

import argparse
import sys

from natlane.commands.partner_arguments import known_partners


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `show`."""
    parser.add_argument("partner", metavar="PARTNER")


def run(args: argparse.Namespace) -> int:
    """0: shown; 1: the partner cannot be planned; 2: there is no such partner."""
    from natlane.check import check_landing_zone, check_partner
    from natlane.describe.document import read
    from natlane.describe.landing_zone import parse_landing_zone
    from natlane.describe.partner import parse_partner
    from natlane.output.plan import picture
    from natlane.output.problems import print_problems
    from natlane.plan.plan import plan_for
    from natlane.problems import has_error
    from natlane.workspace.paths import LANDING_ZONE, descriptor_path, partner_names

    names, problems = partner_names(args.root)
    named = known_partners([args.partner], names)
    if named is None:
        return 2
    (args.partner,) = named
    zone_document, more = read(args.root, LANDING_ZONE)
    problems += more
    landing_zone = parse_landing_zone(zone_document, problems) if zone_document else None
    document, more = read(args.root, descriptor_path(args.partner))
    problems += more
    partner = parse_partner(document, problems) if document else None
    if landing_zone and zone_document:
        problems += check_landing_zone(landing_zone, zone_document)
        if partner and document:
            problems += check_partner(partner, document, landing_zone, tuple(names))
    print_problems(args.root, problems, "text", sys.stderr)
    if has_error(problems) or partner is None or landing_zone is None:
        return 1
    print(picture(plan_for(partner, landing_zone)))
    return 0
