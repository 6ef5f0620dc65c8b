"""Every generated module in out/ lives its whole life in Terraform, and passes the tests that it carries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terraform.life import Life
from tests.terraform.terraform import Terraform, copy_module

pytestmark = pytest.mark.terraform

OUT = Path(__file__).parents[2] / "out"
MODULES = sorted({path.parent for path in OUT.glob("*/*.tf")})
TESTED = [module for module in MODULES if (module / "tests" / "partner.tftest.hcl").exists()]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_module_lives(live: Callable[[Path], Life], module: Path) -> None:
    """fmt, init, validate, plan, apply, a second plan without change, destroy."""
    assert live(module).planned


@pytest.mark.parametrize("module", TESTED, ids=lambda module: module.name)
def test_module_passes_its_own_tests(terraform: Terraform, module: Path, tmp_path: Path) -> None:
    """`terraform test`, as the user may run it with the real provider."""
    copy = copy_module(module, tmp_path / module.name)
    terraform.run(copy, "init").ok()
    ran = terraform.run(copy, "test").ok()
    assert "Success!" in ran.stdout
    assert "0 failed" in ran.stdout
