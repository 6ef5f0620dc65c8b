"""{file: text} of a partner, held against out/: what differs, what is foreign, what is in the way."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from natlane.problems import Problem, file_problem, has_error
from natlane.render.template_folders import MARK
from natlane.workspace.paths import OUT, read_bytes

# A pre-shared key that is written out, as no module of natlane's has it.
KEY: Final = re.compile(r'(preshared_key\s*=\s*)"[^"]*"')
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
    """What a run found and did: `changed` are paths that were written or removed, or would have to be.

    `half`: out/ may be neither the old nor the new; `completed`: an earlier run that had left it so was completed.
    """

    problems: list[Problem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    changed: int = 0
    partners: int = 0
    half: bool = False
    completed: bool = False

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
        present, odd = _present(root, folder)
        found.problems += odd
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
            found.differences.append(Difference(path, _without_keys(old), new))
        else:
            message = "stands where natlane writes, and is not natlane's"
            found.problems.append(file_problem("output-foreign", path, message, "move it away, or delete it"))


def _compare_stale(root: str, path: str, found: Comparison) -> None:
    old = _content(root, path)
    if old is not None and bears_mark(old):
        found.differences.append(Difference(path, _without_keys(old), None))
    else:
        hint = "it is kept; move it away if it does not belong to this module"
        found.problems.append(Problem("output-foreign", "warning", path, 0, 0, "", "is not natlane's", hint))


def _without_keys(content: bytes) -> str:
    """A file's text as it may be shown: a key that somebody wrote into it stays there."""
    return KEY.sub(r"\1(hidden)", content.decode(errors="replace"))


def _link(path: str) -> Problem:
    return file_problem("output-symlink", path, "is a symbolic link, and writing would leave out/", "remove it")


def _present(root: str, folder: str) -> tuple[set[str], list[Problem]]:
    """Files below a partner's folder that are not the user's, and a problem for all that is neither file nor folder."""
    names: set[str] = set()
    odd = [_link(path) for path in (OUT, folder) if os.path.islink(os.path.join(root, path))]
    if odd:
        return names, odd
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            entries = list(os.scandir(os.path.join(root, folder, below)))
        except FileNotFoundError:
            return names, odd
        for entry in entries:
            name = f"{below}{entry.name}"
            if is_users(name):
                continue
            if entry.is_symlink():
                odd.append(_link(f"{folder}/{name}"))
            elif entry.is_dir():
                waiting.append(f"{name}/")
            elif entry.is_file():
                names.add(name)
            else:
                odd.append(file_problem("output-foreign", f"{folder}/{name}", "is not a file", "move it away"))
    return names, sorted(odd, key=lambda problem: problem.path)


def bears_mark(content: bytes) -> bool:
    """Whether natlane wrote this: its first line says so."""
    return MARK.encode() in content.partition(b"\n")[0]


def _content(root: str, path: str) -> bytes | None:
    """A file's bytes; None where there is no such file, and nothing where a folder stands in its place."""
    try:
        return read_bytes(os.path.join(root, path))
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
