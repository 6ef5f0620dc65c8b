"""The kinds of members are those of AWS's API model, for every member that natlane reads."""

from __future__ import annotations

import re

import botocore.session
import pytest
from botocore.model import ListShape, Shape, StructureShape
from natlane.live import answer_shapes, calls
from natlane.live.answer_shapes import answer_of
from natlane.live.scrub import SENSITIVE

from tests.conftest import ROOT

TABLES = {
    "string": answer_shapes.TEXTS,
    "timestamp": answer_shapes.TEXTS,
    "integer": answer_shapes.NUMBERS,
    "long": answer_shapes.NUMBERS,
    "boolean": answer_shapes.FLAGS,
    "structure": answer_shapes.OBJECTS,
    "list of structure": answer_shapes.LISTS_OF_OBJECTS,
    "list of string": answer_shapes.LISTS_OF_TEXTS,
}
NOT_RECORDED = SENSITIVE | {"NextToken", "Principal"}  # scrubbed; of AWS's pages; in a policy's text


def kinds() -> dict[str, set[str]]:
    """The members of every answer, and their kinds."""
    found: dict[str, set[str]] = {}
    session = botocore.session.get_session()

    def walk(shape: Shape, above: tuple[str, ...] = ()) -> None:
        if isinstance(shape, ListShape):
            walk(shape.member, above)
        if not isinstance(shape, StructureShape) or shape.name in above:
            return
        for name, member in shape.members.items():
            kind = member.type_name
            found.setdefault(name, set()).add(
                f"list of {member.member.type_name}" if isinstance(member, ListShape) else kind
            )
            walk(member, (*above, shape.name))

    for call in calls.ALL:
        operation = session.get_service_model(call.service).operation_model(call.operation)
        if operation.output_shape:
            walk(operation.output_shape)
    return found


def test_the_tables_hold_what_is_read() -> None:
    read = " ".join(path.read_text() for path in (ROOT / "generator/natlane/live").glob("*.py"))
    named = set(re.findall(r'"([A-Z]\w+)"', read)) - NOT_RECORDED
    told = {name: found for name, found in kinds().items() if name in named}
    assert len(told) > 100
    assert {name for name, found in told.items() if len(found) > 1} == set(answer_shapes.EITHER.split())
    wrong = {
        name: found
        for name, (found, *more) in ((name, [*kind]) for name, kind in told.items())
        if not more and name not in TABLES[found].split()
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"VpcId": 7}, "VpcId is not a text"),
        ({"Vpcs": [None]}, "Vpcs is not a list of objects"),
        ({"CidrBlock": "10.0.0.0/99"}, "CidrBlock is not a block of addresses"),
        ({"a": [{"PrivateIp": "x"}]}, "PrivateIp is not an address"),
        ({"Main": None}, "Main is not true or false"),
        ({"BgpAsn": "\u0663"}, "BgpAsn is not an AS number"),
        ({"x": float("nan")}, "a number is too large"),
    ],
)
def test_what_aws_would_not_answer_is_refused(answer: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        answer_of(answer)
