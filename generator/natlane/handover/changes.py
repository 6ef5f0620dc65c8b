"""The mail that tells a partner what changed for it between two states of a root."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from natlane.handover.folder import parameters
from natlane.handover.model import HandOver
from natlane.handover.planned import planned
from natlane.handover.templates import DOCUMENTS, HandOverTemplates
from natlane.impact.review import Impact, impact_of
from natlane.problems import Problem, file_problem, has_error
from natlane.workspace.git_base import open_base
from natlane.workspace.paths import LANDING_ZONE, PARTNERS
from natlane.workspace.root_files import copy_to

_MAIL: Final = f"{DOCUMENTS}/mail/change.txt.j2"
_FIELDS: Final = f"{DOCUMENTS}/mail/_fields.j2"
_REPLACED: Final = frozenset({"vpn-replaced", "active-again", "another-account"})
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
    new_connection: bool
    new_keys: bool
    both_down: bool
    one_down: bool

    @property
    def nothing(self) -> bool:
        """Whether the partner need not be told of anything."""
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
) -> tuple[list[Problem], str | None]:
    """The mail about what changed for a partner since a git ref or another root's folder; None with problems."""
    problems, now = planned(root, name, outputs, device)
    if now is None or has_error(problems):
        return problems, None
    with open_base(root, since) as base, tempfile.TemporaryDirectory(prefix="natlane-") as folder:
        if isinstance(base, Problem):
            return [*problems, base], None
        copy_to(base.files, [LANDING_ZONE, PARTNERS], folder)
        found, then = planned(folder, name, None, device)
    if then is None:
        return [*problems, _not_then(name, since, found)], None
    impact = impact_of(root, since)
    errors = [each for each in impact.problems if each.severity == "error"]
    if errors:
        return errors, None
    templates = HandOverTemplates(root)
    labels = templates.text(_FIELDS)
    if isinstance(labels, Problem):
        return [*problems, labels], None
    text = templates.text(_MAIL, mail=mail_of(then, now, impact, labels))
    return ([*problems, text], None) if isinstance(text, Problem) else (problems, text)


def _not_then(name: str, since: str, found: list[Problem]) -> Problem:
    path = f"partners/{name}.yaml"
    errors = [each for each in found if each.severity == "error"]
    why = f": {errors[0].message}" if errors else ""
    hint = "send the whole folder: natlane handover without --since"
    return file_problem("handover-no-base", path, f"has no hand-over in {since}{why}", hint)


def mail_of(then: HandOver, now: HandOver, impact: Impact, labels: str) -> Mail:
    """The mail's values. `labels`: lines of `field | what people call it | before, together or told`."""
    codes = {
        each.finding.code for verdict in impact.verdicts if verdict.partner == now.partner for each in verdict.reported
    }
    table = dict(_labels(labels))
    was, new = (dict(_flat("", parameters(each))) for each in (then, now))
    found = []
    for field in dict.fromkeys([*was, *new]):
        before, after = was.get(field, ""), new.get(field, "")
        if before != after and not _still_coming(before, after):
            label, moment = _called(field, table)
            first, at_once = moment == "before", moment == "together"
            found.append(Changed(label, before or "nothing", after or "nothing", first, at_once))
    return Mail(
        now.partner,
        tuple(found),
        bool(codes & _REPLACED),
        "keys" in codes,
        "both-tunnels" in codes,
        "one-tunnel" in codes,
    )


def _still_coming(before: str, after: str) -> bool:
    """Whether a value differs only because one of the two was written without what AWS knows."""
    return any(each.startswith("AWS_") for each in (before, after))


def _labels(text: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for line in text.splitlines():
        field, _, rest = line.partition("|")
        label, _, moment = rest.partition("|")
        if label:
            yield field.strip(), (label.strip(), moment.strip())


def _called(field: str, table: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
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


def _line(value: Any) -> str:
    """An entry of a list in one line."""
    if not isinstance(value, dict):
        return str(value)
    if "destination" in value:
        what = "all" if value["anything"] else f"{value['protocol']} {value['port']}"
        return f"{value['source']} to {value['destination']}, {what}"
    return f"{value['name']}: {', '.join(value['addresses'])}, {value['protocol']} {value['port']}"
