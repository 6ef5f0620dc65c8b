"""The modules use nothing of Terraform's language that OpenTofu 1.10 lacks: each construct against a short list.

No OpenTofu is run. Its release notes date mock_provider (1.8) and use_lockfile (1.10); `tofu test` came with 1.6, and
the rest is older than the fork of Terraform 1.5. What a template adds must be looked up in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from natlane.hcl.blocks import Block, read_blocks

from tests.conftest import ROOT, TRANSIT_ACCOUNT

FILES = sorted(
    path
    for root in (ROOT, TRANSIT_ACCOUNT)
    for end in ("*.tf", "tests/*.tftest.hcl")
    for path in root.glob(f"out/*/{end}")
)
TOP = {
    ".tf": {"data", "locals", "moved", "output", "provider", "resource", "terraform", "variable"},
    # mock_provider and override_data came with OpenTofu 1.8
    ".hcl": {"mock_provider", "run", "variables"},
}
# The language's own blocks and what may stand in them; resource, data and provider are the provider's.
INSIDE = {
    "backend": {"bucket", "key", "region", "encrypt", "use_lockfile", "path"},  # use_lockfile: 1.10
    "lifecycle": {"create_before_destroy", "ignore_changes", "postcondition", "precondition", "prevent_destroy"},
    "mock_data": {"defaults"},
    "mock_provider": {"alias", "mock_data"},
    "moved": {"from", "to"},
    "output": {"description", "sensitive", "value"},
    "override_data": {"target", "values"},
    "run": {"assert", "command", "expect_failures", "override_data", "variables"},
    "terraform": {"backend", "required_providers", "required_version"},
    "validation": {"condition", "error_message"},
    "variable": {"default", "description", "nullable", "sensitive", "type", "validation"},
}
FUNCTIONS = {"can", "cidrhost", "contains", "jsonencode", "regex", "split", "tostring"}
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
CALL = re.compile(r"\b([a-z]\w*)\(")


def all_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        yield from all_blocks(block.blocks)


def unknown_constructs(name: str, text: str) -> set[str]:
    """Blocks, arguments and functions that no list above names."""
    blocks, problems = read_blocks(name, text)
    assert problems == ()
    suffix = name[name.rindex(".") :]
    found = {block.kind for block in blocks} - TOP[suffix]
    for block in all_blocks(blocks):
        if block.kind in INSIDE:
            held = {*block.attributes, *(inner.kind for inner in block.blocks)}
            found |= {f"{block.kind}.{each}" for each in held - INSIDE[block.kind]}
    code = "\n".join(STRING.sub('""', line).split("#")[0] for line in text.splitlines())
    called = set(CALL.findall(code)).union(*(CALL.findall(each) for each in re.findall(r"\$\{(.*?)\}", text)))
    return found | {f"{function}()" for function in called - FUNCTIONS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_construct_is_in_opentofu(path: Path) -> None:
    assert unknown_constructs(str(path), path.read_text(encoding="utf-8")) == set()


# Terraform has them; the lists above do not.
FOREIGN = {
    'ephemeral "random_password" "key" {\n}\n': {"ephemeral"},
    "terraform {\n  cloud {\n  }\n}\n": {"terraform.cloud"},
    'variable "key" {\n  ephemeral = true\n}\n': {"variable.ephemeral"},
    'output "key" {\n  value = ephemeralasnull(var.key)\n}\n': {"ephemeralasnull()"},
    'output "key" {\n  value = "${ephemeralasnull(var.key)}"\n}\n': {"ephemeralasnull()"},
}


@pytest.mark.parametrize(("text", "found"), FOREIGN.items())
def test_foreign_constructs_are_found(text: str, found: set[str]) -> None:
    assert unknown_constructs("main.tf", text) == found
