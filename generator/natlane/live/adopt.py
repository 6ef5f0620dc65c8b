"""Adoption of a VPN that somebody made: the descriptor that takes it over, and what the first apply would do to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from natlane.assumptions import network_from
from natlane.check import check_partner
from natlane.describe.document import Document, read_text
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner, parse_partner
from natlane.impact.module_text import ModuleText, text_of_module
from natlane.impact.resources import resources_of
from natlane.live.adopted_text import descriptor_text
from natlane.live.changed_by_import import changed_by_import
from natlane.live.drift import Compared, Drift, NotApplied, Unreadable, drift_of
from natlane.live.held import Held, find_held
from natlane.live.import_ids import import_ids
from natlane.live.recognise import Fields, recognise
from natlane.live.snapshot import Snapshot
from natlane.live.tags import made_by_natlane, tags_of
from natlane.network.module import module_of
from natlane.network.our_network import OurNetwork
from natlane.plan.observability import tunnel_log_group_arn
from natlane.plan.plan import plan_for
from natlane.problems import Problem, file_problem, has_error
from natlane.render.templates import Templates, render
from natlane.workspace.paths import OUT, Workspace, descriptor_path

WITHOUT_IMPORTER: Final = frozenset(("aws_vpn_connection_route", "aws_default_security_group"))


@dataclass(frozen=True, slots=True)
class Adoption:
    """What was found. `text` is the descriptor's, empty where `problems` has an error.

    `imported`, `created` and `taken` are Terraform's addresses; `taken` are there already, and made once more by
    Terraform because they have no importer. `changed` are sentences.
    """

    partner: str
    text: str = ""
    problems: tuple[Problem, ...] = ()
    imported: tuple[str, ...] = ()
    created: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    kept: tuple[str, ...] = field(default=())


def adopt(
    workspace: Workspace,
    landing_zone: LandingZone,
    taken: Mapping[str, str],
    snapshot: Snapshot,
    wanted: str,
    name: str,
) -> Adoption:
    """The VPN of a VPC's or connection's id as partner `name`.

    `taken` has the partners that are there, each by its own name and by the ids that it imports.
    """
    ours = network_from(landing_zone)
    held = find_held(snapshot, ours, wanted)
    if isinstance(held, list):
        return Adoption(name, problems=tuple(held))
    owner = _owner(held, taken)
    if owner:
        message = f"is partner {owner}'s already"
        return Adoption(name, problems=(file_problem("adopt-taken", wanted, message, f"see natlane drift {owner}"),))
    found = recognise(held, landing_zone.zones, dict(landing_zone.tags), tunnel_log_group_arn(name, landing_zone))
    if found.problems:
        return Adoption(name, problems=found.problems)
    work = _Work(workspace, landing_zone, tuple(taken.values()), name, found.fields, found.kept)
    first = work.module({})
    if isinstance(first, list):
        return Adoption(name, problems=tuple(first))
    ids = import_ids(resources_of(first)[0], held)
    whole = work.module(ids)
    if isinstance(whole, list):
        return Adoption(name, problems=tuple(whole))
    resources, _ = resources_of(whole)
    drift = drift_of(module_of(name, whole.blocks)[0], ours, snapshot)
    refused = [*_not_the_pattern(wanted, drift, ours), *work.warnings]
    left = [address for address in resources.by_address if address not in ids]
    return Adoption(
        name,
        text="" if has_error(refused) else work.text(ids),
        problems=tuple(refused),
        imported=tuple(ids),
        created=tuple(each for each in left if each.partition(".")[0] not in WITHOUT_IMPORTER),
        taken=tuple(each for each in left if each.partition(".")[0] in WITHOUT_IMPORTER),
        changed=tuple(changed_by_import(resources, ids, held)),
        kept=found.kept,
    )


def _owner(held: Held, taken: Mapping[str, str]) -> str:
    """The partner of this root whose module made the VPC or the connection, or takes one of them over."""
    for item, key in ((held.vpc, "VpcId"), (held.connection, "VpnConnectionId")):
        made_for = tags_of(item).get("partner", "") if made_by_natlane(item) else ""
        found = taken.get(item[key]) or taken.get(made_for)
        if found:
            return found
    return ""


@dataclass(slots=True)
class _Work:
    """A descriptor that is not on disk yet, and what it would give."""

    workspace: Workspace
    landing_zone: LandingZone
    names: Sequence[str]
    name: str
    fields: Fields
    kept: tuple[str, ...]
    warnings: list[Problem] = field(default_factory=list)

    def text(self, ids: dict[str, str]) -> str:
        """The descriptor's text."""
        kept = {"kept": list(self.kept)} if self.kept else {}
        return descriptor_text(self.name, self.fields, {**kept, "imports": ids})

    def module(self, ids: dict[str, str]) -> ModuleText | list[Problem]:
        """The module of the descriptor, or why there is none."""
        partner, problems = self._partner(self.text(ids))
        self.warnings = [each for each in problems if each.severity == "warning"]
        if partner is None or has_error(problems):
            return problems
        files = render(plan_for(partner, self.landing_zone), Templates(self.workspace))
        if isinstance(files, Problem):
            return [files]
        module = text_of_module(files, f"{OUT}/{self.name}")
        return list(module.problems) or module

    def _partner(self, text: str) -> tuple[Partner | None, list[Problem]]:
        document: Document | None
        document, problems = read_text(descriptor_path(self.name), text.encode())
        partner = parse_partner(document, problems) if document else None
        if partner is not None and document is not None:
            problems += check_partner(partner, document, self.landing_zone, (*self.names, self.name))
        return partner, problems


def _not_the_pattern(wanted: str, drift: Drift, ours: OurNetwork) -> Iterator[Problem]:
    """What AWS has and the module would not: Terraform would change it, or never know of it."""
    if isinstance(drift, Unreadable):
        yield from drift.problems
    if isinstance(drift, NotApplied):
        yield file_problem("adopt-pattern", wanted, "its VPC and its connection are not found together")
    for each in drift.differences if isinstance(drift, Compared) else ():
        if each.live and not each.what.startswith("tunnel "):
            said = f", and the module would have {_listed(each.written)}" if each.written else ""
            message = f"{each.what}: AWS has {_listed(each.live)}{said}"
            yield file_problem(
                "adopt-pattern", wanted, message, "change it in AWS first, or write the descriptor by hand"
            )


def _listed(values: Iterable[str]) -> str:
    return "; ".join(values)
