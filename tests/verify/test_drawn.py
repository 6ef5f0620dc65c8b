"""Drawn descriptors that validate give modules of which every proof holds."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from natlane.network.module import read_back
from natlane.plan.plan import plan_for
from natlane.render.templates import Templates, render
from natlane.verify.proofs import PROOFS, prove
from natlane.workspace.paths import Workspace

from tests.conftest import ROOT
from tests.descriptors import LANDING_ZONE, Descriptor, descriptors, validated
from tests.verify.edited import our_side

pytestmark = pytest.mark.slow

TEMPLATES = Templates(Workspace(str(ROOT)))
# What AWS takes once only, in a security group, a load balancer, or an account.
ONCE = {
    "aws_cloudwatch_metric_alarm": ("alarm_name",),
    "aws_lb": ("name",),
    "aws_lb_listener": ("load_balancer_arn", "port"),
    "aws_lb_target_group": ("name",),
    "aws_vpc_security_group_egress_rule": ("security_group_id", "cidr_ipv4", "ip_protocol", "from_port"),
    "aws_vpc_security_group_ingress_rule": ("security_group_id", "cidr_ipv4", "ip_protocol", "from_port"),
}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(descriptors())
def test_what_validates_is_proven(descriptor: Descriptor) -> None:
    partner = validated(descriptor)
    files = render(plan_for(partner, LANDING_ZONE), TEMPLATES)
    assert isinstance(files, dict)
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root, "out", partner.partner)
        folder.mkdir(parents=True)
        for name in (name for name in files if "/" not in name):
            (folder / name).write_text(files[name], encoding="utf-8")
        module, problems = read_back(root, partner.partner)
    for kind, names in ONCE.items():
        found = Counter(tuple(str(each.attributes[n].value) for n in names) for each in module.resources(kind))
        assert [each for each, times in found.items() if times > 1] == []
    verdict = prove(module, our_side(ROOT))
    assert [str(each) for each in (*problems, *verdict.problems) if each.severity == "error"] == []
    assert verdict.proofs == len(PROOFS)
