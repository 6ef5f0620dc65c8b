"""An Impact becomes text: for a terminal, a program, a pull request's comment, or its lines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass

from generator.review.causes import Cause
from generator.review.effects import LEVELS, ONE_DOWN, REPLACED
from generator.review.findings import counted, listed
from generator.review.impact import Impact, Told, Verdict

_FIRST_NAMES = 5


@dataclass(frozen=True, slots=True)
class Line:
    """What is told once: of one partner, or of all whom the same line of the landing zone or of a template
    changes in the same way. `sentences` are theirs where they differ."""

    level: str
    cause: Cause
    sentence: str
    steps: tuple[str, ...]
    partners: tuple[str, ...]


def lines_of(impact: Impact) -> list[Line]:
    """Every finding once, the worst first, then by partner."""
    groups: dict[tuple[object, ...], list[tuple[Verdict, Told]]] = {}
    for verdict in impact.verdicts:
        times: Counter[tuple[str, str]] = Counter()
        for told in verdict.told:
            code = (told.finding.code, told.finding.level)
            key = (code, times[code], told.cause) if told.cause.shared else (code, times[code], verdict.partner)
            times[code] += 1
            groups.setdefault(key, []).append((verdict, told))
    lines = [_line(sorted(group, key=lambda each: each[0].partner)) for group in groups.values()]
    return sorted(lines, key=lambda line: (LEVELS.index(line.level), line.partners))


def _line(group: list[tuple[Verdict, Told]]) -> Line:
    verdict, told = group[0]
    partners = tuple(each.partner for each, _ in group)
    sentences = {said.finding.sentence.replace(each.partner, "PARTNER") for each, said in group}
    sentence, steps = told.finding.sentence, told.finding.steps
    if len(group) > 1:
        sentence = sentence.replace(verdict.partner, "PARTNER")
        sentence += "" if len(sentences) == 1 else f" ({verdict.partner}; the others alike)"
        steps = tuple(step.replace(verdict.partner, "PARTNER") for step in steps)
    return Line(told.finding.level, told.cause, sentence, steps, partners)


def text(impact: Impact, fail_on: str | None) -> str:
    """For a terminal."""
    written = [f"Against {impact.base}. {_summary(impact)}.\n"]
    level = ""
    for line in lines_of(impact):
        if line.level != level:
            level = line.level
            written.append(f"\n{level}\n")
        written.append(f"  {_names(line.partners)}: {line.sentence}\n    {_place(line.cause)}\n")
        written += [f"    - {step}\n" for step in line.steps]
    failing = _failing(impact, fail_on)
    if failing:
        written.append(f"\nNot accepted, and {fail_on} or worse. To accept it knowingly, write in the descriptor:\n")
        written += [f"  {each.partner}: {acceptance(each)}\n" for each in failing if each.change]
    return "".join(written)


def markdown(impact: Impact, fail_on: str | None) -> str:
    """For a comment on a pull request."""
    written = [f"### natlane impact: {impact.level}\n\n{_escaped(_summary(impact))}. Base: {_escaped(impact.base)}.\n"]
    lines = lines_of(impact)
    if lines:
        written.append("\n| impact | partner | what happens | where |\n|---|---|---|---|\n")
    for line in lines:
        steps = "".join(f"<br>{number}. {_escaped(step)}" for number, step in enumerate(line.steps, 1))
        place = _escaped(_place(line.cause))
        names = _escaped(_names(line.partners))
        written.append(f"| **{line.level}** | {names} | {_escaped(line.sentence)}{steps} | {place} |\n")
    failing = _failing(impact, fail_on)
    if failing:
        written.append(f"\nNot accepted, and {fail_on} or worse. To accept it knowingly:\n\n```yaml\n")
        written += [f"# partners/{each.partner}.yaml\n{acceptance(each)}\n" for each in failing if each.change]
        written.append("```\n")
    return "".join(written)


def github(impact: Impact, fail_on: str | None) -> str:
    """Workflow commands, which GitHub shows at the lines of a pull request."""
    written = []
    for line in lines_of(impact):
        bad = LEVELS.index(line.level) < LEVELS.index(ONE_DOWN)
        kind = "error" if bad else "warning" if LEVELS.index(line.level) <= LEVELS.index(REPLACED) else "notice"
        place = f"file={_property(line.cause.path)}" + (f",line={line.cause.line}" if line.cause.line else "")
        message = ". ".join((f"{_names(line.partners)}: {line.sentence}", *line.steps))
        written.append(f"::{kind} {place},title={_property(line.level)}::{_data(message)}\n")
    written += [
        f"::error file=partners/{each.partner}.yaml,title=not accepted::{_data(acceptance(each))}\n"
        for each in _failing(impact, fail_on)
        if each.change
    ]
    return "".join(written)


def as_json(impact: Impact, fail_on: str | None) -> str:
    """One object, for programs."""
    found = {
        "problems": [asdict(problem) for problem in impact.problems],
        "base": impact.base,
        "level": impact.level,
        "failed": bool(_failing(impact, fail_on)),
        "unchanged": impact.unchanged,
        "partners": [_verdict(verdict) for verdict in impact.verdicts],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Impact, str | None], str]] = {
    "text": text,
    "json": as_json,
    "markdown": markdown,
    "github": github,
}


def acceptance(verdict: Verdict) -> str:
    """The line of a descriptor that accepts this verdict."""
    return f'accepted_impact: {{level: "{verdict.level}", change: "{verdict.change}", reason: agreed with ... on ...}}'


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
                "path": told.cause.path,
                "line": told.cause.line,
                "field": told.cause.field,
                "steps": list(told.finding.steps),
                "resources": list(told.finding.addresses),
            }
            for told in verdict.told
        ],
        "resources": [
            {"address": each.address, "action": each.action, "arguments": list(each.arguments)}
            for each in verdict.changes
        ],
    }


def _failing(impact: Impact, fail_on: str | None) -> list[Verdict]:
    return [each for each in impact.verdicts if fail_on is not None and each.fails(fail_on)]


def _summary(impact: Impact) -> str:
    counts = Counter(verdict.level for verdict in impact.verdicts)
    accepted = sum(bool(verdict.accepted) for verdict in impact.verdicts)
    parts = [f"{level}: {counted(counts[level], 'partner')}" for level in LEVELS if counts[level]]
    parts += [f"{accepted} of them accepted"] if accepted else []
    return "; ".join([*parts, f"unchanged: {impact.unchanged}"])


def _names(partners: Iterable[str]) -> str:
    names = list(partners)
    return names[0] if len(names) == 1 else f"{counted(len(names), 'partner')} ({listed(names, _FIRST_NAMES)})"


def _place(cause: Cause) -> str:
    line = f":{cause.line}" if cause.line else ""
    return f"{cause.path}{line}" + (f": {cause.field}" if cause.field else "")


def _escaped(text: str) -> str:
    for char in "\\`*_[]<>|":
        text = text.replace(char, f"\\{char}")
    return " ".join(text.split())


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
