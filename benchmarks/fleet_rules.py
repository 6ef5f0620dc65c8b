"""What the rules across the fleet cost by the number of partners: n log n, or not.

    python benchmarks/fleet_rules.py [--sizes 1000,10000,100000]

The facts are made here, without any descriptor, so that only the rules are measured: each partner
has three blocks of its own and a customer gateway, in an order shuffled by a seed. The last column
is the time by n log n, as a ratio to the first fleet's; it stays near 1 where the rules keep to it.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from natlane.check import Facts, check_fleet  # noqa: E402
from natlane.check.fleet_facts import Claim, Gateway  # noqa: E402
from natlane.fleet import open_fleet  # noqa: E402
from natlane.workspace.paths import Workspace  # noqa: E402

SEED = 1


def facts(size: int, vpcs: tuple[str, ...]) -> list[Facts]:
    """`size` partners that take nothing from each other, in no order."""

    def claim(number: int, field: str, space: int) -> Claim:
        return Claim((space << 24) + number * 128, 25, f"partners/p{number}.yaml", 3, 1, field, vpcs)

    def gateway(number: int) -> Gateway:
        return Gateway(number, f"partners/p{number}.yaml", 9, 1, "vpn.customer_gateway.ip", 65010, (0, 4), "static")

    made = [
        Facts(
            claim(number, "nat_cidr", 10),
            (claim(number, "partner_cidrs[0]", 20), claim(number, "partner_cidrs[1]", 30)),
            (gateway(number),),
            None,
            False,
            0,
            0,
            True,
            ("eu-west-1a", "eu-west-1b"),
            ("eu-west-1a", "eu-west-1b"),
        )
        for number in range(size)
    ]
    random.Random(SEED).shuffle(made)
    return made


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--sizes", default="1000,10000,100000", help="partners of each fleet, with commas")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    fleet = open_fleet(Workspace(str(ROOT)))
    if fleet.landing_zone is None or fleet.landing_zone_document is None:
        raise SystemExit("landing-zone.yaml cannot be read")
    print("| partners | CPU ms | us a partner | by n log n |\n|--:|--:|--:|--:|")
    first = 0.0
    for size in sizes:
        known = facts(size, tuple(fleet.landing_zone.vpcs))
        start = time.process_time()
        check_fleet(known, fleet.landing_zone, fleet.landing_zone_document)
        spent = time.process_time() - start
        by_growth = spent / (size * math.log2(size))
        first = first or by_growth
        print(f"| {size:,} | {spent * 1000:.0f} | {spent / size * 1e6:.1f} | {by_growth / first:.2f} |")


if __name__ == "__main__":
    main()
