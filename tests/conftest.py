"""What every test may use: the repository's own root, copies of it, and the real command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest_plugins = ("tests.provider.fixtures",)
ROOT = Path(__file__).resolve().parent.parent
TRANSIT_ACCOUNT = ROOT / "tests" / "roots" / "transit-account"
SOVEREIGN_CLOUD = ROOT / "tests" / "roots" / "sovereign-cloud"
TWO_DEVICES = ROOT / "tests" / "roots" / "two-devices"
ROOTS = (ROOT, TRANSIT_ACCOUNT)
GOLDENS = (*ROOTS, SOVEREIGN_CLOUD, TWO_DEVICES)  # every root whose out/ is committed
Natlane = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(autouse=True)
def _cache_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test trusts what another one left in the user's cache."""
    monkeypatch.setenv("NATLANE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the repository's landing zone, partners and out/, to be broken."""
    for name in ("landing-zone.yaml", "partners", "out"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name)
        else:
            shutil.copy(source, tmp_path / name)
    return tmp_path


@pytest.fixture
def natlane(tmp_path: Path) -> Natlane:
    """The command as a user runs it, in a process of its own, from the test's folder."""

    def run(*words: str, cwd: Path = tmp_path, **env: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator"), **env}
        command = [sys.executable, "-m", "natlane", *words]
        return subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    return run


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests counted, and why some were left out; whichever process ran them."""
    for report in terminalreporter.stats.get("passed", ()):
        for name, value in report.user_properties:
            if name == "counted":
                terminalreporter.write_line(str(value))
    skipped = terminalreporter.stats.get("skipped", ())
    for reason in sorted({report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple)}):
        terminalreporter.write_line(reason)
