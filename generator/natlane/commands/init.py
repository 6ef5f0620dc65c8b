"""`natlane init`: makes a folder a repository of descriptors; files that exist stay as they are."""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments of its own: `--root` names the folder."""


def run(args: argparse.Namespace) -> int:
    """0: every file is there; 1: one cannot be written."""
    from natlane import __version__
    from natlane.starter.repository import start

    try:
        started = start(args.root, __version__)
    except OSError as error:
        print(f"natlane: {error.filename} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    for path in started.written:
        print(path)
    for path in started.kept:
        print(f"natlane: {path} is already there, and is left as it is", file=sys.stderr)
    for path in started.left_out:
        print(f"natlane: {path} is read at the top of the repository only, and is left out", file=sys.stderr)
    print("natlane: next: natlane validate names each line of landing-zone.yaml to fill in", file=sys.stderr)
    return 0
