"""out/ becomes verdicts: each module proven once for its content, and then all of them against each other."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from ipaddress import IPv4Network
from multiprocessing import get_context
from typing import Final

from natlane import cache
from natlane.describe.document import read
from natlane.describe.landing_zone import LandingZone, parse_landing_zone
from natlane.describe.renames import heir_of, is_same
from natlane.network.from_hcl import read_part
from natlane.network.model import Part, SharedEntry
from natlane.network.module import read_back
from natlane.problems import Problem, has_error, in_order
from natlane.verify.cross_partner import State, prove_between, prove_states, state_of
from natlane.verify.module_hash import Blocks, key_of
from natlane.verify.proofs import Verdict, prove
from natlane.verify.verdict_cache import all_from, bytes_of, bytes_of_all, verdict_from
from natlane.workspace.paths import LANDING_ZONE, OUT, descriptor_path, partner_names

FEW: Final = 32  # modules that are not worth a second process
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Every problem in order, and a verdict a partner."""

    problems: tuple[Problem, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def failed(self) -> bool:
        """Whether anything is not proven."""
        return has_error(self.problems)


def everyone(root: str) -> tuple[tuple[str, ...], list[Problem]]:
    """Every partner that has a descriptor or a folder in out/, by name, and what is wrong with their names."""
    described, problems = partner_names(root)
    try:
        with os.scandir(os.path.join(root, OUT)) as entries:
            generated = [each.name for each in entries if each.is_dir() and not each.name.startswith(".")]
    except OSError:
        generated = []
    # A renamed partner's former folder that holds the same network waits for its prune.
    generated = [name for name in generated if name in described or not (described and is_same(root, name))]
    return tuple(sorted({*described, *generated})), problems if described or not generated else []


def verify(
    root: str, partners: Sequence[str], names: Sequence[str], problems: Iterable[Problem], progress: Progress
) -> Outcome:
    """Prove `partners`, and that nobody among `names` is in their way; `problems` are what is known before."""
    landing_zone, wrong = landing_zone_of(root)
    before = (*problems, *wrong)
    if landing_zone is None:
        return Outcome(tuple(in_order(before)), ())
    text = _text_of(root)
    keys = {partner: key_of(root, partner, text) for partner in partners}
    heirs = {name: heir for name in names if (heir := _heir(root, name))}
    whole = (
        json.dumps([list(keys.items()), [asdict(each) for each in before], heirs]) if len(keys) == len(names) else ""
    )
    known = all_from(cache.get("fleet", whole)) if whole else None
    if known is not None:
        return Outcome(*known)
    verdicts = tuple(_verdicts(root, keys, progress))
    others = [partner for partner in names if partner not in keys]
    beside = _beside(root, others, landing_zone, verdicts) if others else Beside()
    entries = [entry for verdict in verdicts for entry in verdict.shared]
    between = _about(prove_between([*entries, *beside.entries], heirs), keys, others)
    found = [problem for verdict in verdicts for problem in verdict.problems]
    states = _about(prove_states([*(verdict.state for verdict in verdicts), *beside.states]), keys, others)
    outcome = Outcome(tuple(in_order([*before, *found, *between, *states, *beside.problems])), verdicts)
    if whole:
        cache.put("fleet", whole, bytes_of_all(outcome.problems, outcome.verdicts))
    return outcome


def _heir(root: str, name: str) -> str:
    """Who a partner without a descriptor is now, empty where nobody says so."""
    return "" if os.path.lexists(os.path.join(root, descriptor_path(name))) else heir_of(root, name)


@dataclass(slots=True)
class Beside:
    """What partners that are not asked for write where one that is could write too."""

    entries: list[SharedEntry] = field(default_factory=list)
    states: list[State | None] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def _beside(root: str, others: Iterable[str], landing_zone: LandingZone, verdicts: Sequence[Verdict]) -> Beside:
    """Of the others, those whose text names what overlaps; a module that is not understood could do anything."""
    found = Beside()
    states = [verdict.state.name.partition("://")[2].partition("/")[2] for verdict in verdicts if verdict.state]
    entries = (entry.route.destination for verdict in verdicts for entry in verdict.shared)
    wanted = Blocks(entries, filter(None, states))
    for partner in others:
        if not wanted.may_be_named_in(root, partner):
            continue
        module, problems = read_back(root, partner)
        part, more = (None, []) if has_error(problems) else read_part(module, landing_zone)
        found.entries += part.shared if part else ()
        found.states.append(state_of(module))
        wrong = next((each for each in (*problems, *more) if each.severity == "error"), None)
        if wrong:
            message = "is not understood, so that nobody knows whether its routes are in the way"
            hint = f"natlane verify {partner} says why"
            found.problems.append(Problem("proof-beside", "error", wrong.path, wrong.line, 0, "", message, hint))
    return found


def landing_zone_of(root: str) -> tuple[LandingZone | None, list[Problem]]:
    """Our side; None with the problems where it cannot be read."""
    document, problems = read(root, LANDING_ZONE)
    return (parse_landing_zone(document, problems) if document else None), problems


def part_of(root: str, partner: str, landing_zone: LandingZone) -> tuple[Part | None, list[Problem]]:
    """One module as a part of the network; None with problems where it is not understood."""
    module, problems = read_back(root, partner)
    if has_error(problems):
        return None, problems
    part, more = read_part(module, landing_zone)
    return part, problems + more


def _about(problems: Iterable[Problem], named: Iterable[str], others: Sequence[str]) -> Iterator[Problem]:
    """The problems between partners that concern one of those named."""
    for problem in problems:
        if not others or any(f"out/{name}/" in f"{problem.path} {problem.message}" for name in named):
            yield problem


def _text_of(root: str) -> str:
    document, _ = read(root, LANDING_ZONE)
    return document.text if document else ""


def _verdicts(root: str, keys: Mapping[str, str], progress: Progress) -> Iterator[Verdict]:
    """Verdicts in the order of the keys: remembered ones, and the others proven, many by all processors."""
    found: dict[str, Verdict] = {}
    for partner, key in keys.items():
        known = verdict_from(cache.get("verdict", key))
        if known is not None:
            found[partner] = known
    missing = [partner for partner in keys if partner not in found]
    for done, verdict in enumerate(_proven(root, missing), start=1):
        found[verdict.partner] = verdict
        cache.put("verdict", keys[verdict.partner], bytes_of(verdict))
        progress(done, len(missing))
    return iter([found[partner] for partner in keys])


def _proven(root: str, partners: Sequence[str]) -> Iterator[Verdict]:
    if len(partners) <= FEW or (os.cpu_count() or 1) == 1:
        yield from (verdict_of(root, partner) for partner in partners)
        return
    # Not forked: where this process has read HCL by HashiCorp's parser, a fork of its Go runtime would hang.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(verdict_of, [root] * len(partners), partners, chunksize=4)


def verdict_of(root: str, partner: str) -> Verdict:
    """One module read back and proven by itself."""
    landing_zone = _landing_zone(root)
    if landing_zone is None:
        return Verdict(partner, ())
    module, problems = read_back(root, partner)
    if has_error(problems):
        return Verdict(partner, tuple(in_order(problems)))
    verdict = prove(module, landing_zone)
    return replace(verdict, problems=tuple(in_order([*problems, *verdict.problems])), state=state_of(module))


@lru_cache(maxsize=1)
def _landing_zone(root: str) -> LandingZone | None:
    """Read once a process."""
    return landing_zone_of(root)[0]


def near(
    root: str, partners: Iterable[str], landing_zone: LandingZone, blocks: Iterable[IPv4Network]
) -> Iterator[tuple[str, Part | None]]:
    """Those partners whose routes may take packets for one of these blocks; None where a module is not understood."""
    wanted = Blocks(blocks)
    for partner in partners:
        if wanted.may_be_named_in(root, partner):
            yield partner, part_of(root, partner, landing_zone)[0]
