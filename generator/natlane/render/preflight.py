"""Checks, before anything is written, that every path can take what would be renamed onto it.

It tries renames that must fail: of a file that is not there, and of a file onto a folder that is not empty. Where the
system refuses them for another reason (rights, mounts, a read-only disk), it would refuse the real rename too.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from typing import Final

from natlane.problems import Problem, file_problem
from natlane.workspace.paths import Workspace

_CODE: Final = "output-unwritable"
_FOLDER: Final = "folder"  # in the staging folder: nothing can be renamed onto it, because it is not empty
_REFUSED: Final = {
    errno.EXDEV: (
        "is mounted apart from the rest, and nothing can be renamed into it",
        "unmount it, or mount the whole root",
    ),
    errno.EROFS: ("is on a file system that is read-only", "mount it writable"),
    errno.EPERM: ("may not be replaced", "see who owns it (sticky folder), and its attributes (lsattr)"),
    errno.EACCES: ("may not be replaced", "give yourself the right to write its folder"),
}


def obstacles(workspace: Workspace, staging: str, paths: Iterable[str]) -> list[Problem]:
    """Why these paths below a root cannot take what is staged, or lose what they hold; each place once."""
    os.makedirs(os.path.join(staging, _FOLDER, _FOLDER), exist_ok=True)
    folders: dict[str, Problem | None] = {}
    found = []
    for path in paths:
        folder = _nearest_existing(workspace, os.path.dirname(path))
        if folder not in folders:
            folders[folder] = _in_folder(workspace, staging, folder)
        if not folders[folder]:
            found.append(_at_file(workspace, staging, path))
    return [problem for problem in (*folders.values(), *found) if problem]


def _nearest_existing(workspace: Workspace, folder: str) -> str:
    """The folder, or the nearest one above that exists: those between would be made."""
    while folder and not workspace.holds(folder):
        folder = os.path.dirname(folder)
    return folder


def _in_folder(workspace: Workspace, staging: str, folder: str) -> Problem | None:
    path = workspace.path(folder)
    if not os.path.isdir(path):
        return file_problem(_CODE, folder, "is not a folder", "move it away")
    # As whom files are written, which is not who started a set-user-id program.
    if not os.access(path, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
        return file_problem(_CODE, folder, "cannot be written by this user", "give yourself the right (chown, chmod)")
    none = f"{os.path.basename(staging)}-none"
    return _refused(folder, os.path.join(staging, none), os.path.join(path, none))


def _at_file(workspace: Workspace, staging: str, path: str) -> Problem | None:
    target = workspace.path(path)
    if not os.path.lexists(target):
        return None
    if os.path.isdir(target):
        return file_problem(_CODE, path, "is a folder where a file belongs", "move it away")
    return _refused(path, target, os.path.join(staging, _FOLDER))


def _refused(path: str, source: str, target: str) -> Problem | None:
    """Why the system refuses a rename for a reason of its own. The rename fails in any case: nothing is moved."""
    try:
        os.rename(source, target)
    except OSError as error:
        if error.errno in _REFUSED:
            return file_problem(_CODE, path, *_REFUSED[error.errno])
    return None
