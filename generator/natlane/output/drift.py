"""Drift as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from natlane.live.drift import Compared, Drift, NotApplied, Unreadable
from natlane.output.problems import as_data


def text(found: Sequence[Drift]) -> str:
    """A line for each partner that is as out/ says; else its differences, and the packets that they hurt."""
    return "".join(f"{line}\n" for each in found for line in _lines(each))


def as_json(found: Sequence[Drift]) -> str:
    """One object: `partners`, each with `applied`, `differences` and the `problems` of the proof on what AWS holds."""
    return json.dumps({"partners": [_as_data(each) for each in found]}, ensure_ascii=False)


def _as_data(drift: Drift) -> dict[str, object]:
    differences = drift.differences if isinstance(drift, Compared) else ()
    problems = drift.broken if isinstance(drift, Compared) else ()
    return {
        "partner": drift.partner,
        "applied": not isinstance(drift, NotApplied),
        "differences": [{"what": each.what, "out": list(each.written), "aws": list(each.live)} for each in differences],
        "problems": as_data(drift.problems if isinstance(drift, Unreadable) else problems),
    }


def _lines(drift: Drift) -> Iterator[str]:
    match drift:
        case NotApplied():
            yield f"{drift.partner}: AWS holds no VPC N with one VPN connection of this partner: was it applied?"
        case Unreadable():
            yield f"{drift.partner}: out/{drift.partner} cannot be understood, see natlane verify"
        case Compared(is_clean=True):
            yield f"{drift.partner}: AWS holds what out/ says"
        case Compared():
            yield f"{drift.partner}:"
            yield from _differences(drift)


def _differences(drift: Compared) -> Iterator[str]:
    for each in drift.differences:
        yield f"  {each.what}"
        yield from (f"    out/: {value}" for value in each.written)
        yield from (f"    AWS:  {value}" for value in each.live)
    if drift.broken:
        yield "  packets that this hurts"
        yield from (f"    {problem.field}: {problem.message} [{problem.code}]" for problem in drift.broken)
    else:
        yield "  no packet is hurt: every proof holds on what AWS has"
