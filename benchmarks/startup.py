"""What importing each Python package costs, as a ratio to a bare start of Python.

    python benchmarks/startup.py [--times 9]

Each import runs in a new process, and the fastest of several counts. What is not installed here is
left out. `natlane --version` and `natlane validate` stand beside them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("argparse", "click", "typer", "rich", "yaml", "jinja2", "pydantic", "msgspec", "hcl2")


def fastest(words: list[str], times: int) -> float:
    """Seconds of a new process, the least of several: what else the machine does only adds."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    least = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run([sys.executable, *words], env=environment, check=True, capture_output=True)
        least = min(least, time.perf_counter() - start)
    return least


def processes() -> Iterator[tuple[str, list[str]]]:
    """What each line of the table is called, and what it runs."""
    for package in PACKAGES:
        if find_spec(package) is not None:
            yield f"`import {package}`", ["-c", f"import {package}"]
    yield "`natlane --version`", ["-m", "generator", "--version"]
    yield "`natlane validate`, the repository", ["-m", "generator", "--root", str(ROOT), "validate"]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--times", type=int, default=9, help="processes for each line")
    times = parser.parse_args().times
    bare = fastest(["-c", "pass"], times)
    print(f"| process | ms | / bare Python |\n|---|--:|--:|\n| `python -c pass` | {bare * 1000:.0f} | 1.0 |")
    for name, words in processes():
        wall = fastest(words, times)
        print(f"| {name} | {wall * 1000:.0f} | {wall / bare:.1f} |")


if __name__ == "__main__":
    main()
