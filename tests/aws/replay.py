"""What the real provider asked of AWS to make a committed module, kept as a file, so that a test without Terraform has
the same AWS: calls/<partner>.jsonl has one call a line, in an order in which they succeeded; partners of a root whose
names another root has too are in a folder of its own.

    with FakeAws.of(landing_zone) as aws:
        replay(aws, "globex", "stark")

tests/aws/test_apply.py holds that the provider still asks the same; NATLANE_RECORD_CALLS=1 writes the files anew.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from tests.aws.call import HANDLERS, Call
from tests.aws.fake import FakeAws, Told
from tests.aws.world import named
from tests.conftest import SOVEREIGN_CLOUD

CALLS: Final = Path(__file__).with_name("calls")
RECORD: Final = "NATLANE_RECORD_CALLS"
_LOOKS: Final = re.compile(r"(Describe|Get|List|Search|AssumeRole)\w*")


def calls_of(root: Path) -> Path:
    """The folder of the calls of a root's modules."""
    return CALLS / root.name if root == SOVEREIGN_CLOUD else CALLS


def replay(aws: FakeAws, *partners: str, calls: Path = CALLS) -> None:
    """Makes what the modules of these partners make; each call is answered as it was."""
    for partner in partners:
        for line in (calls / f"{partner}.jsonl").read_text(encoding="utf-8").splitlines():
            account, service, operation, params = json.loads(line)
            HANDLERS[service, operation](Call(aws.world, account, service, operation, params))


def written(calls: list[Told]) -> list[str]:
    """The calls that changed something, one a line."""
    return [
        json.dumps(
            [each.account, each.service, each.operation, _ordered(named(each.params))],
            ensure_ascii=False,
            sort_keys=True,
        )
        for each in calls
        if not each.refused and not _LOOKS.fullmatch(each.operation)
    ]


def _ordered(value: Any) -> Any:
    """The value with an alarm's dimensions by name: the provider keeps them in a map of Go, whose order is random."""
    if isinstance(value, dict):
        return {
            key: sorted(each, key=lambda dimension: str(dimension["Name"])) if key == "Dimensions" else _ordered(each)
            for key, each in value.items()
        }
    return [_ordered(each) for each in value] if isinstance(value, list) else value
