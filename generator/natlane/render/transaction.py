"""Writing of staged files to out/: all of them or none.

New text is first staged beside out/, then every place is asked whether it would take it, then a journal is
put in place by one rename, and only then are files renamed into out/. A process that dies before the journal
leaves out/ as it was; one that dies after it is completed by the next `generate`. A lock on the root, which is
never removed, keeps two runs apart.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from natlane.problems import Problem
from natlane.render.compare import Difference
from natlane.render.journal import Step, flush, leads_into_out, read_journal, refuse_foreign, take_steps
from natlane.render.preflight import obstacles
from natlane.workspace.module_files import tracked_files
from natlane.workspace.paths import JOURNAL, OUT, STAGING, Workspace

_DRAFT: Final = "draft"


class Writing:
    """Differences staged, then committed at once. Made by `writing`."""

    def __init__(self, workspace: Workspace, staging: str) -> None:
        self.workspace = workspace
        self.staging = staging
        self.steps: list[Step] = []
        self._files: list[str] = []
        self._draft = open(os.path.join(staging, _DRAFT), "w", encoding="utf-8")  # noqa: SIM115 - closed by commit or close

    def stage(self, partner: str, differences: list[Difference]) -> None:
        """Write new text beside out/; may raise OSError, after which nothing has happened to out/."""
        folder = f"{OUT}/{partner}"
        if differences and not self.workspace.holds(folder):
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
        if not leads_into_out(self.workspace, path):  # reported before anything is committed
            raise OSError(f"{path} is not below {OUT}/")
        step = Step("" if removes else str(len(self.steps)), path)
        self.steps.append(step)
        self._draft.write(step.line())
        return step.staged

    def _write(self, staged: str, text: str) -> None:
        path = os.path.join(self.staging, staged)
        try:
            file = open(path, "w", encoding="utf-8", newline="")  # noqa: SIM115 - closed two lines below
        except FileNotFoundError:
            os.makedirs(os.path.dirname(path))
            file = open(path, "w", encoding="utf-8", newline="")  # noqa: SIM115
        with file:
            file.write(text)
        self._files.append(path)

    def commit(self) -> list[Problem]:
        """Make out/ what was staged, or report what is in the way, and leave it as it was.

        From the journal's rename on it will be completed, by us or the next run.
        """
        self._draft.flush()
        self.close()
        if not self.steps:
            return []
        found = obstacles(self.workspace, self.staging, [step.path for step in self.steps])
        if not found:
            draft, journal = (os.path.join(self.staging, name) for name in (_DRAFT, JOURNAL))
            flush([*self._files, draft])
            os.rename(draft, journal)
            flush([self.staging])
            take_steps(self.workspace, self.staging, self.steps)
            flush(sorted({self.workspace.path(os.path.dirname(step.path)) for step in self.steps}))
            os.unlink(journal)
        return found

    def close(self) -> None:
        """Stop staging."""
        self._draft.close()


@contextmanager
def writing(workspace: Workspace) -> Iterator[Writing]:
    """The only writer of out/ until the block ends; completes first what an earlier run could not."""
    lock = os.open(workspace.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    made = False
    out = workspace.path(OUT)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = not os.path.isdir(out)
        os.makedirs(out, exist_ok=True)
        staging = workspace.staging
        _recover(workspace, staging)
        os.mkdir(staging, 0o700)
        transaction = Writing(workspace, staging)
        try:
            yield transaction
        finally:
            with suppress(OSError):  # a full disk: what could not be flushed is thrown away with the rest
                transaction.close()
            # A journal that is in place stays where its steps failed: the next run completes them.
            if not workspace.interrupted():
                shutil.rmtree(staging, ignore_errors=True)
    finally:
        if made:
            with suppress(OSError):  # it holds something now
                os.rmdir(out)
        os.close(lock)


def _recover(workspace: Workspace, staging: str) -> None:
    """Complete what an earlier run began. Raises OSError where what lies there is not what one would leave."""
    if not os.path.lexists(staging):
        return
    if os.path.islink(staging):
        raise OSError(f"{STAGING} is a symbolic link")
    relative = os.path.relpath(staging, workspace.root)
    if tracked_files(workspace, relative):
        raise OSError(f"{relative} is tracked by git, so that no run of natlane left it: git rm -r {relative}")
    if workspace.interrupted():
        steps = read_journal(staging)
        refuse_foreign(workspace, staging, steps)
        take_steps(workspace, staging, steps)
    try:
        shutil.rmtree(staging)
    except RecursionError as error:
        raise OSError(f"{STAGING} is nested deeper than any run of natlane left it: delete it") from error
