"""Every generated module in out/ lives its whole life in Terraform, resolves to its plan, and passes its tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from generator.fleet import open_fleet
from generator.plan.plan import plan_for
from generator.plan.things import Plan
from tests.terraform.expected import COVERED, expected_of
from tests.terraform.life import Life
from tests.terraform.terraform import Terraform, copy_module

pytestmark = pytest.mark.terraform

ROOT = Path(__file__).parents[2]
MODULES = sorted({path.parent for path in (ROOT / "out").glob("*/*.tf")})
TESTED = [module for module in MODULES if (module / "tests" / "partner.tftest.hcl").exists()]


@cache
def plans() -> dict[str, Plan]:
    """The plan of every partner, by its name."""
    fleet = open_fleet(str(ROOT))
    partners = list(fleet.partners())
    assert fleet.landing_zone is not None
    return {partner.partner: plan_for(partner, fleet.landing_zone) for partner in partners}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_module_lives(live: Callable[[Path], Life], module: Path) -> None:
    """fmt, init, validate, plan, apply, a second plan without change, destroy, which the VPN refuses at first."""
    kept = ("aws_vpn_connection.partner",) if plans()[module.name].active else ()
    assert live(module).protected == kept


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_module_resolves_to_its_plan(live: Callable[[Path], Life], module: Path) -> None:
    """Every subnet, address, route, tunnel option and pinned place, with nothing more of the same types."""
    planned = live(module).planned
    expected = expected_of(plans()[module.name])
    held = {
        address: {name: values.get(name) for name in expected.get(address, ())}
        for address, values in planned.items()
        if address.split(".")[0] in COVERED
    }
    different = {
        address: (held.get(address), expected.get(address))
        for address in sorted(held.keys() | expected.keys())
        if held.get(address) != expected.get(address)
    }
    assert different == {}


@pytest.mark.parametrize("module", TESTED, ids=lambda module: module.name)
def test_module_passes_its_own_tests(terraform: Terraform, module: Path, tmp_path: Path) -> None:
    """`terraform test`, as the user may run it with the real provider."""
    copy = copy_module(module, tmp_path / module.name)
    terraform.run(copy, "init").ok()
    ran = terraform.run(copy, "test").ok()
    assert "Success!" in ran.stdout
    assert "0 failed" in ran.stdout
