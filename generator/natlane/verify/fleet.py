"""Verification of the fleet: each module by itself, then all modules against each other."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from ipaddress import IPv4Network
from multiprocessing import get_context
from typing import Final

from natlane import cache
from natlane.network.from_hcl import read_segment
from natlane.network.model import Segment, SharedRoute
from natlane.network.module import read_back
from natlane.network.our_network import OurNetwork
from natlane.problems import Problem, has_error, in_order
from natlane.verify.cross_partner import State, prove_between, prove_states, state_of
from natlane.verify.module_hash import Destinations, key_of
from natlane.verify.proofs import Verdict, prove
from natlane.verify.verdict_cache import all_from, bytes_of, bytes_of_all, verdict_from

FEW: Final = 32  # modules that are not worth a second process
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Fleet:
    """The partners whose modules stand beside each other in out/, as given to the proof.

    `renamed` gives, for a name that a partner had before, the name that it has now: both folders are one network.
    """

    names: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Every problem in order, and a verdict for each partner."""

    problems: tuple[Problem, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def failed(self) -> bool:
        """Whether anything is not proven."""
        return has_error(self.problems)


def verify(
    root: str,
    ours: OurNetwork,
    fleet: Fleet,
    partners: Sequence[str],
    problems: Iterable[Problem] = (),
    progress: Progress = lambda done, of: None,
) -> Outcome:
    """Prove `partners`, and that no other module of the fleet conflicts with them; `problems` are known before."""
    before = tuple(problems)
    keys = {partner: key_of(root, partner, repr(ours)) for partner in partners}
    whole = _key_of_all(keys, fleet, before)
    known = all_from(cache.get("fleet", whole)) if whole else None
    if known is not None:
        return Outcome(*known)
    verdicts = tuple(_verdicts(root, ours, keys, progress))
    others = [partner for partner in fleet.names if partner not in keys]
    near = _read_others(root, ours, others, verdicts)
    routes = [entry for verdict in verdicts for entry in verdict.shared]
    states = [verdict.state for verdict in verdicts]
    found = [
        *(problem for verdict in verdicts for problem in verdict.problems),
        *_about(prove_between([*routes, *near.routes], fleet.renamed), keys, others),
        *_about(prove_states([*states, *near.states]), keys, others),
        *near.problems,
    ]
    outcome = Outcome(tuple(in_order([*before, *found])), verdicts)
    if whole:
        cache.put("fleet", whole, bytes_of_all(outcome.problems, outcome.verdicts))
    return outcome


def _key_of_all(keys: Mapping[str, str], fleet: Fleet, problems: Sequence[Problem]) -> str:
    """What an outcome for the whole fleet depends on; empty where only some partners are asked for."""
    if len(keys) != len(fleet.names):
        return ""
    return json.dumps([list(keys.items()), [asdict(each) for each in problems], dict(fleet.renamed)])


@dataclass(slots=True)
class _Others:
    """The routes and states of partners that are not asked for, as far as they may conflict with one that is."""

    routes: list[SharedRoute] = field(default_factory=list)
    states: list[State | None] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def _read_others(root: str, ours: OurNetwork, others: Iterable[str], verdicts: Sequence[Verdict]) -> _Others:
    """Those others whose text names a destination or state of the verdicts; what is not understood could hide one."""
    found = _Others()
    states = [verdict.state.name.partition("://")[2].partition("/")[2] for verdict in verdicts if verdict.state]
    routed = (entry.route.destination for verdict in verdicts for entry in verdict.shared)
    wanted = Destinations(routed, filter(None, states))
    for partner in others:
        if not wanted.may_be_named_in(root, partner):
            continue
        module, problems = read_back(root, partner)
        segment, more = (None, []) if has_error(problems) else read_segment(module, ours)
        found.routes += segment.shared if segment else ()
        found.states.append(state_of(module))
        wrong = next((each for each in (*problems, *more) if each.severity == "error"), None)
        if wrong:
            message = "is not understood, so its routes may be in the way"
            hint = f"natlane verify {partner} says why"
            found.problems.append(Problem("proof-beside", "error", wrong.path, wrong.line, 0, "", message, hint))
    return found


def segment_of(root: str, partner: str, ours: OurNetwork) -> tuple[Segment | None, list[Problem]]:
    """One partner's segment of the network; None with problems where its module is not understood."""
    module, problems = read_back(root, partner)
    if has_error(problems):
        return None, problems
    segment, more = read_segment(module, ours)
    return segment, problems + more


def _about(problems: Iterable[Problem], named: Iterable[str], others: Sequence[str]) -> Iterator[Problem]:
    """The problems between partners that concern one of those named."""
    for problem in problems:
        if not others or any(f"out/{name}/" in f"{problem.path} {problem.message}" for name in named):
            yield problem


def _verdicts(root: str, ours: OurNetwork, keys: Mapping[str, str], progress: Progress) -> Iterator[Verdict]:
    """Verdicts in the order of the keys: from the cache where it has them, else proven."""
    found: dict[str, Verdict] = {}
    for partner, key in keys.items():
        known = verdict_from(cache.get("verdict", key))
        if known is not None:
            found[partner] = known
    missing = [partner for partner in keys if partner not in found]
    for done, verdict in enumerate(_proven(root, ours, missing), start=1):
        found[verdict.partner] = verdict
        cache.put("verdict", keys[verdict.partner], bytes_of(verdict))
        progress(done, len(missing))
    return iter([found[partner] for partner in keys])


def _proven(root: str, ours: OurNetwork, partners: Sequence[str]) -> Iterator[Verdict]:
    """Many modules are proven by all processors."""
    of_one = partial(verdict_of, root, ours=ours)
    if len(partners) <= FEW or (os.cpu_count() or 1) == 1:
        yield from map(of_one, partners)
        return
    # Not forked: where this process has read HCL by HashiCorp's parser, a fork of its Go runtime would hang.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(of_one, partners, chunksize=4)


def verdict_of(root: str, partner: str, ours: OurNetwork) -> Verdict:
    """One module read back and proven by itself."""
    module, problems = read_back(root, partner)
    if has_error(problems):
        return Verdict(partner, tuple(in_order(problems)))
    verdict = prove(module, ours)
    return replace(verdict, problems=tuple(in_order([*problems, *verdict.problems])), state=state_of(module))


def near(
    root: str, partners: Iterable[str], ours: OurNetwork, blocks: Iterable[IPv4Network]
) -> Iterator[tuple[str, Segment | None]]:
    """Those partners whose routes may take packets for one of these blocks; None where a module is not understood."""
    wanted = Destinations(blocks)
    for partner in partners:
        if wanted.may_be_named_in(root, partner):
            yield partner, segment_of(root, partner, ours)[0]
