"""Every code that any command prints, with what holds, an example of what is wrong, and what to write.

Each part says what its own codes mean, as data; this module only puts them together.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final

from natlane import prune
from natlane.check import RULES
from natlane.handover import codes as handover
from natlane.hcl import codes as hcl
from natlane.impact import codes as impact
from natlane.live import codes as live
from natlane.network import codes as network
from natlane.problems import Code
from natlane.render import codes as render
from natlane.report import codes as report
from natlane.verify import codes as verify
from natlane.workspace import codes as workspace

EXAMPLES: Final = "examples.json"
_OF_PARTS: Final = (
    *(workspace.CODES, render.CODES, hcl.CODES, network.CODES, verify.CODES),
    *(impact.CODES, prune.CODES, handover.CODES, report.CODES, live.CODES),
)


@cache
def codes() -> tuple[Code, ...]:
    """Every code: the rules of validate first, then what the other commands tell. A rule and a finding may share it."""
    examples = json.loads(files("natlane.check").joinpath(EXAMPLES).read_text(encoding="utf-8"))
    rules = (
        Code(
            code=rule.code,
            level=rule.severity,
            subject=rule.subject,
            sentence=rule.sentence,
            source=rule.source,
            **examples.get(rule.code, {}),
        )
        for rule in RULES
    )
    return (*rules, *(each for codes in _OF_PARTS for each in codes))
