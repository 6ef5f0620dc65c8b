"""Modules of descriptors that hypothesis draws, before the real provider: valid, and planned.

All are called by one root. Their provider blocks are taken out, so that one process serves all; the committed modules
are judged with theirs. Others each time, and more: NATLANE_DRAWN=200 python -m pytest tests/provider/test_drawn.py
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.provider.modules import ROOT, called_copy
from tests.provider.plugin import Plugin
from tests.terraform.terraform import Terraform
from tests.terraform.test_drawn import COUNT, drawn, write_modules

pytestmark = pytest.mark.provider


def test_drawn_modules_pass_the_real_provider(offline: Terraform, plugin: Plugin, tmp_path: Path) -> None:
    drawn_to, root = tmp_path / "drawn", tmp_path / "root"
    drawn_to.mkdir()
    root.mkdir()
    modules = drawn()
    assert len(modules) == COUNT
    write_modules(drawn_to, {name: plan for name, (plan, _) in modules.items()})
    for name in modules:
        called_copy(drawn_to / name, root / name, plugin.schema_of)
    (root / "main.tf.json").write_text((drawn_to / "main.tf.json").read_text(encoding="utf-8"), encoding="utf-8")
    (root / "providers.tf").write_text(ROOT, encoding="utf-8")
    offline.run(root, "init").ok()
    offline.run(root, "plan", "-out=plan").ok()  # which has the provider validate everything first
    planned = offline.show(root, "plan")["planned_values"]["root_module"]["child_modules"]
    assert {f"module.{name}" for name in modules} == {each["address"] for each in planned}
