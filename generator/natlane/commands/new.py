"""`natlane new`: writes a commented descriptor to start from."""

from __future__ import annotations

import argparse
import os
import re
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `new`."""
    parser.add_argument("partner", metavar="PARTNER", help="the partner's name")
    parser.add_argument(
        "--from", dest="form", metavar="FORM", help="a form that the partner filled in (natlane intake)"
    )


def run(args: argparse.Namespace) -> int:
    """0: the file is there; 1: it was there before, or cannot be written."""
    from natlane.describe.partner import PARTNER_NAME
    from natlane.describe.starter import starter_text
    from natlane.facts import aws
    from natlane.workspace.paths import LANDING_ZONE, descriptor_path

    if len(args.partner) > PARTNER_NAME.most or not re.fullmatch(PARTNER_NAME.pattern, args.partner):
        print(f"natlane: {args.partner!r} is not {PARTNER_NAME.what}", file=sys.stderr)
        return 1
    if f"{args.partner}.yaml" == LANDING_ZONE:
        print(f"natlane: {LANDING_ZONE} is no partner; natlane init writes it", file=sys.stderr)
        return 1
    if args.partner.startswith(aws.REFUSED_PREFIXES):
        said = f"AWS refuses names that begin like {args.partner!r}"
        print(f"natlane: {said}: {' and '.join(aws.REFUSED_PREFIXES)} are its own", file=sys.stderr)
        return 1
    path = descriptor_path(args.partner)
    target = os.path.join(args.root, path)
    text = starter_text(args.partner, _zones(args.root)) if args.form is None else _from_form(args)
    if text is None:
        return 1
    try:
        if os.path.islink(os.path.dirname(target)):
            print(f"natlane: {os.path.dirname(path)} is a symbolic link, and is not written through", file=sys.stderr)
            return 1
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        print(f"natlane: {path} is already there, and is left as it is", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"natlane: {path} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    print(path)
    told = "what the partner told you" if args.form is None else "reach, and inbound where the partner calls us"
    print(f"natlane: fill in {told}, then run natlane validate", file=sys.stderr)
    return 0


def _zones(root: str) -> int:
    """How many zones a new partner has: as many as its block holds, of those that the landing zone has."""
    from natlane.addresses import zones_that_fit
    from natlane.describe.document import read
    from natlane.describe.landing_zone import parse_landing_zone
    from natlane.describe.starter import STARTER_BLOCK
    from natlane.workspace.paths import LANDING_ZONE

    document, problems = read(root, LANDING_ZONE)
    zone = parse_landing_zone(document, problems) if document else None
    return zones_that_fit(STARTER_BLOCK, len(zone.zones) if zone else STARTER_BLOCK.num_addresses)


def _from_form(args: argparse.Namespace) -> str | None:
    """The descriptor that the form gives, its problems printed; None where nothing may be written."""
    from natlane.handover.intake import descriptor_from
    from natlane.output.problems import print_problems

    text, problems = descriptor_from(args.root, args.partner, args.form)
    print_problems(args.root, problems, "text", sys.stderr)
    return text
