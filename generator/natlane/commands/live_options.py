"""The options of all commands that read AWS, and the source of answers that they choose."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from natlane.live.accounts import LiveAccount
    from natlane.live.calls import Call
    from natlane.live.snapshot import Snapshot


def add_live_options(parser: argparse.ArgumentParser) -> None:
    """How AWS is entered, and recordings."""
    parser.add_argument("--profile", default="", help="the profile of the AWS configuration that calls are made with")
    parser.add_argument("--from", dest="recording", metavar="DIR", help="read a recording instead of AWS")
    parser.add_argument("--record", metavar="DIR", help="keep AWS's answers, without secrets, for --from")


def read_live(
    args: argparse.Namespace, region: str, accounts: Sequence[LiveAccount], calls: Sequence[Call]
) -> Snapshot:
    """One reading of all accounts, kept where `--record` says. Raises LiveError, OSError."""
    from natlane.live.snapshot import read_snapshot, write_recording
    from natlane.live.source import AwsSource, FolderSource

    source = FolderSource(args.recording, region) if args.recording else AwsSource(region, args.profile)
    snapshot = read_snapshot(source, accounts, calls, _progress)
    if sys.stderr.isatty():
        print("", file=sys.stderr)
    if args.record:
        write_recording(snapshot, args.record)
    return snapshot


def _progress(done: int) -> None:
    if sys.stderr.isatty():
        print(f"\rnatlane: {done:,} answers of AWS", end="", file=sys.stderr, flush=True)
