"""A security scan of every generated module by checkov, offline; what it leaves out is listed in checkov.yaml.

checkov has an environment of its own (290 MB), for its requirements would bind ours: CHECKOV names the command, else
it is installed once in NATLANE_CHECKOV_DIR (the user's cache folder if unset). Where neither can be, the test is left
out with the reason, and fails in CI.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import venv
from fcntl import LOCK_EX, flock
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, TRANSIT_ACCOUNT

pytestmark = pytest.mark.terraform

VERSION = "3.3.30"
RULES = Path(__file__).with_name("checkov.yaml")
SKIPPED: list[str] = yaml.safe_load(RULES.read_text(encoding="utf-8"))["skip-check"]
ROOTS = [ROOT, TRANSIT_ACCOUNT]


@pytest.fixture(scope="module")
def checkov() -> tuple[str, ...]:
    """The command; the first run of a user installs it, and another one beside it waits."""
    if given := os.environ.get("CHECKOV"):
        return (given,)
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(os.environ.get("NATLANE_CHECKOV_DIR") or caches / "natlane-checkov") / VERSION
    python, installed = folder / "bin" / "python", folder / "installed"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (folder.parent / "lock").open("w") as lock:
            flock(lock, LOCK_EX)
            if not installed.exists():
                venv.create(folder, clear=True, with_pip=True)
                _run(python, "-m", "pip", "install", "--quiet", f"checkov=={VERSION}").check_returncode()
                installed.touch()
    except (OSError, subprocess.SubprocessError) as error:
        said = f"checkov {VERSION} cannot be installed in {folder}: {error}; CHECKOV names one that is there"
        if os.environ.get("CI"):  # a run without the scan must not be green there
            pytest.fail(said)
        pytest.skip(said)
    return (str(python), str(folder / "bin" / "checkov"))


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


@pytest.fixture(scope="module")
def report(checkov: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What checkov says of the modules of both roots, nothing left out."""
    folder = tmp_path_factory.mktemp("modules")
    for root in ROOTS:
        shutil.copytree(root / "out", folder / root.name)
    ran = _run(*checkov, "--directory", folder, "--framework", "terraform", "--skip-download", "--output", "json")
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def test_every_module_is_scanned(report: dict[str, Any]) -> None:
    results = report["results"]
    scanned = {Path(each["file_path"]).parent.name for kind in results.values() for each in kind}
    modules = {path.parent.name for root in ROOTS for path in root.glob("out/*/vpc.tf")}
    assert (report["summary"]["parsing_errors"], modules - scanned) == (0, set())


def test_nothing_is_found_that_is_not_listed(report: dict[str, Any]) -> None:
    failed = report["results"]["failed_checks"]
    assert [
        (each["check_id"], each["file_path"], each["resource"]) for each in failed if each["check_id"] not in SKIPPED
    ] == []


def test_what_is_listed_is_found(report: dict[str, Any]) -> None:
    """A check that would pass has no place in the list."""
    assert set(SKIPPED) <= {each["check_id"] for each in report["results"]["failed_checks"]}


def test_every_skipped_check_has_a_reason() -> None:
    """The line before each id is a comment, and no id stands twice."""
    lines = [line.strip() for line in RULES.read_text(encoding="utf-8").splitlines()]
    reasoned = [line[2:] for before, line in pairwise(lines) if line[:2] == "- " and before.startswith("# ")]
    assert [name for name in reasoned if name.startswith("CKV")] == list(dict.fromkeys(SKIPPED))
