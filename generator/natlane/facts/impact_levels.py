"""Levels of what a change does to what is live, worst first."""

from typing import Literal, get_args

Impact = Literal[
    "re-engage partner", "both tunnels down", "one tunnel down", "replaced, no outage for the partner", "in place"
]
IMPACTS: tuple[Impact, ...] = get_args(Impact)
