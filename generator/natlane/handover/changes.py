"""The mail that informs a partner of what changed for it between two states of a root."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, Final

from natlane.describe.document import read
from natlane.handover.folder import of_device
from natlane.handover.model import HandOver
from natlane.handover.planned import planned
from natlane.handover.templates import DOCUMENTS, HandOverTemplates
from natlane.impact.review import Impact, impact_of
from natlane.problems import Problem, file_problem, has_error, visible
from natlane.workspace.git_base import open_base
from natlane.workspace.paths import LANDING_ZONE, PARTNERS, descriptor_path
from natlane.workspace.root_files import copy_to

_MAIL: Final = f"{DOCUMENTS}/mail/change.txt.j2"
_FIELDS: Final = f"{DOCUMENTS}/mail/_fields.j2"
_REPLACED: Final = frozenset({"vpn-replaced", "active-again", "another-account"})
Table = Mapping[str, tuple[str, str]]  # what people call a field, and when it is changed
Pair = tuple[str, HandOver | None, HandOver | None]  # a device by its title, as it was and as it is
# What follows from other fields, or speaks of this run of natlane.
_SILENT: Final = (
    *("format", "partner", "complete", "number", "preferred", "known", "key"),
    *("source", "tested", "vendor", "sizes", "interface_name"),
)


@dataclass(frozen=True, slots=True)
class Changed:
    """One value that is another now. `before`, `together`: when the partner changes its side."""

    label: str
    was: str
    now: str
    before: bool
    together: bool

    @property
    def only_told(self) -> bool:
        """Whether the partner has nothing to change."""
        return not (self.before or self.together)


@dataclass(frozen=True, slots=True)
class Mail:
    """What the template of the mail places."""

    partner: str
    changes: tuple[Changed, ...]
    several: bool  # devices, now or before
    new_folder: bool  # a device comes or goes
    new_connection: tuple[str, ...]  # the devices whose connection is another one
    new_keys: tuple[str, ...]
    both_down: tuple[str, ...]
    one_down: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether the partner need not be informed of anything."""
        return not (self.changes or self.new_connection or self.new_keys)

    @property
    def first(self) -> tuple[Changed, ...]:
        """What the partner changes before us."""
        return tuple(each for each in self.changes if each.before)

    @property
    def together(self) -> tuple[Changed, ...]:
        """What both sides change at the same moment."""
        return tuple(each for each in self.changes if each.together)

    @property
    def told(self) -> tuple[Changed, ...]:
        """What the partner only has to know."""
        return tuple(each for each in self.changes if each.only_told)


def mail(
    root: str, name: str, since: str, outputs: str | None = None, device: str | None = None
) -> tuple[str | None, list[Problem]]:
    """The mail about what changed for a partner since a git ref or another root's folder; None with problems."""
    now, problems = planned(root, name, outputs, device)
    if now is None or has_error(problems):
        return None, problems
    with open_base(root, since) as base, tempfile.TemporaryDirectory(prefix="natlane-") as folder:
        if isinstance(base, Problem):
            return None, [*problems, base]
        copy_to(base.files, [LANDING_ZONE, PARTNERS], folder)
        then, found = planned(folder, _name_then(root, folder, name), None, device)
    if then is None:
        return None, [*problems, _not_then(name, since, found)]
    impact = impact_of(root, since)
    errors = [each for each in impact.problems if each.severity == "error"]
    if errors:
        return None, errors
    templates = HandOverTemplates(root)
    labels = templates.text(_FIELDS)
    if isinstance(labels, Problem):
        return None, [*problems, labels]
    text = templates.text(_MAIL, mail=mail_of(then, now, impact, labels))
    return (None, [*problems, text]) if isinstance(text, Problem) else (text, problems)


def _name_then(root: str, folder: str, name: str) -> str:
    """What a partner was called in an older root."""
    document, _ = read(root, descriptor_path(name))
    former = document.text_at(("renamed_from",)) if document else ""
    older = (os.path.join(folder, descriptor_path(each)) for each in (name, former))
    is_there, was_there = (os.path.isfile(path) for path in older)
    return former if former and was_there and not is_there else name


def _not_then(name: str, since: str, found: list[Problem]) -> Problem:
    path = f"partners/{name}.yaml"
    errors = [each for each in found if each.severity == "error"]
    why = f": {errors[0].message}" if errors else ""
    hint = "send the whole folder: natlane handover without --since"
    return file_problem("handover-no-base", path, f"has no hand-over in {since}{why}", hint)


def mail_of(then: HandOver, now: HandOver, impact: Impact, labels: str) -> Mail:
    """The mail's values. `labels`: lines of `field | what people call it | before, together or told`."""
    table = dict(_labels(labels))
    pairs = _pairs(then, now)
    described = _changed_fields({"description": then.description}, {"description": now.description}, table)
    return Mail(
        partner=now.partner,
        changes=(*described, *_devices(pairs, table), *_values(pairs, then.several or now.several, table)),
        several=then.several or now.several,
        new_folder=any(was is None or new is None for _, was, new in pairs),
        new_connection=_concerned(now, impact, _REPLACED),
        new_keys=_concerned(now, impact, {"keys"}),
        both_down=_concerned(now, impact, {"both-tunnels"}),
        one_down=_concerned(now, impact, {"one-tunnel"}),
    )


def _concerned(now: HandOver, impact: Impact, codes: Set[str]) -> tuple[str, ...]:
    """The devices whose connection a finding of these codes speaks of; all where it speaks of none by itself."""
    reported = [
        each.finding for verdict in impact.verdicts if verdict.partner == now.partner for each in verdict.reported
    ]
    found = [each for each in reported if each.code in codes]
    spoken = {to for each in found for to in each.addresses if to.startswith("aws_vpn_connection.")}
    of_all = bool(found) and not spoken
    return tuple(each.title for each in now.devices if of_all or f"aws_vpn_connection.{each.label}" in spoken)


def _devices(pairs: Sequence[Pair], table: Table) -> Iterator[Changed]:
    """The devices that come and go."""
    label, moment = table["device"]
    for title, was, new in pairs:
        if was is None or new is None:
            before, after = (str(each.theirs.peer_address) if each else "nothing" for each in (was, new))
            yield _changed(f"{label} {title}", before, after, moment)


def _values(pairs: Sequence[Pair], several: bool, table: Table) -> Iterator[Changed]:
    """What is another value at a device that stays; once, where both have the same change."""
    kept = [
        (title, _changed_fields(_flat_device(was), _flat_device(new), table))
        for title, was, new in pairs
        if was and new
    ]
    alike = set.intersection(*(set(changes) for _, changes in kept)) if len(kept) > 1 else set()
    for index, (title, changes) in enumerate(kept):
        for each in changes:
            if not several:
                yield each
            elif each not in alike:
                yield replace(each, label=f"{each.label}, device {title}")
            elif index == 0:
                yield each


def _flat_device(device: HandOver) -> dict[str, str]:
    """Every value by its dotted name, but for what this device does not ask for or does by BGP instead."""
    values = dict(_flat("", of_device(device)))
    if not device.agreed.policy_based:
        values = {name: each for name, each in values.items() if not name.startswith("agreed.policy_")}
    by_bgp = {"theirs.networks": "theirs.announced"} if device.agreed.bgp else {}
    return {by_bgp.get(name, name): each for name, each in values.items()}


def _pairs(then: HandOver, now: HandOver) -> list[Pair]:
    """Every device by its title, as it was and as it is. An only one is the same device under any name."""
    if not (then.several or now.several):
        return [(now.title, then, now)]
    was, new = ({each.name: each for each in side.devices} for side in (then, now))
    return [((new.get(name) or was[name]).title, was.get(name), new.get(name)) for name in dict.fromkeys((*was, *new))]


def _changed_fields(was: Mapping[str, str], new: Mapping[str, str], table: Table) -> list[Changed]:
    found = []
    for field in dict.fromkeys([*was, *new]):
        before, after = was.get(field, ""), new.get(field, "")
        if before != after and not _still_coming(before, after):
            label, moment = _called(field, table)
            found.append(_changed(label, before or "nothing", after or "nothing", moment))
    return found


def _changed(label: str, was: str, now: str, moment: str) -> Changed:
    return Changed(label, _in_one_line(was), _in_one_line(now), moment == "before", moment == "together")


def _still_coming(before: str, after: str) -> bool:
    """Whether a value differs only because one of the two was written without what AWS knows."""
    return any(each.startswith("AWS_") for each in (before, after))


def _labels(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for line in text.splitlines():
        field, _, rest = line.partition("|")
        label, _, moment = rest.partition("|")
        if label:
            yield field.strip(), (label.strip(), moment.strip())


def _called(field: str, table: Table) -> tuple[str, str]:
    """What people call a field, and when it is changed; a tunnel's own with its number."""
    parts = field.split(".")
    if parts[0] == "tunnels":
        label, moment = table.get(".".join(["tunnel", *parts[2:]]), (" ".join(parts[2:]), "together"))
        return f"{label}, tunnel {parts[1]}", moment
    return table.get(field, (field.replace(".", " ").replace("_", " "), "told"))


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every value by its dotted name; a list of values as one text, and the two tunnels by their numbers."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in _SILENT:
                yield from _flat(f"{prefix}.{name}" if prefix else name, each)
    elif prefix == "tunnels":
        for number, each in enumerate(value, 1):
            yield from _flat(f"tunnels.{number}", each)
    elif isinstance(value, list):
        yield prefix, "; ".join(map(_line, value))
    elif isinstance(value, bool):
        yield prefix, "yes" if value else "no"
    else:
        yield prefix, str(value)


def _in_one_line(text: str) -> str:
    """A value that cannot be taken for lines of the mail."""
    return " ".join(visible(text, lines=True).split())


def _line(value: Any) -> str:
    """An entry of a list in one line."""
    if not isinstance(value, dict):
        return str(value)
    if "destination" in value:
        what = "all" if value["anything"] else f"{value['protocol']} {value['port']}"
        return f"{value['source']} to {value['destination']}, {what}"
    return f"{value['name']}: {', '.join(value['addresses'])}, {value['protocol']} {value['port']}"
