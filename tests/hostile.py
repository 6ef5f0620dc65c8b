"""Documents that somebody else wrote: one or two places of a right one, changed at random."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

HOSTILE: tuple[Any, ...] = (
    *(None, True, 0, -1, 1e999, 10**30, float("nan"), "", [], {}, [None], [[]], [{}], {"a": []}, ["x"]),
    *("\x1b]0;x\x07", "a\nb: c\n- d", "::error::x", "../../x", "/etc/passwd", "\u202ex\u200b", "\ud800", "{{ x }}"),
    *('"}\nresource "x" "y" {}\n', "${file(1)}", "<script>alert(1)</script>", "=1+1", "x" * 100_000, "10.0.0.0/99"),
)


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a JSON document."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


def changed(drawn: random.Random, data: Any) -> Any:
    """A document with one or two places taken away, doubled or filled with something hostile."""
    new = copy.deepcopy(data)
    for _ in range(drawn.randint(1, 2)):
        found = list(places(new))
        if not found:
            break
        *way, last = drawn.choice(found)
        at = new
        for key in way:
            at = at[key]
        match drawn.randint(0, 4):
            case 0:
                del at[last]
            case 1 if isinstance(at, list):
                at.append(copy.deepcopy(at[last]))
            case _:
                at[last] = drawn.choice(HOSTILE)
    return new
