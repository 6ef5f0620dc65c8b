"""Checks of a partner, of our side, and of the whole fleet."""

from __future__ import annotations

from collections.abc import Sequence

from natlane.addresses import AddressPlan, addresses_for
from natlane.check import (
    accepted,
    adopted,
    blocks,
    devices,
    endpoints,
    fleet,
    grants,
    names,
    overlaps,
    partner_cidrs,
    quotas,
    services,
    several_devices,
    tunnels,
    vpn,
    without_effect,
)
from natlane.check import landing_zone as landing
from natlane.check.accepted import Acceptance, settled
from natlane.check.fleet_facts import Facts, facts_of
from natlane.check.quotas import QuotaUse, quota_table
from natlane.check.reading_rules import READING_RULES
from natlane.check.rule import Rule, problems_of
from natlane.check.subject import Subject
from natlane.describe.document import Document
from natlane.describe.field_types import UnreadableError
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner, parse_readable
from natlane.problems import Problem

__all__ = [
    "RULES",
    "Acceptance",
    "Facts",
    "QuotaUse",
    "Rule",
    "acceptances_of",
    "check_fleet",
    "check_landing_zone",
    "check_partner",
    "check_readable",
    "facts_of",
    "quota_table",
    "settled",
]

PARTNER_RULES = (
    names.rule,
    blocks.rule,
    overlaps.rule,
    partner_cidrs.rule,
    services.rule,
    endpoints.rule,
    vpn.rule,
    several_devices.rule,
    tunnels.rule,
    grants.rule,
    names.tag_rule,
    names.tag_sum_rule,
    devices.rule,
    adopted.rule,
)
LANDING_ZONE_RULES = (landing.rule, names.tag_rule)
_ALL = (*PARTNER_RULES, fleet.rule, fleet.zone_rule, quotas.rule, landing.rule, without_effect.rule)
RULES: tuple[Rule, ...] = (
    *READING_RULES,
    *(rule for group in _ALL for rule, _ in group.held),
    *(
        Rule(code, severity, accepted.SUBJECT, sentence, accepted.FIELDS)
        for code, (severity, sentence) in accepted.SENTENCES.items()
    ),
)
SEVERITIES = {rule.code: rule.severity for rule in RULES}


def check_partner(
    partner: Partner, document: Document, landing_zone: LandingZone, names: Sequence[str] = ()
) -> list[Problem]:
    """What is wrong between a partner and AWS, its own fields, and our side; `names` are all partners'."""
    addresses = addresses_for(partner, landing_zone)
    fit = addresses if isinstance(addresses, AddressPlan) else None
    subject = Subject(partner, document, landing_zone, fit, names)
    problems = problems_of(PARTNER_RULES, subject, document)
    written = without_effect.Written(document, partner, without_effect.PARTNER)
    problems += problems_of((without_effect.rule,), written, document)
    misfits = () if isinstance(addresses, AddressPlan) else addresses
    # A field that a rule has refused already is not reported a second time because its address does not fit.
    refused = tuple(each.field for each in problems if each.severity == "error")
    found = [document.problem(each.code, each.field, each.message, each.hint) for each in misfits]
    return problems + [each for each in found if not any(field.startswith(each.field) for field in refused)]


def check_readable(document: Document, landing_zone: LandingZone, names: Sequence[str] = ()) -> list[Problem]:
    """The errors of a partner that cannot be read in full, as far as they do not depend on what cannot.

    No warnings: whether the partner accepts them may be what cannot be read.
    """
    partner = parse_readable(document)
    if partner is None:
        return []
    try:
        addresses = addresses_for(partner, landing_zone)
    except UnreadableError:
        addresses = ()
    fit = addresses if isinstance(addresses, AddressPlan) else None
    subject = Subject(partner, document, landing_zone, fit, names)
    found = problems_of(PARTNER_RULES, subject, document, partly=True)
    return [each for each in found if each.severity == "error"]


def acceptances_of(
    described: Partner | LandingZone, document: Document, problems: list[Problem]
) -> tuple[Acceptance, ...]:
    """The warnings that a document accepts; an entry that names none becomes a problem."""
    return tuple(accepted.acceptances(document, described.accepted, SEVERITIES, problems))


def check_landing_zone(landing_zone: LandingZone, document: Document) -> list[Problem]:
    """What is wrong within our side."""
    written = without_effect.Written(document, landing_zone, without_effect.LANDING_ZONE)
    return [
        *problems_of(LANDING_ZONE_RULES, landing_zone, document),
        *problems_of((without_effect.rule,), written, document),
    ]


def check_fleet(facts: Sequence[Facts], landing_zone: LandingZone, document: Document) -> list[Problem]:
    """What is wrong between partners; `document` is the landing zone's, whose quotas are named."""
    table = quota_table(facts, landing_zone)
    zones = problems_of((fleet.zone_rule,), (facts, landing_zone), document)
    return [*fleet.fleet_problems(facts, landing_zone), *problems_of((quotas.rule,), table, document), *zones]
