"""What `natlane impact` costs after each kind of change, on seeded fleets in git.

    python benchmarks/impact.py [--sizes 100,300,1000]

A fleet is that of fleet.py, generated and committed. Each change is made in the work tree and taken back
afterwards. Every command runs in a new process, with the cache that generate left; ratios are to a bare start
of Python, measured in the same run, by the processor's time, children (git) included.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.fleet import make_fleet, measured, natlane

SIZES = (100, 300, 1_000)
# By name: what is written in place of what, in landing-zone.yaml.
CHANGES: Mapping[str, tuple[str, str]] = {
    "a tag of all": ("tags:\n", "tags:\n  stage: live\n"),
    "a further CIDR of a VPC": ("- 10.150.0.0/16\n", "- 10.150.0.0/16\n    - 172.29.0.0/16\n"),
    "a reserved block": ("reserved_cidrs:\n", "reserved_cidrs:\n- {cidr: 172.30.0.0/16, owner: lab}\n"),
}


def committed(root: Path) -> None:
    """Everything below a root, as one commit of a repository."""
    for words in (
        ("init", "-q", "-b", "main"),
        ("config", "gc.auto", "0"),
        ("add", "."),
        ("-c", "user.name=bench", "-c", "user.email=bench@acme.example", "commit", "-q", "-m", "Fleet"),
    ):
        subprocess.run(("git", *words), cwd=root, check=True)


def table(size: int) -> str:
    """What each change costs of one fleet, as a table in Markdown."""
    with tempfile.TemporaryDirectory() as made:
        root = Path(made) / "root"
        root.mkdir()
        make_fleet(root, size)
        natlane(root, "generate", kept=True)
        committed(root)
        found = {"nothing": natlane(root, "impact", kept=True)}
        first = sorted((root / "partners").iterdir())[0]
        text = first.read_text()
        first.write_text(text.replace("asn: 6", "asn: 7"))
        found["one descriptor"] = natlane(root, "impact", kept=True)
        first.write_text(text)
        zone = root / "landing-zone.yaml"
        text = zone.read_text()
        for name, (old, new) in CHANGES.items():
            if old not in text:
                raise SystemExit(f"{old!r} is not in the landing zone")
            zone.write_text(text.replace(old, new))
            found[name] = natlane(root, "impact", kept=True)
            zone.write_text(text)
    bare = min((measured([sys.executable, "-c", "pass"]) for _ in range(9)), key=lambda cost: cost.cpu)
    lines = [f"{size:,} partners", "", "| change | wall s | CPU s | peak MB | / bare Python |", "|---|--:|--:|--:|--:|"]
    for name, cost in found.items():
        lines.append(f"| {name} | {cost.wall:.2f} | {cost.cpu:.2f} | {cost.memory:.0f} | {cost.cpu / bare.cpu:.1f} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Print one table a fleet."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="partners of each fleet, with commas")
    for size in map(int, parser.parse_args().sizes.split(",")):
        print(table(size), flush=True)


if __name__ == "__main__":
    main()
