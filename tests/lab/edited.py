"""Golden modules with lines edited, read even where the proof would refuse them."""

from __future__ import annotations

from pathlib import Path

from natlane.network.module import Module, read_back

from tests.conftest import ROOT
from tests.verify.edited import Edit, edited


def module(folder: Path, partner: str, *edits: Edit) -> Module:
    """The edited module of a golden partner. `folder` is an empty one for the copy that is edited."""
    return read_back(str(edited(ROOT, folder, partner, edits)), partner)[0]


def without(partner: str, file: str, address: str) -> Edit:
    """One resource less."""
    text = _text(partner, file)
    kind, label = address.split(".")
    start = text.index(f'resource "{kind}" "{label}" {{')
    return Edit(file, text[start : text.index("\n}\n", start) + 3], "")


def emptied(partner: str, file: str) -> Edit:
    """A file with nothing but its first line."""
    return Edit(file, _text(partner, file).partition("\n")[2], "")


def added(partner: str, file: str, resource: str) -> Edit:
    """One resource more, behind the file's first line."""
    head = _text(partner, file).partition("\n")[0]
    return Edit(file, head, f"{head}\n{resource}")


def _text(partner: str, file: str) -> str:
    return (ROOT / "out" / partner / file).read_text()
