"""What a change opens and closes: flows that are delivered after it only, or before it only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, summarize_address_range
from typing import Final

from natlane.assumptions import network_from
from natlane.describe.landing_zone import LandingZone
from natlane.english import listed
from natlane.impact.changes import TAGS, Change, changed_blocks
from natlane.impact.findings import Finding, ModuleDiff
from natlane.impact.flow_walks import Side, TooManyError, both_flows
from natlane.impact.flows import Flow, Flows, Ranges, merged
from natlane.impact.module_text import ModuleText
from natlane.impact_levels import CLOSES, OPENS
from natlane.network.from_hcl import read_segment
from natlane.network.known_arguments import NO_PACKETS, TUNNELS
from natlane.network.module import module_of
from natlane.network.our_network import OurNetwork
from natlane.network.security import LAST_PORT
from natlane.problems import has_error

_MOST_PREFIXES: Final = 6
_MOST_AT: Final = 4
_INWARD: Final = ("inbound.services", "inbound.endpoints", "inbound", "partner_cidrs", "vpcs", "status", "partner")
_OUTWARD: Final = ("reach", "partner_cidrs", "outbound.services", "outbound", "vpcs", "status", "partner")
# Blocks besides resources that decide about no packet.
_SETTINGS: Final = ("lifecycle", "provider", "terraform", "timeouts", "check")


@dataclass(frozen=True, slots=True)
class FlowChange:
    """One row of before and after: a flow in words, empty where it is not there."""

    partner: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """What opens and closes for one partner, as findings and as rows; `digest_text` names exactly these flows."""

    findings: tuple[Finding, ...] = ()
    rows: tuple[FlowChange, ...] = ()

    @property
    def digest_text(self) -> str:
        """Every row, for the digest of the change."""
        return "\n".join(f"{row.before} -> {row.after}" for row in self.rows)


@dataclass(frozen=True, slots=True)
class Texts:
    """Both versions of a module as they were read, and our network at both times.

    `edited` is the module as it lies in the working tree's out/, where somebody changed it by hand.
    """

    old: ModuleText
    new: ModuleText
    ours_before: LandingZone | None
    ours_now: LandingZone | None
    edited: ModuleText | None = None


def exposure_of(diff: ModuleDiff, texts: Texts) -> Exposure:
    """What opens and what closes. Nothing is walked where no change is of what packets cross."""
    if texts.ours_now is None:
        return Exposure()
    ours = network_from(texts.ours_now)
    before = network_from(texts.ours_before) if texts.ours_before else ours
    found = Exposure()
    if _may_carry(diff, before, ours):
        found = _compared(diff.partner, (texts.old, before), (texts.new, ours))
    if texts.edited is None:
        return found
    by_hand = _compared(diff.partner, (texts.old, before), (texts.edited, ours))
    known = {row.after for row in found.rows}
    extra = tuple(each for each in by_hand.findings if each.level == OPENS and not any(a in known for a in each.steps))
    rows = tuple(row for row in by_hand.rows if row.after and row.after not in known)
    if not rows and not any(each.code == "opens-unknown" for each in extra):
        return found
    return Exposure((*found.findings, *_by_hand(diff.partner, rows, extra)), (*found.rows, *rows))


def _by_hand(partner: str, rows: tuple[FlowChange, ...], extra: tuple[Finding, ...]) -> Iterator[Finding]:
    """What out/ opens as it lies in the working tree, and no descriptor says."""
    said = listed([row.after for row in rows] or [each.sentence for each in extra])
    yield Finding(
        level=OPENS,
        code="opens-by-hand",
        sentence=f"out/{partner} was edited by hand, and as it lies there: {said}",
        steps=("run natlane generate, which writes what the descriptors say",),
    )


def _may_carry(diff: ModuleDiff, before: OurNetwork, ours: OurNetwork) -> bool:
    """Whether anything differs that packets may notice."""
    if any(_decides(change) for change in diff.changes) or diff.old.by_address.keys() - diff.new.by_address.keys():
        return True
    if any(not _is_setting(name) for name, _, _ in changed_blocks(diff.old, diff.new)):
        return True
    places = [
        [(vpc.name, vpc.cidrs, vpc.attachment, vpc.transit_table, vpc.tables) for vpc in each.vpcs.values()]
        for each in (before, ours)
    ]
    return places[0] != places[1]


def _is_setting(name: str) -> bool:
    first, _, last = name.partition(" ")
    return (last if first.startswith("aws_") else first) in _SETTINGS


def _decides(change: Change) -> bool:
    """Whether a change is of what decides about a packet."""
    if change.resource.type in NO_PACKETS:
        return False
    return change.action in ("create", "destroy") or not set(change.arguments) <= TAGS | TUNNELS


def _compared(partner: str, old: tuple[ModuleText, OurNetwork], new: tuple[ModuleText, OurNetwork]) -> Exposure:
    sides = [_side(partner, text, ours) for text, ours in (old, new)]
    unknown = [side for side in sides if isinstance(side, str)]
    before, after = sides
    if isinstance(before, str) or isinstance(after, str):
        return _unknown(f"{'now' if isinstance(after, str) else 'before'}, {unknown[-1]}")
    try:
        was, now = both_flows(before, after)
    except TooManyError:
        return _unknown("the module has too many addresses and ports to walk them all")
    return _opened_and_closed(partner, was, now)


def _unknown(why: str) -> Exposure:
    sentence = f"what it opens is not known, because natlane cannot see through it: {why}"
    return Exposure((Finding(level=OPENS, code="opens-unknown", sentence=sentence),))


def _side(partner: str, text: ModuleText, ours: OurNetwork) -> Side | str:
    """One version as a segment of our network, or why it cannot be understood whole."""
    if text.problems:
        return f"{text.problems[0].path}: {text.problems[0].message}"
    module, problems = module_of(partner, text.blocks)
    segment, more = (None, []) if has_error(problems) else read_segment(module, ours)
    wrong = next((each for each in (*problems, *more) if each.severity == "error"), None)
    return f"{wrong.path}:{wrong.line}: {wrong.message}" if wrong else Side(segment, ours)


def _opened_and_closed(partner: str, was: Flows, now: Flows) -> Exposure:
    findings, rows = [], []
    for flow in merged(now.keys() - was.keys()):
        text = sentence(flow, called_at(flow, now))
        rows.append(FlowChange(partner, "", text))
        findings.append(_finding(OPENS, flow, text.replace(" may ", " may now ", 1)))
    for flow in merged(was.keys() - now.keys()):
        text = sentence(flow, called_at(flow, was))
        rows.append(FlowChange(partner, text, ""))
        findings.append(_finding(CLOSES, flow, text.replace(" may ", " may no longer ", 1)))
    rows += [
        FlowChange(partner, sentence(flow, called_at(flow, was)), sentence(flow, called_at(flow, now)))
        for flow in merged(flow for flow in was.keys() & now.keys() if was[flow] != now[flow])
    ]
    return Exposure(tuple(findings), tuple(rows))


def _finding(level: str, flow: Flow, text: str) -> Finding:
    return Finding(level=level, code=level, sentence=text, fields=_INWARD if flow.inward else _OUTWARD)


def called_at(whole: Flow, flows: Flows) -> tuple[str, ...]:
    """The addresses and ports at which a merged flow's receivers are called."""
    found = {
        at
        for flow, places in flows.items()
        if flow._replace(sources=(), receivers=()) == whole._replace(sources=(), receivers=())
        and _inside(flow.sources, whole.sources)
        and _inside(flow.receivers, whole.receivers)
        for at in places
    }
    return tuple(sorted(found))


def _inside(some: Ranges, others: Ranges) -> bool:
    return all(any(first <= a and b <= last for first, last in others) for a, b in some)


def sentence(flow: Flow, called_at: Iterable[str]) -> str:
    """A flow in words: who may reach what, in networks and ports."""
    at = listed(called_at, _MOST_AT)
    by = f", by calling {at}" if at else ""
    sources, receivers, service = prefixes(flow.sources), prefixes(flow.receivers), service_of(flow)
    if not flow.inward:
        seen = "" if flow.hidden else ", and is seen there under its own addresses"
        return f"our VPC {flow.vpc} ({sources}) may open connections to {receivers}, {service}{by}{seen}"
    if flow.named:
        return f"the partner ({sources}) may reach the AWS service {flow.named}, {service}{by}"
    return f"the partner ({sources}) may reach {receivers} in our VPC {flow.vpc}, {service}{by}"


def service_of(flow: Flow) -> str:
    """Protocol and ports in words."""
    first, last = flow.ports
    if (first, last) == (1, LAST_PORT):
        return f"any {flow.protocol} port" if flow.protocol else "TCP, UDP and ICMP, any port"
    return f"{flow.protocol} port {first}" if first == last else f"{flow.protocol} ports {first} to {last}"


def prefixes(ranges: Ranges) -> str:
    """Ranges as the prefixes that make them up."""
    if ranges == ((0, (1 << 32) - 1),):
        return "any address"
    return listed(
        (
            each if each.prefixlen < 32 else each.network_address
            for first, last in ranges
            for each in summarize_address_range(IPv4Address(first), IPv4Address(last))
        ),
        _MOST_PREFIXES,
    )
