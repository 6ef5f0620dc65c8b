"""`natlane list`: the partners, or those whose module changed, for people and for pipelines."""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `list`."""
    parser.add_argument(
        "--changed-since",
        metavar="REF",
        help="only those whose descriptor or out/ folder differs from a git ref, or from another root's folder",
    )
    parser.add_argument("--format", choices=("text", "json", "atlantis"), default="text")


def run(args: argparse.Namespace) -> int:
    """0: listed; 1: something cannot be read, or has a name that no partner may have."""
    from natlane.impact.changed_partners import changed_partners, misnamed
    from natlane.output.partner_list import FORMATS
    from natlane.output.problems import print_problems
    from natlane.problems import Problem
    from natlane.workspace.git_base import changed_since
    from natlane.workspace.paths import partner_names

    names, problems = partner_names(args.root)
    problems += misnamed(names)
    if args.changed_since is not None:
        changed = changed_since(args.root, args.changed_since)
        if isinstance(changed, Problem):
            problems.append(changed)
        else:
            names = changed_partners(args.root, args.changed_since, names, changed)
    if problems:
        print_problems(args.root, problems, "text", sys.stderr)
        return 1
    sys.stdout.write(FORMATS[args.format](names, args.root))
    return 0
