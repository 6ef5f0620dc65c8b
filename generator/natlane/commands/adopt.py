"""`natlane adopt`: writes the descriptor of a VPN that is in AWS already, and out/ with its import blocks."""

from __future__ import annotations

import argparse
import os
import re
import sys
from typing import TYPE_CHECKING

from natlane.commands.live_options import add_live_options, answered

if TYPE_CHECKING:
    from natlane.describe.landing_zone import LandingZone
    from natlane.live.adopt import Adoption
    from natlane.problems import Problem
    from natlane.workspace.paths import Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `adopt`."""
    parser.add_argument("thing", metavar="VPC_OR_VPN", help="the id of the VPC, or of its VPN connection")
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="the partner's name")
    parser.add_argument("--dry-run", action="store_true", help="say what would be taken over, and write nothing")
    add_live_options(parser)


def run(args: argparse.Namespace) -> int:
    """0: the partner is written; 1: it is not the pattern, or something is in the way, and nothing was; 2: no id."""
    from natlane.output.adopt import text
    from natlane.output.problems import print_problems
    from natlane.workspace.paths import Workspace, descriptor_path

    wrong = _wrong_call(args)
    if wrong:
        print(f"natlane: {wrong}", file=sys.stderr)
        return 2
    workspace = Workspace(args.root)
    landing_zone, taken, problems = _root(workspace)
    path = descriptor_path(args.name)
    if landing_zone is None:
        print_problems(args.root, problems, "text", sys.stderr)
        return 1
    if workspace.holds(path) or workspace.holds(f"out/{args.name}"):
        there = path if workspace.holds(path) else f"out/{args.name}"
        print(f"natlane: {there} is already there, and is left as it is", file=sys.stderr)
        return 1
    found = answered(args.root, lambda: _found(args, workspace, landing_zone, taken))
    if found is None:
        return 1
    print_problems(args.root, list(found.problems), "text", sys.stderr)
    if not found.text:
        print(f"natlane: {args.thing} is not adopted, and nothing is written", file=sys.stderr)
        return 1
    print(text(found), end="")
    if args.dry_run:
        print("natlane: nothing is written", file=sys.stderr)
        return 0
    return _write(workspace, args.name, found.text)


def _wrong_call(args: argparse.Namespace) -> str:
    """Why the words of the call mean nothing."""
    from natlane.describe.partner import PARTNER_NAME
    from natlane.facts import aws

    if not re.fullmatch(r"(vpc|vpn)-([0-9a-f]{8}|[0-9a-f]{17})", args.thing):
        return f"{args.thing!r} is no id of a VPC or of a VPN connection"
    if len(args.name) > PARTNER_NAME.most or not re.fullmatch(PARTNER_NAME.pattern, args.name):
        return f"{args.name!r} is not {PARTNER_NAME.what}"
    if args.name.startswith(aws.REFUSED_PREFIXES):
        return f"AWS refuses names that begin like {args.name!r}"
    return ""


def _root(workspace: Workspace) -> tuple[LandingZone | None, dict[str, str], list[Problem]]:
    """The landing zone, where nothing at all is wrong in the root, and the partners by name and by what they import."""
    from natlane.fleet import open_fleet
    from natlane.problems import has_error

    fleet = open_fleet(workspace)
    taken: dict[str, str] = {}
    for partner in fleet.partners():
        taken |= dict.fromkeys(partner.adopted.imports.values() if partner.adopted else (), partner.partner)
        taken[partner.partner] = partner.partner
    problems = [each for each in fleet.problems if each.code != "partners-missing"]
    return (None if has_error(problems) else fleet.landing_zone), taken, problems


def _found(
    args: argparse.Namespace, workspace: Workspace, landing_zone: LandingZone, taken: dict[str, str]
) -> Adoption:
    from natlane.commands.live_options import read_live
    from natlane.live import calls
    from natlane.live.accounts import accounts_of
    from natlane.live.adopt import adopt

    accounts = list(accounts_of(landing_zone).values())
    snapshot = read_live(args, landing_zone.region, accounts, calls.ADOPTION)
    return adopt(workspace, landing_zone, taken, snapshot, args.thing, args.name)


def _write(workspace: Workspace, name: str, text: str) -> int:
    """The descriptor, then out/ by `generate`; where that refuses, the descriptor goes again."""
    from natlane.output.problems import print_problems
    from natlane.render.generate import generate
    from natlane.workspace.paths import descriptor_path

    path = workspace.path(descriptor_path(name))
    try:
        if os.path.islink(os.path.dirname(path)):
            print(f"natlane: {os.path.dirname(path)} is a symbolic link, and is not written through", file=sys.stderr)
            return 1
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        print(f"natlane: {error.filename} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    result = generate(workspace, [name])
    if result.failed and not result.half:
        os.unlink(path)
        print_problems(workspace.root, result.problems, "text", sys.stderr)
        print("natlane: nothing is written", file=sys.stderr)
        return 1
    if result.half:
        print_problems(workspace.root, result.problems, "text", sys.stderr)
        return 1
    print(f"natlane: {descriptor_path(name)} and out/{name}/ are written; next: natlane verify {name}", file=sys.stderr)
    return 0
