"""`natlane status`: every partner's tunnels as AWS reports them now, for people and for a cron job."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from typing import Any

from natlane.commands.live_options import add_live_options, answered, landing_zone_of, read_live


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `status`."""
    parser.add_argument("partners", nargs="*", metavar="PARTNER", help="these only (default: all)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how the result is printed")
    parser.add_argument(
        "--brief", action="store_true", help="up or down only, by one call a region; nothing is asked of each tunnel"
    )
    add_live_options(parser)


def run(args: argparse.Namespace) -> int:
    """0: every tunnel is up and as out/ says; 1: one is not, or AWS could not be read; 2: there is no such partner."""
    from natlane.live import calls
    from natlane.live.accounts import accounts_of
    from natlane.live.tunnels import status
    from natlane.output.status import as_json, table

    landing_zone = landing_zone_of(args.root)
    if landing_zone is None:
        return 1
    written = _written(args.root)
    unknown = [name for name in args.partners if name not in written]
    if unknown:
        there = ", ".join(sorted(written)[:20]) or "none"
        print(f"natlane: no module of {unknown[0]} with a VPN in out/; there are: {there}", file=sys.stderr)
        return 2
    names = dict.fromkeys((landing_zone.network_account, landing_zone.transit_account))
    known = accounts_of(landing_zone)
    accounts = [known[name] for name in names]
    wanted = calls.TUNNELS if args.brief else (*calls.TUNNELS, *calls.EACH_TUNNEL)
    found = answered(
        args.root,
        lambda: status(read_live(args, landing_zone.region, accounts, wanted), written, args.partners or list(written)),
    )
    if found is None:
        return 1
    print(as_json(found) if args.format == "json" else table(found), end="\n" if args.format == "json" else "")
    return int(not found.healthy)


def _written(root: str) -> dict[str, list[Mapping[str, Any]]]:
    """The arguments of each module's VPN connections, as out/ has them now."""
    from natlane.network.module import read_back
    from natlane.workspace.paths import OUT

    found: dict[str, list[Mapping[str, Any]]] = {}
    folder = os.path.join(root, OUT)
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        module, _ = read_back(root, name)
        for block in module.resources("aws_vpn_connection"):
            said = {argument: attribute.value for argument, attribute in block.attributes.items()}
            found.setdefault(name, []).append(said)
    return found
