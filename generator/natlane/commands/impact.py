"""`natlane impact`: what a change does to live resources, worst first."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `impact`."""
    from natlane.impact_levels import IMPACTS

    parser.add_argument(
        "--base",
        metavar="REF",
        help="a git ref, or the folder of another root (default: the merge base with the main branch)",
    )
    parser.add_argument(
        "--fail-on",
        metavar="LEVEL",
        type=lambda word: _level(word, IMPACTS),
        choices=IMPACTS,
        help=f"exit 1 where a partner's impact is this or worse and not accepted: {'; '.join(IMPACTS)}. "
        "Its first word is enough",
    )
    parser.add_argument("--format", choices=("text", "json", "markdown", "github"), default="text")


def _level(word: str, levels: Sequence[str]) -> str:
    """The one level that begins like this, with spaces or hyphens; the word itself where there is none."""
    begun = [level for level in levels if level.replace(" ", "-").startswith(word.replace(" ", "-"))]
    return begun[0] if len(begun) == 1 else word


def run(args: argparse.Namespace) -> int:
    """0: printed, and nothing as bad as --fail-on; 1: something is, or your working tree or the base has problems."""
    from natlane.impact.review import impact_of
    from natlane.output.github import impact_annotations
    from natlane.output.impact import FORMATS
    from natlane.output.problems import print_problems, shown
    from natlane.workspace.paths import from_top

    impact = impact_of(args.root, args.base)
    impact = replace(impact, problems=tuple(shown(impact.problems)))
    refused = bool(impact.problems)
    if args.format == "json" or not refused:
        if args.format == "github":
            sys.stdout.write(impact_annotations(impact, args.fail_on, from_top(args.root)))
        else:
            sys.stdout.write(FORMATS[args.format](impact, args.fail_on))
    if args.format != "json":
        stream = sys.stdout if args.format == "github" else sys.stderr
        print_problems(args.root, list(impact.problems), "github" if args.format == "github" else "text", stream)
    failed = args.fail_on is not None and any(each.fails(args.fail_on) for each in impact.verdicts)
    return int(refused or failed)
