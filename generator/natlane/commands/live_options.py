"""The options of all commands that read AWS, and the source of answers that they choose."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from natlane.describe.landing_zone import LandingZone
    from natlane.live.accounts import LiveAccount
    from natlane.live.calls import Call
    from natlane.live.snapshot import Snapshot

Found = TypeVar("Found")


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
        write_recording(snapshot, args.root, args.record)
    return snapshot


def landing_zone_of(root: str) -> LandingZone | None:
    """The landing zone of a root; None where it cannot be read, which is printed."""
    from natlane.describe.document import read
    from natlane.describe.landing_zone import parse_landing_zone
    from natlane.output.problems import print_problems
    from natlane.workspace.paths import LANDING_ZONE

    document, problems = read(root, LANDING_ZONE)
    landing_zone = parse_landing_zone(document, problems) if document else None
    if landing_zone is None:
        print_problems(root, problems, "text", sys.stderr)
    return landing_zone


def answered(root: str, ask: Callable[[], Found]) -> Found | None:
    """What is made of AWS's answers; None where AWS or a recording could not be read, which is printed."""
    from natlane.live.answer_shapes import MissingMember
    from natlane.live.source import LiveError
    from natlane.output.problems import print_problems
    from natlane.problems import file_problem

    try:
        return ask()
    except LiveError as error:
        print_problems(root, [error.problem], "text", sys.stderr)
    except MissingMember as error:
        message = f"an answer has no {error}, which AWS always gives"
        print_problems(root, [file_problem("record-unreadable", ".", message, "record it again")], "text", sys.stderr)
    except ImportError as error:
        print(f"natlane: {error.name} is not installed: pip install 'natlane[aws]'", file=sys.stderr)
    except OSError as error:
        print(f"natlane: {error.filename}: {error.strerror}", file=sys.stderr)
    return None


def _progress(done: int) -> None:
    if sys.stderr.isatty():
        print(f"\rnatlane: {done:,} answers of AWS", end="", file=sys.stderr, flush=True)
