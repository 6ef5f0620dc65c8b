"""Constructs that cannot be verified statically: their text does not settle what AWS will hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from natlane.facts.imports import KEPT
from natlane.hcl.blocks import Block, Expression, Value
from natlane.problems import Problem

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
# Arguments of the provider that choose neither another API nor another account than region and account say. A profile,
# a proxy or a bundle of certificates would: who may write out/ could send the pipeline's rights elsewhere.
_PROVIDER: Final = frozenset(
    [
        "alias",
        "region",
        "allowed_account_ids",
        "assume_role",
        "default_tags",
        "ignore_tags",
        "max_retries",
        "retry_mode",
        "use_fips_endpoint",
        "use_dualstack_endpoint",
    ]
)
_ROLE: Final = frozenset(("role_arn", "session_name", "external_id", "duration"))
_TERRAFORM: Final = frozenset(("required_version", "required_providers", "backend", "cloud"))
_IMPORT: Final = frozenset(("to", "id"))
_MOVED: Final = frozenset(("from", "to"))
_REMOVED: Final = frozenset(("from", "lifecycle"))
# Data sources that read a setting of AWS; others run programs, or bring secrets into the state.
_DATA: Final = frozenset(
    [
        "aws_availability_zones",
        "aws_caller_identity",
        "aws_ec2_transit_gateway",
        "aws_iam_policy_document",
        "aws_partition",
        "aws_region",
    ]
)
_FILES: Final = re.compile(r"\b(file\w*|templatefile|pathexpand)\s*\(")
_AWS: Final = "hashicorp/aws"
_ONE_EACH: Final = "write one block for each thing"


def unverifiable(block: Block) -> Iterator[Problem]:
    """What decides only at apply time, or outside of the text, what AWS will hold."""
    check = _CHECKS.get(block.kind)
    if check is None:
        yield _unseen(block, block.line, block.kind, _ONE_EACH)
    else:
        yield from check(block)
    for name in _UNROLLED:
        if name in block.attributes and block.kind in ("resource", "data", "module"):
            yield _unseen(block, block.attributes[name].line, name, _ONE_EACH)
    yield from _dynamic(block)
    yield from _files(block)


_LABELS: Final = {"resource": 2, "data": 2, "ephemeral": 2, "provider": 1, "variable": 1, "output": 1, "module": 1}


def well_labelled(block: Block) -> bool:
    """Whether a block has as many labels as its kind has, so that it can be called by them."""
    alias = block.attributes.get("alias") if block.kind == "provider" else None
    if alias and not isinstance(alias.value, str):
        return False
    return _has_its_labels(block) and (block.kind not in _LABELS or all(map(_is_name, block.labels)))


def _has_its_labels(block: Block) -> bool:
    return len(block.labels) == _LABELS.get(block.kind, len(block.labels))


def _is_name(label: str) -> bool:
    return label.replace("-", "_").isidentifier()


def check_labels(blocks: Iterable[Block]) -> Iterator[Problem]:
    """Blocks that Terraform refuses for their labels, or for an alias that is no text."""
    for block in blocks:
        if not well_labelled(block):
            odd = next((each for each in block.labels if not _is_name(each)), None) if _has_its_labels(block) else None
            told = f"{block.kind} has {len(block.labels)} labels, or an alias that is no text"
            message = f"{told if odd is None else f'{odd!r} is no name'}; Terraform refuses it"
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
    return all(text in KEPT or re.fullmatch(r"tags(_all)?(\b.*)?", text) for text in texts)


# In AWS nothing of its own: what stays alive is the attachment that it accepted, which the proof sees.
_ACCEPTER: Final = "aws_ec2_transit_gateway_vpc_attachment_accepter."


def _resource(block: Block) -> Iterator[Problem]:
    for inner in block.blocks:
        if inner.kind == "lifecycle":
            yield from _lifecycle(inner)
        elif inner.kind in ("provisioner", "connection"):
            yield _unseen(inner, inner.line, inner.kind, "leave it out: it could do anything in AWS")


def _data(block: Block) -> Iterator[Problem]:
    if block.labels[0] not in _DATA:
        hint = "leave it out: reading it may run a program"
        yield _unseen(block, block.line, f"data {block.labels[0]}", hint)


def _check(block: Block) -> Iterator[Problem]:
    """A check may read a data source of its own."""
    for name, line in _lines(block):
        if name not in ("data", "assert"):
            yield _unseen(block, line, name, "leave it out: it could do anything in AWS")
    for inner in block.blocks:
        if inner.kind == "data" and inner.labels[:1] not in [(kind,) for kind in _DATA]:
            yield _unseen(inner, inner.line, f"data {' '.join(inner.labels[:1])}", "leave it out: it may run a program")


def _removed(block: Block) -> Iterator[Problem]:
    """A resource that goes from the state and stays in AWS, where the proof does not look."""
    for name, line in _lines(block):
        if name not in _REMOVED:
            yield _unseen(block, line, name, "leave it out: it could do anything in AWS")
    source = block.attributes.get("from")
    if source and isinstance(source.value, Expression) and source.value.text.startswith(_ACCEPTER):
        return
    for inner in block.blocks:
        destroyed = inner.attributes.get("destroy")
        if destroyed and destroyed.value is not True:
            yield _unseen(inner, destroyed.line, "destroy", "write true: what stays alive could still carry packets")


def _provider(block: Block) -> Iterator[Problem]:
    if block.labels != ("aws",):
        yield _unseen(block, block.line, f"provider {' '.join(block.labels)}", f"use {_AWS} only")
        return
    for name, line in _lines(block):
        if name not in _PROVIDER:
            yield _unseen(block, line, name, "leave it out: the provider could work elsewhere than it says")
    for inner in block.blocks:
        for name, line in _lines(inner) if inner.kind == "assume_role" else ():
            if name not in _ROLE:
                yield _unseen(inner, line, name, "leave it out: the role could be another one than it says")


def _terraform(block: Block) -> Iterator[Problem]:
    """Settings of Terraform itself; another program under the name aws would read every resource in its own way."""
    for name, line in _lines(block):
        if name not in _TERRAFORM:
            yield _unseen(block, line, name, "leave it out: Terraform could work otherwise than it says")
    for inner in block.blocks:
        if inner.kind == "required_providers":
            for name, attribute in inner.attributes.items():
                source = _source(attribute.value)
                if name != "aws" or source != _AWS:
                    yield _unseen(inner, attribute.line, source if name == "aws" else name, f'write source = "{_AWS}"')


def _source(required: Value) -> str:
    """Which provider is required: a text is its version only, and what is computed could be any."""
    if isinstance(required, dict):
        found = required.get("source", _AWS)
        return found if isinstance(found, str) else "a computed source"
    return _AWS if isinstance(required, str) else "a computed provider"


def _import(block: Block) -> Iterator[Problem]:
    """What AWS holds already becomes a resource's: which, is to stand in the text."""
    for name, line in _lines(block):
        if name not in _IMPORT:
            yield _unseen(block, line, name, _ONE_EACH)
    for name in sorted(_IMPORT):
        value = block.attributes[name].value if name in block.attributes else None
        if not isinstance(value, Expression if name == "to" else str):
            yield _unseen(block, block.line, f"import without {name}", "write the address of a resource, and an id")


def _moved(block: Block) -> Iterator[Problem]:
    for name, line in _lines(block):
        if name not in _MOVED:
            yield _unseen(block, line, name, "write from and to only")


def _nothing(block: Block) -> Iterator[Problem]:
    return iter(())


# Everything that may stand in a module outside of other blocks.
_CHECKS: Final[Mapping[str, Callable[[Block], Iterator[Problem]]]] = {
    "resource": _resource,
    "data": _data,
    "check": _check,
    "removed": _removed,
    "moved": _moved,
    "import": _import,
    "provider": _provider,
    "terraform": _terraform,
    **dict.fromkeys(("variable", "output", "locals"), _nothing),
}


def _files(block: Block) -> Iterator[Problem]:
    """A function that reads a file would bring what the machine holds into the state."""
    for attribute in block.attributes.values():
        found = next((match for text in _expressions(attribute.value) if (match := _FILES.search(text))), None)
        if found:
            yield _unseen(block, attribute.line, f"{found[1]}()", "leave it out: it reads a file of the machine")
    for inner in block.blocks:
        yield from _files(inner)


def _expressions(value: Value) -> Iterator[str]:
    if isinstance(value, Expression):
        yield value.text
    elif isinstance(value, (tuple, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _expressions(item)


def _dynamic(block: Block) -> Iterator[Problem]:
    for inner in block.blocks:
        if inner.kind == "dynamic":
            yield _unseen(inner, inner.line, inner.kind, _ONE_EACH)
        yield from _dynamic(inner)


def _lines(block: Block) -> Iterator[tuple[str, int]]:
    """What is in a block, arguments and blocks alike, with its line."""
    yield from ((name, each.line) for name, each in block.attributes.items())
    yield from ((inner.kind, inner.line) for inner in block.blocks)


def _unseen(block: Block, line: int, what: str, hint: str) -> Problem:
    message = f"the proof cannot see through `{what}`"
    return Problem("not-understood", "error", block.path, line, 1, "", message, hint)
