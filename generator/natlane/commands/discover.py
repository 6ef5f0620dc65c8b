"""`natlane discover`: writes landing-zone.yaml from what AWS has, or prints how the two differ."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from difflib import unified_diff
from typing import TYPE_CHECKING

from natlane.commands.live_options import add_live_options, answered, landing_zone_of, read_live

if TYPE_CHECKING:
    from natlane.describe.landing_zone import LandingZone
    from natlane.live.accounts import LiveAccount


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `discover`."""
    parser.add_argument(
        "--account",
        action="append",
        default=[],
        metavar="NAME=ID:ROLE",
        help="an account to read: NAME=ID, NAME=ID:ROLE or NAME=profile:PROFILE; several times; "
        "default: those of landing-zone.yaml",
    )
    parser.add_argument("--region", default="", help="the region; default: that of landing-zone.yaml, or the recording")
    parser.add_argument("--transit-gateway", default="", metavar="ID", help="which one, where there are several")
    parser.add_argument("--network-account", default="", metavar="NAME", help="where VPC N is made; default: the first")
    parser.add_argument("--write", action="store_true", help="write landing-zone.yaml; default: print the diff only")
    add_live_options(parser)


def run(args: argparse.Namespace) -> int:
    """0: AWS was read, and what it says was printed or written; 1: it could not be read."""
    from natlane.live.accounts import parse_account
    from natlane.workspace.paths import LANDING_ZONE

    try:
        accounts = [parse_account(text) for text in args.account]
    except ValueError as error:
        print(f"natlane: --account: {error}", file=sys.stderr)
        return 2
    target = os.path.join(args.root, LANDING_ZONE)
    there = os.path.lexists(target)
    landing_zone = landing_zone_of(args.root) if there else None
    if there and landing_zone is None:
        return 1
    found = answered(args.root, lambda: _texts(args, accounts, landing_zone, target))
    if found is None:
        return 1
    old, new, questions = found
    sys.stdout.writelines(unified_diff(old.splitlines(True), new.splitlines(True), LANDING_ZONE, "AWS"))
    for question in questions:
        print(f"natlane: {question}", file=sys.stderr)
    if old == new:
        print(f"natlane: {LANDING_ZONE} is what AWS says", file=sys.stderr)
    elif args.write:
        return _write(target, new)
    else:
        print(f"natlane: nothing is written; --write writes {LANDING_ZONE}", file=sys.stderr)
    return 0


def _texts(
    args: argparse.Namespace, accounts: list[LiveAccount], landing_zone: LandingZone | None, target: str
) -> tuple[str, str, tuple[str, ...]]:
    """landing-zone.yaml as it is and as AWS says, and what its owner must decide."""
    from natlane.live import calls
    from natlane.live.accounts import LiveAccount, accounts_of
    from natlane.live.discover import discover
    from natlane.live.landing_zone_text import merged_text, new_text
    from natlane.live.source import FolderSource

    region = args.region or (landing_zone.region if landing_zone else "")
    if not accounts and landing_zone is not None:
        accounts = list(accounts_of(landing_zone).values())
    if not accounts and args.recording:
        accounts = [LiveAccount(f"account-{each}", each) for each in FolderSource(args.recording, region).accounts()]
    if not accounts:
        accounts = [LiveAccount("network", profile=args.profile)]
    snapshot = read_live(args, region, accounts, calls.LANDING_ZONE)
    wanted = args.transit_gateway or (landing_zone.transit_gateway.id if landing_zone else "")
    network_account = landing_zone.network_account if landing_zone else args.network_account or accounts[0].name
    found = discover(snapshot, network_account, wanted)
    if landing_zone is None:
        return "", new_text(found), found.open_questions
    with open(target, encoding="utf-8") as file:
        old = file.read()
    new, told = merged_text(old, found)
    return old, new, (*found.open_questions, *told)


def _write(target: str, text: str) -> int:
    """Put the text in place by a rename, so that the file is whole at every moment."""
    try:
        handle, beside = tempfile.mkstemp(prefix=".natlane-", dir=os.path.dirname(target) or ".")  # follows no link
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, 0o644)
        os.replace(beside, target)
    except OSError as error:
        print(f"natlane: {error.filename} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    print(f"natlane: {os.path.basename(target)} is written; next: natlane validate", file=sys.stderr)
    return 0
