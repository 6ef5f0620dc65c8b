"""The table of calls is held against AWS's own API model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from natlane.live.calls import ALL, Call
from natlane.live.policy import policy_text
from natlane.live.scrub import SENSITIVE, scrubbed

from tests.conftest import ROOT

SESSION = botocore.session.get_session()


def _model(call: Call) -> Any:
    return SESSION.get_service_model(call.service).operation_model(call.operation)


@pytest.mark.parametrize("call", ALL, ids=lambda call: call.name)
def test_the_operation_and_its_list_exist(call: Call) -> None:
    model = _model(call)
    assert not call.items or model.output_shape.members[call.items].type_name == "list"
    assert set(call.given) <= set(model.input_shape.members)
    for each in call.given.get("Filters", ()):
        assert each["Name"].replace("-", "") in model.input_shape.members["Filters"].documentation.replace("-", "")


@pytest.mark.parametrize("call", ALL, ids=lambda call: call.name)
def test_nothing_is_written(call: Call) -> None:
    assert call.operation.startswith(("Describe", "Get", "List", "Search"))
    assert xform_name(call.operation)


@pytest.mark.parametrize("call", ALL, ids=lambda call: call.name)
def test_every_sensitive_member_is_scrubbed(call: Call) -> None:
    assert set(_sensitive(_model(call).output_shape, ())) <= SENSITIVE


def test_names_are_used_once() -> None:
    assert len({call.name for call in ALL}) == len(ALL)


def test_scrubbed() -> None:
    answer = {"a": [{"PreSharedKey": "x", "b": 1}], "CustomerGatewayConfiguration": "<xml>"}
    assert scrubbed(answer) == {"a": [{"b": 1}]}


def _sensitive(shape: Any, seen: tuple[str, ...]) -> Iterator[str]:
    if shape.name in seen:
        return
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if member.metadata.get("sensitive"):
                yield name
            yield from _sensitive(member, (*seen, shape.name))
    elif shape.type_name == "list":
        yield from _sensitive(shape.member, (*seen, shape.name))
    elif shape.type_name == "map":
        yield from _sensitive(shape.value, (*seen, shape.name))


def test_the_page_has_the_policy() -> None:
    text = (ROOT / "docs" / "live.md").read_text()
    (block,) = re.findall(r"^```json\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert block == policy_text() + "\n", "run: python -m natlane.live.policy"
