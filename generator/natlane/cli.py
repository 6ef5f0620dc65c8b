"""The command line: reads the arguments of one call and runs its command."""

from __future__ import annotations

import argparse
import difflib
import importlib
import os
import re
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from natlane import __version__
from natlane.output.safe_streams import LostOutputError, safe_streams

Handler = Callable[..., NoReturn]

COMMANDS = {
    "init": "make a folder a repository of descriptors, with all files to start from",
    "validate": "read and check everything, write nothing",
    "generate": "validate all, then write out/",
    "verify": "read out/ back and prove it",
    "trace": "walk one packet and its reply through out/, hop by hop",
    "impact": "say what the change does to what is live, worst first",
    "show": "print a partner's address plan and its way through VPC N, or draw it",
    "cost": "say what the fleet costs on AWS a month, at list prices",
    "report": "write the fleet as one page: partners, addresses, limits, flows, cost",
    "export": "print the fleet's blocks for other programs, or its measures for Prometheus",
    "schema": "print a document's JSON Schema",
    "new": "write a commented descriptor to start from",
    "intake": "write an empty form that a partner fills in",
    "handover": "write the folder that a partner's engineers are given",
    "discover": "read the landing zone from AWS, and print or write what differs",
    "adopt": "write the descriptor of a VPN that is in AWS already, and out/ with its imports",
    "drift": "say what AWS holds otherwise than out/, and which packets that hurts",
    "status": "print every partner's tunnels as AWS reports them now",
    "rules": "list the rules that validate checks",
    "list": "list partners, or those that changed",
    "prune": "remove the folder of a partner that is gone",
}


class Parser(argparse.ArgumentParser):
    """A parser that proposes the nearest word for one that it does not know."""

    def error(self, message: str) -> NoReturn:
        """Exit 2, and say what was probably meant."""
        wrong = re.search(r"invalid choice: '([^']*)' \(choose from (.*)\)", message)
        near = difflib.get_close_matches(wrong[1], re.findall(r"[\w-]+", wrong[2]), 1) if wrong else []
        super().error(f"{message}; did you mean {near[0]}?" if near else message)


def parser_for(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of all commands; only those named in `words` are loaded, so that start-up stays short."""
    parser = Parser(prog="natlane", description=__doc__ and "Terraform for VPN partners behind private NAT.")
    parser.add_argument("--version", action="version", version=f"natlane {__version__}")
    parser.add_argument(
        "--root",
        default=".",
        metavar="DIR",
        help="the folder of landing-zone.yaml, partners/ and out/ (default: this one)",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        # SUPPRESS: a --root before the command is not overwritten by the default after it.
        command.add_argument(
            "--root",
            default=argparse.SUPPRESS,
            metavar="DIR",
            help="the folder of landing-zone.yaml, partners/ and out/ (default: this one)",
        )
        if name in words:
            _module(name).add_arguments(command)
    return parser


def main(words: Sequence[str] | None = None, interrupted: Handler | None = None) -> int:
    """Run one command; 0 is good news, 1 bad news about the user's files, 2 a wrong call.

    `interrupted` answers Ctrl-C before and after it; while it runs, what it began is put away first.
    """
    words = sys.argv[1:] if words is None else words
    code = 1
    with safe_streams():
        try:
            code = _run(words, interrupted)
            sys.stdout.flush()
        except LostOutputError as lost:
            # The reader of our output went away (`natlane rules | head`): nothing is wrong with the files.
            if not lost.silent:
                print(f"natlane: the result cannot be written: {lost}", file=sys.stderr)
            return code or 1
        except KeyboardInterrupt:
            print("natlane: interrupted", file=sys.stderr)
            return 130
    return code


def _run(words: Sequence[str], interrupted: Handler | None) -> int:
    parser = parser_for(words)
    try:
        for word in words:
            if word.startswith("--") and word.endswith("=--"):  # argparse would take it for no value at all
                parser.error(f"{word[:-3]} takes a value")
        args = parser.parse_args(words)
    except SystemExit:
        sys.stdout.flush()
        raise
    if not os.path.isdir(args.root):
        print(f"natlane: {args.root} is not a folder", file=sys.stderr)
        return 2
    command = _module(args.command)
    if interrupted is not None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        code: int = command.run(args)
    finally:
        if interrupted is not None:
            signal.signal(signal.SIGINT, interrupted)
    return code


def _module(command: str) -> Any:
    return importlib.import_module(f"natlane.commands.{command}")
