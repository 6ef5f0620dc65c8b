"""Every committed module before the real provider: initialised and planned alone, and valid, all called by one root."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import GOLDENS
from tests.provider.modules import ROOT, called_copy, judged_copy
from tests.provider.plugin import Plugin
from tests.terraform.life import inputs_of
from tests.terraform.terraform import Terraform

pytestmark = pytest.mark.provider

MODULES = sorted({path.parent for root in GOLDENS for path in (root / "out").glob("*/*.tf")})
# What the newest provider takes and an older one that is used here does not know: argument -> the version that has it.
YOUNGER = {
    f"aws_vpn_connection.tunnel{number}_log_options.cloudwatch_log_options.{name}": (6, 24, 0)
    for number in (1, 2)
    for name in ("bgp_log_enabled", "bgp_log_group_arn", "bgp_log_output_format")
} | {"aws_vpn_connection.tunnel_bandwidth": (6, 22, 0)}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_module_passes_the_real_provider(
    offline: Terraform, plugin: Plugin, version: tuple[int, ...], module: Path, tmp_path: Path
) -> None:
    copy = tmp_path / module.name
    left_out = judged_copy(module, copy, plugin.schema_of)
    assert set(left_out) <= {name for name, since in YOUNGER.items() if version < since}
    offline.run(copy, "init").ok()
    offline.run(copy, "plan", variables=inputs_of(module)).ok()


def test_every_module_is_valid(offline: Terraform, plugin: Plugin, tmp_path: Path) -> None:
    calls = {}
    for number, module in enumerate(MODULES):
        called_copy(module, tmp_path / f"{number}-{module.name}", plugin.schema_of)
        calls[f"{module.name}_{number}"] = {"source": f"./{number}-{module.name}", **inputs_of(module)}
    (tmp_path / "main.tf.json").write_text(json.dumps({"module": calls}), encoding="utf-8")
    (tmp_path / "providers.tf").write_text(ROOT, encoding="utf-8")
    offline.run(tmp_path, "init").ok()
    assert offline.run(tmp_path, "validate", "-json").ok().json()["error_count"] == 0
