"""The attacks by git's settings are real: git by itself runs what they name."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.attacks.attack import FOLDER, carry_out, victim


@pytest.mark.parametrize("name", ["fsmonitor", "filter", "textconv", "include", "worktree"])
def test_git_by_itself_runs_them(name: str, tmp_path: Path) -> None:
    victim(tmp_path)
    carry_out(yaml.safe_load((FOLDER / "git" / f"{name}.yaml").read_text()), tmp_path)
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", "-C", tmp_path, "diff", "main"], env=environment, check=False, capture_output=True)
    assert (tmp_path / "RAN").exists()
