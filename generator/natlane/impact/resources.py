"""The rendered files of one partner become resources by address: what Terraform would be told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from natlane.facts.resource_types import TYPES
from natlane.hcl.blocks import Block, Expression, Value, read_blocks
from natlane.problems import Problem

# Arguments of Terraform itself. Those of META change how many there are, or whether they stay.
META: Final = frozenset({"count", "for_each", "replace_triggered_by"})
_META: Final = frozenset({"depends_on", "provider"})
_META_BLOCKS: Final = frozenset({"lifecycle", "timeouts", "provisioner", "connection"})


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: `arguments` holds its attributes, and its nested blocks as tuples of mappings."""

    address: str
    type: str
    arguments: Mapping[str, Value]
    provider: str  # the alias, "" for the unaliased one
    protected: bool  # prevent_destroy
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Account:
    """Where a provider works (nothing survives a change of either), and what it tags."""

    region: str
    account: str
    default_tags: Value


@dataclass(frozen=True, slots=True)
class Resources:
    """All resources of a root module, its providers by alias, its `moved` blocks and where its state is.

    `beside` is what else Terraform is told: what a block of another kind says (`data aws_x.y`), or a block of
    Terraform's own inside of a resource (`aws_x.y lifecycle`).
    """

    by_address: Mapping[str, Resource]
    accounts: Mapping[str, Account]
    moved: Mapping[str, str]  # new address: old address
    forgotten: frozenset[str]  # what `removed` takes from the state, and is nothing of its own in AWS
    state: tuple[tuple[str, str], ...]
    beside: Mapping[str, str]


def read_resources(files: Mapping[str, str], folder: str) -> tuple[Resources, list[Problem]]:
    """The resources of {file name: text}; `folder` is what the paths of blocks start with."""
    blocks: list[Block] = []
    problems: list[Problem] = []
    for name, text in files.items():
        if name.endswith(".tf") and "/" not in name:
            found, wrong = read_blocks(f"{folder}/{name}", text)
            blocks += found
            problems += wrong
    named = _named(blocks)
    resources = [_resource(block, named) for block in blocks if block.kind == "resource"]
    moves = [block.attributes for block in blocks if block.kind == "moved"]
    return Resources(
        {each.address: each for each in resources},
        dict(_account(block) for block in blocks if block.kind == "provider"),
        {text_of(move["to"].value): text_of(move["from"].value) for move in moves},
        frozenset(_forgotten(blocks)),
        _state(blocks),
        _beside(blocks),
    ), problems


def _forgotten(blocks: Iterable[Block]) -> Iterator[str]:
    """What leaves the state and stays in AWS, and is nothing there but the id of something else."""
    for block in blocks:
        kept = [inner.attributes.get("destroy") for inner in block.blocks if inner.kind == "lifecycle"]
        if block.kind == "removed" and "from" in block.attributes and any(x and x.value is False for x in kept):
            address = text_of(block.attributes["from"].value)
            kind = TYPES.get(address.partition(".")[0])
            if kind and kind.id_is:
                yield address


def references(text: str) -> list[str]:
    """`aws_subnet.public_a.id` and the like in an expression; data sources are not among them."""
    return _REFERENCE.findall(text)


_REFERENCE: Final = re.compile(r"(?<![\w.])(aws_\w+\.[\w-]+\.\w+)")


_NAME: Final = re.compile(r"(?<![\w.])(?:local|var)\.[\w-]+")


def _named(blocks: Iterable[Block]) -> Mapping[str, Value]:
    """What `local.x` and `var.x` stand for; a variable without a default stands for itself."""
    found: dict[str, Value] = {}
    for block in blocks:
        if block.kind == "locals":
            found |= {f"local.{name}": each.value for name, each in block.attributes.items()}
        elif block.kind == "variable" and "default" in block.attributes:
            found[f"var.{block.labels[0]}"] = block.attributes["default"].value
    return found


def _meant(value: Value, named: Mapping[str, Value], depth: int = 0) -> Value:
    """A value with every local and variable put in its place, so that a change of theirs is one of it."""
    if isinstance(value, Expression):
        if depth < _DEEPEST and value.text in named:
            return _meant(named[value.text], named, depth + 1)
        if depth < _DEEPEST and any(name in named for name in _NAME.findall(value.text)):
            put = _NAME.sub(lambda name: text_of(named[name[0]]) if name[0] in named else name[0], value.text)
            return _meant(Expression(put), named, depth + 1)
        return value
    if isinstance(value, tuple):
        return tuple(_meant(item, named, depth) for item in value)
    if isinstance(value, dict):
        return {key: _meant(item, named, depth) for key, item in value.items()}
    return value


_DEEPEST: Final = 8  # of locals that stand for each other


def _resource(block: Block, named: Mapping[str, Value]) -> Resource:
    kind, label = block.labels
    arguments: dict[str, Value] = {name: each.value for name, each in block.attributes.items() if name not in _META}
    arguments |= _nested(block.blocks)
    lifecycle = [inner.attributes for inner in block.blocks if inner.kind == "lifecycle"]
    arguments |= {name: each.value for held in lifecycle for name, each in held.items() if name in META}
    provider = block.attributes.get("provider")
    alias = text_of(provider.value).partition(".")[2] if provider else ""
    protected = any("prevent_destroy" in held and held["prevent_destroy"].value is True for held in lifecycle)
    arguments = {name: _meant(value, named) for name, value in arguments.items()}
    return Resource(f"{kind}.{label}", kind, arguments, alias, protected, block.path, block.line)


def _nested(blocks: Iterable[Block]) -> dict[str, Value]:
    found: dict[str, tuple[Value, ...]] = {}
    for block in blocks:
        if block.kind not in _META_BLOCKS:
            inner: dict[str, Value] = {name: each.value for name, each in block.attributes.items()}
            found[block.kind] = (*found.get(block.kind, ()), {**inner, **_nested(block.blocks)})
    return dict(found)


def _account(block: Block) -> tuple[str, Account]:
    values: dict[str, Value] = {name: each.value for name, each in block.attributes.items()}
    nested = _nested(block.blocks)
    ids = values.get("allowed_account_ids")
    account = ", ".join(map(str, ids)) if isinstance(ids, tuple) else text_of(ids)
    return text_of(values.get("alias")), Account(text_of(values.get("region")), account, nested.get("default_tags", ()))


def _state(blocks: Iterable[Block]) -> tuple[tuple[str, str], ...]:
    """What the backend block says, so that a moved state is seen; empty for local state."""
    backends = [inner for block in blocks if block.kind == "terraform" for inner in block.blocks]
    return tuple(
        (name, text_of(each.value))
        for block in backends
        if block.kind in ("backend", "cloud")
        for name, each in block.attributes.items()
    )


# What is compared elsewhere, or tells nothing of what AWS will hold.
_ELSEWHERE: Final = frozenset({"locals", "moved", "output", "resource", "variable"})
_UNTOLD: Final = frozenset(
    ("alias", "region", "allowed_account_ids", "default_tags", "backend", "cloud", "precondition", "postcondition")
)


def _beside(blocks: Iterable[Block]) -> dict[str, str]:
    """What Terraform is told beside arguments of resources, by a name of it."""
    found: dict[str, list[object]] = {}
    for block in blocks:
        alias = block.attributes.get("alias") if block.kind == "provider" else None
        name = ".".join((*block.labels, *([text_of(alias.value)] if alias else [])))
        if block.kind == "resource":
            for inner in block.blocks:
                if inner.kind in _META_BLOCKS:
                    found.setdefault(f"{name} {inner.kind}", []).append(_whole(inner))
        elif block.kind not in _ELSEWHERE and not list(_forgotten([block])):
            found.setdefault(f"{block.kind} {name}".strip(), []).append(_whole(block))
    return {name: repr(said) for name, said in found.items()}


def _whole(block: Block) -> list[tuple[str, object]]:
    """Everything in a block, but what is compared elsewhere."""
    attributes = [(name, each.value) for name, each in sorted(block.attributes.items()) if name not in _UNTOLD]
    return [*attributes, *((inner.kind, _whole(inner)) for inner in block.blocks if inner.kind not in _UNTOLD)]


def text_of(value: Value) -> str:
    """A value as written; empty where there is none."""
    if value is None:
        return ""
    return value.text if isinstance(value, Expression) else str(value)
