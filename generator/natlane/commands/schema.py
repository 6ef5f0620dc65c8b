"""`natlane schema`: prints the JSON Schema of a document, for editors."""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `schema`."""
    parser.add_argument("document", choices=("partner", "landing-zone"))


def run(args: argparse.Namespace) -> int:
    """0, always."""
    from natlane.describe.json_schema import schema_text

    sys.stdout.write(schema_text(args.document))
    return 0
