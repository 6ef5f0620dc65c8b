"""The entry of a descriptor that accepts one change and the worst that it may do to live resources."""

from typing import Annotated, NamedTuple

from natlane.describe.scalar_types import Choice, Text
from natlane.impact_levels import IMPACTS

CHANGE = Text(
    "the eight hexadecimal digits by which `natlane impact` names a change, quoted", r"[0-9a-f]{8}", 8, "3f9a1c02"
)


class AcceptedImpact(NamedTuple):
    """A change's impact that was agreed to beforehand."""

    level: Annotated[str, Choice(IMPACTS), "the worst that `natlane impact --fail-on` lets through"]
    reason: Annotated[
        str,
        Text("a reason", r"(?s:.*\S.*)", example="agreed with noc@acme.example"),
        "why, and with whom it was agreed",
    ]
    change: Annotated[str, CHANGE, "which change, as `natlane impact` names it; it accepts no later one"]
