"""`natlane drift`: how AWS differs from out/, and which packets are affected."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from natlane.commands.live_options import add_live_options, answered, landing_zone_of

if TYPE_CHECKING:
    from natlane.describe.landing_zone import LandingZone
    from natlane.live.drift import Drift


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `drift`."""
    parser.add_argument("partners", nargs="*", metavar="PARTNER", help="these only (default: all)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how the result is printed")
    add_live_options(parser)


def run(args: argparse.Namespace) -> int:
    """0: AWS holds what out/ says; 1: it does not, or could not be read; 2: there is no such partner."""
    from natlane.assumptions import fleet_of
    from natlane.output.drift import as_json, text

    landing_zone = landing_zone_of(args.root)
    if landing_zone is None:
        return 1
    names = fleet_of(args.root)[0].names
    unknown = [name for name in args.partners if name not in names]
    if unknown:
        print(f"natlane: no partner {unknown[0]}; there are: {', '.join(names[:20]) or 'none'}", file=sys.stderr)
        return 2
    found = answered(args.root, lambda: _found(args, landing_zone, tuple(dict.fromkeys(args.partners)) or names))
    if found is None:
        return 1
    print(as_json(found) if args.format == "json" else text(found), end="\n" if args.format == "json" else "")
    return int(not _all_clean(found))


def _all_clean(found: Iterable[Drift]) -> bool:
    from natlane.live.drift import Compared

    return all(isinstance(each, Compared) and each.is_clean for each in found)


def _found(args: argparse.Namespace, landing_zone: LandingZone, names: tuple[str, ...]) -> list[Drift]:
    """Each partner's drift; what differs is read from AWS a second time, and reported if it still differs."""
    from natlane.assumptions import network_from
    from natlane.commands.live_options import read_live
    from natlane.live import calls
    from natlane.live.accounts import accounts_of
    from natlane.live.drift import confirmed, drift_of
    from natlane.network.module import read_module

    ours = network_from(landing_zone)
    accounts = list(accounts_of(landing_zone).values())
    modules = {name: read_module(args.root, f"out/{name}")[0] for name in names}
    held = {name: module for name, module in modules.items() if module.resources("aws_vpc")}

    def read() -> list[Drift]:
        snapshot = read_live(args, landing_zone.region, accounts, calls.PARTNER_NETWORKS)
        return [drift_of(module, ours, snapshot) for module in held.values()]

    found = read()
    if args.recording or _all_clean(found):
        return found
    return [confirmed(first, second) for first, second in zip(found, read(), strict=True)]
