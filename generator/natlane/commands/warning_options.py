"""Options of commands that print warnings: which are printed, and whether one fails the command."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from natlane.problems import Problem


def add_warning_options(parser: argparse.ArgumentParser) -> None:
    """`--strict` and `--quiet`, alike in every command that prints warnings."""
    parser.add_argument("--strict", action="store_true", help="exit 1 on a warning too, unless it is accepted")
    parser.add_argument("--quiet", action="store_true", help="print errors only")


def printed(args: argparse.Namespace, problems: Iterable[Problem]) -> list[Problem]:
    """The problems that are printed."""
    return [each for each in problems if each.severity == "error" or not args.quiet]


def refuses(args: argparse.Namespace, problems: Iterable[Problem]) -> bool:
    """Whether any of them fails the command."""
    return any(each.severity == "error" or args.strict for each in problems)
