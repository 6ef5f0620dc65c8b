"""Lists and numbers in a sentence."""

from __future__ import annotations

from collections.abc import Iterable


def listed(names: Iterable[object], most: int = 4) -> str:
    """Some names: `a, b and 3 more`."""
    texts = list(dict.fromkeys(map(str, names)))
    if len(texts) > most:
        return f"{', '.join(texts[:most])} and {len(texts) - most} more"
    return " and ".join(filter(None, (", ".join(texts[:-1]), *texts[-1:])))


def counted(number: int, noun: str) -> str:
    """A number of things: `1 route`, `2 routes`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
