"""One argument changed from one right value to another, as Terraform would ask the provider to plan it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.provider.plugin import Plugin
from tests.terraform.aws_schema import RESOURCES, Block
from tests.terraform.cases import Config, edges_of, filled, fits, placed, sample
from tests.terraform.provider_rules import BASES, RULES
from tests.terraform.wire import UNKNOWN

PLAIN: dict[str, tuple[Any, Any]] = {"string": ("x", "y"), "number": (1, 2), "bool": (False, True)}


def changes(plugin: Plugin, type_name: str) -> Iterator[tuple[str, Config, Config]]:
    """Each argument of a type with two configurations that differ in it alone, both valid to the provider."""
    block = plugin.block(type_name)
    assert block is not None
    for name, (mode, of_type) in block["attributes"].items():
        if ("optional" not in mode and "required" not in mode) or name in ("id", "region", "tags", "tags_all"):
            continue
        if name not in RESOURCES[type_name]["attributes"]:
            continue
        right = (config for config in _written(type_name, name, of_type) if _is_valid(plugin, type_name, block, config))
        pair: list[Config] = []
        for config in right:
            if all(config[name] != other[name] for other in pair):
                pair.append(config)
            if len(pair) == 2:
                yield name, pair[0], pair[1]
                break


def _written(type_name: str, name: str, of_type: Any) -> Iterator[Config]:
    """Configurations with likely values, without what excludes the argument."""
    asked = RULES[type_name].get(name, {})
    gone = {*asked.get("conflicts_with", ()), *asked.get("exactly_one_of", ())} - {name}
    wanted = {other: sample(type_name, other) for other in asked.get("required_with", ())}
    gone |= {each for other in wanted for each in RULES[type_name].get(other, {}).get("conflicts_with", ())}
    values = [*edges_of(asked.get("value", {}))]
    plain = of_type if isinstance(of_type, str) else of_type[1]
    values += PLAIN.get(plain, ()) if isinstance(plain, str) else ()
    for value in values:
        if isinstance(of_type, list) and of_type[0] == "map":
            yield {**BASES[type_name], **wanted, name: {"a": value}}
            continue
        config = placed(type_name, (name,), value)
        if config is not None:
            yield {**{key: held for key, held in config.items() if key not in gone}, **wanted, name: config[name]}


def _is_valid(plugin: Plugin, type_name: str, block: Block, config: Config) -> bool:
    if not fits(block, config):
        return False
    whole = filled(block, config)
    return not plugin.validate(type_name, whole) and not plugin.plan(type_name, None, whole, whole).refused


def state_after(plugin: Plugin, type_name: str, config: Config) -> Config:
    """What the state holds when a configuration was applied: planned, with a value for everything unknown."""
    block = plugin.block(type_name)
    assert block is not None
    whole = filled(block, config)
    state: Config = _known(block, plugin.plan(type_name, None, whole, whole).state)
    return state


def proposed(block: Block, prior: Config, config: Config) -> Config:
    """Terraform's own proposal: what is written, and what is computed as it was."""
    found: Config = {}
    for name, (mode, _type) in block["attributes"].items():
        stays = config[name] is None and "computed" in mode
        found[name] = prior[name] if stays else config[name]
    for name, inner in block["blocks"].items():
        written, before = config[name], prior[name]
        if not isinstance(written, list):
            found[name] = written
            continue
        olds = before if isinstance(before, list) else []
        found[name] = [
            proposed(inner, olds[place], item) if place < len(olds) else item for place, item in enumerate(written)
        ]
    return found


def _known(block: Block, value: Any, text: str = "known") -> Any:
    """With a value for everything unknown; a text in a block is empty, as AWS leaves what does not apply."""
    if not isinstance(value, dict):
        return value
    known: Config = {}
    for name, (_mode, of_type) in block["attributes"].items():
        known[name] = _invented(of_type, text) if value[name] is UNKNOWN else value[name]
    for name, inner in block["blocks"].items():
        held = [] if value[name] is UNKNOWN else value[name]
        known[name] = [_known(inner, item, "") for item in held] if isinstance(held, list) else _known(inner, held, "")
    return known


def _invented(of_type: Any, text: str) -> Any:
    if isinstance(of_type, str):
        return {"string": text, "number": 7, "bool": False}[of_type]
    return {} if of_type[0] in ("map", "object") else []
