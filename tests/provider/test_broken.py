"""Each module of tests/terraform/broken gets from the real provider the verdict that the gate gives it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terraform.terraform import Terraform
from tests.terraform.test_gate import BROKEN, GROUND, REFUSED

pytestmark = pytest.mark.provider

# What the stand-in says otherwise than a real provider, with the reason.
OTHERWISE = {"unknown_type": "the stand-in serves the types that a module may have, the real provider has all of them"}
VERDICTS = {name: command for name, (command, _words) in REFUSED.items() if name not in OTHERWISE}


@pytest.fixture(scope="module")
def ground(offline: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ground")
    (folder / "versions.tf").write_text(GROUND.replace('"~> 6.0"', '">= 5.0, < 7.0"'), encoding="utf-8")
    offline.run(folder, "init").ok()
    return folder


@pytest.mark.parametrize(("name", "command"), VERDICTS.items(), ids=VERDICTS)
def test_the_real_provider_agrees(offline: Terraform, ground: Path, name: str, command: str) -> None:
    laid = ground / "broken.tf"
    laid.write_text((BROKEN / f"{name}.tf").read_text(encoding="utf-8"), encoding="utf-8")
    valid = offline.run(ground, "validate")
    assert (valid.code == 1) == (command == "validate"), valid.output
    if command == "plan":
        planned = offline.run(ground, "plan")
        assert planned.code == 1, planned.output
    laid.unlink()
