"""What Terraform is told besides the arguments of resources: each block of another kind as a text to compare."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from natlane.facts.replacing_arguments import TYPES
from natlane.hcl.blocks import Block, text_of

# Blocks in a resource that are Terraform's own, and no arguments of what AWS holds.
TERRAFORM_BLOCKS: Final = frozenset({"lifecycle", "timeouts", "provisioner", "connection"})
# What is compared elsewhere, or says nothing of what AWS will hold.
_ELSEWHERE: Final = frozenset({"import", "locals", "moved", "output", "resource", "variable"})
_NOT_COMPARED: Final = frozenset(
    ("alias", "region", "allowed_account_ids", "default_tags", "backend", "cloud", "precondition", "postcondition")
)


def other_blocks(blocks: Iterable[Block]) -> dict[str, str]:
    """What Terraform is told besides arguments of resources: a text by a name of it."""
    found: dict[str, list[object]] = {}
    for block in blocks:
        alias = block.attributes.get("alias") if block.kind == "provider" else None
        name = ".".join((*block.labels, *([text_of(alias.value)] if alias else [])))
        if block.kind == "resource":
            for inner in block.blocks:
                if inner.kind in TERRAFORM_BLOCKS:
                    found.setdefault(f"{name} {inner.kind}", []).append(_content(inner))
        elif block.kind not in _ELSEWHERE and not forgotten(block):
            found.setdefault(f"{block.kind} {name}".strip(), []).append(_content(block))
    return {name: repr(said) for name, said in found.items()}


def _content(block: Block) -> list[tuple[str, object]]:
    """Everything in a block, but what is compared elsewhere."""
    attributes = [(name, each.value) for name, each in sorted(block.attributes.items()) if name not in _NOT_COMPARED]
    return [*attributes, *((inner.kind, _content(inner)) for inner in block.blocks if inner.kind not in _NOT_COMPARED)]


def forgotten(block: Block) -> str | None:
    """The address that a block takes from the state, of what stays in AWS and is there only the id of another thing."""
    if block.kind != "removed" or "from" not in block.attributes:
        return None
    kept = [inner.attributes.get("destroy") for inner in block.blocks if inner.kind == "lifecycle"]
    address = text_of(block.attributes["from"].value)
    known = TYPES.get(address.partition(".")[0])
    return address if known and known.id_is and any(each and each.value is False for each in kept) else None
