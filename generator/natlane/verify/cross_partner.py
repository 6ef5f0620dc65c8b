"""Proofs between partners: routes in tables that they share, and Terraform states."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from natlane.hcl.blocks import Block
from natlane.network.model import SharedRoute
from natlane.network.module import Module
from natlane.network.tables import Origin
from natlane.prefixes import ends, nested
from natlane.problems import Problem, in_order


class State(NamedTuple):
    """Where Terraform keeps what it made of a module, and the block that says so."""

    name: str
    path: str
    line: int


def prove_between(entries: Iterable[SharedRoute], renamed: Mapping[str, str] | None = None) -> list[Problem]:
    """No two modules write the same route, and in no transit gateway table does one take another's packets.

    A table of our VPCs sends everything to the transit gateway, so that only equal prefixes matter there. `renamed`
    gives the partners of today by former names: their modules are one network.
    """
    now = renamed or {}
    tables: dict[str, list[SharedRoute]] = {}
    for entry in entries:
        tables.setdefault(entry.table, []).append(entry)
    problems = []
    for held in tables.values():
        for entry, above in nested(held, lambda each: ends(each.route.destination)):
            mine = now.get(entry.partner, entry.partner)
            others = (each for each in above if now.get(each.partner, each.partner) != mine)
            problems += [problem for each in others if (problem := _between(each, entry))]
    return in_order(problems)


def _between(one: SharedRoute, two: SharedRoute) -> Problem | None:
    whole, part = one.route.destination, two.route.destination
    if whole == part:
        message = f"{part} is already written into {two.table} by {one.partner} ({_line(one.route.origin)})"
        way_out = "give each partner a block of its own, or reach one of them by outbound.services"
        hint = f"the second one fails at apply: {way_out}"
        return _at(two, "proof-twice-written", message, hint)
    if one.route.target.kind == "transit_gateway":
        return None
    message = f"{part} in {two.table} takes packets of {one.partner}'s {whole} ({_line(one.route.origin)})"
    return _at(two, "proof-partners-overlap", message, "reach one of them by outbound.services")


def _line(origin: Origin) -> str:
    return f"{origin.path}:{origin.line}"


def _at(entry: SharedRoute, code: str, message: str, hint: str) -> Problem:
    origin = entry.route.origin
    return Problem(code, "error", origin.path, origin.line, 1, origin.resource, message, hint)


# The arguments that say which state it is, by backend; how one gets to it (a profile, a lock table, encryption) does
# not matter. Where one of these is not written (it is given at init), the state is not known.
_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "azurerm": ("storage_account_name", "container_name", "key"),
    "gcs": ("bucket", "prefix"),
    "http": ("address",),
    "s3": ("bucket", "key"),
}


def state_of(module: Module) -> State | None:
    """The state that a module names by a backend of its own; None where it is the folder's, or is named elsewhere."""
    for block in module.blocks:
        for inner in block.blocks if block.kind == "terraform" else ():
            if inner.kind in ("backend", "cloud"):
                name = _place(inner, module.partner)
                return State(name, inner.path, inner.line) if name else None
    return None


def _place(block: Block, partner: str) -> str:
    kind = block.labels[0] if block.labels else block.kind
    if kind == "local":
        path = block.attributes.get("path")
        return f"local://{os.path.normpath(os.path.join('out', partner, str(path.value)))}" if path else ""
    if kind in ("cloud", "remote"):
        whole = [(name, each.value) for inner in (block, *block.blocks) for name, each in inner.attributes.items()]
        named = any(name in ("name", "prefix") for name, _ in whole)
        return "/".join([f"{kind}:/", *(str(value) for _, value in sorted(whole, key=repr))]) if named else ""
    values = [block.attributes.get(name) for name in _PLACES.get(kind, ())]
    return "/".join([f"{kind}:/", *(str(each.value) for each in values if each)]) if values and all(values) else ""


def prove_states(states: Iterable[State | None]) -> list[Problem]:
    """No two modules keep their state in one place: the apply of each would destroy the other's network."""
    first: dict[str, State] = {}
    problems = []
    for state in states:
        if state is None or first.setdefault(state.name, state) is state:
            continue
        other = first[state.name]
        message = f"{state.name} is the state of {other.path} too, and an apply of one would destroy the other"
        hint = "write the key that natlane generates"
        problems.append(Problem("proof-state-shared", "error", state.path, state.line, 1, "backend", message, hint))
    return problems
