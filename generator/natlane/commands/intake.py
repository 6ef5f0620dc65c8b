"""`natlane intake`: writes the empty form that a partner fills in, as Markdown and as a page."""

from __future__ import annotations

import argparse
import os
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `intake`."""
    parser.add_argument("--to", metavar="DIR", help="the folder to write (default: intake below the root)")


def run(args: argparse.Namespace) -> int:
    """0: written; 1: a template fails, or the folder cannot be written."""
    from natlane.facts.devices import names
    from natlane.handover.templates import HandOverTemplates
    from natlane.handover.write import write_new
    from natlane.output.problems import print_problems
    from natlane.problems import Problem

    templates = HandOverTemplates(args.root)
    folder = args.to or os.path.join(args.root, "intake")
    texts: dict[str, str] = {}
    for name, template in templates.of_documents("intake").items():
        text = templates.text(template, vendors=names())
        if isinstance(text, Problem):
            print_problems(args.root, [text], "text", sys.stderr)
            return 1
        texts[name] = text
    problem = write_new(args.root, folder, texts)
    if problem:
        print_problems(args.root, [problem], "text", sys.stderr)
        return 1
    for name in sorted(texts):
        print(os.path.join(folder, name))
    print("natlane: of what comes back, natlane new PARTNER --from FORM makes the descriptor", file=sys.stderr)
    return 0
