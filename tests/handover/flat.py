"""A device's configuration as flat lines: where a statement stands, then the statement, by the best parser there is."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import hcl2
from hier_config import Platform, get_hconfig

Flat = Callable[[str], list[str]]


def sectioned(text: str) -> list[str]:
    """Indented sections (IOS, ASA, FRR), by hier_config; each line with its ancestors, `>` between them."""
    tree = get_hconfig(Platform.CISCO_IOS, text)
    lines = (" > ".join(each.text for each in child.lineage()) for child in tree.all_children())
    return [re.sub(r"(> )\d+ (permit|deny) ", r"\1\2 ", line) for line in lines]


def frr(text: str) -> list[str]:
    """FRR's sections, whose end is said by `exit` or by the next one."""
    return sectioned("".join(f"{line}\n" for line in text.splitlines() if line != "exit"))


def plain(text: str) -> list[str]:
    """One statement a line; quotes are taken away."""
    return [" ".join(shlex.split(line)) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def braced(text: str) -> list[str]:
    """Sections in braces (swanctl, BIRD, nftables); each line with its ancestors."""
    found, above = [], []
    for line in text.splitlines():
        words = re.sub(r"#.*", "", line).strip()
        if words.endswith("{") and words.count("{") == words.count("}") + 1:
            above.append(words.removesuffix("{").strip())
        elif words.startswith("}"):
            above.pop()
        elif words:
            found.append(" > ".join([*above, words.removesuffix(";")]))
    assert not above, f"{above} is not closed"
    return found


def fortios(text: str) -> list[str]:
    """`config`, `edit`, `next` and `end` of FortiOS; an `edit 0` is numbered, for each makes an entry of its own."""
    found: list[str] = []
    above: list[str] = []
    fresh = 0
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        if words[0] in ("config", "edit"):
            fresh += words == ["edit", "0"]
            above.append(" ".join(words) + (f"#{fresh}" if words == ["edit", "0"] else ""))
        elif words[0] in ("next", "end"):
            opened = above.pop()
            assert opened.startswith("edit" if words[0] == "next" else "config"), f"{opened} ends with {words[0]}"
        else:
            found.append(" > ".join([*above, " ".join(words)]))
    assert not above, f"{above} is not closed"
    return found


def assigned(text: str) -> list[str]:
    """Sections of `name=value` (ipsec.conf): each line with its section."""
    found, above = [], ""
    for line in text.splitlines():
        if line.startswith("conn "):
            above = line
        elif line.strip() and not line.startswith("#"):
            found.append(f"{above} > {line.strip()}" if line.startswith(" ") else line)
    return found


def terraform(text: str) -> list[str]:
    """Blocks and arguments of HCL, by python-hcl2; the items of a list one by one."""
    leaves = _leaves("", hcl2.loads(text, serialization_options=hcl2.SerializationOptions(strip_string_quotes=True)))
    return [re.sub(r"^(\w+)#\d+( > required_providers)?(#\d+)?", r"\1\2", line) for line in leaves]


def _leaves(path: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            if not str(name).startswith("__"):
                yield from _leaves(f"{path} > {name}" if path else str(name), each)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _leaves(f"{path}#{index}" if isinstance(each, Mapping) else path, each)
    else:
        yield f"{path} = {value}"


def steps(text: str) -> list[str]:
    """Rows of Markdown tables with their heading, and every other line that holds a number."""
    found, heading = [], ""
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
            found.append(f"heading {heading}")
        elif re.fullmatch(r"\|[-|]+\|", line):
            continue
        elif ", and nothing else |" in line:  # a list of prefixes
            before, after = line.split(" else | ")
            found += [f"{heading} > {before} else | {each} |" for each in after.removesuffix(" |").split(", ")]
        elif line.startswith("|") or re.search(r"\d", line):
            found.append(f"{heading} > {line}")
    return found
