"""`natlane prune`: removes the folder of a partner that is gone."""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `prune`."""
    parser.add_argument("partner", metavar="PARTNER", help="whose descriptor was deleted after its decommission")


def run(args: argparse.Namespace) -> int:
    """0: natlane's files of out/PARTNER are gone; 1: they stay, and why; 2: there is no such partner."""
    from natlane.output.problems import print_problems
    from natlane.prune import prune

    pruned = prune(args.root, args.partner)
    if pruned.problems:
        print_problems(args.root, list(pruned.problems), "text", sys.stderr)
        return 2 if any(each.code == "partner-unknown" for each in pruned.problems) else 1
    for path in pruned.removed:
        print(f"removed {path}")
    for path in pruned.kept:
        print(f"kept {path}: it is not natlane's")
    if pruned.kept:
        print(
            f"natlane: out/{args.partner} stays for what is yours; delete it when you need it no more", file=sys.stderr
        )
    if pruned.successor:
        said = f"{args.partner} is {pruned.successor} now: this is right only once its state was moved"
    else:
        said = f"this is right only once the decommissioned module of {args.partner} was applied"
    print(f"natlane: {said}", file=sys.stderr)
    return 0
