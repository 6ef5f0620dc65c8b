"""provider_rules.json, read: for each type, what the provider's code asks of each argument.

The file holds facts, each type with its file in terraform-provider-aws; `rules` and `stand_in` apply them, and
tests/provider holds them against a real provider.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Asked = dict[str, Any]  # of one argument: value, conflicts_with, required_with, exactly_one_of, replaces, kept, ...

DOCUMENT = json.loads(Path(__file__).with_name("provider_rules.json").read_text(encoding="utf-8"))
BASES: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("bases.json").read_text(encoding="utf-8"))[
    "types"
]
ANY_TUNNEL = "tunnelN_"


def _named(arguments: dict[str, Asked]) -> Iterator[tuple[str, Asked]]:
    for name, asked in arguments.items():
        if name.startswith(ANY_TUNNEL):
            yield from ((name.replace(ANY_TUNNEL, f"tunnel{number}_"), asked) for number in (1, 2))
        else:
            yield name, asked


RULES: dict[str, dict[str, Asked]] = {
    type_name: dict(_named(entry["arguments"])) for type_name, entry in DOCUMENT["types"].items()
}
SOURCES: dict[str, str] = {type_name: entry["source"] for type_name, entry in DOCUMENT["types"].items()}
