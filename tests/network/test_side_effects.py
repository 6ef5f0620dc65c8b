"""An edit that would send our state, logs, alarms or rights to a stranger, and where it is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from natlane.verify.fleet import segment_of

from tests.conftest import ROOT
from tests.lines import located
from tests.verify.edited import Edit, edited, our_side

ALARM = """resource "aws_cloudwatch_metric_alarm" "more" {
  alarm_name    = "x"
  alarm_actions = ["arn:aws:lambda:eu-west-1:999999999999:function:x"]
}

resource"""
BACKEND = """
  backend "s3" {
    bucket       = "example-terraform-state"
    key          = "partners/acme-clearing/terraform.tfstate"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
  }
"""
LOGS, VERSIONS, VPN, PROVIDERS = "observability.tf", "versions.tf", "vpn.tf", "providers.tf"
SERVICE = 'Principal = { Service = "vpc-flow-logs.amazonaws.com" }'
# What is changed, and the place that must be reported: nothing where the change is harmless.
EDITS: dict[str, tuple[Edit, str]] = {
    "another bucket": (Edit(VERSIONS, '"example-terraform-state"', '"mine"'), "versions.tf:<terraform bucket>"),
    "another partner's key": (
        Edit(VERSIONS, "partners/acme-clearing/", "partners/globex/"),
        "versions.tf:<terraform key>",
    ),
    "an endpoint of the bucket": (
        Edit(VERSIONS, "    encrypt ", '    endpoints = { s3 = "https://x.example" }\n    encrypt '),
        "versions.tf:<terraform endpoints>",
    ),
    "a state that is not encrypted": (
        Edit(VERSIONS, "encrypt      = true", "encrypt = false"),
        "versions.tf:<terraform encrypt>",
    ),
    "another kind of backend": (Edit(VERSIONS, 'backend "s3"', 'backend "http"'), "versions.tf:<terraform backend>"),
    "no backend": (Edit(VERSIONS, BACKEND, ""), "versions.tf:<terraform>"),
    "a stranger's topic": (
        Edit(LOGS, 'resource "aws_flow_log"', f'{ALARM} "aws_flow_log"'),
        "observability.tf:<aws_cloudwatch_metric_alarm.more alarm_actions>",
    ),
    "a stranger's log group": (
        Edit(LOGS, "= aws_cloudwatch_log_group.flow.arn", '= "arn:aws:s3:::mine"'),
        "observability.tf:<aws_flow_log.vpc_n log_destination>",
    ),
    "logs into a bucket": (
        Edit(LOGS, '"cloud-watch-logs"', '"s3"'),
        "observability.tf:<aws_flow_log.vpc_n log_destination_type>",
    ),
    "a role that a stranger takes": (
        Edit(LOGS, SERVICE, 'Principal = { AWS = "arn:aws:iam::999999999999:root" }'),
        "observability.tf:<aws_iam_role.flow_logs assume_role_policy>",
    ),
    "a role that a stranger takes too": (
        Edit(LOGS, SERVICE, f'{SERVICE}, "principal" = "*"'),
        "observability.tf:<aws_iam_role.flow_logs assume_role_policy>",
    ),
    "a principal behind an escape": (
        Edit(LOGS, SERVICE, f'{SERVICE}, "\\u0050rincipal" = "*"'),
        "observability.tf:<aws_iam_role.flow_logs assume_role_policy>",
    ),
    "a policy that allows more": (
        Edit(LOGS, '"logs:PutLogEvents"', '"logs:PutLogEvents", "iam:PassRole"'),
        "observability.tf:<aws_iam_role_policy.flow_logs policy>",
    ),
    "a policy that allows all but": (
        Edit(LOGS, "Action   = [", 'NotAction = "s3:*"\n      Action   = ['),
        "observability.tf:<aws_iam_role_policy.flow_logs policy>",
    ),
    "a comment that is none": (
        Edit(LOGS, SERVICE, f'Sid = "${{f("#")}}", Principal = {{ AWS = "*" }}\n      # {SERVICE}'),
        "observability.tf:<aws_iam_role.flow_logs assume_role_policy>",
    ),
    "a comment over lines": (
        Edit(LOGS, SERVICE, f'/* {SERVICE} */ Principal = {{ AWS = "*" }}'),
        "observability.tf:<aws_iam_role.flow_logs assume_role_policy>",
    ),
    "a comment more": (Edit(LOGS, SERVICE, f'# Principal = {{ AWS = "*" }}\n      {SERVICE}'), ""),
    "fewer actions": (Edit(LOGS, '"logs:CreateLogStream", ', ""), ""),
    "another role of ours": (
        Edit(PROVIDERS, "111111111111:role/network-deployer", "111111111111:role/admin"),
        "providers.tf:<provider.aws role_arn>",
    ),
}


def places(root: Path, told: bool) -> list[str]:
    """Where problems are, if our network's side is told, or nothing of its state, logs, alarms and roles."""
    ours = our_side(ROOT)
    ours = ours if told else replace(ours, destinations=None)
    return [f"{each.path}:{each.line}" for each in segment_of(str(root), "acme-clearing", ours)[1]]


@pytest.mark.parametrize("name", EDITS)
def test_what_goes_to_strangers_is_refused(name: str, tmp_path: Path) -> None:
    edit, place = EDITS[name]
    root = edited(ROOT, tmp_path, "acme-clearing", [edit])
    folder = "out/acme-clearing/"
    assert places(root, told=True) == ([located(f"{folder}{place}", root / folder)] if place else [])


def test_a_strangers_topic_in_locals_is_refused_in_every_alarm(tmp_path: Path) -> None:
    edit = Edit(LOGS, '["arn:aws:sns:eu-west-1:111111111111:network-oncall"]', '["arn:aws:sns:eu-west-1:9:mine"]')
    root = edited(ROOT, tmp_path, "acme-clearing", [edit])
    text = (root / "out" / "acme-clearing" / LOGS).read_text().splitlines()
    lines = [at for at, line in enumerate(text, 1) if line.endswith("= local.alarm_topics")]
    assert len(lines) == 14
    assert places(root, told=True) == [f"out/acme-clearing/{LOGS}:{at}" for at in lines]


def test_what_is_not_told_is_not_looked_at(tmp_path: Path) -> None:
    edits = [EDITS[name][0] for name in ("another bucket", "a stranger's topic", "another role of ours")]
    assert places(edited(ROOT, tmp_path, "acme-clearing", edits), told=False) == []
