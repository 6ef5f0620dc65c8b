"""`natlane verify`: out/ read back and proven, a line a partner."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from natlane.verify.proofs import Verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `verify`."""
    parser.add_argument("partners", nargs="*", metavar="PARTNER", help="prove these only (default: all)")
    parser.add_argument(
        "--format", choices=("text", "json", "github"), default="text", help="how the result is printed"
    )


def run(args: argparse.Namespace) -> int:
    """0: everything is proven; 1: something is not; 2: there is no such partner."""
    from natlane.output.problems import as_data, print_problems
    from natlane.verify.fleet import everyone, verify
    from natlane.verify.proofs import PROOFS, sentence
    from natlane.workspace.paths import interrupted

    names, problems = everyone(args.root)
    problems += interrupted(args.root)
    unknown = [name for name in args.partners if name not in names]
    if unknown:
        print(f"natlane: no partner {unknown[0]}; there are: {', '.join(names[:20]) or 'none'}", file=sys.stderr)
        return 2
    wanted = tuple(dict.fromkeys(args.partners)) or names
    outcome = verify(args.root, wanted, names, problems, _progress)
    broken = Counter(problem.path.split("/")[1] for problem in outcome.problems if problem.path.startswith("out/"))
    if args.format == "json":
        partners = [
            {
                "partner": v.partner,
                "proofs": v.proofs,
                "classes": v.classes,
                "packets": v.packets,
                "problems": broken[v.partner],
            }
            for v in outcome.verdicts
        ]
        told = {
            "problems": as_data(outcome.problems),
            "proven": [sentence(proof) for proof in PROOFS],
            "partners": partners,
        }
        print(json.dumps(told, ensure_ascii=False))
        return int(outcome.failed)
    print_problems(args.root, outcome.problems, args.format, sys.stdout)
    if args.format == "text":
        width = max((len(verdict.partner) for verdict in outcome.verdicts), default=0)
        for verdict in outcome.verdicts:
            print(f"{verdict.partner:<{width}}  {_said(verdict, broken[verdict.partner])}")
        print(_total(outcome.verdicts, sum(problem.severity == "error" for problem in outcome.problems)))
    return int(outcome.failed)


def _said(verdict: Verdict, problems: int) -> str:
    if any(problem.severity == "error" for problem in verdict.problems) or (problems and not verdict.proofs):
        return f"not proven: {_count(problems, 'problem')}"
    if not verdict.proofs:
        return "nothing to prove: the module holds no network"
    walked = f"{_count(verdict.classes, 'class', 'classes')} of addresses, {_count(verdict.packets, 'packet')} walked"
    noted = f"; {_count(problems, 'problem')}" if problems else ""
    return f"{_count(verdict.proofs, 'proof')} over {walked}{noted}"


def _total(verdicts: tuple[Verdict, ...], errors: int) -> str:
    proofs, packets = sum(each.proofs for each in verdicts), sum(each.packets for each in verdicts)
    proven = f"{_count(len(verdicts), 'partner')}, {_count(proofs, 'proof')}, {_count(packets, 'packet')} walked"
    return f"{proven}: {_count(errors, 'error')}" if errors else f"{proven}: all proven, none reaches another"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _progress(done: int, of: int) -> None:
    """One line on a terminal, written over itself; elsewhere a line for each tenth of a large fleet."""
    said = f"natlane: {done:,} of {of:,} modules proven"
    if sys.stderr.isatty() and of > 1:
        print(f"\r{said}", end="\n" if done == of else "", file=sys.stderr, flush=True)
    elif of >= _MANY and done * 10 // of > (done - 1) * 10 // of:
        print(said, file=sys.stderr, flush=True)


_MANY = 200
