"""What the proof of one partner costs by its number of flows: partner CIDRs x services x targets.

    python benchmarks/flows.py [CIDRSxSERVICESxTARGETS...]

Prints the size of the module, the packets walked, the processor's time of reading it back and of proving it, and the
time for each flow. Nothing is taken from the cache.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["NATLANE_CACHE_DIR"] = os.devnull

from natlane.assumptions import our_network  # noqa: E402
from natlane.cli import main  # noqa: E402
from natlane.network.module import read_back  # noqa: E402
from natlane.verify.proofs import prove  # noqa: E402

SIZES = ("10x10x1", "25x25x1", "50x50x1", "100x50x4")


def root_with(cidrs: int, services: int, targets: int) -> Path:
    """A root folder whose one partner has this many CIDRs, inbound services and targets of each."""
    root = Path(tempfile.mkdtemp())
    zone = (ROOT / "landing-zone.yaml").read_text()
    (root / "landing-zone.yaml").write_text(zone.replace("quotas: {", "quotas: {security_group_rules: 1000, "))
    (root / "partners").mkdir()
    theirs = ", ".join(f"192.168.{n}.0/24" for n in range(cidrs))
    inbound = "\n".join(
        f"    - {{name: s{n}, port: {8000 + n}, vpc: a, targets: ["
        + ", ".join(f"10.150.{n}.{10 + each}" for each in range(targets))
        + "]}"
        for n in range(services)
    )
    (root / "partners" / "acme.yaml").write_text(
        f"partner: acme\nnat_cidr: 10.181.0.0/27\npartner_cidrs: [{theirs}]\nreach: [a]\n"
        "vpn: {customer_gateway: {ip: 203.0.113.99, asn: 65010}}\n"
        f"inbound:\n  services:\n{inbound}\n"
    )
    return root


def measured(size: str) -> str:
    """One line of the table."""
    cidrs, services, targets = map(int, size.split("x"))
    root = root_with(cidrs, services, targets)
    if main(("--root", str(root), "generate")):
        raise SystemExit(f"{size}: not generated")
    ours, _ = our_network(str(root))
    assert ours is not None
    start = time.process_time()
    module, problems = read_back(str(root), "acme")
    read = time.process_time() - start
    start = time.process_time()
    verdict = prove(module, ours)
    proven = time.process_time() - start
    assert not problems, problems[0]
    assert not verdict.problems, verdict.problems[0]
    octets = sum(path.stat().st_size for path in (root / "out" / "acme").glob("*.tf"))
    shutil.rmtree(root)
    flows = cidrs * services * targets
    walked = f"{verdict.packets:>9,}{read:>9.2f}{proven:>9.2f}{proven / flows * 1e6:>9.0f}"
    return f"{size:<12}{flows:>7,}{octets:>12,}{walked}"


if __name__ == "__main__":
    print(f"{'size':<12}{'flows':>7}{'bytes':>12}{'packets':>9}{'read s':>9}{'prove s':>9}{'us/flow':>9}")
    for each in sys.argv[1:] or SIZES:
        print(measured(each), flush=True)
