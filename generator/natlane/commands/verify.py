"""`natlane verify`: reads out/ back and proves it; prints one line for each partner."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from natlane.commands.partner_arguments import known_partners
from natlane.commands.warning_options import add_warning_options, printed, refuses
from natlane.workspace.paths import LANDING_ZONE, interrupted

if TYPE_CHECKING:
    from natlane.network.our_network import OurNetwork
    from natlane.verify.fleet import Fleet, Outcome
    from natlane.verify.proofs import Verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `verify`."""
    parser.add_argument("partners", nargs="*", metavar="PARTNER", help="prove these only (default: all)")
    parser.add_argument(
        "--format", choices=("text", "json", "github"), default="text", help="how the result is printed"
    )
    add_warning_options(parser)


def run(args: argparse.Namespace) -> int:
    """0: everything is proven; 1: something is not; 2: there is no such partner."""
    from natlane.assumptions import fleet_of, our_network
    from natlane.problems import in_order
    from natlane.verify.fleet import Outcome, verify

    fleet, problems = fleet_of(args.root)
    problems += interrupted(args.root)
    named = known_partners(args.partners, fleet.names)
    if named is None:
        return 2
    ours, wrong = our_network(args.root)
    problems += wrong
    if ours is None:
        outcome = Outcome(tuple(in_order(problems)), ())
    else:
        outcome = verify(args.root, ours, fleet, named or fleet.names, problems, _progress)
    if args.format == "json":
        print(_as_json(outcome, ours, fleet))
    else:
        _report(args, outcome, ours, fleet)
    return int(outcome.failed or refuses(args, outcome.problems))


def _problems_by_partner(outcome: Outcome) -> Counter[str]:
    return Counter(problem.path.split("/")[1] for problem in outcome.problems if problem.path.startswith("out/"))


def _as_json(outcome: Outcome, ours: OurNetwork | None, fleet: Fleet) -> str:
    from natlane.output.problems import as_data
    from natlane.verify.proofs import PROOFS, sentence

    problems = _problems_by_partner(outcome)
    partners = [
        {
            "partner": each.partner,
            "proofs": each.proofs,
            "classes": each.classes,
            "packets": each.packets,
            "problems": problems[each.partner],
        }
        for each in outcome.verdicts
    ]
    data = {
        "problems": as_data(outcome.problems),
        "told": _assumptions_as_data(ours, fleet) if ours else {},
        "proven": [sentence(proof) for proof in PROOFS],
        "partners": partners,
    }
    return json.dumps(data, ensure_ascii=False)


def _report(args: argparse.Namespace, outcome: Outcome, ours: OurNetwork | None, fleet: Fleet) -> None:
    """The problems as text or as GitHub's annotations; in text also a line for each partner, and the sum."""
    from natlane.output.problems import print_problems

    print_problems(args.root, printed(args, outcome.problems), args.format, sys.stdout)
    if args.format != "text":
        return
    problems = _problems_by_partner(outcome)
    width = max((len(verdict.partner) for verdict in outcome.verdicts), default=0)
    for verdict in outcome.verdicts:
        print(f"{verdict.partner:<{width}}  {_verdict_line(verdict, problems[verdict.partner])}")
    if ours:
        print(_assumptions_line(ours, fleet))
    print(_total(outcome.verdicts, sum(problem.severity == "error" for problem in outcome.problems)))


def _assumptions_as_data(ours: OurNetwork, fleet: Fleet) -> dict[str, Any]:
    """What the proof takes as given, as JSON holds it: it is not in out/, and not proven."""
    return {
        "region": ours.region,
        "zones": ours.zones,
        "accounts": dict(ours.accounts),
        "network_account": ours.network_account,
        "transit_gateway": ours.transit_gateway,
        "transit_account": ours.transit_account,
        "partner_table": ours.partner_table or None,
        "vpcs": {
            name: {
                "cidrs": [str(cidr) for cidr in vpc.cidrs],
                "account": vpc.account,
                "attachment": vpc.attachment,
                "transit_table": vpc.transit_table,
                "tables": vpc.tables,
            }
            for name, vpc in ours.vpcs.items()
        },
        "renamed": dict(fleet.renamed),
    }


def _assumptions_line(ours: OurNetwork, fleet: Fleet) -> str:
    """What the proof takes as given, in one line."""
    renamed = "".join(f"; {former} is now {now}" for former, now in fleet.renamed.items())
    network = f"region {ours.region}, {ours.transit_gateway}, VPCs {', '.join(ours.vpcs)}"
    return f"taken as given from {LANDING_ZONE}: {network}{renamed}"


def _verdict_line(verdict: Verdict, problems: int) -> str:
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
