"""A root and its base become verdicts: for each partner the worst that the change does to what is live."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from natlane.describe.accepted_impact import AcceptedImpact
from natlane.describe.document import Document
from natlane.facts.provider import IN_PLACE, LEVELS, NOTHING, RE_ENGAGE, worst
from natlane.impact.changed_fields import Cause, cause_of, changed_fields
from natlane.impact.changes import Change, beside_changed, changes_between, digest_of
from natlane.impact.findings import Changed, Finding, counted, findings_of, listed
from natlane.impact.resources import Resources, read_resources
from natlane.impact.rules.accounts import providers
from natlane.impact.rules.addresses import pinned_nat
from natlane.impact.rules.registry import RULES
from natlane.impact.rules.tunnels import NEW_CONNECTION
from natlane.impact.versions import Root, Version, open_root, pairs
from natlane.problems import Problem
from natlane.render.generate import check
from natlane.workspace.git_base import Base, open_base, partner_of
from natlane.workspace.paths import OUT, Workspace, descriptor_path


@dataclass(frozen=True, slots=True)
class Told:
    """A finding and the line that it comes from."""

    finding: Finding
    cause: Cause


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the change does to one partner. `change` names exactly this change (see digest_of);
    `accepted` is the reason why it was agreed to, or empty."""

    partner: str
    level: str
    change: str
    accepted: str
    told: tuple[Told, ...]
    changes: tuple[Change, ...]

    def fails(self, level: str) -> bool:
        """Whether this is as bad as `level` or worse, and nobody agreed to it."""
        return not self.accepted and LEVELS.index(self.level) <= LEVELS.index(level)


@dataclass(frozen=True, slots=True)
class Impact:
    """The whole review; where there are problems, all of them errors, there are no verdicts.

    `change` names exactly these changes of all partners together, so that the landing zone can accept them at once.
    """

    base: str
    problems: tuple[Problem, ...]
    verdicts: tuple[Verdict, ...]
    unchanged: int
    change: str = ""

    @property
    def level(self) -> str:
        """The worst of all."""
        return worst([verdict.level for verdict in self.verdicts])


def impact_of(root: str, base: str | None) -> Impact:
    """Every partner whose live resources the work tree would change, the worst first.

    `base` is a git ref or a root's folder; None is the merge base with the main branch.
    """
    result = check(Workspace(root), [])
    # What stands in the way in out/ is for generate to tell, and warnings are for validate.
    problems = tuple(
        each for each in result.problems if each.severity == "error" and not each.code.startswith("output-")
    )
    if problems:
        return Impact("", problems, (), 0)
    stale = frozenset(partner_of(each.path) for each in result.differences)
    with open_base(root, base, stale) as found:
        return Impact("", (found,), (), 0) if isinstance(found, Problem) else _against(found, root)


def _against(base: Base, root: str) -> Impact:
    now, then = open_root(root), open_root(base.folder)
    candidates = {*base.partners, *(now.names | then.names if base.shared_changed else ())}
    shared = _shared_causes(now, then, base)
    found = (verdict_on(old, new, shared) for old, new in pairs(now, then, candidates))
    verdicts = [verdict for verdict in found if verdict.told]
    verdicts.sort(key=lambda each: (LEVELS.index(each.level), each.partner))
    still = len(now.names - {each.partner for each in verdicts})
    change = _all_of(verdicts)
    agreed = now.landing_zone.accepted_impact if now.landing_zone else None
    reason = _agreed(agreed, worst([each.level for each in verdicts]), change)
    accepted = (replace(each, accepted=each.accepted or (reason if each.change else "")) for each in verdicts)
    return Impact(base.label, (), tuple(accepted), still, change)


def _all_of(verdicts: list[Verdict]) -> str:
    """Eight digits that name the changes of these partners, and nobody else's."""
    said = "".join(f"{each.partner} {each.level} {each.change}\n" for each in verdicts)
    return hashlib.sha256(said.encode()).hexdigest()[:8]


def _shared_causes(now: Root, then: Root, base: Base) -> tuple[Cause, ...]:
    """The lines of the landing zone that differ, then the templates that do."""
    templates = sorted(path for path in base.changed if path.startswith("templates/"))
    fields = changed_fields(then.document, now.document, shared=True)
    return (*fields, *(Cause(path, 0, "", True) for path in templates))


def verdict_on(old: Version | None, new: Version | None, shared: tuple[Cause, ...] = ()) -> Verdict:
    """The verdict on one partner; `shared` are differences of what all partners depend on."""
    name = (new or old or Version("", None, None, {})).name
    before, _ = read_resources(old.files if old else {}, f"out/{old.name if old else name}")
    after, _ = read_resources(new.files if new else {}, f"out/{name}")
    changes = () if new is None else changes_between(before, after)
    changed = Changed(name, before, after, changes)
    causes = (*changed_fields(old.document if old else None, new.document if new else None), *shared)
    found = [*_life(old, new, changed), *_state(old, new, changed)]
    whole = any(finding.code in _OF_ALL for finding in found)
    found = [*(providers(changed) if whole else findings_of(changed, RULES)), *found]
    if old is None or new is None:
        causes = tuple(_whole(name, new.document if new else None))
    told = tuple(_told(finding, causes, changed) for finding in _worst_first(found))
    level = worst([finding.level for finding in found])
    told_otherwise = before.state != after.state or beside_changed(before, after)
    change = digest_of(changes, before, after) if new and (changes or told_otherwise) else ""
    accepted = new.partner.accepted_impact if new and new.partner else None
    return Verdict(name, level, change, _agreed(accepted, level, change), told, changes)


def _whole(name: str, document: Document | None) -> Iterator[Cause]:
    """Of a partner that comes or goes the whole descriptor is the cause, or the name that it says it had."""
    path = descriptor_path(name)
    yield Cause(path, document.place(("partner",))[0] if document else 0, "")
    if document and document.holds(("renamed_from",)):
        yield Cause(path, document.place(("renamed_from",))[0], "renamed_from")


# Findings that speak for the whole module, so that nothing else needs to be said.
_OF_ALL = frozenset({"new", "decommissioned", "active-again", "descriptor-gone", "pruned"})


def _life(old: Version | None, new: Version | None, changed: Changed) -> Iterator[Finding]:
    """A partner comes, goes, or comes back."""
    all_of = tuple(change.address for change in changed.changes)
    size = counted(len(changed.changes), "resource")
    if new is None:
        yield _gone(old.name if old else changed.partner, changed.old)
    elif old is None or not (old.files or new.files):
        sentence = f"a new partner: {size} are made, and nothing that is live changes"
        yield Finding(IN_PLACE, "new", sentence, ("partner",), all_of)
        if new.partner and new.partner.renamed_from:
            yield _heir_of_nobody(new.partner.renamed_from)
    elif old.partner and new.partner and old.partner.made_as != new.partner.made_as:
        yield _made_otherwise(new.name, old.partner.made_as, new.partner.made_as)
    elif changed.old.by_address and not changed.new.by_address:
        nat = listed(pinned_nat(changed.old.by_address.values()))
        sentence = f"decommissioned: {size} go, with them NAT addresses {nat} and the tunnels' addresses and keys"
        step = f"after the apply, delete partners/{new.name}.yaml and run natlane prune {new.name}"
        yield Finding(RE_ENGAGE, "decommissioned", sentence, ("status",), all_of, (step,))
    elif changed.new.by_address and not changed.old.by_address:
        sentence = f"active again: {size} are made, with {NEW_CONNECTION}"
        yield Finding(RE_ENGAGE, "active-again", sentence, ("status",), all_of)


def _gone(name: str, old: Resources) -> Finding:
    """A descriptor that was deleted: after a decommission, or too early."""
    if not old.by_address:
        step = f"natlane prune {name} removes out/{name}"
        return Finding(NOTHING, "pruned", "its descriptor is gone after its decommission", (), (), (step,))
    size = counted(len(old.by_address), "resource")
    return Finding(
        RE_ENGAGE,
        "descriptor-gone",
        f"its descriptor is gone while {size} may be live: no apply would destroy them",
        (),
        (),
        (
            f"put it back with status: decommissioned; generate, apply, then delete it and natlane prune {name}",
            f"or, where it was renamed, write renamed_from: {name} in the descriptor that it has now",
        ),
    )


def _heir_of_nobody(name: str) -> Finding:
    """A `renamed_from` that the base does not know: a slip, or the middle name of two renames at once."""
    return Finding(
        IN_PLACE,
        "renamed-from-unknown",
        f"renamed_from: {name} is nobody in the base, so nothing of what is live is taken over",
        ("renamed_from",),
        (),
        ("name the partner as it is called in the base; or take renamed_from away",),
    )


def _made_otherwise(partner: str, was: str, now: str) -> Finding:
    """A `renamed_from` that is not the name under which AWS's things were made."""
    step = f"write renamed_from: {was}" if was != partner else "take renamed_from away"
    return Finding(
        IN_PLACE,
        "renamed-from-other",
        f"what is live was made under the name {was}, and would be made anew as {now}",
        ("renamed_from", "partner"),
        (),
        (f"{step}: then AWS's own names stay, and nothing is replaced",),
    )


def _state(old: Version | None, new: Version | None, changed: Changed) -> Iterator[Finding]:
    """Terraform's state lies elsewhere: without it, the next apply would make everything a second time."""
    was, now = dict(changed.old.state), dict(changed.new.state)
    if old is None or new is None or not changed.old.by_address or (was == now and old.name == new.name):
        return
    source, target = (_url(state, name) for state, name in ((was, old.name), (now, new.name)))
    if source == target:
        return
    copy = f"aws s3 cp {source} {target}" if was and now else f"terraform -chdir=out/{new.name} init -migrate-state"
    copy = copy if was or now else f"mv {source} {target}"
    steps = [f"before the apply: {copy}"]
    if old.name != new.name:
        steps.append(f"after the apply: natlane prune {old.name}")
    sentence = f"Terraform's state moves from {source} to {target}: without it everything would be made twice"
    yield Finding(IN_PLACE, "state-moves", sentence, ("renamed_from", "partner", "state"), (), tuple(steps))


def _url(state: dict[str, str], name: str) -> str:
    return f"s3://{state.get('bucket')}/{state.get('key')}" if state else f"out/{name}/terraform.tfstate"


def _worst_first(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: LEVELS.index(finding.level))


def _told(finding: Finding, causes: tuple[Cause, ...], changed: Changed) -> Told:
    """A finding with its cause: the line that differs, else the block that was rendered."""
    cause = cause_of(finding.fields, causes)
    if cause is None:
        places = [each.resource for each in changed.changes if each.address in finding.addresses]
        path, line = (places[0].path, places[0].line) if places else (f"{OUT}/{changed.partner}", 0)
        cause = Cause(path, line, "")
    return Told(finding, cause)


def _agreed(accepted: AcceptedImpact | None, level: str, change: str) -> str:
    """The reason why exactly this change was agreed to, if it was, and at its true level."""
    if accepted is None or accepted.change != change or LEVELS.index(accepted.level) > LEVELS.index(level):
        return ""
    return accepted.reason
