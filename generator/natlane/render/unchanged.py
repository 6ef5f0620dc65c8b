"""Record of roots in which nothing is to do, so that the next run can end early.

Only what a run compared is remembered: inputs and out/ are signed before it reads them, and again when it ends.
Kept light: the run that has nothing to do imports neither Jinja nor YAML.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from typing import Final

from natlane import cache
from natlane.problems import Problem
from natlane.render.template_folders import template_files
from natlane.workspace.git import index_state
from natlane.workspace.module_files import DATA, belongs_to_user, is_auto_loaded
from natlane.workspace.paths import LANDING_ZONE, OUT, Workspace, descriptor_path, read_bytes

_KIND: Final = "done"
# A file may change twice within one tick of the file system's clock: what is younger than this is not trusted.
_TICK: Final = 100_000_000
_COARSE_TICK: Final = 2_000_000_000  # where all times are whole seconds


@dataclass(frozen=True, slots=True)
class Signed:
    """A root at one moment: a digest of what its inputs hold, and the state of its files on the disk."""

    inputs: str
    files: str
    settled: bool = field(compare=False)  # nothing is so young that it may change without its times changing


def sign(workspace: Workspace) -> Signed | None:
    """All that a run reads, as it is now; None where something cannot be read."""
    now = time.time_ns()
    names, problems = workspace.partner_names()
    digest, files = blake2b(cache.code_digest().encode(), digest_size=20), _Files()
    try:
        paths = [*template_files(workspace), workspace.path(LANDING_ZONE)]
        paths += [workspace.path(descriptor_path(name)) for name in names]
        for path in paths:
            content = read_bytes(path, follow=False)
            digest.update(f"\0{path}\0{len(content)}\0".encode(errors="surrogateescape") + content)
            files.add(path, os.lstat(path))
        digest.update("\n".join(map(str, problems)).encode(errors="surrogatepass"))
        if os.path.islink(workspace.path(OUT)):  # is refused, and may lead to a whole disk
            return None
        files.add_all(workspace.path(OUT))
        if files.asks_git:
            digest.update(index_state(workspace.root).encode())
    except OSError:
        return None
    return Signed(digest.hexdigest(), files.digest.hexdigest(), now - files.newest > files.tick)


def remembered(workspace: Workspace, signed: Signed | None) -> list[Problem] | None:
    """The warnings of the last run, if everything that it read and wrote is as it was then."""
    known = cache.get(_KIND, _key(signed)) if signed else None
    if known is None or workspace.interrupted():
        return None
    try:
        return [Problem(**problem) for problem in json.loads(known)]
    except (ValueError, TypeError):
        return None


def remember(workspace: Workspace, signed: Signed | None, problems: Sequence[Problem]) -> None:
    """Nothing was to do in this root since it was signed; nothing is remembered where it changed meanwhile."""
    if signed is not None and signed.settled and sign(workspace) == signed:
        cache.put(_KIND, _key(signed), json.dumps([asdict(problem) for problem in problems]).encode())


def _key(signed: Signed) -> str:
    """That is what git's own index trusts: name, inode, size and times, of inputs their content, too."""
    return f"{signed.inputs}-{signed.files}"


class _Files:
    """Files by name, inode, size and times, and the youngest of them."""

    def __init__(self) -> None:
        self.digest = blake2b(digest_size=20)
        self.newest = 0
        self.tick = _COARSE_TICK
        self.asks_git = False  # whether there is anything of which it matters that git tracks it

    def add(self, name: str, status: os.stat_result) -> None:
        times = f"{status.st_mtime_ns} {status.st_ctime_ns}"
        self.digest.update(f"{name} {status.st_ino} {status.st_size} {times}\0".encode(errors="surrogateescape"))
        self.newest = max(self.newest, status.st_ctime_ns)
        if status.st_ctime_ns % 1_000_000_000:
            self.tick = _TICK

    def add_all(self, folder: str) -> None:
        """Everything below a folder but what is the user's own."""
        waiting = [""]
        while waiting:
            below = waiting.pop()
            for entry in sorted(os.scandir(os.path.join(folder, below)), key=lambda each: each.name):
                name = f"{below}{entry.name}"
                inner = name.partition("/")[2]
                if inner and belongs_to_user(inner) and (inner == DATA or not entry.is_dir(follow_symlinks=False)):
                    self._add_users(name, inner, entry)
                elif entry.is_dir(follow_symlinks=False):
                    self.digest.update(f"{name}/\0".encode(errors="surrogateescape"))
                    waiting.append(f"{name}/")
                else:
                    self.add(name, entry.stat(follow_symlinks=False))

    def _add_users(self, name: str, inner: str, entry: os.DirEntry[str]) -> None:
        """What is the user's: a file as it is, of a folder only that it is there."""
        self.asks_git = self.asks_git or is_auto_loaded(inner) or inner == DATA or entry.is_symlink()
        if entry.is_file(follow_symlinks=False):
            self.add(name, entry.stat(follow_symlinks=False))
        self.digest.update(f"{name} is the user's\0".encode(errors="surrogateescape"))
