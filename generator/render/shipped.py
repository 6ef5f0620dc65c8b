"""Where templates lie: the shipped folder, and the user's own over it, file by file."""

from __future__ import annotations

import os
from pathlib import Path

TEMPLATES = "templates"
SUFFIX = ".j2"


def shipped_folder() -> Path:
    """templates/ of the checkout, or the copy that travels in the installed package."""
    package = Path(__file__).resolve().parent.parent
    inside = package / TEMPLATES
    return inside if inside.is_dir() else package.parent / TEMPLATES


def template_folders(root: str) -> list[str]:
    """The folders in which a template is looked for, the user's first."""
    users = os.path.join(root, TEMPLATES)
    return [folder for folder in (users, str(shipped_folder())) if os.path.isdir(folder)]


def template_files(root: str) -> list[str]:
    """Every template that the output may depend on."""
    return [
        os.path.join(parent, name)
        for folder in template_folders(root)
        for parent, _, names in sorted(os.walk(folder))
        for name in sorted(names)
        if name.endswith(SUFFIX)
    ]
