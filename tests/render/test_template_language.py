"""What a template says and what it gives: conditions, their opposites, loops and parts switched on or off."""

from __future__ import annotations

import pytest
from natlane.render.template_parser import TemplateError, parse_template
from natlane.render.template_run import run_template

VALUES = {"plan": {"active": True, "state": None, "names": ["a", "b"], "none": []}}


def given(text: str) -> str:
    """What one template gives."""
    return run_template("it", {"it": parse_template(text, ())}, {}, VALUES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% if plan.active %}yes{% else %}no{% endif %}", "yes"),
        ("{% if not plan.active %}yes{% else %}no{% endif %}", "no"),
        ("{% if not plan.active %}yes{% endif %}", ""),
        ("{% if plan.state %}yes{% else %}no{% endif %}", "no"),
        ("{% if not plan.state %}yes{% else %}no{% endif %}", "yes"),
        ("{% if not plan.none %}empty{% endif %}", "empty"),
        ("{% if not true %}yes{% else %}no{% endif %}", "no"),
        ("{% if not false %}yes{% else %}no{% endif %}", "yes"),
        ("{% for name in plan.names %}{{ name }},{% endfor %}", "a,b,"),
        ("{% for name in plan.names if false %}{{ name }}{% endfor %}", ""),
    ],
)
def test_a_template_gives(text: str, expected: str) -> None:
    assert given(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{% if not not plan.active %}{% endif %}",
        "{% if not plan.active and plan.names %}{% endif %}",
        "{% if not (plan.active or plan.names) %}{% endif %}",
        "{% if not plan['active'] %}{% endif %}",
        "{{ not plan.active }}",
        "{% for name in plan.names if not plan.active %}{% endfor %}",
    ],
)
def test_not_stands_before_one_value_of_an_if_and_nowhere_else(text: str) -> None:
    with pytest.raises(TemplateError) as refused:
        parse_template(text, ())
    assert refused.value.line == 1
