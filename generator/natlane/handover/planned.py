"""The hand-over of a partner that is read, checked and planned first, or the problems that prevent it."""

from __future__ import annotations

from natlane.fleet import open_fleet
from natlane.handover.build import hand_over
from natlane.handover.model import HandOver
from natlane.handover.outputs import Outputs, read_outputs
from natlane.plan.plan import plan_for
from natlane.problems import Problem, file_problem
from natlane.workspace.paths import Workspace, descriptor_path


def planned(
    root: str, name: str, outputs: str | None = None, device: str | None = None
) -> tuple[HandOver | None, list[Problem]]:
    """The hand-over of a partner, with AWS's addresses where a file of outputs is named."""
    fleet = open_fleet(Workspace(root))
    partner, landing_zone = fleet.partner(name), fleet.landing_zone
    problems = fleet.problems
    if partner is None or landing_zone is None:
        return None, problems
    if partner.status != "active":
        hint = "tell the partner that both tunnels are gone"
        problem = file_problem("handover-decommissioned", descriptor_path(name), "is decommissioned", hint)
        return None, [*problems, problem]
    plan = plan_for(partner, landing_zone)
    known = read_outputs(outputs, plan) if outputs is not None else (Outputs(),) * len(plan.vpn.connections)
    if isinstance(known, Problem):
        return None, [*problems, known]
    return hand_over(plan, partner, known, device), problems
