"""Resources of one partner's rendered files, by address, with locals and variables put in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final

from natlane.hcl.blocks import Attribute, Block, Value, text_of
from natlane.impact.block_texts import TERRAFORM_BLOCKS, forgotten, other_blocks
from natlane.impact.module_text import ModuleText, text_of_module
from natlane.impact.substitution import MOST_SUBSTITUTED, Substitution, named_values
from natlane.problems import Problem

# Arguments of Terraform itself. Those of COUNTED change how many there are, or whether they stay.
COUNTED: Final = frozenset({"count", "for_each", "replace_triggered_by"})
_NO_ARGUMENTS: Final = frozenset({"depends_on", "provider"})


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

    def account_of(self, resource: Resource) -> Account:
        """Where a resource's provider works; without its block, in no known place."""
        return self.accounts.get(resource.provider, _NOWHERE)


def cidr_block_of(resource: Resource) -> IPv4Network | None:
    """The block of a subnet, or of what is associated with a VPC; None where it is no literal."""
    try:
        return IPv4Network(text_of(resource.arguments.get("cidr_block")))
    except ValueError:
        return None


_NOWHERE: Final = Account(region="", account="", default_tags=())
NO_RESOURCES: Final = Resources(
    by_address={}, accounts={}, moved={}, imported=frozenset(), forgotten=frozenset(), state=(), other_blocks={}
)


def resources_of(module: ModuleText) -> tuple[Resources, tuple[Problem, ...]]:
    """The resources of a module; and what is wrong with its locals."""
    blocks = module.blocks
    substitution = Substitution(named_values(blocks))
    resources = [_resource(block, substitution) for block in blocks if block.kind == "resource"]
    moves = [block.attributes for block in blocks if block.kind == "moved"]
    found = Resources(
        by_address={each.address: each for each in resources},
        accounts=dict(_account(block, substitution) for block in blocks if block.kind == "provider"),
        moved={text_of(move["to"].value): text_of(move["from"].value) for move in moves},
        imported=frozenset(
            text_of(block.attributes["to"].value)
            for block in blocks
            if block.kind == "import" and {"to", "id"} <= block.attributes.keys()
        ),
        forgotten=frozenset(each for each in map(forgotten, blocks) if each),
        state=_state(blocks),
        other_blocks=other_blocks(blocks),
    )
    return found, tuple(_too_large(blocks)) if substitution.left < 0 else ()


def _too_large(blocks: Iterable[Block]) -> Iterator[Problem]:
    first = next(block for block in blocks if block.kind in ("locals", "variable"))
    message = f"its locals stand for more than {MOST_SUBSTITUTED:,} characters, or for themselves"
    yield Problem("hcl-locals", "error", first.path, first.line, 1, "", message, "write less")


def read_resources(files: Mapping[str, str], folder: str) -> tuple[Resources, tuple[Problem, ...]]:
    """The resources of {file name: text}; `folder` is what the paths of blocks start with."""
    module = text_of_module(files, folder)
    resources, problems = resources_of(module)
    return resources, (*module.problems, *problems)


def _resource(block: Block, substitution: Substitution) -> Resource:
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
        if block.kind not in TERRAFORM_BLOCKS:
            inner: dict[str, Value] = {name: each.value for name, each in block.attributes.items()}
            found[block.kind] = (*found.get(block.kind, ()), {**inner, **_nested(block.blocks)})
    return dict(found)


def _account(block: Block, substitution: Substitution) -> tuple[str, Account]:
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
