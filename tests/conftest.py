"""What every test may use: the repository's own root, copies of it, and the real command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from io import BytesIO, TextIOWrapper
from itertools import count
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


@pytest.fixture(scope="session")
def _caches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Names of cache folders, none of them there: most tests need none, and pytest counts its own by listing them."""
    folder = tmp_path_factory.mktemp("caches")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def _cache_of_its_own(_caches: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """No test trusts what another one left in the user's cache."""
    monkeypatch.setenv("NATLANE_CACHE_DIR", str(next(_caches)))


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
    """The command as a user runs it, from the test's folder, in this process: Python starts once for all tests."""
    return partial(in_this_process, cwd=tmp_path)


@pytest.fixture
def natlane_process(tmp_path: Path) -> Natlane:
    """The command in a process of its own, for tests of what a process has: its interpreter, its limits, its start."""

    def run(*words: str, cwd: Path = tmp_path, **env: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator"), **env}
        command = [sys.executable, "-m", "natlane", *words]
        return subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    return run


def in_this_process(*words: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """One command as a process would end: exit code, both streams, a traceback where Python would print one."""
    from natlane.cli import main

    out, err = (TextIOWrapper(BytesIO(), encoding="utf-8", errors=errors) for errors in ("strict", "backslashreplace"))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(cwd)
        for name, value in env.items():
            patch.setenv(name, value)
        try:
            code = main(words)
        except SystemExit as ended:  # argparse
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except Exception:
            traceback.print_exc()
            code = 1
    texts = []
    for stream in (out, err):
        stream.flush()
        buffer = stream.detach()
        assert isinstance(buffer, BytesIO)
        texts.append(buffer.getvalue().decode())
    return subprocess.CompletedProcess(("natlane", *words), code, *texts)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests counted, and why some were left out; whichever process ran them."""
    for report in terminalreporter.stats.get("passed", ()):
        for name, value in report.user_properties:
            if name == "counted":
                terminalreporter.write_line(str(value))
    skipped = terminalreporter.stats.get("skipped", ())
    for reason in sorted({report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple)}):
        terminalreporter.write_line(reason)
