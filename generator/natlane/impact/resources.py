"""Resources of one partner's rendered files, by address, with locals and variables put in place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from natlane.facts.replacing_arguments import TYPES
from natlane.hcl.blocks import Attribute, Block, Expression, Value, read_blocks
from natlane.network.unverifiable import check_labels, well_labelled
from natlane.problems import Problem

# Arguments of Terraform itself. Those of COUNTED change how many there are, or whether they stay.
COUNTED: Final = frozenset({"count", "for_each", "replace_triggered_by"})
_NO_ARGUMENTS: Final = frozenset({"depends_on", "provider"})
_TERRAFORM_BLOCKS: Final = frozenset({"lifecycle", "timeouts", "provisioner", "connection"})
MOST_SUBSTITUTED: Final = 1_000_000  # characters and items that the locals of one module may stand for, all together


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: `arguments` holds its attributes, and its nested blocks as tuples of mappings."""

    address: str
    type: str
    arguments: Mapping[str, Value]
    provider: str  # the alias, "" for the unaliased one
    protected: bool  # prevent_destroy
    made_first: bool  # create_before_destroy: the new one is made, and then the old one is deleted
    ignored: frozenset[str]  # arguments that an update leaves as they are
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

    `other_blocks` is what else Terraform is told: the text of a block of another kind by its name (`data aws_x.y`),
    or of a block of Terraform's own inside of a resource (`aws_x.y lifecycle`).
    """

    by_address: Mapping[str, Resource]
    accounts: Mapping[str, Account]
    moved: Mapping[str, str]  # new address: old address
    imported: frozenset[str]  # addresses of what AWS holds already
    forgotten: frozenset[str]  # what `removed` takes from the state, and is nothing of its own in AWS
    state: tuple[tuple[str, str], ...]
    other_blocks: Mapping[str, str]


NO_RESOURCES: Final = Resources(
    by_address={}, accounts={}, moved={}, imported=frozenset(), forgotten=frozenset(), state=(), other_blocks={}
)


@dataclass(slots=True)
class ModuleText:
    """The files of one version of a module, read as HCL: its blocks, and why something of it cannot be read."""

    blocks: list[Block] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def of_file(self, path: str) -> tuple[Block, ...]:
        """The blocks of one file."""
        return tuple(block for block in self.blocks if block.path == path)


def read_module(
    files: Mapping[str, str], folder: str, known: Mapping[str, tuple[Block, ...]] | None = None
) -> ModuleText:
    """{file name: text} as blocks; `folder` is what their paths start with, `known` are blocks of files by name."""
    module = ModuleText()
    for name, text in files.items():
        if not name.endswith(".tf") or "/" in name:
            continue
        if known and name in known:
            module.blocks += known[name]
            continue
        blocks, problems = read_blocks(f"{folder}/{name}", text)
        module.blocks += blocks
        module.problems += problems
    module.problems += check_labels(module.blocks)
    module.problems += (_moved_nowhere(block) for block in module.blocks if not _is_complete(block))
    module.blocks = [block for block in module.blocks if well_labelled(block) and _is_complete(block)]
    return module


def _is_complete(block: Block) -> bool:
    return block.kind != "moved" or {"from", "to"} <= block.attributes.keys()


def _moved_nowhere(block: Block) -> Problem:
    message = "moved needs both from and to; Terraform refuses it"
    return Problem("hcl-moved", "error", block.path, block.line, 1, "", message, "write both addresses")


def resources_of(module: ModuleText) -> Resources:
    """The resources of a module; what its locals stand for is too large is one of its problems afterwards."""
    blocks = module.blocks
    substitution = _Substitution(_named(blocks))
    resources = [_resource(block, substitution) for block in blocks if block.kind == "resource"]
    if substitution.left < 0:
        first = next(block for block in blocks if block.kind in ("locals", "variable"))
        message = f"its locals stand for more than {MOST_SUBSTITUTED:,} characters, or for themselves"
        module.problems.append(Problem("hcl-locals", "error", first.path, first.line, 1, "", message, "write less"))
    moves = [block.attributes for block in blocks if block.kind == "moved"]
    return Resources(
        by_address={each.address: each for each in resources},
        accounts=dict(_account(block, substitution) for block in blocks if block.kind == "provider"),
        moved={text_of(move["to"].value): text_of(move["from"].value) for move in moves},
        imported=frozenset(
            text_of(block.attributes["to"].value)
            for block in blocks
            if block.kind == "import" and {"to", "id"} <= block.attributes.keys()
        ),
        forgotten=frozenset(_forgotten(blocks)),
        state=_state(blocks),
        other_blocks=_other_blocks(blocks),
    )


def read_resources(files: Mapping[str, str], folder: str) -> tuple[Resources, list[Problem]]:
    """The resources of {file name: text}; `folder` is what the paths of blocks start with."""
    module = read_module(files, folder)
    return resources_of(module), module.problems


_REFERENCE: Final = re.compile(r"(?<![\w.])(aws_\w+\.[\w-]+\.\w+)")
_NAME: Final = re.compile(r"(?<![\w.])(?:local|var)\.[\w-]+")


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


def _named(blocks: Iterable[Block]) -> Mapping[str, Value]:
    """What `local.x` and `var.x` stand for; a variable without a default stands for itself."""
    found: dict[str, Value] = {}
    for block in blocks:
        if block.kind == "locals":
            found |= {f"local.{name}": each.value for name, each in block.attributes.items()}
        elif block.kind == "variable" and "default" in block.attributes:
            found[f"var.{block.labels[0]}"] = block.attributes["default"].value
    return found


class _Substitution:
    """Puts every local and variable in its place, so that a change of theirs is a change of what uses them.

    `left` is how much more may be put in place; below zero, values stay as they are written.
    """

    def __init__(self, named: Mapping[str, Value]) -> None:
        self._named = named
        self._meant: dict[str, Value] = {}
        self._sizes: dict[str, int] = {}  # of these, as if everything in them were written out
        self._open: set[str] = set()
        self.left = MOST_SUBSTITUTED

    def meant(self, value: Value) -> Value:
        """A value with all that it names put in its place."""
        if not self._named or self.left < 0:
            return value
        if isinstance(value, Expression):
            return self._expression(value)
        if isinstance(value, tuple):
            self.left -= len(value)
            return tuple(self.meant(item) for item in value)
        if isinstance(value, dict):
            self.left -= len(value)
            return {key: self.meant(item) for key, item in value.items()}
        return value

    def _expression(self, value: Expression) -> Value:
        if value.text in self._named:
            return self._value_of(value.text)
        if not any(name in self._named for name in _NAME.findall(value.text)):
            return value
        return Expression(_NAME.sub(lambda name: self._text_of(name[0]), value.text))

    def _text_of(self, name: str) -> str:
        text = text_of(self._value_of(name)) if name in self._named and self.left >= 0 else name
        self.left -= len(text)
        return text

    def _value_of(self, name: str) -> Value:
        if name in self._open:  # it stands for itself
            self.left = -1
            return Expression(name)
        if name not in self._meant:
            self._open.add(name)
            before = self.left
            self._meant[name] = self.meant(self._named[name])
            self._sizes[name] = before - self.left + len(text_of(self._named[name]))
            self.left = before if self.left >= 0 else self.left
            self._open.discard(name)
        self.left -= self._sizes[name]
        return self._meant[name]


def _resource(block: Block, substitution: _Substitution) -> Resource:
    kind, label = block.labels
    arguments: dict[str, Value] = {
        name: each.value for name, each in block.attributes.items() if name not in _NO_ARGUMENTS
    }
    arguments |= _nested(block.blocks)
    lifecycle = [inner.attributes for inner in block.blocks if inner.kind == "lifecycle"]
    arguments |= {name: each.value for held in lifecycle for name, each in held.items() if name in COUNTED}
    provider = block.attributes.get("provider")
    return Resource(
        address=f"{kind}.{label}",
        type=kind,
        arguments={name: substitution.meant(value) for name, value in arguments.items()},
        provider=text_of(provider.value).partition(".")[2] if provider else "",
        protected=_is_on("prevent_destroy", lifecycle),
        made_first=_is_on("create_before_destroy", lifecycle),
        ignored=frozenset(_ignored(lifecycle)),
        path=block.path,
        line=block.line,
    )


def _is_on(name: str, blocks: Iterable[Mapping[str, Attribute]]) -> bool:
    return any(name in held and held[name].value is True for held in blocks)


def _ignored(lifecycle: Iterable[Mapping[str, Attribute]]) -> Iterator[str]:
    """The arguments that `ignore_changes` names."""
    for held in lifecycle:
        value = held["ignore_changes"].value if "ignore_changes" in held else ()
        yield from map(text_of, value if isinstance(value, tuple) else (value,))


def _nested(blocks: Iterable[Block]) -> dict[str, Value]:
    found: dict[str, tuple[Value, ...]] = {}
    for block in blocks:
        if block.kind not in _TERRAFORM_BLOCKS:
            inner: dict[str, Value] = {name: each.value for name, each in block.attributes.items()}
            found[block.kind] = (*found.get(block.kind, ()), {**inner, **_nested(block.blocks)})
    return dict(found)


def _account(block: Block, substitution: _Substitution) -> tuple[str, Account]:
    values: dict[str, Value] = {name: each.value for name, each in block.attributes.items()}
    nested = _nested(block.blocks)
    ids = values.get("allowed_account_ids")
    account = ", ".join(map(str, ids)) if isinstance(ids, tuple) else text_of(ids)
    return text_of(values.get("alias")), Account(
        region=text_of(values.get("region")),
        account=account,
        default_tags=substitution.meant(nested.get("default_tags", ())),
    )


def _state(blocks: Iterable[Block]) -> tuple[tuple[str, str], ...]:
    """What the backend block says, so that a moved state is seen; empty for local state."""
    backends = [inner for block in blocks if block.kind == "terraform" for inner in block.blocks]
    return tuple(
        (name, text_of(each.value))
        for block in backends
        if block.kind in ("backend", "cloud")
        for name, each in block.attributes.items()
    )


# What is compared elsewhere, or says nothing of what AWS will hold.
_ELSEWHERE: Final = frozenset({"import", "locals", "moved", "output", "resource", "variable"})
_NOT_COMPARED: Final = frozenset(
    ("alias", "region", "allowed_account_ids", "default_tags", "backend", "cloud", "precondition", "postcondition")
)


def _other_blocks(blocks: Iterable[Block]) -> dict[str, str]:
    """What Terraform is told besides arguments of resources: a text by a name of it."""
    found: dict[str, list[object]] = {}
    for block in blocks:
        alias = block.attributes.get("alias") if block.kind == "provider" else None
        name = ".".join((*block.labels, *([text_of(alias.value)] if alias else [])))
        if block.kind == "resource":
            for inner in block.blocks:
                if inner.kind in _TERRAFORM_BLOCKS:
                    found.setdefault(f"{name} {inner.kind}", []).append(_content(inner))
        elif block.kind not in _ELSEWHERE and not list(_forgotten([block])):
            found.setdefault(f"{block.kind} {name}".strip(), []).append(_content(block))
    return {name: repr(said) for name, said in found.items()}


def _content(block: Block) -> list[tuple[str, object]]:
    """Everything in a block, but what is compared elsewhere."""
    attributes = [(name, each.value) for name, each in sorted(block.attributes.items()) if name not in _NOT_COMPARED]
    return [*attributes, *((inner.kind, _content(inner)) for inner in block.blocks if inner.kind not in _NOT_COMPARED)]


def text_of(value: Value) -> str:
    """A value as written; empty where there is none."""
    if value is None:
        return ""
    return value.text if isinstance(value, Expression) else str(value)
