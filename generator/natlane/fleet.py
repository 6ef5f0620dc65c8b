"""All partners below a root folder, read and checked one after the other.

Documents and models are dropped as the stream goes on; only the facts that fleet rules need stay,
so that ten thousand partners take hardly more memory than a hundred.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from natlane.check import (
    Acceptance,
    Facts,
    acceptances_of,
    check_fleet,
    check_landing_zone,
    check_partner,
    check_readable,
    facts_of,
    settled,
)
from natlane.describe.document import Document, read
from natlane.describe.landing_zone import LandingZone, parse_landing_zone
from natlane.describe.partner import Partner, parse_partner
from natlane.problems import Problem, has_error
from natlane.workspace.paths import LANDING_ZONE, Workspace, descriptor_path


@dataclass(slots=True)
class Fleet:
    """What is known so far of everything below a root: grows while `partners()` is read."""

    workspace: Workspace
    landing_zone: LandingZone | None = None
    landing_zone_document: Document | None = None
    names: tuple[str, ...] = ()
    facts: list[Facts] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    acceptances: list[Acceptance] = field(default_factory=list)
    accepted: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether anything so far forbids to write."""
        return has_error(self.problems)

    def partners(self) -> Iterator[Partner]:
        """Every partner that was read and has no error of its own, in the order of names.

        At the end of the stream `problems` is complete, what only the whole fleet shows included; `accepted` is what
        was accepted of it.
        """
        for name in self.names:
            partner = self._partner(name)
            if partner is not None:
                yield partner
        if self.landing_zone is not None and self.landing_zone_document is not None:
            self.problems += check_fleet(self.facts, self.landing_zone, self.landing_zone_document)
        self.problems, self.accepted = settled(self.problems, self.acceptances)

    def partner(self, name: str) -> Partner | None:
        """One partner by itself, without what only the whole fleet shows; None where anything it stands on is wrong."""
        partner = self._partner(name)
        self.problems, self.accepted = settled(self.problems, self.acceptances, whole=False)
        return None if self.refused else partner

    def _partner(self, name: str) -> Partner | None:
        document, problems = read(self.workspace.root, descriptor_path(name))
        partner = parse_partner(document, problems) if document else None
        if document is not None and self.landing_zone is not None:
            if partner is None:
                problems += check_readable(document, self.landing_zone, self.names)
            else:
                problems += check_partner(partner, document, self.landing_zone, self.names)
                self.acceptances += acceptances_of(partner, document, problems)
                if not has_error(problems):
                    self.facts.append(facts_of(partner, document, self.landing_zone))
        self.problems += problems
        return None if has_error(problems) or self.landing_zone is None else partner


def open_fleet(workspace: Workspace) -> Fleet:
    """The landing zone, read and checked, and the names of all partners."""
    fleet = Fleet(workspace)
    document, fleet.problems = read(workspace.root, LANDING_ZONE)
    fleet.landing_zone_document = document
    if document is not None:
        landing_zone = parse_landing_zone(document, fleet.problems)
        if landing_zone is not None:
            fleet.problems += check_landing_zone(landing_zone, document)
            fleet.acceptances += acceptances_of(landing_zone, document, fleet.problems)
        fleet.landing_zone = landing_zone
    names, problems = workspace.partner_names()
    fleet.names = tuple(names)
    fleet.problems += problems
    return fleet
