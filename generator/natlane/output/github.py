"""Annotations on a pull request: GitHub's workflow commands for problems, and for what a change does."""

from __future__ import annotations

from natlane.impact.review import Impact
from natlane.impact_levels import BOTH_DOWN, REPLACED, at_least
from natlane.output.escape import Safe, workflow_command
from natlane.output.impact import acceptance, failing_verdicts, lines_of, partner_names
from natlane.problems import Problem


def annotation(problem: Problem) -> str:
    """One problem, whose path starts at the top of the repository."""
    place = {"line": problem.line, "col": problem.column} if problem.line else {}
    field = f"{problem.field}: " if problem.field else ""
    hint = f"; {problem.hint}" if problem.hint else ""
    text = f"{field}{problem.message}{hint}"
    return workflow_command(problem.severity, text, file=problem.path, **place, title=problem.code)


def impact_annotations(impact: Impact, fail_on: str | None, above: str = "") -> Safe:
    """Workflow commands, which GitHub shows at the lines of a pull request; `above` is the way to the root."""
    written = []
    for line in lines_of(impact):
        bad = at_least(line.level, BOTH_DOWN)
        kind = "error" if bad else "warning" if at_least(line.level, REPLACED) else "notice"
        at = {"line": line.place.line} if line.place.line else {}
        message = ". ".join((f"{partner_names(line.partners)}: {line.sentence}", *line.steps, *line.own))
        written.append(workflow_command(kind, message, file=f"{above}{line.place.path}", **at, title=line.level))
    for each in failing_verdicts(impact, fail_on):
        if each.change:
            path, said = f"{above}partners/{each.partner}.yaml", acceptance(each.level, each.change)
            written.append(workflow_command("error", said, file=path, title="not accepted"))
    return Safe("".join(written))
