"""Comparison of a partner's rendered files with its folder in out/."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from natlane.problems import Problem, file_problem, has_error
from natlane.render.template_folders import MARK
from natlane.workspace.module_files import (
    DATA,
    auto_loaded,
    belongs_to_user,
    lock_problem,
    terraform_reads,
    tracked_files,
)
from natlane.workspace.paths import OUT, Workspace

# A pre-shared key that is written out, as no module of natlane's has it.
KEY: Final = re.compile(r'(preshared_key\s*=\s*)"[^"]*"')


@dataclass(frozen=True, slots=True)
class Difference:
    """One file that out/ has otherwise than it should: no `old` where it is missing, no `new` where stale."""

    path: str
    old: str | None
    new: str | None


@dataclass(slots=True)
class Comparison:
    """One partner's folder against the text that it should hold."""

    differences: list[Difference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Result:
    """What a run found and did: `changed` are paths that were written or removed, or would have to be.

    `half`: out/ may be neither the old nor the new; `completed`: an earlier run that had left it so was completed.
    """

    problems: list[Problem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    changed: int = 0
    partners: set[str] = field(default_factory=set)
    half: bool = False
    completed: bool = False

    @property
    def failed(self) -> bool:
        """Whether out/ is not, and was not made, what the descriptors say."""
        return has_error(self.problems)


def compare(workspace: Workspace, partner: str, files: Mapping[str, str]) -> Comparison:
    """What would have to change in out/<partner>, and what is in the way."""
    found = Comparison()
    folder = f"{OUT}/{partner}"
    try:
        entries = entries_of(workspace, folder)
        found.problems += entries.odd
        found.problems += auto_loaded(workspace, folder, entries.users)
        lock = lock_problem(workspace, folder, files.values()) if ".terraform.lock.hcl" in entries.users else None
        found.problems += [lock] if lock else []
        odd = {each.path for each in entries.odd}
        if odd & {OUT, folder}:
            return found
        for name, new in files.items():
            if f"{folder}/{name}" not in odd:
                _compare_one(workspace, f"{folder}/{name}", new, found)
        for name in sorted(entries.files - files.keys()):
            _compare_stale(workspace, f"{folder}/{name}", found)
    except OSError as error:
        path = workspace.named(error, folder)
        found.problems.append(file_problem("output-unreadable", path, f"cannot be read: {error.strerror}"))
    return found


def _compare_one(workspace: Workspace, path: str, new: str, found: Comparison) -> None:
    old = content_of(workspace, path)
    if old is None:
        found.differences.append(Difference(path, None, new))
    elif old != new.encode():
        if bears_mark(old):
            found.differences.append(Difference(path, _without_keys(old), new))
        else:
            message = "stands where natlane writes, and is not natlane's"
            found.problems.append(file_problem("output-foreign", path, message, "move it away, or delete it"))


def _compare_stale(workspace: Workspace, path: str, found: Comparison) -> None:
    old = content_of(workspace, path)
    if old is not None and bears_mark(old):
        found.differences.append(Difference(path, _without_keys(old), None))
    elif terraform_reads(path):
        message = "is not natlane's, and would be read by Terraform or OpenTofu"
        found.problems.append(file_problem("output-foreign", path, message, "move it away, or make it a template"))
    else:
        found.problems.append(foreign(path))


def foreign(path: str) -> Problem:
    """A problem for what nobody reads and nobody wrote for this module; `generate --check` refuses it where git tracks
    it."""
    hint = "it is kept; move it away if it does not belong to this module"
    return Problem("output-foreign", "warning", path, 0, 0, "", "is not natlane's", hint)


def _without_keys(content: bytes) -> str:
    """A file's text as it may be shown: a key that somebody wrote into it stays there."""
    return KEY.sub(r"\1(hidden)", content.decode(errors="replace"))


def link_problem(path: str) -> Problem:
    """A problem for a link in out/."""
    return file_problem("output-symlink", path, "is a symbolic link, and writing would leave out/", "remove it")


@dataclass(slots=True)
class Entries:
    """A partner's folder by name: files that may be natlane's, what is the user's own, and what is neither."""

    files: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)
    odd: list[Problem] = field(default_factory=list)


def entries_of(workspace: Workspace, folder: str) -> Entries:
    """All below a partner's folder; what is the user's is not looked into."""
    found = Entries(odd=[link_problem(path) for path in (OUT, folder) if os.path.islink(workspace.path(path))])
    waiting = [] if found.odd else [""]
    while waiting:
        below = waiting.pop()
        try:
            entries = list(os.scandir(workspace.path(f"{folder}/{below}")))
        except FileNotFoundError:
            break
        for entry in entries:
            name = f"{below}{entry.name}"
            if _is_users(workspace, folder, name, entry):
                found.users.add(name)
            elif entry.is_symlink():
                found.odd.append(link_problem(f"{folder}/{name}"))
            elif entry.is_dir():
                waiting.append(f"{name}/")
            elif entry.is_file():
                found.files.add(name)
            else:
                found.odd.append(file_problem("output-foreign", f"{folder}/{name}", "is not a file", "move it away"))
    found.odd.sort(key=lambda problem: problem.path)
    return found


def _is_users(workspace: Workspace, folder: str, name: str, entry: os.DirEntry[str]) -> bool:
    """Whether an entry is what the user's names stand for: a file, or Terraform's own folder. A link, which could bring
    anything, is the user's where git does not track it."""
    if not belongs_to_user(name) or name == DATA:
        return name == DATA
    if entry.is_symlink():
        return tracked_files(workspace, f"{folder}/{name}") == frozenset()
    return entry.is_file()


def bears_mark(content: bytes) -> bool:
    """Whether natlane wrote this: its first line says so."""
    return MARK.encode() in content.partition(b"\n")[0]


def content_of(workspace: Workspace, path: str) -> bytes | None:
    """A file's bytes; None where there is no such file, and nothing where a folder stands in its place."""
    try:
        return workspace.read(path)
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        return b""
