"""`natlane rules`: every code that natlane prints, as columns, JSON, or the page docs/rules.md."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby

from natlane.problems import Code

HEAD = """# Codes

Every code that natlane prints in brackets: first what `natlane validate` checks, then what the other commands tell. An
error is what AWS, the network or Terraform would refuse or misroute, or where a descriptor contradicts itself; a
warning works and will hurt; a finding says what a change does, and is no mistake. `natlane rules CODE` shows one with
its example. This page is generated: `natlane rules --format markdown > docs/rules.md`.
"""
_NEAR = 0.7  # a slip or two; what is less alike is another word
_CELLS = ("code", "level", "what holds", "source", "for example", "write")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `rules`."""
    parser.add_argument("codes", nargs="*", metavar="CODE", help="these codes only, with examples (default: all)")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text", help="how they are printed")


def run(args: argparse.Namespace) -> int:
    """0; 2 where a code is none of natlane's."""
    from natlane.catalogue import codes

    known = {each.code for each in codes()}
    unknown = [code for code in args.codes if code not in known]
    for code in unknown:
        print(f"natlane: no rule {code}; {_instead(code, sorted(known))}", file=sys.stderr)
    shown = [each for code in args.codes for each in codes() if each.code == code] if args.codes else list(codes())
    if args.format == "json":
        print(json.dumps({"rules": [_as_data(each) for each in shown]}, ensure_ascii=False))
    elif args.format == "markdown":
        sys.stdout.writelines(markdown(shown))
    else:
        sys.stdout.writelines(_text(shown, examples=bool(args.codes)))
    return 2 if unknown else 0


def _instead(code: str, known: list[str]) -> str:
    """What to ask for instead of an unknown code: those with that word, or one that is nearly it."""
    with_it = [each for each in known if code in each.split("-")]
    if with_it:
        return f"with this word: {', '.join(with_it)}"
    near = difflib.get_close_matches(code, known, 1, _NEAR)
    return f"did you mean {near[0]}?" if near else "`natlane rules` lists them"


def _as_data(entry: Code) -> dict[str, object]:
    """A code as JSON; `severity` is the name of its level since there were rules only."""
    return {
        "code": entry.code,
        "severity": entry.level,
        "subject": entry.subject,
        "sentence": entry.sentence,
        "source": entry.source,
        "example": {"wrong": entry.wrong, "told": entry.told, "write": entry.write},
    }


def _text(codes: list[Code], *, examples: bool) -> Iterator[str]:
    wide, level = (max((len(each[at]) for each in codes), default=0) for at in (0, 1))
    for subject, group in groupby(codes, key=lambda each: each.subject):
        yield f"{subject}\n"
        for each in group:
            yield f"  {each.code:<{wide}}  {each.level:<{level}}  {each.sentence}\n"
            if examples:
                yield from _example(each)


def _example(entry: Code) -> Iterator[str]:
    for label, text in (("wrong", entry.wrong), ("told", entry.told), ("write", entry.write)):
        for number, line in enumerate(text.splitlines()):
            yield f"      {label + ':' if number == 0 else '':<7}{line}\n"


def markdown(codes: Iterable[Code]) -> Iterator[str]:
    """docs/rules.md."""
    yield HEAD
    for subject, group in groupby(codes, key=lambda each: each.subject):
        yield f"\n## {subject}\n\n| {' | '.join(_CELLS)} |\n|{'---|' * len(_CELLS)}\n"
        for each in group:
            cells = (f"`{each.code}`", each.level, _cell(each.sentence), _cell(each.source))
            yield f"| {' | '.join((*cells, _lines(each.wrong), _lines(each.write)))} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _lines(text: str) -> str:
    """Lines of code in a cell, each between as many backticks as it needs."""
    return "<br>".join(_code(line) for line in text.splitlines())


def _code(line: str) -> str:
    mark = "``" if "`" in line else "`"
    space = " " if "`" in line else ""
    return f"{mark}{space}{_cell(line)}{space}{mark}"
