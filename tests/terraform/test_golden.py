"""Every generated module in out/ lives its whole life in Terraform, resolves to its plan, and passes its tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from natlane.fleet import open_fleet
from natlane.plan.plan import Plan, plan_for
from natlane.workspace.paths import Workspace

from tests.terraform.conftest import CORES
from tests.terraform.expected import COVERED, expected_of
from tests.terraform.life import live
from tests.terraform.terraform import Terraform, copy_module

pytestmark = pytest.mark.terraform

ROOT = Path(__file__).parents[2]
MODULES = sorted({path.parent for path in (ROOT / "out").glob("*/*.tf")})
BY_EVERY_CORE = "stark"  # has the most kinds of things: BGP, the transit gateway's VPN, a load balancer
RUNS = [(core, module) for core in CORES for module in MODULES if core == "pinned" or module.name == BY_EVERY_CORE]
TESTED = [(core, module) for core, module in RUNS if (module / "tests" / "partner.tftest.hcl").exists()]


def named(part: str | Path) -> str:
    """A core or a module in a test's name."""
    return part if isinstance(part, str) else part.name


@cache
def plans() -> dict[str, Plan]:
    """The plan of every partner, by its name."""
    fleet = open_fleet(Workspace(str(ROOT)))
    partners = list(fleet.partners())
    assert fleet.landing_zone is not None
    return {partner.partner: plan_for(partner, fleet.landing_zone) for partner in partners}


@pytest.mark.parametrize(("terraform", "module"), RUNS, ids=named, indirect=["terraform"])
def test_module_lives(terraform: Terraform, module: Path, tmp_path: Path) -> None:
    """fmt, init, validate, plan, apply, a second plan without change, destroy, which the VPN refuses at first.

    What is planned is every subnet, address, route, tunnel option and pinned place of the Plan, and nothing more of
    the same types.
    """
    plan = plans()[module.name]
    life = live(terraform, module, tmp_path / module.name)
    assert life.protected == (("aws_vpn_connection.partner",) if plan.active else ())
    expected = expected_of(plan)
    held = {
        address: {name: values.get(name) for name in expected.get(address, ())}
        for address, values in life.planned.items()
        if address.split(".")[0] in COVERED
    }
    different = {
        address: (held.get(address), expected.get(address))
        for address in sorted(held.keys() | expected.keys())
        if held.get(address) != expected.get(address)
    }
    assert different == {}


@pytest.mark.parametrize(("terraform", "module"), TESTED, ids=named, indirect=["terraform"])
def test_module_passes_its_own_tests(terraform: Terraform, module: Path, tmp_path: Path) -> None:
    """`terraform test`, as the user may run it with the real provider."""
    copy = copy_module(module, tmp_path / module.name)
    terraform.run(copy, "init").ok()
    ran = terraform.run(copy, "test").ok()
    assert "Success!" in ran.stdout
    assert "0 failed" in ran.stdout


def test_a_transit_gateway_that_propagates_into_our_tables_is_refused(pinned: Terraform, tmp_path: Path) -> None:
    """By default a transit gateway propagates what each VPN announces: a hijack, where our VPCs use that table."""
    copy = copy_module(ROOT / "out" / "stark", tmp_path / "stark")
    tests = copy / "tests" / "partner.tftest.hcl"
    off, table = 'default_route_table_propagation = "disable"', 'propagation_default_route_table_id = "tgw-rtb-%s"'
    for found, refused in (("0bbbbbbbbbbbbbbbb", True), ("0123456789abcdeff", False)):
        tests.write_text(tests.read_text().replace(off, f"{off.replace('disable', 'enable')}\n{table % found}"))
        pinned.run(copy, "init").ok()
        ran = pinned.run(copy, "test")
        assert ("a partner could take our packets" in " ".join(f"{ran.stdout} {ran.stderr}".split())) == refused
        tests.write_text((ROOT / "out" / "stark" / "tests" / tests.name).read_text())


AUTO_ACCEPT = 'auto_accept_shared_attachments  = "%s"'


@pytest.mark.parametrize(
    ("module", "as_written", "hint"),
    [
        ("transit-account/out/vandelay", "disable", "write auto_accept: true in landing-zone.yaml"),
        ("sovereign-cloud/out/tyrell", "enable", "write auto_accept: false in landing-zone.yaml"),
    ],
)
def test_a_transit_gateway_that_accepts_otherwise_is_told(
    pinned: Terraform, module: str, as_written: str, hint: str, tmp_path: Path
) -> None:
    """Accepting what was accepted fails, and so does waiting for what nobody accepts: the plan asks before."""
    copy = copy_module(ROOT / "tests" / "roots" / module, tmp_path / "module")
    tests = copy / "tests" / "partner.tftest.hcl"
    other = "enable" if as_written == "disable" else "disable"
    tests.write_text(tests.read_text().replace(AUTO_ACCEPT % as_written, AUTO_ACCEPT % other))
    pinned.run(copy, "init").ok()
    assert hint in pinned.run(copy, "test").output


def test_a_partner_with_the_transit_gateways_own_asn_is_told(pinned: Terraform, tmp_path: Path) -> None:
    """BGP needs two numbers, and only AWS knows the transit gateway's."""
    copy = copy_module(ROOT / "out" / "stark", tmp_path / "stark")
    tests = copy / "tests" / "partner.tftest.hcl"
    tests.write_text(tests.read_text().replace("= 64512", "= 65060"))
    pinned.run(copy, "init").ok()
    assert "The transit gateway's own ASN is 65060 too" in pinned.run(copy, "test").output
