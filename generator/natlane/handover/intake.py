"""A filled form checked against our side: the descriptor that it gives, and what to ask the partner."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from natlane.addresses import zones_that_fit
from natlane.check import check_landing_zone, check_partner, check_readable
from natlane.describe.document import Document, read, read_text
from natlane.describe.landing_zone import LandingZone, parse_landing_zone
from natlane.describe.partner import parse_partner
from natlane.handover.form import QUESTIONS, descriptor_text, read_form
from natlane.problems import Problem, file_problem, has_error
from natlane.workspace.paths import LANDING_ZONE, PARTNERS, descriptor_path, partner_names, read_bytes

MOST_BYTES: Final = 1_000_000
# What the partner leaves open, and we fill in.
_FOR_US: Final = frozenset({"nothing-to-do"})
# What to ask the partner, by the question that it answered.
_ASK: Final = {
    "accepted_block": "ask which other block it can grant us, of at least a /28",
    "networks": "ask for other networks, or whether we may reach its hosts at addresses of ours (`outbound`)",
    "peer_address": "ask for the static public address that the device is seen from",
    "asn": "ask for another AS number, or agree on a private one such as 65000",
    "device": "ask for vendor, model and version, and whether a newer version is possible",
    "routing": "ask whether the other kind of routing is possible",
    "policy_based": "ask whether the device has tunnel interfaces (VTI)",
}


def descriptor_from(root: str, name: str, path: str) -> tuple[str | None, list[Problem]]:
    """The descriptor that a filled form gives, and its problems at the form's lines; None where one is an error."""
    try:
        raw = read_bytes(path, MOST_BYTES)
    except OSError as error:
        return None, [file_problem("form-unreadable", path, f"cannot be read: {error.strerror or error}")]
    document, form, problems = read_form(path, raw)
    if document is None or form is None or has_error(problems):
        return None, problems
    zone, of_ours = _landing_zone(root)
    known = len(zone.zones) if zone else form.accepted_block.num_addresses
    text = descriptor_text(name, form, zones_that_fit(form.accepted_block, known))
    problems += [*of_ours, *_against_ours(root, name, text, document, zone)]
    return None if has_error(problems) else text, problems


def _against_ours(root: str, name: str, text: str, form: Document, zone: LandingZone | None) -> list[Problem]:
    """What the rules say of the descriptor, reported at the questions of the form that it comes from.

    Which of our VPCs reach the partner is not known yet: what only concerns some of them is a warning.
    """
    names, more = partner_names(root) if os.path.isdir(os.path.join(root, PARTNERS)) else ([], [])
    everyone = text.replace("reach: []", f"reach: [{', '.join(zone.vpcs)}]", 1) if zone else text
    found = {each: each for each in _checked(name, text, zone, names)}
    for each in _checked(name, everyone, zone, names):
        if each not in found and each.code not in {known.code for known in found}:
            found[each] = replace(each, severity="warning")
    return [*more, *(_at_form(each, form) for each in found.values() if each.code not in _FOR_US)]


def _checked(name: str, text: str, zone: LandingZone | None, names: Sequence[str]) -> list[Problem]:
    written, found = read_text(descriptor_path(name), text.encode())
    partner = parse_partner(written, found) if written else None
    if zone and written:
        everyone = (*names, name)
        found += check_partner(partner, written, zone, everyone) if partner else check_readable(written, zone, everyone)
    return found


def _landing_zone(root: str) -> tuple[LandingZone | None, list[Problem]]:
    if not os.path.isfile(os.path.join(root, LANDING_ZONE)):
        return None, []  # a form can be read before our side is described
    document, problems = read(root, LANDING_ZONE)
    zone = parse_landing_zone(document, problems) if document else None
    if zone and document:
        problems += check_landing_zone(zone, document)
    return zone, problems


def _at_form(problem: Problem, form: Document) -> Problem:
    """A problem of the descriptor as one of the form, with what to ask back."""
    said = next((each for each in sorted(QUESTIONS, key=len, reverse=True) if problem.field.startswith(each)), "")
    question = QUESTIONS.get(said, "")
    line, column = form.place((question,) if question else ())
    ask = _ASK.get(question, "ask the partner")
    return replace(problem, path=form.path, line=line, column=column, field=question, hint=f"{ask}; {problem.hint}")
