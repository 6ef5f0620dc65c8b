"""The stand-in says of every configuration what the real provider says, before anything is applied.

The configurations are those of tests/terraform/cases.py, the sound ones and the edges of every rule, and every
resource of the committed modules. Both are asked whether each is valid, then for a plan. EXCEPTIONS are the only
differences that there may be, each of a version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import pytest

from tests.provider.plugin import Plugin
from tests.terraform.at_plan import refusals_at_plan
from tests.terraform.aws_schema import RESOURCES
from tests.terraform.cases import Case, cases, filled, fits
from tests.terraform.provider_rules import RULES
from tests.terraform.rules import refusals

pytestmark = pytest.mark.provider

Verdict = Literal["accepted", "refused at validate", "refused at plan"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A rule that an older provider has otherwise."""

    type_name: str
    cases: str  # a pattern of the cases' names
    since: tuple[int, ...]  # from this version on both agree
    why: str


WITH_ARNS = (
    *("aws_cloudwatch_metric_alarm", "aws_customer_gateway", "aws_flow_log", "aws_iam_role", "aws_lb_listener"),
    "aws_subnet",
)
EXCEPTIONS = (
    Difference(
        "aws_cloudwatch_metric_alarm",
        "none of evaluation_criteria, metric_name, metric_query",
        (6, 42, 0),
        "exactly one of the three is wanted since evaluation_criteria came",
    ),
    Difference(
        "aws_cloudwatch_metric_alarm",
        "no operator|no number of periods",
        (6, 42, 0),
        "both were required by the schema, so that they were missed at validate and not at plan",
    ),
    Difference(
        "aws_lb_listener",
        r"default_action\.type = '(jwt-validation|JWT-VALIDATION)'",
        (6, 24, 0),
        "an action that came with 6.x",
    ),
    Difference("aws_lb_listener", r"protocol = '(TCP_)?QUIC'|protocol = '(tcp_)?quic'", (6, 24, 0), "came with 6.x"),
    Difference("aws_lb_target_group", r"protocol = '(TCP_)?QUIC'", (6, 24, 0), "came with 6.x"),
    Difference("aws_lb_target_group", r"health_check\.path = ''", (6, 24, 0), "an empty path is taken since 6.x"),
    *(
        Difference(each, r".*'arn:aws-eusc:sns:eusc-de-east-1:.*'", (6, 16, 0), "a region of four letters, since 6.16")
        for each in WITH_ARNS
    ),
    Difference("aws_lb_target_group_attachment", "target_group_arn = .*", (6, 28, 0), "an ARN is wanted since 6.28"),
)


def real_verdict(plugin: Plugin, case: Case) -> Verdict | None:
    """What the real provider says; None where it does not know the type or an argument."""
    block = plugin.block(case.type_name)
    if block is None or not fits(block, case.config):
        return None
    config = filled(block, case.config)
    if plugin.validate(case.type_name, config):
        return "refused at validate"
    return "refused at plan" if plugin.plan(case.type_name, None, config, config).refused else "accepted"


def stand_in_verdict(case: Case) -> Verdict:
    block = RESOURCES[case.type_name]
    config = filled(block, case.config)
    if any(refusals(case.type_name, block, config)):
        return "refused at validate"
    return "refused at plan" if any(refusals_at_plan(case.type_name, config)) else "accepted"


@pytest.mark.parametrize("type_name", RULES)
def test_verdicts_agree(plugin: Plugin, version: tuple[int, ...], type_name: str) -> None:
    both = [(case, real_verdict(plugin, case), stand_in_verdict(case)) for case in cases_of(type_name)]
    known = [(case, real, own) for case, real, own in both if real is not None]
    assert known
    different = {case.name: (real, own) for case, real, own in known if real != own}
    open_to = [each for each in EXCEPTIONS if each.type_name == type_name and version < each.since]
    stated = {name for name in different if any(re.fullmatch(each.cases, name) for each in open_to)}
    assert {name: verdicts for name, verdicts in different.items() if name not in stated} == {}
    dead = [each for each in open_to if not any(re.fullmatch(each.cases, name) for name in different)]
    assert dead == []


def cases_of(type_name: str) -> list[Case]:
    return [case for case in cases() if case.type_name == type_name]
