"""`natlane new`: a commented descriptor to start from, with blocks that are free today."""

from __future__ import annotations

import argparse
import os
import re
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `new`."""
    parser.add_argument("partner", metavar="PARTNER", help="the partner's name")


def run(args: argparse.Namespace) -> int:
    """0: the file is there; 1: it was there before, or cannot be written."""
    from natlane.describe.partner import PARTNER_NAME
    from natlane.describe.starter import starter_text
    from natlane.workspace.paths import LANDING_ZONE, descriptor_path

    if len(args.partner) > PARTNER_NAME.most or not re.fullmatch(PARTNER_NAME.pattern, args.partner):
        print(f"natlane: {args.partner!r} is not {PARTNER_NAME.what}", file=sys.stderr)
        return 1
    if f"{args.partner}.yaml" == LANDING_ZONE:
        print(f"natlane: {LANDING_ZONE} is no partner; natlane init writes it", file=sys.stderr)
        return 1
    path = descriptor_path(args.partner)
    target = os.path.join(args.root, path)
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "x", encoding="utf-8") as file:
            file.write(starter_text(args.partner))
    except FileExistsError:
        print(f"natlane: {path} is already there, and is left as it is", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"natlane: {path} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    print(path)
    print("natlane: fill in what the partner told you, then run natlane validate", file=sys.stderr)
    return 0
