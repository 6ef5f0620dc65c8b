"""`natlane handover`: writes the folder that a partner's engineers are given."""

from __future__ import annotations

import argparse
import os
import sys

from natlane.commands.partner_arguments import known_partners
from natlane.commands.warning_options import add_warning_options, printed, refuses


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `handover`."""
    from natlane.facts.devices import names

    parser.add_argument("partner", metavar="PARTNER")
    parser.add_argument(
        "--outputs",
        metavar="FILE",
        help="what `terraform output -json` prints in out/PARTNER: AWS's addresses (default: they are still to come)",
    )
    parser.add_argument("--to", metavar="DIR", help="the folder to write (default: handover/PARTNER below the root)")
    parser.add_argument(
        "--device",
        choices=names(),
        help="write for this device, whatever the descriptor names; of two devices, for both",
    )
    parser.add_argument(
        "--since",
        metavar="REF",
        help="write no folder: print a mail with what changed for the partner since a git ref or another root's folder",
    )
    add_warning_options(parser)


def run(args: argparse.Namespace) -> int:
    """0: written, or printed; 1: the partner cannot be planned, or the folder not be written; 2: no such partner."""
    from natlane.handover.folder import texts
    from natlane.handover.planned import planned
    from natlane.handover.templates import HandOverTemplates
    from natlane.handover.write import write_folder
    from natlane.output.problems import print_problems
    from natlane.problems import Problem, has_error
    from natlane.workspace.paths import partner_names

    names, _ = partner_names(args.root)
    named = known_partners([args.partner], names)
    if named is None:
        return 2
    (args.partner,) = named
    if args.since is not None:
        return _since(args)
    handover, problems = planned(args.root, args.partner, args.outputs, args.device)
    folder = args.to or os.path.join(args.root, "handover", args.partner)
    templates = HandOverTemplates(args.root)
    written = texts(handover, templates) if handover else {}
    if isinstance(written, Problem):
        problems.append(written)
    elif handover and not has_error(problems):
        found = write_folder(args.root, folder, args.partner, written, templates)
        problems += [found] if found else []
    print_problems(args.root, printed(args, problems), "text", sys.stderr)
    if has_error(problems) or handover is None or isinstance(written, Problem):
        return 1
    for name in sorted(written):
        print(os.path.join(folder, name))
    if not handover.complete:
        print("natlane: AWS's addresses are still to come: after the apply, give --outputs FILE", file=sys.stderr)
    return int(refuses(args, problems))


def _since(args: argparse.Namespace) -> int:
    from natlane.handover.changes import mail
    from natlane.output.problems import print_problems

    text, problems = mail(args.root, args.partner, args.since, args.outputs, args.device)
    print_problems(args.root, printed(args, problems), "text", sys.stderr)
    if text is None:
        return 1
    sys.stdout.write(text)
    return int(refuses(args, problems))
