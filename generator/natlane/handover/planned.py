"""A partner of a root folder, read, checked and planned: its hand-over, or why there is none."""

from __future__ import annotations

from natlane.check import check_landing_zone, check_partner
from natlane.describe.document import read
from natlane.describe.landing_zone import LandingZone, parse_landing_zone
from natlane.describe.partner import Partner, parse_partner
from natlane.handover.build import hand_over
from natlane.handover.given import HandOver
from natlane.handover.outputs import Outputs, read_outputs
from natlane.plan.plan import plan_for
from natlane.problems import Problem, file_problem, has_error
from natlane.workspace.paths import LANDING_ZONE, descriptor_path, partner_names


def planned(
    root: str, name: str, outputs: str | None = None, device: str | None = None
) -> tuple[list[Problem], HandOver | None]:
    """The hand-over of a partner, with AWS's addresses where a file of outputs is named."""
    problems, partner, landing_zone = _described(root, name)
    if partner is None or landing_zone is None or has_error(problems):
        return problems, None
    if partner.status != "active":
        hint = "tell the partner that both tunnels are gone"
        return [
            *problems,
            file_problem("handover-decommissioned", descriptor_path(name), "is decommissioned", hint),
        ], None
    plan = plan_for(partner, landing_zone)
    known = read_outputs(outputs, plan) if outputs is not None else Outputs()
    if isinstance(known, Problem):
        return [*problems, known], None
    return problems, hand_over(plan, partner, known, device)


def _described(root: str, name: str) -> tuple[list[Problem], Partner | None, LandingZone | None]:
    names, problems = partner_names(root)
    zone_document, more = read(root, LANDING_ZONE)
    problems += more
    landing_zone = parse_landing_zone(zone_document, problems) if zone_document else None
    document, more = read(root, descriptor_path(name))
    problems += more
    partner = parse_partner(document, problems) if document else None
    if landing_zone and zone_document:
        problems += check_landing_zone(landing_zone, zone_document)
        if partner and document:
            problems += check_partner(partner, document, landing_zone, tuple(names))
    return problems, partner, landing_zone
