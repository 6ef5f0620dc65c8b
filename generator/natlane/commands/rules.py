"""`natlane rules`: every rule that validate checks, as columns, JSON, or the page docs/rules.md."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby

from natlane.check.rule import Rule

HEAD = """# Rules

What `natlane validate` checks. An error is what AWS, the network or Terraform would refuse or misroute, or
where a descriptor contradicts itself; a warning works and will hurt. This page is generated:
`natlane rules --format markdown > docs/rules.md`.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `rules`."""
    parser.add_argument("codes", nargs="*", metavar="CODE", help="these rules only (default: all)")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text", help="how they are printed")


def run(args: argparse.Namespace) -> int:
    """0; 2 where a code is no rule's."""
    from natlane.check import RULES
    from natlane.check.names import nearest

    known = {rule.code: rule for rule in RULES}
    unknown = [code for code in args.codes if code not in known]
    for code in unknown:
        print(f"natlane: no rule {code}; {nearest(code, known)}", file=sys.stderr)
    rules = [known[code] for code in args.codes if code in known] if args.codes else list(RULES)
    if args.format == "json":
        print(json.dumps({"rules": [asdict(rule) for rule in rules]}, ensure_ascii=False))
    elif args.format == "markdown":
        sys.stdout.writelines(markdown(rules))
    else:
        sys.stdout.writelines(_text(rules))
    return 2 if unknown else 0


def _text(rules: list[Rule]) -> Iterator[str]:
    width = max((len(rule.code) for rule in rules), default=0)
    for subject, group in groupby(rules, key=lambda rule: rule.subject):
        yield f"{subject}\n"
        for rule in group:
            yield f"  {rule.code:<{width}}  {rule.severity:<7}  {rule.sentence}\n"


def markdown(rules: Iterable[Rule]) -> Iterator[str]:
    """docs/rules.md."""
    yield HEAD
    for subject, group in groupby(rules, key=lambda rule: rule.subject):
        yield f"\n## {subject}\n\n| code | severity | rule | source |\n|---|---|---|---|\n"
        for rule in group:
            yield f"| `{rule.code}` | {rule.severity} | {rule.sentence.replace('|', chr(92) + '|')} | {rule.source} |\n"
