"""The files of one version of a module, read as HCL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from natlane.hcl.blocks import Block, read_blocks
from natlane.network.unverifiable import check_labels, well_labelled
from natlane.problems import Problem


@dataclass(frozen=True, slots=True)
class ModuleText:
    """The files of one version of a module, read as HCL: its blocks, and why something of it cannot be read."""

    blocks: tuple[Block, ...] = ()
    problems: tuple[Problem, ...] = ()

    def of_file(self, path: str) -> tuple[Block, ...]:
        """The blocks of one file."""
        return tuple(block for block in self.blocks if block.path == path)


def text_of_module(
    files: Mapping[str, str], folder: str, known: Mapping[str, tuple[Block, ...]] | None = None
) -> ModuleText:
    """{file name: text} as blocks; `folder` is what their paths start with, `known` are blocks of files by name."""
    blocks: list[Block] = []
    problems: list[Problem] = []
    for name, text in files.items():
        if not name.endswith(".tf") or "/" in name:
            continue
        if known and name in known:
            blocks += known[name]
            continue
        more, wrong = read_blocks(f"{folder}/{name}", text)
        blocks += more
        problems += wrong
    problems += check_labels(blocks)
    problems += (_moved_nowhere(block) for block in blocks if not _is_complete(block))
    usable = (block for block in blocks if well_labelled(block) and _is_complete(block))
    return ModuleText(tuple(usable), tuple(problems))


def _is_complete(block: Block) -> bool:
    return block.kind != "moved" or {"from", "to"} <= block.attributes.keys()


def _moved_nowhere(block: Block) -> Problem:
    message = "moved needs both from and to; Terraform refuses it"
    return Problem("hcl-moved", "error", block.path, block.line, 1, "", message, "write both addresses")
