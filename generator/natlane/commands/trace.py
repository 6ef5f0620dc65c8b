"""`natlane trace`: one packet and its reply through the network of out/, hop by hop."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from natlane.commands.partner_arguments import known_partners

if TYPE_CHECKING:
    from natlane.forwarding.packet import Dropped, Walk
    from natlane.problems import Problem
    from natlane.verify.trace import Journey, Trace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trace`."""
    parser.add_argument("partner", metavar="PARTNER")
    parser.add_argument(
        "--from",
        dest="sender",
        required=True,
        metavar="VPC_OR_IP",
        help="a VPC of the landing zone, an address in one, an address of the partner's, or: partner",
    )
    parser.add_argument(
        "--to", required=True, metavar="IP[:PORT]", help="where to; the port is 443 where none is written"
    )
    parser.add_argument("--protocol", default="tcp", metavar="NAME", help="tcp (default), udp or icmp")
    parser.add_argument(
        "--tunnel-down",
        dest="down",
        type=int,
        choices=(1, 2),
        action="append",
        default=[],
        help="walk as if this tunnel of every device were down; may be given twice",
    )
    parser.add_argument(
        "--device-down",
        dest="lost",
        action="append",
        default=[],
        metavar="IP",
        help="walk as if the partner's device of this public address were lost; may be given twice",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(args: argparse.Namespace) -> int:
    """0: delivered, and the reply came back; 1: dropped; 2: no such packet can be sent."""
    from natlane.assumptions import fleet_of
    from natlane.output.problems import as_data, print_problems
    from natlane.verify.trace import UnclearError

    names = fleet_of(args.root)[0].names
    named = known_partners([args.partner], names)
    if named is None:
        return 2
    (args.partner,) = named
    try:
        found = _traced(args, names)
    except UnclearError as unclear:
        print(f"natlane: {unclear}", file=sys.stderr)
        return 2
    if isinstance(found, list):
        if args.format == "json":
            print(json.dumps({"delivered": False, "problems": as_data(found)}, ensure_ascii=False))
        else:
            print_problems(args.root, found, "text", sys.stderr)
        return 1
    print(json.dumps(_as_data(found), ensure_ascii=False) if args.format == "json" else "\n".join(_lines(found)))
    return int(found.arrived < found.ways)


def _traced(args: argparse.Namespace, names: tuple[str, ...]) -> Trace | list[Problem]:
    """The packet through the partner's module and those that may take it from there; or why there is no module."""
    from natlane.assumptions import our_network
    from natlane.network.build import network_of
    from natlane.problems import file_problem, has_error
    from natlane.verify.fleet import near, segment_of
    from natlane.verify.trace import blocks_of, destination_of, trace
    from natlane.workspace.paths import OUT, interrupted

    to, port = destination_of(args.to)
    ours, problems = our_network(args.root)
    problems += interrupted(args.root)
    if ours is None or has_error(problems):
        return problems
    segment, problems = segment_of(args.root, args.partner, ours)
    if segment is None:
        said = "holds no network: nothing to walk through"
        return problems or [file_problem("module-empty", f"{OUT}/{args.partner}", said)]
    others = [name for name in names if name != args.partner]
    crossing = dict(near(args.root, others, ours, blocks_of(segment, args.sender, to)))
    for name in (name for name, each in crossing.items() if each is None):
        note = f"{OUT}/{name} is not understood, so its routes are not seen; natlane verify {name} says why"
        print(f"natlane: {note}", file=sys.stderr)
    network = network_of(ours, [segment, *filter(None, crossing.values())])
    up = tuple(number for number in (1, 2) if number not in args.down)
    return trace(network, segment, args.sender, to, port, args.protocol, up, tuple(args.lost))


def _lines(found: Trace) -> list[str]:
    """Columns: the hop, what it did, source and destination as the packet left, and where that is written."""
    journey = found.shown
    rows: list[tuple[str, ...]] = []
    for title, walk in (("forward", journey.forward), ("reply", journey.reply)):
        if walk is None or not walk.hops:
            continue
        rows.append((title,))
        for number, hop in enumerate(walk.hops, start=1):
            place = (
                f"{hop.origin.path}:{hop.origin.line}"
                if hop.origin.line
                else f"{hop.origin.path} {hop.origin.resource}"
            )
            rows.append((f"{number:>3}  {hop.place}", hop.action, str(hop.packet), place))
    widths = [max((len(row[i]) for row in rows if len(row) > i), default=0) for i in range(3)]
    aligned = ([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), *row[3:]] for row in rows)
    shown = ["  ".join(cells).rstrip() for cells in aligned]
    lines = [_verdict(found), *([""] if shown else []), *shown]
    dropped = _dropped(journey)
    if dropped:
        where = f"{dropped.origin.path}:{dropped.origin.line}" if dropped.origin.line else dropped.origin.path
        lines += ["", f"dropped at {dropped.place}: {dropped.reason} ({dropped.origin.resource}, {where})"]
        if found.unmeant:
            lines += [found.unmeant]
        elif dropped.hint:
            source = f"partners/{journey.partner}.yaml"
            lines += [f"{dropped.hint}; it is generated, so change {source} or a template"]
    return lines


def _verdict(found: Trace) -> str:
    journey = found.shown
    packet = journey.packet
    seen = journey.forward.seen_by_partner()
    what = f"{packet} {packet.protocol} port {packet.port}"
    outcome = "delivered, and the reply comes back" if journey.arrived else _failure(journey)
    told = f"; the partner sees {seen}" if seen else ""
    ways = (
        f" ({found.arrived} of {found.ways} ways through route tables, zones and targets arrive; shown: {journey.zone})"
    )
    return f"{what}: {outcome}{told}{ways if found.ways > 1 else ''}"


def _failure(journey: Journey) -> str:
    if journey.reply is None:
        return "dropped"
    if journey.elsewhere:
        return f"delivered to {journey.elsewhere}, not to {journey.partner}"
    dropped = _dropped(journey)
    return "delivered, but the reply is dropped" if dropped else "delivered, but the reply does not reach the sender"


def _dropped(journey: Journey) -> Dropped | None:
    from natlane.forwarding.packet import Dropped

    for walk in (journey.forward, journey.reply):
        if walk is not None and isinstance(walk.end, Dropped):
            return walk.end
    return None


def _as_data(found: Trace) -> dict[str, Any]:
    journey = found.shown
    dropped = _dropped(journey)
    seen = journey.forward.seen_by_partner()
    return {
        "delivered": journey.arrived,
        "delivered_elsewhere": journey.elsewhere or None,
        "source": str(journey.packet.source),
        "destination": str(journey.packet.destination),
        "protocol": journey.packet.protocol,
        "port": journey.packet.port,
        "zone": journey.zone,
        "seen_by_partner": str(seen) if seen else None,
        "forward": _hops(journey.forward),
        "reply": _hops(journey.reply) if journey.reply else [],
        "dropped": {
            "place": dropped.place,
            "reason": dropped.reason,
            "hint": dropped.hint,
            "resource": dropped.origin.resource,
            "path": dropped.origin.path,
            "line": dropped.origin.line,
        }
        if dropped
        else None,
        "ways": found.ways,
        "ways_delivered": found.arrived,
    }


def _hops(walk: Walk) -> list[dict[str, Any]]:
    return [
        {
            "place": hop.place,
            "action": hop.action,
            "resource": hop.origin.resource,
            "path": hop.origin.path,
            "line": hop.origin.line,
            "source": str(hop.packet.source),
            "destination": str(hop.packet.destination),
        }
        for hop in walk.hops
    ]
