"""The journal of a run that writes out/: its steps, which the next run can repeat and complete.

A line is one step: `[name in the staging folder, path that it takes]`, with "" for a file to remove. The journal is a
plain file that may be damaged or forged, so every step is checked: it leads into out/ by real folders, replaces and
removes only what bears natlane's mark, and never touches the user's own files.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, NamedTuple

from natlane.render.compare import bears_mark
from natlane.workspace.module_files import belongs_to_user
from natlane.workspace.paths import JOURNAL, OUT, STAGING, Workspace, files_below, read_bytes

_STAGED: Final = re.compile(r"[0-9]*")
_FEW: Final = 256  # files that are flushed one by one; of more, everything is


class Step(NamedTuple):
    """One step: `staged` is a name in the staging folder, or empty to remove; `path` is relative to the root."""

    staged: str
    path: str

    def line(self) -> str:
        """The step as the journal holds it."""
        return json.dumps(list(self)) + "\n"


def read_journal(staging: str) -> list[Step]:
    """The steps of a journal. Raises OSError where one is none."""
    try:
        lines = read_bytes(os.path.join(staging, JOURNAL), follow=False).decode().splitlines()
        steps = [Step(*map(_text, json.loads(line))) for line in lines]
    except (ValueError, TypeError, RecursionError) as error:
        hint = f"see that nothing is missing in {OUT}/, then delete {STAGING}"
        raise OSError(f"{STAGING}/{JOURNAL} is damaged: {hint}") from error
    return steps


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a step holds two texts")
    return value


def refuse_foreign(workspace: Workspace, staging: str, steps: Iterable[Step]) -> None:
    """Raises OSError at the first step that no run of natlane would have left."""
    for step in steps:
        if not leads_into_out(workspace, step.path) or not _STAGED.fullmatch(step.staged):
            raise OSError(f"{STAGING}/{JOURNAL} names {step.path!r}, which is no file of natlane's below {OUT}/")
        source = os.path.join(staging, step.staged)
        left = list(_files(source)) if step.staged else []
        if not all(os.path.isfile(each) and not os.path.islink(each) and _is_marked(each) for each in left):
            raise OSError(f"{STAGING}/{step.staged} is not natlane's")
        target = workspace.path(step.path)
        if os.path.isfile(target) and not _is_marked(target):
            raise OSError(f"{STAGING}/{JOURNAL} names {step.path}, which is not natlane's")


def take_steps(workspace: Workspace, staging: str, steps: Iterable[Step]) -> None:
    """Take every step that was not taken yet: each may be repeated without harm."""
    for step in steps:
        target = workspace.path(step.path)
        source = os.path.join(staging, step.staged)
        if not step.staged:
            with suppress(FileNotFoundError):
                if not _is_marked(target):
                    raise OSError(f"{step.path} is not natlane's any more, and is not removed")
                os.unlink(target)
            with suppress(OSError):  # the folder goes with its last file
                os.rmdir(os.path.dirname(target))
        elif os.path.lexists(source):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.rename(source, target)


def leads_into_out(workspace: Workspace, path: str) -> bool:
    """Whether a path leads into out/ by real folders only, to what may be natlane's."""
    parts = path.split("/")
    if parts[0] != OUT or len(parts) < 2 or any(part in ("", ".", "..") or "\0" in part for part in parts):
        return False
    if len(parts) > 2 and belongs_to_user("/".join(parts[2:])):
        return False
    parents = ("/".join(parts[: index + 1]) for index in range(len(parts)))
    return not any(os.path.islink(workspace.path(parent)) for parent in parents)


def flush(paths: list[str]) -> None:
    """Files or folders to the disk, so that losing power leaves none half."""
    if len(paths) > _FEW:
        os.sync()
        return
    for path in paths:
        with suppress(FileNotFoundError):
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _is_marked(path: str) -> bool:
    return bears_mark(read_bytes(path, 4096, follow=False))


def _files(path: str) -> Iterator[str]:
    """A staged file, or all files of a staged folder; nothing where it was put in place before."""
    if not os.path.isdir(path) or os.path.islink(path):
        yield from [path] if os.path.lexists(path) else []
        return
    yield from (os.path.join(path, name) for name in files_below(path))
