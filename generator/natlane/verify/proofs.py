"""A module becomes a verdict: every proof about it, and what it writes into tables that others write too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from natlane.describe.landing_zone import LandingZone
from natlane.network.from_hcl import network_of, read_part
from natlane.network.model import Part, SharedEntry
from natlane.network.module import Module
from natlane.problems import Problem, file_problem, in_order
from natlane.verify import isolation as bounds
from natlane.verify import outputs as stated
from natlane.verify import reachability as flows
from natlane.verify import route_consistency as agreement
from natlane.verify.address_classes import Edge, classes_of
from natlane.verify.cross_partner import State
from natlane.verify.inferred_intent import edges_of, intent_of, zones_of
from natlane.verify.subject import Findings, Subject

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


def sentence(proof: Callable[[Subject], Findings]) -> str:
    """What a proof proves, in words: its own docstring."""
    return " ".join((proof.__doc__ or "").split())
