"""A review of a change as text, JSON, Markdown, and GitHub annotations."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from natlane.english import counted, listed
from natlane.impact.changed_fields import ChangedLine
from natlane.impact.review import Impact
from natlane.impact.verdict import Reported, Verdict
from natlane.impact_levels import CLOSES, LEVELS, OPENS, at_least
from natlane.output.cost_changes import costs_as_data, costs_folded, costs_in_short
from natlane.output.escape import fenced, markdown_text

_FIRST_NAMES = 5
_MOST_ROWS = 100
_MOST_OWN = 20  # sentences of single partners below a line for all of them; json has every one


@dataclass(frozen=True, slots=True)
class Line:
    """One finding as it is printed: of one partner, or of all partners that the same line of the landing zone or of a
    template changes in the same way. `own` is the part that differs from partner to partner."""

    level: str
    place: ChangedLine
    sentence: str
    steps: tuple[str, ...]
    partners: tuple[str, ...]
    own: tuple[str, ...] = ()


def lines_of(impact: Impact) -> list[Line]:
    """Every finding once, the worst first, then by partner."""
    groups: dict[tuple[object, ...], list[tuple[Verdict, Reported]]] = {}
    for verdict in impact.verdicts:
        times: Counter[tuple[object, ...]] = Counter()
        for told in verdict.reported:
            finding = told.finding
            code = (finding.code, finding.level, tuple(_of_any(verdict, step) for step in finding.steps))
            who = told.line if told.line.shared else verdict.partner
            groups.setdefault((code, times[code], who), []).append((verdict, told))
            times[code] += 1
    lines = [_line(sorted(group, key=lambda each: each[0].partner)) for group in groups.values()]
    return sorted(lines, key=lambda line: (LEVELS.index(line.level), line.partners))


def _line(group: list[tuple[Verdict, Reported]]) -> Line:
    verdict, told = group[0]
    finding = told.finding
    if len(group) == 1:
        return Line(finding.level, told.line, finding.sentence, finding.steps, (verdict.partner,))
    sentences = [_of_any(each, said.finding.sentence) for each, said in group]
    alike = len(set(sentences)) == 1
    sentence = sentences[0] + ("" if alike else f" ({verdict.partner}; the others with names and numbers of their own)")
    own: list[str] = []
    if not alike and (at_least(finding.level, OPENS) or finding.level == CLOSES):
        own = [f"{each.partner}: {said.finding.sentence}" for each, said in group[1 : _MOST_OWN + 1]]
        own += ["--format json has each"] if len(group) > _MOST_OWN + 1 else []
    steps = tuple(_of_any(verdict, step) for step in finding.steps)
    return Line(finding.level, told.line, sentence, steps, tuple(each.partner for each, _ in group), tuple(own))


def _of_any(verdict: Verdict, text: str) -> str:
    """A sentence about one partner, with its name replaced by a placeholder, to find equal sentences."""
    return re.sub(rf"(?<![\w-]){re.escape(verdict.partner)}(?!\w)", "PARTNER", text)


def text(impact: Impact, fail_on: str | None) -> str:
    """For a terminal."""
    written = [f"Against {impact.base}. {_summary(impact)}.\n"]
    level = ""
    for line in lines_of(impact):
        if line.level != level:
            level = line.level
            written.append(f"\n{level}\n")
        written.append(f"  {partner_names(line.partners)}: {line.sentence}\n    {_place(line.place)}\n")
        written += [f"    - {step}\n" for step in (*line.steps, *line.own)]
    if impact.costs:
        written.append(f"\n{costs_in_short(impact.costs)}\n")
    failing = failing_verdicts(impact, fail_on)
    if failing:
        written.append(f"\nNot accepted, and {fail_on} or worse.\n")
        written += [f"  {said}\n" for said in _ways(impact, failing)]
    return "".join(written)


def _ways(impact: Impact, failing: list[Verdict]) -> Iterator[str]:
    """What to write to accept the changes that make the run fail."""
    for each in failing:
        if not each.change:
            yield f"{each.partner}: nothing accepts it, for it has no descriptor"
        if each.accepted_below:
            said = f'accepted_impact names this change as "{each.accepted_below}", and it is "{each.level}"'
            yield f"{each.partner}: {said}"
    able = [each for each in failing if each.change]
    if able:
        yield "To accept it knowingly, write in the descriptor:"
        yield from (f"{each.partner}: {acceptance(each.level, each.change)}" for each in able[:_MOST_OWN])
    if len(able) > 1:
        yield "or, for all partners at once, in landing-zone.yaml:"
        yield acceptance(impact.level, impact.change)


def markdown(impact: Impact, fail_on: str | None) -> str:
    """For a comment on a pull request."""
    summary, base = markdown_text(_summary(impact)), markdown_text(impact.base)
    written = [f"### natlane impact: {impact.level}\n\n{summary}. Base: {base}.\n"]
    lines = lines_of(impact)
    if lines:
        written.append("\n| impact | partner | what happens | where |\n|---|---|---|---|\n")
    for line in lines:
        steps = "".join(f"<br>{number}. {markdown_text(step)}" for number, step in enumerate(line.steps, 1))
        steps += "".join(f"<br>{markdown_text(said)}" for said in line.own)
        place = markdown_text(_place(line.place))
        names = markdown_text(partner_names(line.partners))
        written.append(f"| **{line.level}** | {names} | {markdown_text(line.sentence)}{steps} | {place} |\n")
    rows = [row for verdict in impact.verdicts for row in verdict.flows]
    if rows:
        written.append("\nWho may reach what:\n\n| partner | before | after |\n|---|---|---|\n")
    for row in rows[:_MOST_ROWS]:
        before, after = (markdown_text(each) or "-" for each in (row.before, row.after))
        written.append(f"| {markdown_text(row.partner)} | {before} | {after} |\n")
    if len(rows) > _MOST_ROWS:
        written.append(f"\nand {len(rows) - _MOST_ROWS} more, which --format json lists.\n")
    written.append(costs_folded(impact.costs))
    failing = failing_verdicts(impact, fail_on)
    if failing:
        written.append(f"\nNot accepted, and {fail_on} or worse.\n\n")
        written.append(fenced("".join(f"{said}\n" for said in _ways(impact, failing))))
    return "".join(written)


def as_json(impact: Impact, fail_on: str | None) -> str:
    """One object, for programs."""
    found = {
        "problems": [asdict(problem) for problem in impact.problems],
        "base": impact.base,
        "level": impact.level,
        "change": impact.change,
        "failed": bool(failing_verdicts(impact, fail_on)),
        "unchanged": impact.unchanged,
        "costs": costs_as_data(impact.costs),
        "partners": [_verdict(verdict) for verdict in impact.verdicts],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Impact, str | None], str]] = {
    "text": text,
    "json": as_json,
    "markdown": markdown,
}


def acceptance(level: str, change: str) -> str:
    """The line of a descriptor, or of the landing zone, that accepts a change."""
    return f'accepted_impact: {{level: "{level}", change: "{change}", reason: agreed with ... on ...}}'


def _verdict(verdict: Verdict) -> dict[str, object]:
    return {
        "partner": verdict.partner,
        "level": verdict.level,
        "change": verdict.change,
        "accepted": verdict.accepted,
        "findings": [
            {
                "level": told.finding.level,
                "code": told.finding.code,
                "message": told.finding.sentence,
                "path": told.line.path,
                "line": told.line.line,
                "field": told.line.field,
                "steps": list(told.finding.steps),
                "resources": list(told.finding.addresses),
            }
            for told in verdict.reported
        ],
        "flows": [{"before": row.before, "after": row.after} for row in verdict.flows],
        "resources": [
            {"address": each.address, "action": each.action, "arguments": list(each.arguments)}
            for each in verdict.changes
        ],
    }


def failing_verdicts(impact: Impact, fail_on: str | None) -> list[Verdict]:
    return [each for each in impact.verdicts if fail_on is not None and each.fails(fail_on)]


def _summary(impact: Impact) -> str:
    counts = Counter(verdict.level for verdict in impact.verdicts)
    accepted = sum(bool(verdict.accepted) for verdict in impact.verdicts)
    parts = [f"{level}: {counted(counts[level], 'partner')}" for level in LEVELS if counts[level]]
    parts += [f"{accepted} of them accepted"] if accepted else []
    # Whose level is this one is counted above.
    opening = sum(
        verdict.level != OPENS and any(each.finding.level == OPENS for each in verdict.reported)
        for verdict in impact.verdicts
    )
    parts += [f"opens too: {counted(opening, 'partner')}"] if opening else []
    return "; ".join([*parts, f"unchanged: {impact.unchanged}"])


def partner_names(partners: Iterable[str]) -> str:
    names = list(partners)
    return names[0] if len(names) == 1 else f"{counted(len(names), 'partner')} ({listed(names, _FIRST_NAMES)})"


def _place(line: ChangedLine) -> str:
    number = f":{line.line}" if line.line else ""
    return f"{line.path}{number}" + (f": {line.field}" if line.field else "")
