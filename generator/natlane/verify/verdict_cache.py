"""Cache entries of verdicts; a damaged entry is a miss."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from ipaddress import IPv4Network
from typing import Any

from natlane.network.model import SharedRoute
from natlane.network.tables import Origin, Route, Target
from natlane.problems import Problem
from natlane.verify.cross_partner import State
from natlane.verify.proofs import Verdict

# What a damaged entry can raise.
_DAMAGED = (ValueError, KeyError, TypeError, AttributeError)


def bytes_of(verdict: Verdict) -> bytes:
    """A verdict as a cache entry."""
    return json.dumps(_plain(verdict)).encode()


def verdict_from(entry: bytes | None) -> Verdict | None:
    """The verdict of a cache entry; None where there is none, or it is damaged."""
    try:
        return _verdict(json.loads(entry)) if entry is not None else None
    except _DAMAGED:
        return None


def bytes_of_all(problems: tuple[Problem, ...], verdicts: tuple[Verdict, ...]) -> bytes:
    """A fleet's problems and verdicts as a cache entry, without the routes in shared tables."""
    plain = [_plain(replace(verdict, shared=())) for verdict in verdicts]
    return json.dumps({"problems": [asdict(each) for each in problems], "verdicts": plain}).encode()


def all_from(entry: bytes | None) -> tuple[tuple[Problem, ...], tuple[Verdict, ...]] | None:
    """A fleet's problems and verdicts of a cache entry; None where there is none, or it is damaged."""
    try:
        plain = json.loads(entry) if entry is not None else None
        if plain is None:
            return None
        return tuple(Problem(**each) for each in plain["problems"]), tuple(map(_verdict, plain["verdicts"]))
    except _DAMAGED:
        return None


def _plain(verdict: Verdict) -> dict[str, Any]:
    entries = [
        (
            e.table,
            str(e.route.destination),
            e.route.kind,
            e.route.target.kind,
            e.route.target.name,
            *(e.route.origin.resource, e.route.origin.path, e.route.origin.line),
        )
        for e in verdict.shared
    ]
    return {**asdict(replace(verdict, shared=())), "shared": entries}


def _verdict(plain: dict[str, Any]) -> Verdict:
    problems = tuple(Problem(**each) for each in plain["problems"])
    entries = tuple(
        SharedRoute(plain["partner"], table, Route(IPv4Network(to), kind, Target(target, name), Origin(*origin)))
        for table, to, kind, target, name, *origin in plain["shared"]
    )
    state = State(*plain["state"]) if plain["state"] else None
    return Verdict(**{**plain, "problems": problems, "shared": entries, "state": state})
