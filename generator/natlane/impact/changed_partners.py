"""The partners whose module a change touches, for pipelines that plan and apply."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from natlane.describe.partner import PARTNER_NAME
from natlane.problems import Problem, file_problem
from natlane.render.compare import bears_mark
from natlane.workspace.git_base import partner_of
from natlane.workspace.git_files import untracked
from natlane.workspace.module_files import belongs_to_user
from natlane.workspace.paths import LANDING_ZONE, OUT, descriptor_path, read_bytes


def misnamed(names: Iterable[str]) -> list[Problem]:
    """A problem for each descriptor whose file is not called as a partner may be.

    `validate` reports it too, but a pipeline hands these names to shells and folders, whoever validated before.
    """
    return [
        file_problem(
            "partner-file-name",
            descriptor_path(_shown(name)),
            f"{name!r} is not {PARTNER_NAME.what}",
            "rename the file",
        )
        for name in names
        if len(name) > PARTNER_NAME.most or not re.fullmatch(PARTNER_NAME.pattern, name)
    ]


def _shown(name: str) -> str:
    """A file's name on one line, whatever is in it."""
    return name if name.isprintable() else repr(name)[1:-1]


def changed_partners(root: str, base: str, names: Iterable[str], changed: Iterable[str]) -> list[str]:
    """Of the partners that have a descriptor, those to whom a changed path belongs.

    A landing zone or template changes whom it changes through their folders in out/, which are committed.
    What lies there untracked and without natlane's mark (a saved plan, .terraform/, notes) changes nobody.
    """
    unknown = untracked(root, OUT)
    found = {partner_of(path) for path in changed if _counts(root, base, path, unknown)}
    return [name for name in names if name in found]


def _counts(root: str, base: str, path: str, unknown: frozenset[str] | None) -> bool:
    """Whether a path that differs from the base (a ref, or another root's folder) is a change of its partner.

    `unknown` are the files that git does not track, None where git cannot tell.
    """
    if not path.startswith(f"{OUT}/"):
        return True
    # What is gone since a ref was tracked there; of what is gone since a folder, git knows nothing.
    known = os.path.lexists(os.path.join(root, path)) or not os.path.isfile(os.path.join(base, LANDING_ZONE))
    if known and unknown is not None and path not in unknown:
        return True
    if belongs_to_user(path.split("/", 2)[-1]):
        return False
    return _is_ours(os.path.join(root, path)) or _is_ours(os.path.join(base, path))


def _is_ours(path: str) -> bool:
    """Whether natlane wrote a file."""
    try:
        return bears_mark(read_bytes(path, 4096))
    except OSError:
        return False
