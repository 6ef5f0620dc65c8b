"""What lies in out/ and belongs to no partner, and which of it a commit may not bring."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from natlane.problems import Problem, file_problem, visible
from natlane.render.compare import bears_mark, content_of, entries_of, foreign, link_problem
from natlane.workspace.module_files import (
    DATA,
    auto_loaded,
    belongs_to_user,
    is_auto_loaded,
    terraform_reads,
    tracked_files,
)
from natlane.workspace.paths import OUT, STAGING, Workspace

FOREIGN: Final = "output-foreign"
_READ: Final = "is not natlane's, and would be read by Terraform or OpenTofu"
_HINT: Final = "move it away: out/ holds what natlane wrote, and Terraform's own files"
_NOTHING: Final = frozenset((STAGING, ".gitkeep"))


def orphans(workspace: Workspace, names: tuple[str, ...]) -> list[tuple[str, bool]]:
    """Folders of out/ that no descriptor stands behind, and whether they hold files of ours.

    Of others, those that hold what Terraform reads.
    """
    folders = [each.name for each in _entries(workspace) if each.is_dir(follow_symlinks=False)]
    found = ((name, _holds(workspace, f"{OUT}/{name}")) for name in sorted(folders) if name not in {*names, DATA})
    return [(name, ours) for name, (ours, read) in found if ours or read]


def _entries(workspace: Workspace) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(workspace.path(OUT)) as entries:
            return [each for each in entries if each.name not in _NOTHING]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _holds(workspace: Workspace, folder: str) -> tuple[bool, bool]:
    """Whether a folder holds anything that natlane wrote, and anything that Terraform reads."""
    files = sorted(entries_of(workspace, folder).files)
    ours = any(bears_mark(content_of(workspace, f"{folder}/{file}") or b"") for file in files)
    return ours, any(map(terraform_reads, files))


def strays(workspace: Workspace, names: tuple[str, ...]) -> list[Problem]:
    """Problems for what lies in out/ itself, and in folders of no partner, besides what `orphans` reports."""
    if os.path.islink(workspace.path(OUT)):
        return []  # reported for each partner
    found: list[Problem] = []
    for entry in sorted(_entries(workspace), key=lambda each: each.name):
        if entry.name not in names:
            found += _of_nobody(workspace, entry)
    return found


def _of_nobody(workspace: Workspace, entry: os.DirEntry[str]) -> Iterator[Problem]:
    path = f"{OUT}/{entry.name}"
    if entry.name == DATA or (is_auto_loaded(entry.name) and entry.is_file()):
        yield from auto_loaded(workspace, OUT, (entry.name,))
    elif entry.is_symlink():
        yield link_problem(path)
    elif entry.is_dir():
        held = entries_of(workspace, path)
        yield from (*held.odd, *auto_loaded(workspace, path, held.users))
        for name in sorted(held.files):
            if not terraform_reads(name) and not bears_mark(content_of(workspace, f"{path}/{name}") or b""):
                yield foreign(f"{path}/{name}")
    elif not entry.is_file():
        yield file_problem(FOREIGN, path, "is not a file", "move it away")
    elif terraform_reads(entry.name):
        yield file_problem(FOREIGN, path, _READ, _HINT)
    elif not belongs_to_user(entry.name):
        yield foreign(path)


def refused_where_tracked(workspace: Workspace, problems: Iterable[Problem]) -> list[Problem]:
    """The same problems; what is foreign is an error, unless git says that it is only on this machine."""
    found = list(problems)
    if not any(_is_warned(each) for each in found):
        return found
    listed = tracked_files(workspace, OUT)
    tracked = None if listed is None else {visible(path) for path in listed}  # as problems name them
    return [
        replace(each, severity="error", hint=_HINT)
        if _is_warned(each) and (tracked is None or each.path in tracked)
        else each
        for each in found
    ]


def _is_warned(problem: Problem) -> bool:
    return problem.code == FOREIGN and problem.severity == "warning"
