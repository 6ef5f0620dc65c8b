"""The benchmarks run on small fleets; only that every command succeeds is asserted."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow


def test_fleet_smoke() -> None:
    """Fleets of 1 and 20 partners validate, generate, and prove; a table is printed for each."""
    command = [sys.executable, str(ROOT / "benchmarks" / "fleet.py"), "--smoke"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    headings = [line.partition(":")[0] for line in done.stdout.splitlines() if ": out/ has " in line]
    assert (done.returncode, done.stderr, headings) == (0, "", ["1 partner", "20 partners"])
