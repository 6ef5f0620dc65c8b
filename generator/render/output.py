"""{file: text} of each partner becomes out/, all of it or nothing.

New text is first staged beside out/, then a journal is put in place by one rename, and only then
are files renamed into out/. A process that dies before the journal leaves out/ as it was; one that
dies after it is completed by the next `generate`. A folder lock keeps two runs apart.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from generator.describe.folder import JOURNAL, OUT, STAGING, interrupted, staging_folder
from generator.problems import Problem, file_problem, has_error
from generator.render.shipped import MARK

_DRAFT: Final = "draft"
_USERS: Final = (".terraform", ".terraform.lock.hcl", ".terraform.tfstate.lock.info")


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
    """What a run found and did: `changed` are paths that were written or removed, or would have to be."""

    problems: list[Problem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    changed: int = 0
    partners: int = 0

    @property
    def failed(self) -> bool:
        """Whether out/ is not, and was not made, what the descriptors say."""
        return has_error(self.problems)


def is_users(name: str) -> bool:
    """Whether a file or folder in out/<partner>/ is Terraform's or the user's own, never ours to touch."""
    base = name.rsplit("/", 1)[-1]
    return base in _USERS or ".tfstate" in base or ".tfvars" in base or base == "crash.log"


def compare(root: str, partner: str, files: Mapping[str, str]) -> Comparison:
    """What would have to change in out/<partner>, and what is in the way."""
    found = Comparison()
    folder = f"{OUT}/{partner}"
    try:
        present, links = _present(root, folder)
        for link in links:
            message = "is a symbolic link, and writing would leave out/"
            found.problems.append(file_problem("output-symlink", link, message, "remove it"))
        for name, new in files.items():
            _compare_one(root, f"{folder}/{name}", new, found)
        for name in sorted(present - files.keys()):
            _compare_stale(root, f"{folder}/{name}", found)
    except OSError as error:
        path = os.path.relpath(error.filename, root) if error.filename else folder
        found.problems.append(file_problem("output-unreadable", path, f"cannot be read: {error.strerror}"))
    return found


def _compare_one(root: str, path: str, new: str, found: Comparison) -> None:
    old = _content(root, path)
    if old is None:
        found.differences.append(Difference(path, None, new))
    elif old != new.encode():
        if bears_mark(old):
            found.differences.append(Difference(path, old.decode(errors="replace"), new))
        else:
            message = "stands where natlane writes, and is not natlane's"
            found.problems.append(file_problem("output-foreign", path, message, "move it away, or delete it"))


def _compare_stale(root: str, path: str, found: Comparison) -> None:
    old = _content(root, path)
    if old is not None and bears_mark(old):
        found.differences.append(Difference(path, old.decode(errors="replace"), None))
    else:
        hint = "it is kept; move it away if it does not belong to this module"
        found.problems.append(Problem("output-foreign", "warning", path, 0, 0, "", "is not natlane's", hint))


def _present(root: str, folder: str) -> tuple[set[str], list[str]]:
    """Files below a partner's folder that are not the user's, and every symbolic link on the way."""
    names: set[str] = set()
    links = [path for path in (OUT, folder) if os.path.islink(os.path.join(root, path))]
    if links:
        return names, links
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            entries = list(os.scandir(os.path.join(root, folder, below)))
        except FileNotFoundError:
            return names, links
        for entry in entries:
            name = f"{below}{entry.name}"
            if is_users(name):
                continue
            if entry.is_symlink():
                links.append(f"{folder}/{name}")
            elif entry.is_dir():
                waiting.append(f"{name}/")
            else:
                names.add(name)
    return names, sorted(links)


def bears_mark(content: bytes) -> bool:
    """Whether natlane wrote this: its first line says so."""
    return MARK.encode() in content.partition(b"\n")[0]


def _content(root: str, path: str) -> bytes | None:
    """A file's bytes; None where there is no such file, and nothing where a folder stands in its place."""
    try:
        with open(os.path.join(root, path), "rb", buffering=0) as file:
            return file.read()
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        return b""


def orphans(root: str, names: tuple[str, ...]) -> list[str]:
    """Folders of out/ that hold files of ours and that no descriptor stands behind."""
    known = set(names)
    try:
        entries = list(os.scandir(os.path.join(root, OUT)))
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(
        entry.name
        for entry in entries
        if entry.name not in known and entry.is_dir(follow_symlinks=False) and _holds_ours(root, entry.name)
    )


def _holds_ours(root: str, name: str) -> bool:
    files, _ = _present(root, f"{OUT}/{name}")
    return any(bears_mark(_content(root, f"{OUT}/{name}/{file}") or b"") for file in files)


class Writing:
    """Differences staged, then committed at once. Made by `writing`."""

    def __init__(self, root: str, staging: str) -> None:
        self.root = root
        self.staging = staging
        self.steps = 0
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
        staged = "" if removes else str(self.steps)
        self.steps += 1
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

    def commit(self) -> None:
        """Make out/ what was staged. From the journal's rename on it will be completed, by us or the next run."""
        self._draft.flush()
        os.fsync(self._draft.fileno())
        self.close()
        if self.steps:
            journal = os.path.join(self.staging, JOURNAL)
            os.rename(os.path.join(self.staging, _DRAFT), journal)
            _apply(self.root, self.staging)
            os.unlink(journal)

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
            if made and not os.listdir(out):
                os.rmdir(out)
    finally:
        os.close(lock)


def _recover(root: str, staging: str) -> None:
    if os.path.islink(staging):
        raise OSError(f"{STAGING} is a symbolic link")
    if interrupted(root):
        _apply(root, staging)
    if os.path.isdir(staging):
        shutil.rmtree(staging)
