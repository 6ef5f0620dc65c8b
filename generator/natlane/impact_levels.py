"""Levels of a change's effect on live resources, worst first."""

from collections.abc import Iterable
from typing import Final, Literal, get_args

ImpactLevel = Literal[
    "re-engage partner",
    "both tunnels down",
    "opens",
    "one tunnel down",
    "replaced, no outage for the partner",
    "closes",
    "in place",
]
IMPACTS: tuple[ImpactLevel, ...] = get_args(ImpactLevel)
RE_ENGAGE, BOTH_DOWN, OPENS, ONE_DOWN, REPLACED, CLOSES, IN_PLACE = IMPACTS
NOTHING: Final = "nothing"
LEVELS: Final = (*IMPACTS, NOTHING)


def at_least(level: str, other: str) -> bool:
    """Whether a level is as bad as another one or worse."""
    return LEVELS.index(level) <= LEVELS.index(other)


def worst(levels: Iterable[str]) -> str:
    """The worst of some levels; nothing where there are none."""
    return min(levels, key=LEVELS.index, default=NOTHING)
