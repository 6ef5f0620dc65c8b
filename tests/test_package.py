"""The wheel holds one import package, and works in a folder where nothing else of natlane is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def _run(*command: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=os.environ | env, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_folder(tmp_path: Path) -> None:
    wheels, installed, root = tmp_path / "wheels", tmp_path / "installed", tmp_path / "root"
    source = tmp_path / "source"  # hatchling would build into the checkout
    source.mkdir()
    for name in ("generator", "templates", "schemas", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    workflow = source / ".github" / "workflows" / "partners.yml"
    workflow.parent.mkdir(parents=True)
    shutil.copy(ROOT / workflow.relative_to(source), workflow)
    shutil.copy(ROOT / ".github" / "requirements.txt", source / ".github")
    built = _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", wheels, source, cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    (wheel,) = wheels.glob("*.whl")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", installed, wheel)
    assert _run(*pip, cwd=tmp_path).returncode == 0
    assert sorted(each.name for each in installed.iterdir() if each.is_dir() and each.name != "bin") == [
        "natlane",
        wheel.name.removesuffix("-py3-none-any.whl") + ".dist-info",
    ]

    root.mkdir()
    shutil.copy(ROOT / "landing-zone.yaml", root)
    shutil.copytree(ROOT / "partners", root / "partners")
    # Isolated but for the folder of the wheel: an editable install of the checkout must not stand in for it.
    script = f"import sys; sys.path.insert(0, {str(installed)!r}); from natlane.cli import main; sys.exit(main())"
    for words in (("generate",), ("verify",), ("generate", "--check"), ("rules", "weak-dh"), ("init",)):
        ran = _run(sys.executable, "-c", script, *words, cwd=root, NATLANE_CACHE_DIR=str(tmp_path / "cache"))
        assert ran.returncode == 0, ran.stderr
    assert "NATLANE: natlane==" in (root / ".github" / "workflows" / "partners.yml").read_text()
    theirs, ours = (sorted(each.relative_to(at) for each in at.rglob("*.tf")) for at in (root / "out", ROOT / "out"))
    assert theirs == ours
    assert [each for each in ours if (root / "out" / each).read_text() != (ROOT / "out" / each).read_text()] == []
