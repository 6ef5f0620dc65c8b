"""A module becomes a verdict: every proof about it, and what it writes into tables that others write too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from generator.describe.landing_zone import LandingZone
from generator.problems import Problem, file_problem, in_order
from generator.prove import agreement, bounds, flows, stated
from generator.prove.intent import edges_of, intent_of, zones_of
from generator.prove.module import Module
from generator.prove.network import network_of, read_part
from generator.prove.prefixes import Edge, classes_of
from generator.prove.proof import Findings, Subject
from generator.prove.tables import Origin, Part, SharedEntry

# What one module must hold by itself, each with the sentence that is proven.
PROOFS: tuple[Callable[[Subject], Findings], ...] = (
    agreement.twice,
    agreement.places,
    agreement.no_more,
    agreement.ours_kept,
    bounds.zones,
    bounds.association,
    bounds.selectors,
    bounds.security,
    stated.stated,
    flows.outbound,
    flows.unpinned,
    flows.inbound,
    flows.exposed,
)


class State(NamedTuple):
    """Where Terraform keeps what it made of a module, and the block that says so."""

    name: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known about one partner: problems, and how much was proven without one.

    `shared` and `state` are all that the proofs between partners need of this one; no state is a local one.
    """

    partner: str
    problems: tuple[Problem, ...]
    shared: tuple[SharedEntry, ...] = ()
    proofs: int = 0
    classes: int = 0
    packets: int = 0
    state: State | None = None


def prove(module: Module, landing_zone: LandingZone) -> Verdict:
    """Everything that a module must hold by itself; a module that holds nothing has nothing to prove."""
    part, problems = read_part(module, landing_zone)
    if part is None:
        return Verdict(module.partner, tuple(in_order(problems)))
    subject = subject_of(part, landing_zone)
    if subject is None:
        path = part.vpc_n.origin.path.rpartition("/")[0]
        nothing = file_problem(
            "proof-outbound", path, "has no NAT gateway, or VPC N is not attached to the transit gateway"
        )
        return Verdict(module.partner, (nothing,), part.shared)
    found = [problem for proof in PROOFS for problem in proof(subject)]
    return Verdict(
        module.partner,
        tuple(in_order(_once(found))),
        part.shared,
        len(PROOFS),
        len(subject.classes),
        subject.tally.walks,
    )


def subject_of(part: Part, landing_zone: LandingZone) -> Subject | None:
    """A part in a network of its own and the landing zone's, with the address space cut into classes."""
    network = network_of(landing_zone, [part])
    intent = intent_of(part, network)
    if intent is None:
        return None
    classes = classes_of(Edge(prefix, key) for prefix, key in edges_of(part, network))
    return Subject(part, landing_zone, network, intent, classes, zones_of(part))


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """One problem a proof and place: the other packets that die there die of the same."""
    first: dict[tuple[str, str, int, str], Problem] = {}
    for problem in problems:
        entries = problem.code in ("proof-places", "proof-stated")
        first.setdefault((problem.code, problem.path, problem.line, problem.message if entries else ""), problem)
    return list(first.values())


def prove_between(entries: Iterable[SharedEntry]) -> list[Problem]:
    """No two modules write the same route, and in no transit gateway table does one take another's packets.

    Entries are sorted by table and prefix, so that what overlaps stands on a stack: n log n, not n squared.
    A table of our VPCs sends everything to the transit gateway, so that only equal prefixes matter there.
    """
    in_line = sorted(
        entries, key=lambda e: (e.table, int(e.route.destination.network_address), e.route.destination.prefixlen)
    )
    problems, open_above = [], list[SharedEntry]()
    for entry in in_line:
        to = entry.route.destination
        while open_above and not (
            open_above[-1].table == entry.table and to.subnet_of(open_above[-1].route.destination)
        ):
            open_above.pop()
        for above in open_above:
            problem = _between(above, entry)
            if problem and above.partner != entry.partner:
                problems.append(problem)
        open_above.append(entry)
    return in_order(problems)


def state_of(module: Module) -> State | None:
    """The state that a module names by a backend of its own."""
    for block in module.blocks:
        for inner in block.blocks if block.kind == "terraform" else ():
            if inner.kind == "backend" and inner.labels[0] != "local":
                # The way to it (a profile, a lock table, encryption) does not make it another one.
                values = (inner.attributes.get(name) for name in ("bucket", "key", "path", "prefix", "address"))
                name = "/".join(str(each.value) for each in values if each)
                return State(f"{inner.labels[0]}://{name}", inner.path, inner.line)
    return None


def prove_states(states: Iterable[State | None]) -> list[Problem]:
    """No two modules keep their state in one place: the apply of each would destroy the other's network."""
    first: dict[str, State] = {}
    problems = []
    for state in states:
        if state is None or first.setdefault(state.name, state) is state:
            continue
        other = first[state.name]
        message = f"{state.name} is the state of {other.path} too, and an apply of one would destroy the other"
        hint = "write the key that natlane generates"
        problems.append(Problem("proof-state-shared", "error", state.path, state.line, 1, "backend", message, hint))
    return problems


def _between(one: SharedEntry, two: SharedEntry) -> Problem | None:
    whole, part = one.route.destination, two.route.destination
    if whole == part:
        message = f"{part} is already written into {two.table} by {one.partner} ({_line(one.route.origin)})"
        return _at(
            two, "proof-twice-written", message, "the second one fails at apply: reach one of them by outbound.services"
        )
    if one.route.target.kind == "transit_gateway":
        return None
    message = f"{part} in {two.table} takes packets of {one.partner}'s {whole} ({_line(one.route.origin)})"
    return _at(two, "proof-partners-overlap", message, "reach one of them by outbound.services")


def _line(origin: Origin) -> str:
    return f"{origin.path}:{origin.line}"


def _at(entry: SharedEntry, code: str, message: str, hint: str) -> Problem:
    origin = entry.route.origin
    return Problem(code, "error", origin.path, origin.line, 1, origin.resource, message, hint)


def sentence(proof: Callable[[Subject], Findings]) -> str:
    """What a proof proves, in words: its own docstring."""
    return " ".join((proof.__doc__ or "").split())
