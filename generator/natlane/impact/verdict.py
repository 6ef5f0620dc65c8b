"""The verdict on one partner: a change's worst effect on live resources, and every finding with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from natlane.describe.accepted_impact import AcceptedImpact
from natlane.describe.document import Document
from natlane.describe.landing_zone import LandingZone
from natlane.english import listed
from natlane.hcl.blocks import Block
from natlane.impact.changed_fields import ChangedLine, changed_fields, line_behind
from natlane.impact.changes import Action, changed_blocks, changes_between
from natlane.impact.digest import digest_of
from natlane.impact.exposure import Exposure, FlowChange, Texts, exposure_of
from natlane.impact.findings import Finding, ModuleDiff
from natlane.impact.module_text import ModuleText, text_of_module
from natlane.impact.resources import resources_of
from natlane.impact.rules.accounts import providers
from natlane.impact.rules.partner_lifecycle import (
    WHOLE_MODULE,
    device_order,
    files_only,
    network_added,
    partner_lifecycle,
    state,
)
from natlane.impact.rules.registry import findings_of
from natlane.impact.versions import Pair, Version
from natlane.impact_levels import BOTH_DOWN, LEVELS, at_least, worst
from natlane.plan.vpn import connection_label
from natlane.problems import Problem, file_problem
from natlane.workspace.paths import OUT, descriptor_path


@dataclass(frozen=True, slots=True)
class Reported:
    """A finding and the line that it comes from."""

    finding: Finding
    line: ChangedLine


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """What Terraform would do to one resource, and the arguments that differ."""

    address: str
    action: Action
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the change does to one partner. `change` names exactly this change (see digest_of);
    `accepted` is the reason why it was agreed to, or empty; `flows` is what opens, closes, or is called elsewhere;
    `problems` forbid any verdict."""

    partner: str
    level: str
    change: str
    accepted: str
    accepted_below: str  # the level at which exactly this change was agreed to, where it does worse
    reported: tuple[Reported, ...]
    changes: tuple[ResourceChange, ...]
    flows: tuple[FlowChange, ...] = ()
    problems: tuple[Problem, ...] = ()

    def fails(self, level: str) -> bool:
        """Whether this is as bad as `level` or worse, and nobody agreed to it."""
        return not self.accepted and at_least(self.level, level)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all partners depend on: the lines of it that differ, and our side then and now."""

    lines: tuple[ChangedLine, ...] = ()
    ours_before: LandingZone | None = None
    ours_now: LandingZone | None = None


def verdict_on(pair: Pair, around: Surroundings) -> Verdict:
    """The verdict on one partner."""
    name = _name_of(pair)
    try:
        return _verdict_on(pair, name, around)
    except RecursionError:
        message = "is nested or refers to itself more deeply than natlane follows"
        return _refused(name, (file_problem("hcl-too-deep", f"{OUT}/{name}", message, "write it flatter"),))


def _name_of(pair: Pair) -> str:
    version = pair.new or pair.old
    return version.name if version else ""


def _refused(name: str, problems: tuple[Problem, ...]) -> Verdict:
    return Verdict(name, worst(()), "", "", "", (), (), problems=problems)


def _verdict_on(pair: Pair, name: str, around: Surroundings) -> Verdict:
    old, new = pair.old, pair.new
    before_text, after_text = _read_both(old, new)
    (before, wrong_before), (after, wrong_after) = resources_of(before_text), resources_of(after_text)
    if after_text.problems or wrong_after:
        return _refused(name, (*after_text.problems, *wrong_after))
    before_text = replace(before_text, problems=(*before_text.problems, *wrong_before))
    changes = changes_between(before, after) if new else ()
    diff = ModuleDiff(name, before, after, changes, _device_fields(new), _vpc_of_table(around))
    exposure = _exposure(pair, diff, before_text, after_text, around)
    found = [*_findings(old, new, diff), *_unreadable(before_text), *exposure.findings]
    found = found or list(files_only(old, new))
    level = worst(finding.level for finding in found)
    differs = changes or before.state != after.state or changed_blocks(before, after) or exposure.findings
    # What changes nothing in AWS is named by what is said of it.
    named = exposure.digest_text if differs else "\n".join(finding.sentence for finding in found)
    change = digest_of(changes, before, after, named) if new and (differs or found) else ""
    accepted = new.partner.accepted_impact if new and new.partner else None
    return Verdict(
        partner=name,
        level=level,
        change=change,
        accepted=agreed(accepted, level, change),
        accepted_below=accepted.level
        if accepted and accepted.change == change and not _enough(accepted, level)
        else "",
        reported=tuple(_reported(found, _lines(old, new, name, around.lines), diff)),
        changes=tuple(ResourceChange(each.address, each.action, each.arguments) for each in changes),
        flows=exposure.rows,
    )


def _vpc_of_table(around: Surroundings) -> dict[str, str]:
    """The VPC of ours that has each route table, now or before."""
    sides = [each for each in (around.ours_before, around.ours_now) if each]
    return {table: name for side in sides for name, vpc in side.vpcs.items() for table in vpc.route_tables}


def _device_fields(new: Version | None) -> dict[str, str]:
    """Where the descriptor says each connection's device."""
    devices = new.partner.vpn.customer_gateways if new and new.partner else ()
    one = "vpn.customer_gateway" if len(devices) == 1 else ""
    return {
        f"aws_vpn_connection.{connection_label(each)}": one or f"vpn.customer_gateways[{index}]"
        for index, each in enumerate(devices)
    }


def _exposure(pair: Pair, diff: ModuleDiff, before: ModuleText, after: ModuleText, around: Surroundings) -> Exposure:
    """What opens and closes; of a descriptor that was deleted nothing closes, because no apply destroys anything."""
    if pair.new is None:
        return Exposure()
    edited = text_of_module(pair.new.edited, f"{OUT}/{pair.new.name}") if pair.new.edited else None
    return exposure_of(diff, Texts(before, after, around.ours_before, around.ours_now, edited))


def _read_both(old: Version | None, new: Version | None) -> tuple[ModuleText, ModuleText]:
    """Both versions as HCL; a file that is the same in both is read once."""
    after = text_of_module(new.files, f"{OUT}/{new.name}") if new else ModuleText()
    if old is None:
        return ModuleText(), after
    same: Mapping[str, tuple[Block, ...]] = {}
    if new and old.name == new.name and not after.problems:
        names = {name for name, text in old.files.items() if new.files.get(name) == text}
        same = {name: after.of_file(f"{OUT}/{old.name}/{name}") for name in names}
    return text_of_module(old.files, f"{OUT}/{old.name}", same), after


def _findings(old: Version | None, new: Version | None, diff: ModuleDiff) -> list[Finding]:
    """What the rules find; where one speaks for the whole module, the rules of single resources are not asked."""
    whole = [
        *partner_lifecycle(old, new, diff),
        *state(old, new, diff),
        *device_order(old, new),
        *network_added(old, new),
    ]
    if any(finding.code in WHOLE_MODULE for finding in whole):
        return [*providers(diff), *whole]
    return [*findings_of(diff), *whole]


def _unreadable(before: ModuleText) -> Iterator[Finding]:
    """A file of the base that is no HCL: what it made may be anything."""
    if before.problems:
        names = listed(dict.fromkeys(problem.path for problem in before.problems))
        yield Finding(
            level=BOTH_DOWN,
            code="base-unreadable",
            sentence=f"{names} of the base cannot be read, so what it made is not known: {before.problems[0].message}",
        )


def _lines(
    old: Version | None, new: Version | None, name: str, shared: tuple[ChangedLine, ...]
) -> tuple[ChangedLine, ...]:
    """The lines that differ. Of a partner that comes or goes that is the whole descriptor."""
    if old is None or new is None:
        return tuple(_whole(name, new.document if new else None))
    return (*changed_fields(old.document, new.document), *shared)


def _whole(name: str, document: Document | None) -> Iterator[ChangedLine]:
    """The whole descriptor, or the name that it says it had."""
    path = descriptor_path(name)
    yield ChangedLine(path, document.place(("partner",))[0] if document else 0, "")
    if document and document.holds(("renamed_from",)):
        yield ChangedLine(path, document.place(("renamed_from",))[0], "renamed_from")


def _reported(found: Iterable[Finding], lines: tuple[ChangedLine, ...], diff: ModuleDiff) -> Iterator[Reported]:
    """Every finding, the worst first, with the line that differs, else the block that was rendered."""
    for finding in sorted(found, key=lambda each: LEVELS.index(each.level)):
        line = line_behind(finding.fields, lines)
        if line is None:
            places = [each.resource for each in diff.changes if each.address in finding.addresses]
            path, number = (places[0].path, places[0].line) if places else (f"{OUT}/{diff.partner}", 0)
            line = ChangedLine(path, number, "")
        yield Reported(finding, line)


def _enough(accepted: AcceptedImpact, level: str) -> bool:
    return at_least(accepted.level, level)


def agreed(accepted: AcceptedImpact | None, level: str, change: str) -> str:
    """The reason why exactly this change was agreed to, if it was, and at its true level."""
    if accepted is None or accepted.change != change or not _enough(accepted, level):
        return ""
    return accepted.reason
