"""What the AWS provider refuses when it validates the configuration of a resource.

The rules are provider_rules.json's. As in Terraform's plugin SDK an argument is given where it is not null: `false`,
0 and an empty text count, and so does a value that is not known yet, except that it neither excludes another argument
nor is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.terraform.aws_schema import Block
from tests.terraform.provider_rules import RULES, Asked
from tests.terraform.values import wrong
from tests.terraform.wire import UNKNOWN, Path

Refusal = tuple[Path, str]


def refusals(type_name: str, block: Block, config: dict[str, Any]) -> Iterator[Refusal]:
    """What is wrong with one resource's configuration, each with the attribute's path."""
    rules = RULES.get(type_name, {})
    for name, asked in rules.items():
        if "." not in name and name in config:
            yield from _across(name, asked, config)
    for path, value in leaves(block, config):
        asked = rules.get(".".join(path), {})
        yield from ((path, words) for words in _values(path[-1], value, asked))


def leaves(block: Block, value: dict[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every attribute of a configuration, those of nested blocks too."""
    for name in block["attributes"]:
        yield (*path, name), value[name]
    for name, inner in block["blocks"].items():
        nested = value[name]
        for item in nested if isinstance(nested, list) else [nested]:
            if isinstance(item, dict):
                yield from leaves(inner, item, (*path, name))


def given(config: dict[str, Any], name: str) -> bool:
    """Whether an argument is written, whatever it is."""
    value = config.get(name)
    is_blocks = isinstance(value, list) and all(isinstance(item, dict) for item in value)
    return value is not None and not (is_blocks and not value)


def _across(name: str, asked: Asked, config: dict[str, Any]) -> Iterator[Refusal]:
    """Arguments that want, exclude or replace each other."""
    one_of = asked.get("exactly_one_of", ())
    known = [each for each in one_of if given(config, each) and config[each] is not UNKNOWN]
    open_ones = [each for each in one_of if config.get(each) is UNKNOWN]
    wrong_number = len(known) > 1 or (one_of and not known and not open_ones)
    if wrong_number and name == min(one_of):  # the provider says it of each of them; once is enough
        yield (name,), f"exactly one of {', '.join(one_of)} must be given"
    if not given(config, name):
        return
    missing = [each for each in asked.get("required_with", ()) if not given(config, each)]
    if missing:
        yield (name,), f"all of {', '.join((name, *missing))} must be given"
    if config[name] is not UNKNOWN:
        for other in asked.get("conflicts_with", ()):
            if given(config, other) and config[other] is not UNKNOWN:
                yield (name,), f"{name} conflicts with {other}"


def _values(name: str, value: Any, asked: Asked) -> Iterator[str]:
    if value is None or value is UNKNOWN:
        return
    items = value if isinstance(value, list) else [value]
    if isinstance(value, list) and not asked.get("min_items", 0) <= len(value) <= asked.get("max_items", len(value)):
        yield f"expected {name} to have {asked.get('min_items', 0)} to {asked.get('max_items', 'any')} items"
    for item in items:
        if item is None or item is UNKNOWN:
            continue
        if asked.get("integer") and item != int(item):
            yield f"expected {name} to be a whole number, got {item}"
        said = wrong(item, asked["value"]) if "value" in asked else None
        if said:
            yield f"expected {name} to be {said}, got {item}"
