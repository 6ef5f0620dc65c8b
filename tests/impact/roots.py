"""Changes as edits of this repository's own root: its folder before and after each."""

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


def renamed(name: str, new: str, whose: str = "") -> tuple[Edit, ...]:
    """A descriptor under another name, which says whose it was: the truth, or something else."""
    path = Path("partners") / f"{name}.yaml"
    text = (REPOSITORY / path).read_text(encoding="utf-8")
    said = text.replace(f"partner: {name}\n", f"partner: {new}\nrenamed_from: {whose or name}\n")
    return (Edit(str(path), None, None), Edit(f"partners/{new}.yaml", None, said))


def copied(name: str, replacements: tuple[tuple[str, str], ...]) -> Edit:
    """A shipped template that the user overrides, with some words changed throughout."""
    text = (REPOSITORY / "templates" / name).read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text, (name, old)
        text = text.replace(old, new)
    return Edit(f"templates/{name}", None, text)


def two_roots(
    folder: Path,
    partners: tuple[str, ...],
    before: tuple[Edit, ...],
    edits: tuple[Edit, ...],
    source: Path = REPOSITORY,
) -> tuple[Path, Path]:
    """Two roots with these partners of the repository's root, or of another: with the edits of `before`, and with all.

    Where `before` takes a descriptor away and nothing gives it back, the newer root has it.
    """
    old, new = folder / "old", folder / "new"
    for root in (old, new):
        (root / "partners").mkdir(parents=True)
        shutil.copy(source / "landing-zone.yaml", root)
        for name in dict.fromkeys(partners):
            shutil.copy(source / "partners" / f"{name}.yaml", root / "partners")
    for edit in before:
        edit.apply(old)
        if edit.new is not None:
            edit.apply(new)
    for edit in edits:
        edit.apply(new)
    return old, new
