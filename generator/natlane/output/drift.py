"""Drift as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from natlane.live.drift import Drift
from natlane.output.problems import as_data


def text(found: Sequence[Drift]) -> str:
    """A line for each partner that is as out/ says; else its differences, and the packets that they hurt."""
    return "".join(f"{line}\n" for each in found for line in _lines(each))


def as_json(found: Sequence[Drift]) -> str:
    """One object: `partners`, each with `applied`, `differences` and the `problems` of the proof on what AWS holds."""
    return json.dumps(
        {
            "partners": [
                {
                    "partner": each.partner,
                    "applied": each.applied,
                    "differences": [
                        {"what": one.what, "out": list(one.written), "aws": list(one.live)} for one in each.differences
                    ],
                    "problems": as_data((*each.unread, *each.broken)),
                }
                for each in found
            ]
        },
        ensure_ascii=False,
    )


def _lines(drift: Drift) -> Iterator[str]:
    if not drift.applied:
        yield f"{drift.partner}: AWS holds no VPC N with one VPN connection of this partner: was it applied?"
        return
    if drift.unread:
        yield f"{drift.partner}: out/{drift.partner} cannot be understood, see natlane verify"
        return
    if drift.none:
        yield f"{drift.partner}: AWS holds what out/ says"
        return
    yield f"{drift.partner}:"
    for each in drift.differences:
        yield f"  {each.what}"
        yield from (f"    out/: {value}" for value in each.written)
        yield from (f"    AWS:  {value}" for value in each.live)
    if drift.broken:
        yield "  packets that this hurts"
        yield from (f"    {problem.field}: {problem.message} [{problem.code}]" for problem in drift.broken)
    else:
        yield "  no packet is hurt: every proof holds on what AWS has"
