"""The proofs of one module, and its verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from natlane.network.build import network_of
from natlane.network.from_hcl import read_segment
from natlane.network.model import Segment, SharedRoute
from natlane.network.module import Module
from natlane.network.our_network import OurNetwork
from natlane.problems import Problem, file_problem, in_order
from natlane.verify import exposure, isolation, outputs, reachability, route_consistency
from natlane.verify.address_classes import classes_of, edges_of
from natlane.verify.cross_partner import State
from natlane.verify.inferred_intent import intent_of
from natlane.verify.subject import Findings, Subject
from natlane.verify.subnet_roles import zones_of

# What one module must hold by itself, each with the sentence that is proven.
PROOFS: tuple[Callable[[Subject], Findings], ...] = (
    route_consistency.twice,
    route_consistency.places,
    route_consistency.no_more,
    route_consistency.ours_kept,
    isolation.zones,
    isolation.association,
    isolation.selectors,
    isolation.security,
    outputs.outputs,
    reachability.outbound,
    reachability.unpinned,
    reachability.inbound,
    exposure.exposed,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known about one partner: problems, and how much was proven without one.

    `shared` and `state` are all that the proofs between partners need of this one; no state is a local one.
    """

    partner: str
    problems: tuple[Problem, ...]
    shared: tuple[SharedRoute, ...] = ()
    proofs: int = 0
    classes: int = 0
    packets: int = 0
    state: State | None = None


def prove(module: Module, ours: OurNetwork) -> Verdict:
    """Everything that a module must hold by itself; a module that holds nothing has nothing to prove."""
    segment, problems = read_segment(module, ours)
    if segment is None:
        return Verdict(module.partner, tuple(in_order(problems)))
    return prove_segment(segment, ours, segment.vpc_n.origin.path.rpartition("/")[0])


def prove_segment(segment: Segment, ours: OurNetwork, path: str) -> Verdict:
    """Everything that a segment must hold by itself; `path` is reported where no line is to blame."""
    partner = segment.vpc_n.partner
    subject = subject_of(segment, ours)
    if subject is None:
        nothing = file_problem(
            "proof-outbound",
            path,
            "VPC N holds nothing that calls or is called: no NAT gateway, endpoint or load balancer",
        )
        return Verdict(partner, (nothing,), segment.shared)
    found = [problem for proof in PROOFS for problem in proof(subject)]
    return Verdict(
        partner=partner,
        problems=tuple(in_order(_once(found))),
        shared=segment.shared,
        proofs=len(PROOFS),
        classes=len(subject.classes),
        packets=subject.tally.walks,
    )


def subject_of(segment: Segment, ours: OurNetwork) -> Subject | None:
    """A segment joined to our network, with the address space cut into classes; None where it can carry nothing."""
    network = network_of(ours, [segment])
    intent = intent_of(segment, network)
    if intent is None:
        return None
    classes = classes_of(edges_of(segment, network))
    return Subject(segment=segment, ours=ours, network=network, intent=intent, classes=classes, zones=zones_of(segment))


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """One problem for each proof and place: other packets are dropped there for the same reason."""
    first: dict[tuple[str, str, int, str], Problem] = {}
    for problem in problems:
        entries = problem.code in ("proof-places", "proof-stated")
        first.setdefault((problem.code, problem.path, problem.line, problem.message if entries else ""), problem)
    return list(first.values())


def sentence(proof: Callable[[Subject], Findings]) -> str:
    """What a proof proves, in words: its own docstring."""
    return " ".join((proof.__doc__ or "").split())
