"""What each command costs on seeded fleets of partners: time, memory, files and bytes, as tables.

    python benchmarks/fleet.py [--sizes 1,100,1000,10000] [--smoke]

A fleet is the repository's landing zone with raised quotas, and its partners over and over in an
order shuffled by a seed, each with a name and addresses of its own. Every command runs in a new
process; natlane's cache is empty before `generate, from nothing` and before `verify, cold`. Fleets
of up to 100 are measured three times, of which the least counts. Ratios are to a bare start of
Python and to `cp -r` of the same out/, measured in the same run, by the processor's time: what else
the machine does stretches the clock more.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
SEED = 1
SIZES = (1, 100, 1_000, 10_000)
SMOKE = (1, 20)
MOST_VERIFIED = 1_000  # reading 10,000 modules back takes minutes
MOST_REPEATED = 100
QUOTAS = {
    "vpcs": 100_000,
    "nat_gateways_per_zone": 100_000,
    "vpn_gateways": 100_000,
    "customer_gateways": 100_000,
    "vpn_connections": 100_000,
    "transit_gateway_attachments": 100_000,
    "transit_gateway_route_tables": 100_000,
    "transit_gateway_routes": 1_000_000,
    "routes_per_route_table": 1_000,
}
Descriptor = dict[str, Any]

# Each partner has one slot of each space; none of them meets the landing zone's VPCs and reserved CIDRs.
OUR_SLOTS = (IPv4Address("10.192.0.0"), 256)  # nat_cidr, and vpc_cidr around it where it is written
THEIR_SLOTS = (IPv4Address("10.64.0.0"), 128)  # partner_cidrs
OUTBOUND_SLOTS = (IPv4Address("10.32.0.0"), 32)
GATEWAYS = (IPv4Address("203.0.113.1"), 1)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took: seconds of the clock and of the processor, and MB at its peak."""

    wall: float
    cpu: float
    memory: float


def shapes() -> list[Descriptor]:
    """The repository's descriptors, in the order of names."""
    return [yaml.safe_load(path.read_text()) for path in sorted((ROOT / "partners").glob("*.yaml"))]


def descriptors(size: int) -> Iterator[Descriptor]:
    """`size` valid descriptors that take nothing from each other."""
    known = shapes()
    order = random.Random(SEED)
    for number in range(size):
        if number % len(known) == 0:
            order.shuffle(known)
        yield moved(known[number % len(known)], number)


def moved(shape: Descriptor, number: int) -> Descriptor:
    """A descriptor with the name and the addresses of partner `number`."""
    own = {field: value for field, value in shape.items() if field != "renamed_from"}
    nat = within(OUR_SLOTS, number, IPv4Network(shape["nat_cidr"]).prefixlen)
    own |= {"partner": f"{shape['partner']}-{number}", "nat_cidr": nat}
    if "vpc_cidr" in own:
        own["vpc_cidr"] = within(OUR_SLOTS, number, 24)
    if "natted_cidr" in own:
        own["natted_cidr"] = within(OUR_SLOTS, number, 27, 1)
    if "outbound" in own:  # its partner_cidrs overlap ours and are never routed: they may stay as they are
        own["outbound"] = {**own["outbound"], "cidr": within(OUTBOUND_SLOTS, number, 27)}
    else:
        own["partner_cidrs"] = [
            within(THEIR_SLOTS, number, 28, index) for index, _ in enumerate(shape["partner_cidrs"])
        ]
    own["vpn"] = moved_vpn(shape["vpn"], own, number)
    return own


def moved_vpn(vpn: Descriptor, own: Mapping[str, Any], number: int) -> Descriptor:
    """The shape's VPN, to a customer gateway of its own and with selectors that say the new blocks."""
    gateway = {**vpn["customer_gateway"], "ip": str(slot(GATEWAYS, number))}
    moved = {**vpn, "customer_gateway": gateway}
    if "selectors" in vpn:
        theirs = vpn["selectors"]["theirs"]
        moved["selectors"] = {
            "ours": own["nat_cidr"],
            "theirs": theirs if theirs == "0.0.0.0/0" else own["partner_cidrs"][0],
        }
    return moved


def slot(slots: tuple[IPv4Address, int], number: int) -> IPv4Address:
    """The first address of a partner's slot."""
    first, size = slots
    return first + number * size


def within(slots: tuple[IPv4Address, int], number: int, length: int, index: int = 0) -> str:
    """The block of this length and index in a partner's slot."""
    return str(IPv4Network((int(slot(slots, number)) + index * (1 << (32 - length)), length)))


class Descriptors(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """YAML as people write it, with quotes around text that is all digits."""


def _text(dumper: Descriptors, text: str) -> yaml.ScalarNode:
    node: yaml.ScalarNode = dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style='"' if text.isdigit() else None
    )
    return node


Descriptors.add_representer(str, _text)


def make_fleet(root: Path, size: int) -> None:
    """A root folder with the landing zone and `size` descriptors."""
    landing_zone = yaml.safe_load((ROOT / "landing-zone.yaml").read_text())
    (root / "landing-zone.yaml").write_text(
        yaml.dump({**landing_zone, "quotas": QUOTAS}, Dumper=Descriptors, sort_keys=False)
    )
    (root / "partners").mkdir()
    for descriptor in descriptors(size):
        path = root / "partners" / f"{descriptor['partner']}.yaml"
        path.write_text(yaml.dump(descriptor, Dumper=Descriptors, sort_keys=False))


def measured(command: Sequence[str], cache: str = os.devnull) -> Cost:
    """One process, and its children; what it says is shown only if it fails."""
    environment = {**os.environ, "NATLANE_CACHE_DIR": cache, "PYTHONPATH": str(ROOT / "generator")}
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)}\n{said.read().decode()}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def natlane(root: Path, *words: str, kept: bool = False) -> Cost:
    """One command over a root; `kept`: with the cache that is beside the root."""
    cache = str(root.parent / "cache") if kept else os.devnull
    return measured([sys.executable, "-m", "natlane", "--root", str(root), *words], cache)


def costs(place: Path, size: int) -> dict[str, Cost]:
    """Every command over one fleet, in an order in which each finds what it needs."""
    root, cache = place / "root", place / "cache"
    found = {"`validate`": natlane(root, "validate")}
    for folder in (root / "out", cache):
        shutil.rmtree(folder, ignore_errors=True)
    found["`generate`, from nothing"] = natlane(root, "generate", kept=True)
    found["`generate`, nothing to do"] = natlane(root, "generate", kept=True)
    found["`generate`, nothing to do, no cache"] = natlane(root, "generate")
    if size <= MOST_VERIFIED:
        shutil.rmtree(cache)
        found["`verify`, cold"] = natlane(root, "verify", kept=True)
        found["`verify`, unchanged"] = natlane(root, "verify", kept=True)
    found["`cp -r out`"] = measured(["cp", "-r", str(root / "out"), str(place / "copy")])
    shutil.rmtree(place / "copy")
    return found


def table(size: int, times: int) -> str:
    """The fleet's numbers as a table in Markdown, the least of several runs."""
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        (place / "root").mkdir()
        make_fleet(place / "root", size)
        runs = [costs(place, size) for _ in range(times)]
        best = {name: min((run[name] for run in runs), key=lambda cost: cost.cpu) for name in runs[0]}
        files = [path.stat().st_size for path in (place / "root" / "out").rglob("*") if path.is_file()]
    bare = min((measured([sys.executable, "-c", "pass"]) for _ in range(9)), key=lambda cost: cost.cpu)
    copy = best["`cp -r out`"].cpu
    named = "1 partner" if size == 1 else f"{size:,} partners"
    lines = [
        f"{named}: out/ has {len(files):,} files of {sum(files):,} bytes",
        "",
        "| command | wall s | CPU s | peak MB | CPU ms a partner | / bare Python | / `cp -r` |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for name, cost in {**best, "`python -c pass`": bare}.items():
        numbers = f"{cost.wall:.3f} | {cost.cpu:.3f} | {cost.memory:.0f} | {cost.cpu / size * 1000:.2f}"
        lines.append(f"| {name} | {numbers} | {cost.cpu / bare.cpu:.1f} | {cost.cpu / copy:.1f} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Print one table a fleet."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="partners of each fleet, with commas")
    parser.add_argument("--smoke", action="store_true", help="small fleets only: that every command succeeds")
    args = parser.parse_args()
    sizes = SMOKE if args.smoke else [int(size) for size in args.sizes.split(",")]
    measured([sys.executable, "-m", "natlane", "--version"])  # so that Python's own compiled files are there
    print(f"seed {SEED}, {os.cpu_count()} processors, Python {sys.version.partition(' ')[0]}\n")
    for size in sizes:
        print(table(size, 3 if size <= MOST_REPEATED and not args.smoke else 1), flush=True)


if __name__ == "__main__":
    main()
