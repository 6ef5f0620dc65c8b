"""Constructs that cannot be verified statically: their text does not settle what AWS will hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from natlane.hcl.blocks import Block, Expression, Value
from natlane.problems import Problem

_KNOWN: Final = frozenset(
    ("resource", "data", "provider", "variable", "output", "terraform", "locals", "moved", "removed", "check")
)
_UNROLLED: Final = ("count", "for_each")
_LIFECYCLE: Final = frozenset(
    [
        "create_before_destroy",
        "prevent_destroy",
        "replace_triggered_by",
        "ignore_changes",
        "precondition",
        "postcondition",
    ]
)
# Arguments of the provider that choose neither another API nor another account than region and account say.
_PROVIDER: Final = frozenset(
    [
        "alias",
        "region",
        "allowed_account_ids",
        "assume_role",
        "assume_role_with_web_identity",
        "default_tags",
        "ignore_tags",
        "profile",
        "shared_config_files",
        "shared_credentials_files",
        "max_retries",
        "retry_mode",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "custom_ca_bundle",
        "use_fips_endpoint",
        "use_dualstack_endpoint",
    ]
)
_AWS: Final = "hashicorp/aws"
_ONE_EACH: Final = "write one block for each thing"


def unverifiable(block: Block) -> Iterator[Problem]:
    """What decides only at apply time, or outside of the text, what AWS will hold."""
    if block.kind not in _KNOWN:
        yield _unseen(block, block.line, block.kind, _ONE_EACH)
    for name in _UNROLLED:
        if name in block.attributes and block.kind in ("resource", "data", "module"):
            yield _unseen(block, block.attributes[name].line, name, _ONE_EACH)
    for inner in block.blocks if block.kind == "resource" else ():
        if inner.kind == "lifecycle":
            yield from _lifecycle(inner)
        elif inner.kind in ("provisioner", "connection"):
            yield _unseen(inner, inner.line, inner.kind, "leave it out: it could do anything in AWS")
    if block.kind == "data" and not block.labels[0].startswith("aws_"):
        yield _unseen(block, block.line, f"data {block.labels[0]}", "leave it out: reading it may run a program")
    if block.kind == "removed":
        yield from _left_alive(block)
    if block.kind == "provider":
        yield from _provider(block)
    if block.kind == "terraform":
        yield from _another_provider(block)
    yield from _dynamic(block)


_LABELS: Final = {"resource": 2, "data": 2, "ephemeral": 2, "provider": 1, "variable": 1, "output": 1, "module": 1}


def well_labelled(block: Block) -> bool:
    """Whether a block has as many labels as its kind has, so that it can be called by them."""
    alias = block.attributes.get("alias") if block.kind == "provider" else None
    if alias and not isinstance(alias.value, str):
        return False
    return len(block.labels) == _LABELS.get(block.kind, len(block.labels))


def check_labels(blocks: Iterable[Block]) -> Iterator[Problem]:
    """Blocks that Terraform refuses for their labels, or for an alias that is no text."""
    for block in blocks:
        if not well_labelled(block):
            message = f"{block.kind} has {len(block.labels)} labels, or an alias that is no text; Terraform refuses it"
            yield Problem("hcl-labels", "error", block.path, block.line, 1, "", message, "write it as Terraform has it")


def _lifecycle(block: Block) -> Iterator[Problem]:
    """Whether an apply makes a resource, and makes it as it is written."""
    for name, line in _lines(block):
        if name not in _LIFECYCLE:
            yield _unseen(block, line, name, "leave it out: it may keep the resource from being made")
    ignored = block.attributes.get("ignore_changes")
    if ignored and not _of_no_packet(ignored.value):
        yield _unseen(block, ignored.line, "ignore_changes", "leave it out: AWS would hold what it held before")


def _of_no_packet(ignored: Value) -> bool:
    """Whether no way of a packet depends on any of the arguments that an apply leaves as they are."""
    names = ignored if isinstance(ignored, tuple) else (ignored,)
    texts = [each.text if isinstance(each, Expression) else str(each) for each in names]
    return all(re.fullmatch(r"tags(_all)?(\b.*)?|tunnel[12]_preshared_key", text) for text in texts)


# In AWS nothing of its own: what stays alive is the attachment that it accepted, which the proof sees.
_ACCEPTER: Final = "aws_ec2_transit_gateway_vpc_attachment_accepter."


def _left_alive(block: Block) -> Iterator[Problem]:
    """A resource that goes from the state and stays in AWS, where the proof does not look."""
    source = block.attributes.get("from")
    if source and isinstance(source.value, Expression) and source.value.text.startswith(_ACCEPTER):
        return
    for inner in block.blocks:
        destroyed = inner.attributes.get("destroy")
        if destroyed and destroyed.value is not True:
            yield _unseen(inner, destroyed.line, "destroy", "write true: what stays alive could still carry packets")


def _provider(block: Block) -> Iterator[Problem]:
    for name, line in _lines(block):
        if block.labels == ("aws",) and name not in _PROVIDER:
            yield _unseen(block, line, name, "leave it out: the provider could work elsewhere than it says")


def _another_provider(block: Block) -> Iterator[Problem]:
    """Another program under the name aws would read every resource in its own way."""
    for inner in block.blocks:
        found = inner.attributes.get("aws") if inner.kind == "required_providers" else None
        source = found.value.get("source", _AWS) if found and isinstance(found.value, dict) else _AWS
        if found and source != _AWS:
            yield _unseen(inner, found.line, str(source), f'write source = "{_AWS}"')


def _dynamic(block: Block) -> Iterator[Problem]:
    for inner in block.blocks:
        if inner.kind == "dynamic":
            yield _unseen(inner, inner.line, inner.kind, _ONE_EACH)
        yield from _dynamic(inner)


def _lines(block: Block) -> Iterator[tuple[str, int]]:
    """What stands in a block, arguments and blocks alike, with its line."""
    yield from ((name, each.line) for name, each in block.attributes.items())
    yield from ((inner.kind, inner.line) for inner in block.blocks)


def _unseen(block: Block, line: int, what: str, hint: str) -> Problem:
    message = f"the proof cannot see through `{what}`"
    return Problem("not-understood", "error", block.path, line, 1, "", message, hint)
