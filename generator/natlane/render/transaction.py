"""Staged text becomes out/, all of it or nothing.

New text is first staged beside out/, then every place is asked whether it would take it, then a journal is
put in place by one rename, and only then are files renamed into out/. A process that dies before the journal
leaves out/ as it was; one that dies after it is completed by the next `generate`. A lock on the folder keeps
two runs apart.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from natlane.problems import Problem
from natlane.render.compare import Difference
from natlane.render.preflight import obstacles
from natlane.workspace.paths import JOURNAL, OUT, STAGING, interrupted, staging_folder

_DRAFT: Final = "draft"


class Writing:
    """Differences staged, then committed at once. Made by `writing`."""

    def __init__(self, root: str, staging: str) -> None:
        self.root = root
        self.staging = staging
        self.paths: list[str] = []
        self._draft = open(os.path.join(staging, _DRAFT), "w", encoding="utf-8")  # noqa: SIM115 - closed by commit or close

    def stage(self, partner: str, differences: list[Difference]) -> None:
        """Write new text beside out/; may raise OSError, after which nothing has happened to out/."""
        folder = f"{OUT}/{partner}"
        if differences and not os.path.lexists(os.path.join(self.root, folder)):
            # A folder that is new goes into place as a whole, by one rename.
            staged = self._step(folder)
            for difference in differences:
                if difference.new is not None:
                    self._write(f"{staged}/{difference.path.removeprefix(folder + '/')}", difference.new)
            return
        for difference in differences:
            staged = self._step(difference.path, removes=difference.new is None)
            if difference.new is not None:
                self._write(staged, difference.new)

    def _step(self, path: str, *, removes: bool = False) -> str:
        if not _inside_out(self.root, path):  # told before anything is committed: such a journal is never completed
            raise OSError(f"{path} is not below {OUT}/")
        staged = "" if removes else str(len(self.paths))
        self.paths.append(path)
        self._draft.write(json.dumps([staged, path]) + "\n")
        return staged

    def _write(self, staged: str, text: str) -> None:
        path = os.path.join(self.staging, staged)
        try:
            file = open(path, "w", encoding="utf-8", newline="")  # noqa: SIM115 - closed two lines below
        except FileNotFoundError:
            os.makedirs(os.path.dirname(path))
            file = open(path, "w", encoding="utf-8", newline="")  # noqa: SIM115
        with file:
            file.write(text)

    def commit(self) -> list[Problem]:
        """Make out/ what was staged, or tell what stands in the way, and leave it as it was.

        From the journal's rename on it will be completed, by us or the next run.
        """
        self._draft.flush()
        os.fsync(self._draft.fileno())
        self.close()
        if not self.paths:
            return []
        found = obstacles(self.root, self.staging, self.paths)
        if not found:
            journal = os.path.join(self.staging, JOURNAL)
            os.rename(os.path.join(self.staging, _DRAFT), journal)
            _apply(self.root, self.staging)
            os.unlink(journal)
        return found

    def close(self) -> None:
        """Stop staging."""
        self._draft.close()


def _apply(root: str, staging: str) -> None:
    """Take every step of the journal that was not taken yet: each may be repeated without harm."""
    with open(os.path.join(staging, JOURNAL), encoding="utf-8") as journal:
        for line in journal:
            staged, path = json.loads(line)
            target = os.path.join(root, path)
            source = os.path.join(staging, staged)
            if not _inside_out(root, path) or not (staged.isdecimal() or not staged):
                raise OSError(f"{STAGING}/{JOURNAL} names {path}, which is not below {OUT}/")
            if not staged:
                if os.path.lexists(target):
                    os.unlink(target)
                with suppress(OSError):  # the folder goes with its last file
                    os.rmdir(os.path.dirname(target))
            elif os.path.lexists(source):
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.rename(source, target)


def _inside_out(root: str, path: str) -> bool:
    """Whether a path leads into out/ by real folders only: a journal is only a file, and may be forged."""
    parts = path.split("/")
    if parts[0] != OUT or len(parts) < 2 or any(part in ("", ".", "..") for part in parts):
        return False
    parents = (os.path.join(root, *parts[: index + 1]) for index in range(len(parts)))
    return not any(os.path.islink(parent) for parent in parents)


@contextmanager
def writing(root: str) -> Iterator[Writing]:
    """The only writer of out/ until the block ends; completes first what an earlier run could not."""
    out = os.path.join(root, OUT)
    made = not os.path.isdir(out)
    os.makedirs(out, exist_ok=True)
    lock = os.open(out, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        staging = staging_folder(root)
        _recover(root, staging)
        os.mkdir(staging, 0o700)
        transaction = Writing(root, staging)
        try:
            yield transaction
        finally:
            with suppress(OSError):  # a full disk: what could not be flushed is thrown away with the rest
                transaction.close()
            # A journal that is in place stays where its steps failed: the next run completes them.
            if not interrupted(root):
                shutil.rmtree(staging, ignore_errors=True)
    finally:
        if made:
            with suppress(OSError):  # it holds something now
                os.rmdir(out)
        os.close(lock)


def _recover(root: str, staging: str) -> None:
    if os.path.islink(staging):
        raise OSError(f"{STAGING} is a symbolic link")
    if interrupted(root):
        _apply(root, staging)
    if os.path.isdir(staging):
        shutil.rmtree(staging)
