"""A change, as edits of this repository's own root, becomes two root folders: as it was, and as it is."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement in one file; without `old`, the whole file is `new`, and without `new` it goes."""

    path: str
    old: str | None
    new: str | None

    def apply(self, root: Path) -> None:
        """The edit, which must hit exactly one place."""
        path = root / self.path
        if self.new is None:
            path.unlink()
            return
        path.parent.mkdir(exist_ok=True)
        text = path.read_text(encoding="utf-8") if self.old is not None else ""
        assert self.old is None or text.count(self.old) == 1, (self.path, self.old)
        path.write_text(text.replace(self.old, self.new) if self.old else self.new, encoding="utf-8")


def partner(name: str, old: str, new: str) -> Edit:
    """An edit of a descriptor."""
    return Edit(f"partners/{name}.yaml", old, new)


def landing_zone(old: str, new: str) -> Edit:
    """An edit of the landing zone."""
    return Edit("landing-zone.yaml", old, new)


def two_roots(folder: Path, partners: tuple[str, ...], before: tuple[Edit, ...], edits: tuple[Edit, ...]) -> tuple[Path, Path]:
    """Two roots with these partners of the repository: with the edits of `before`, and with all."""
    old = folder / "old"
    (old / "partners").mkdir(parents=True)
    shutil.copy(REPOSITORY / "landing-zone.yaml", old)
    for name in partners:
        shutil.copy(REPOSITORY / "partners" / f"{name}.yaml", old / "partners")
    for edit in before:
        edit.apply(old)
    new = folder / "new"
    shutil.copytree(old, new)
    for edit in edits:
        edit.apply(new)
    return old, new
