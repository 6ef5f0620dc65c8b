"""What a change may do to what is live, and the acceptance of it."""

from typing import Annotated, Literal, NamedTuple, get_args

from generator.describe.scalars import Choice, Text

CHANGE = Text("the eight digits by which `natlane impact` names a change, quoted", r"[0-9a-f]{8}", 8, "3f9a1c02")
Impact = Literal[
    "re-engage partner", "both tunnels down", "one tunnel down", "replaced, no outage for the partner", "in place"
]
IMPACTS: tuple[Impact, ...] = get_args(Impact)  # worst first


class AcceptedImpact(NamedTuple):
    """A change's impact that was agreed to beforehand."""

    level: Annotated[str, Choice(IMPACTS), "the worst that `natlane impact --fail-on` lets through"]
    reason: Annotated[str, Text("a reason"), "why, and with whom it was agreed"]
    change: Annotated[str, CHANGE, "which change, as `natlane impact` names it; it accepts no later one"]
