"""`natlane report`: the fleet as one page, to be opened from a file or an object store."""

from __future__ import annotations

import argparse
import os
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `report`."""
    parser.add_argument("--html", metavar="FILE", help="the file to write (default: site/index.html below the root)")


def run(args: argparse.Namespace) -> int:
    """0: written; 1: a descriptor, the landing zone or a template has errors, or the file cannot be written."""
    from natlane.fleet import open_fleet
    from natlane.output.problems import print_problems
    from natlane.problems import Problem
    from natlane.report.collect import collected
    from natlane.report.page import FILE, page_of
    from natlane.report.write import write_page
    from natlane.workspace.paths import Workspace

    fleet = open_fleet(Workspace(args.root))
    data = collected(fleet, _progress)
    errors = [each for each in fleet.problems if each.severity == "error"]
    path = args.html or os.path.join(args.root, "site", FILE)
    if data is not None and not errors:
        text = page_of(data, args.root)
        wrong = text if isinstance(text, Problem) else write_page(args.root, path, text)
        errors += [wrong] if wrong else []
    print_problems(args.root, errors, "text", sys.stderr)
    if errors or data is None:
        return 1
    print(path)
    return 0


def _progress(done: int, of: int) -> None:
    if of >= 200 and done * 10 // of > (done - 1) * 10 // of:
        print(f"natlane: {done:,} of {of:,} partners read", file=sys.stderr, flush=True)
