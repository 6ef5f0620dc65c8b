"""Names of partners on a command line: plain, or as the path that a shell completes."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Sequence

from natlane.problems import Problem
from natlane.workspace.paths import OUT, PARTNERS, SUFFIX


def name_of(word: str) -> str:
    """`acme` of partners/acme.yaml, of out/acme/ and of acme itself; with or without the way to the root before it."""
    folder, _, last = word.rstrip("/").rpartition("/")
    above = folder.rpartition("/")[2]
    if above == OUT:
        return last
    return last.removesuffix(SUFFIX) if above == PARTNERS or not folder else word


def known_partners(words: Sequence[str], names: Iterable[str]) -> tuple[str, ...] | None:
    """The partners that a command line names, each once; None, after saying which one there is not."""
    known = tuple(names)
    named = tuple(dict.fromkeys(name_of(word) for word in words))
    for name in named:
        if name not in known:
            print(f"natlane: no partner {name}; {_instead(name, known)}", file=sys.stderr)
            return None
    return named


def _instead(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.6)
    return f"did you mean {near[0]}?" if near else f"there are: {', '.join(known[:20]) or 'none'}"


def problems_about(named: Sequence[str], problems: Iterable[Problem]) -> list[Problem]:
    """All problems, or those that are at or speak of the descriptors named, and of no descriptor at all."""
    paths = tuple(f"{PARTNERS}/{name}{SUFFIX}" for name in named)
    return [
        each
        for each in problems
        if not paths
        or each.path in paths
        or not each.path.startswith(PARTNERS)
        or any(f"{path}:" in each.message for path in paths)
    ]
