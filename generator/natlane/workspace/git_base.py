"""The base of a comparison: an older root, as a git ref or as a folder, and the paths that differ from it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from natlane.problems import Problem, file_problem
from natlane.workspace.git import GitError, run_git
from natlane.workspace.git_files import MOST_BYTES, blobs_of, changed_paths, open_blobs
from natlane.workspace.paths import LANDING_ZONE, OUT, PARTNERS, SUFFIX, TEMPLATES, files_below
from natlane.workspace.root_files import CommitFiles, Files, FolderFiles

INPUTS: Final = (LANDING_ZONE, PARTNERS, TEMPLATES, OUT)
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MAIN: Final = ("origin/HEAD", "origin/main", "origin/master", "main", "master")


@dataclass(frozen=True, slots=True)
class Base:
    """An older root: its files, what a person calls it, and the paths, relative to the root, that differ from it."""

    files: Files
    label: str
    changed: frozenset[str]

    def partners_changed(self) -> frozenset[str]:
        """The partners to whom a path that differs belongs."""
        return frozenset(name for name in map(partner_of, self.changed) if name)


def partner_of(path: str) -> str:
    """The partner whom a path belongs to, or nothing."""
    parts = path.split("/")
    if len(parts) == 2 and parts[0] == PARTNERS and parts[1].endswith(SUFFIX):
        return parts[1].removesuffix(SUFFIX)
    return parts[1] if len(parts) > 2 and parts[0] == OUT and not parts[1].startswith(".") else ""


class _Refused(Exception):  # noqa: N818 - it is an answer to the user
    """Why git cannot give the base."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.problem = file_problem(code, ".", message, hint)


@contextmanager
def open_base(root: str, base: str | None) -> Iterator[Base | Problem]:
    """The base that was asked for (a git ref, else a folder with a landing zone), or the merge base with
    the main branch; a problem where there is none. It can be read as long as the block lasts, which raises GitError
    where the repository lacks what it is asked for.
    """
    if base is not None and _is_folder(root, base):
        yield Base(FolderFiles(base), base, frozenset(_differing(base, root)))
        return
    try:
        commit, label = _commit(root, base)
        blobs = blobs_of(root, commit, INPUTS)
        changed = changed_paths(root, blobs, INPUTS)
    except _Refused as no:
        yield no.problem
        return
    except GitError as error:
        yield git_problem(error)
        return
    with open_blobs(root) as reader:
        yield Base(CommitFiles(blobs, reader), label, changed)


def git_problem(error: GitError) -> Problem:
    """What git said where it failed, as a problem of the whole root."""
    return file_problem("git-failed", ".", error.message, "name a folder by --base")


def changed_since(root: str, base: str) -> frozenset[str] | Problem:
    """The paths of a root that differ from a ref or a folder, which the user named by --changed-since."""
    if _is_folder(root, base):
        return frozenset(_differing(base, root))
    try:
        commit, _ = _commit(root, base)
        return changed_paths(root, blobs_of(root, commit, INPUTS), INPUTS)
    except _Refused as no:
        problem = no.problem
    except GitError as error:
        problem = git_problem(error)
    return replace(problem, hint=problem.hint.replace("--base", "--changed-since"))


def _is_folder(root: str, base: str) -> bool:
    """Whether a base is another root's folder: a ref of that name comes first, or a folder could hide it."""
    if not base or not os.path.isfile(os.path.join(base, LANDING_ZONE)):
        return False
    try:
        return _commit_of(root, base) is None
    except _Refused:  # no git: then it can only be a folder
        return True


def _commit(root: str, base: str | None) -> tuple[str, str]:
    """The commit of the base, and what a person calls it."""
    _git(root, "rev-parse", "--show-toplevel", code="git-not-repository")
    if base is not None:
        found = _commit_of(root, base) if base else None
        if found is None:
            message = f"{base or 'an empty text'} is no commit of this repository"
            raise _Refused("git-ref-unknown", message, _shallow_hint(root))
        return found, base
    main = next((name for name in _MAIN if _commit_of(root, name)), None)
    if main is None or _commit_of(root, "HEAD") is None:
        message = "there is no main branch to compare with"
        raise _Refused("git-no-main", message, "name the base by --base REF")
    hint = _shallow_hint(root)
    merge = _git(root, "merge-base", "HEAD", main, code="git-no-merge-base", hint=hint).decode().strip()
    return merge, f"the merge base with {main}"


def _commit_of(root: str, ref: str) -> str | None:
    """The commit that a ref names, if it is there."""
    try:
        found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    except _Refused as no:
        if no.problem.code == "git-missing":
            raise
        return None
    commit = found.decode().strip()
    return commit if _COMMIT.fullmatch(commit) else None  # ^main names what is not reachable, and no commit


def _shallow_hint(root: str) -> str:
    if _git(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
        return "the clone is shallow: fetch all of it (actions/checkout with fetch-depth: 0)"
    return "fetch it, or name another one by --base"


def _git(root: str, *words: str, code: str = "git-failed", hint: str = "name a folder by --base") -> bytes:
    """What git prints; _Refused with git's own first words where it fails."""
    try:
        return run_git(root, *words)
    except GitError as error:
        if error.missing:
            message = "git is not installed, and the base is not a folder"
            raise _Refused("git-missing", message, "install git, or name a folder by --base") from error
        raise _Refused(code, error.message, hint) from error


def _differing(base: str, root: str) -> Iterator[str]:
    """The paths that are in only one of two roots, or not the same in both."""
    then, now = FolderFiles(base), FolderFiles(root)
    for path in sorted({*_files(base), *_files(root)}):
        content = then.content(path)
        if content != now.content(path) or len(content or b"") == MOST_BYTES:
            yield path


def _files(root: str) -> Iterable[str]:
    yield LANDING_ZONE
    for top in INPUTS[1:]:
        for name in files_below(os.path.join(root, top)):
            if not any(part.startswith(".") for part in name.split("/")[:-1]):
                yield f"{top}/{name}"
