"""The files of a new repository of descriptors, as `natlane init` writes them."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path
from typing import NamedTuple

from natlane.describe.json_schema import schema_text
from natlane.workspace.paths import link_on_the_way

_FILES = Path(__file__).resolve().parent / "files"
_SHIPPED = {  # file of files/ -> where it goes
    "landing-zone.yaml": "landing-zone.yaml",
    "gitignore": ".gitignore",
    "pre-commit-config.yaml": ".pre-commit-config.yaml",
    "README.md": "README.md",
}
_WORKFLOW = ".github/workflows/partners.yml"
_REQUIREMENTS = ".github/requirements.txt"
_AT_THE_TOP = frozenset((_WORKFLOW, _REQUIREMENTS, ".pre-commit-config.yaml"))


class Started(NamedTuple):
    """Paths relative to the root: what was written, what was there before, what belongs to the repository's top."""

    written: tuple[str, ...]
    kept: tuple[str, ...]
    left_out: tuple[str, ...]


def starter_files(version: str) -> dict[str, str]:
    """Path relative to the root -> text, for a repository whose pipeline installs this version of natlane."""
    texts = {path: (_FILES / name).read_text(encoding="utf-8") for name, path in _SHIPPED.items()}
    texts["partners/.gitkeep"] = ""  # git keeps no empty folder
    texts["schemas/landing-zone.json"] = schema_text("landing-zone")
    texts["schemas/partner.json"] = schema_text("partner")
    texts[_REQUIREMENTS] = _of_github(_REQUIREMENTS).read_text(encoding="utf-8")
    workflow = _of_github(_WORKFLOW).read_text(encoding="utf-8")
    texts[_WORKFLOW] = re.sub(r"(?m)^  NATLANE: .*$", f"  NATLANE: natlane=={version}  # what pip installs", workflow)
    return dict(sorted(texts.items()))


def start(root: str, version: str) -> Started:
    """Write the files that are not there. Raises OSError, with the file that could not be written."""
    written, kept, left_out = [], [], []
    below = _is_below_a_repository(Path(root).resolve())
    for path, text in starter_files(version).items():
        target = os.path.join(root, path)
        if below and path in _AT_THE_TOP:
            left_out.append(path)
            continue
        way = link_on_the_way(root, target)
        if way:
            raise OSError(errno.ELOOP, f"{way} is a symbolic link", target)
        if os.path.lexists(target):
            kept.append(path)
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "x", encoding="utf-8") as file:
            file.write(text)
        written.append(path)
    return Started(tuple(written), tuple(kept), tuple(left_out))


def _is_below_a_repository(root: Path) -> bool:
    """Whether git's top is above the root: GitHub and pre-commit read their files there only."""
    return not (root / ".git").exists() and any((parent / ".git").exists() for parent in root.parents)


def _of_github(path: str) -> Path:
    """A file of .github/: in the installed package, else in the checkout."""
    inside = _FILES / os.path.basename(path)
    return inside if inside.is_file() else Path(__file__).resolve().parents[3] / path
