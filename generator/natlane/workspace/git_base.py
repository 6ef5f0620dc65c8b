"""A git ref or a folder becomes the base of a review: an older root, and the paths that differ from it.

Git is asked through its own program. Of a ref, only those blobs are read that a review needs.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from natlane.problems import Problem, file_problem
from natlane.workspace.git import GitError, run_git
from natlane.workspace.paths import read_bytes

INPUTS: Final = ("landing-zone.yaml", "partners", "templates", "out")
_MAIN: Final = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REGULAR: Final = ("100644", "100755")  # neither symbolic links nor submodules


@dataclass(frozen=True, slots=True)
class Base:
    """An older root in `folder`; `changed` are the paths, relative to the root, that differ from it.

    `partners` are those to whom such a path belongs, and others that were asked for. Of a git ref,
    `folder` holds what changed, and everything of these partners.
    """

    folder: str
    label: str
    changed: frozenset[str]
    partners: frozenset[str]

    @property
    def shared_changed(self) -> bool:
        """Whether what all partners depend on differs."""
        return any(path == INPUTS[0] or path.startswith("templates/") for path in self.changed)


def partner_of(path: str) -> str:
    """The partner whom a path belongs to, or nothing."""
    parts = path.split("/")
    if len(parts) == 2 and parts[0] == "partners" and parts[1].endswith(".yaml"):
        return parts[1].removesuffix(".yaml")
    return parts[1] if len(parts) > 2 and parts[0] == "out" and not parts[1].startswith(".") else ""


class _Refused(Exception):  # noqa: N818 - it is an answer, told to the user
    """Why git cannot give the base."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.problem = file_problem(code, ".", message, hint)


@contextmanager
def open_base(root: str, base: str | None, partners: frozenset[str] = frozenset()) -> Iterator[Base | Problem]:
    """The base that was asked for (a git ref, else a folder with a landing zone), or the merge base with
    the main branch; a problem where there is none. What git gave is removed at the end of the block.

    `partners` are wanted too, whether anything of theirs differs or not.
    """
    if _is_folder(root, base):
        changed = frozenset(_differing(str(base), root))
        yield Base(str(base), str(base), changed, partners | _partners(changed))
        return
    with tempfile.TemporaryDirectory(prefix="natlane-") as folder:
        try:
            commit, label = _commit(root, base)
            found: Base | Problem = _checked_out(root, commit, label, folder, partners)
        except _Refused as no:
            found = no.problem
        yield found


def changed_since(root: str, base: str) -> frozenset[str] | Problem:
    """The paths of a root that differ from a ref or a folder, which the user named by --changed-since."""
    if _is_folder(root, base):
        return frozenset(_differing(base, root))
    try:
        return _changed(root, _commit(root, base)[0])
    except _Refused as no:
        return replace(no.problem, hint=no.problem.hint.replace("--base", "--changed-since"))


def _is_folder(root: str, base: str | None) -> bool:
    """Whether a base is another root's folder: a ref of that name comes first, or a folder could hide it."""
    return bool(base) and os.path.isfile(os.path.join(str(base), INPUTS[0])) and _named(root, str(base)) is None


def _named(root: str, base: str) -> str | None:
    try:
        return _resolved(root, base)
    except _Refused:  # no git: then it can only be a folder
        return None


def _commit(root: str, base: str | None) -> tuple[str, str]:
    """The commit of the base, and how a person calls it."""
    _git(root, "rev-parse", "--show-toplevel", code="git-not-repository", hint="name a folder by --base")
    if base is not None:
        found = _resolved(root, base) if base else None
        if found is None:
            raise _Refused(
                "git-ref-unknown", f"{base or 'an empty text'} is no commit of this repository", _shallow_hint(root)
            )
        return found, base
    main = next((name for name in _MAIN if _resolved(root, name)), None)
    if main is None or _resolved(root, "HEAD") is None:
        raise _Refused("git-no-main", "there is no main branch to compare with", "name the base by --base REF")
    hint = _shallow_hint(root)
    merge = _git(root, "merge-base", "HEAD", main, code="git-no-merge-base", hint=hint).decode().strip()
    return merge, f"the merge base with {main}"


def _resolved(root: str, ref: str) -> str | None:
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


def _partners(changed: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in map(partner_of, changed) if name)


def _checked_out(root: str, commit: str, label: str, folder: str, partners: frozenset[str]) -> Base:
    """What a review needs of a commit, written to a folder."""
    changed = _changed(root, commit)
    base = Base(folder, label, changed, partners | _partners(changed))
    everything = base.shared_changed
    wanted = {
        path: blob
        for path, blob in _tree(root, commit)
        if everything or path in base.changed or partner_of(path) in ("", *base.partners)
    }
    names = "".join(f"{blob}\n" for blob in wanted.values()).encode()
    rest = memoryview(_git(root, "cat-file", "--batch", given=names))
    for path in wanted:
        head = bytes(rest[:200]).split(b"\n", 1)[0]
        size = int(head.rsplit(b" ", 1)[1])
        start = len(head) + 1
        _write(os.path.join(folder, path), rest[start : start + size])
        rest = rest[start + size + 1 :]
    return base


def _tree(root: str, commit: str) -> Iterator[tuple[str, str]]:
    """Path and blob of every regular file of a commit that a review may need."""
    listing = _git(root, "ls-tree", "-r", "-z", commit, "--", *INPUTS)
    for entry in listing.decode("utf-8", "surrogateescape").split("\0"):
        meta, _, path = entry.partition("\t")
        mode, _, blob = meta.partition(" blob ")
        if mode in _REGULAR and ".." not in path.split("/"):
            yield path, blob


def _changed(root: str, commit: str) -> frozenset[str]:
    """Paths of the work tree that differ from a commit, files that git does not know yet included."""
    options = ("--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--relative")
    tracked = _git(root, "diff", *options, commit, "--", *INPUTS, filtered=True)
    fresh = _git(root, "ls-files", "-z", "--others", "--exclude-standard", "--", *INPUTS)
    names = (tracked + fresh).decode("utf-8", "surrogateescape").split("\0")
    return frozenset(name for name in names if name)


def _git(
    root: str,
    *words: str,
    given: bytes = b"",
    code: str = "git-failed",
    hint: str = "name a folder by --base",
    filtered: bool = False,
) -> bytes:
    """What git prints; _Refused with git's own first words where it fails."""
    try:
        return run_git(root, *words, given=given, filtered=filtered)
    except GitError as error:
        if error.missing:
            message = "git is not installed, and the base is not a folder"
            raise _Refused("git-missing", message, "install git, or name a folder by --base") from error
        raise _Refused(code, error.message, hint) from error


def _write(path: str, content: memoryview) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def _differing(base: str, root: str) -> Iterator[str]:
    """The paths that are in only one of two roots, or not the same in both."""
    for path in sorted({*_files(base), *_files(root)}):
        if _bytes(base, path) != _bytes(root, path):
            yield path


def _files(root: str) -> Iterable[str]:
    yield INPUTS[0]
    for top in INPUTS[1:]:
        for parent, folders, files in os.walk(os.path.join(root, top)):
            folders[:] = [name for name in folders if not name.startswith(".")]
            yield from (os.path.relpath(os.path.join(parent, name), root) for name in files)


def _bytes(root: str, path: str) -> bytes | None:
    try:
        return read_bytes(os.path.join(root, path))
    except OSError:
        return None
