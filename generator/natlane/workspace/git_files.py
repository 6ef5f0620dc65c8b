"""Files of a commit as git holds them, and which of the working tree differ; read without filters and conversions."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha1, sha256
from typing import IO, Final

from natlane.workspace.git import GitError, run_git, start_git
from natlane.workspace.paths import read_bytes

_REGULAR: Final = ("100644", "100755")  # neither symbolic links nor submodules
# Of one file. Every reader refuses what is larger: HCL by its characters, which may be of four bytes each.
MOST_BYTES: Final = 4 * 16_777_216 + 1
_PIECE: Final = 65_536
_SHA1: Final = 40  # digits of a name; a repository of SHA-256 has 64


def blobs_of(root: str, commit: str, paths: Iterable[str]) -> dict[str, str]:
    """The name of the blob of every regular file below these paths of a commit, by its path relative to the root."""
    listing = run_git(root, "ls-tree", "-r", "-z", commit, "--", *paths)
    found = {}
    for entry in listing.decode("utf-8", "surrogateescape").split("\0"):
        meta, _, path = entry.partition("\t")
        mode, _, blob = meta.partition(" blob ")
        if mode in _REGULAR and ".." not in path.split("/"):
            found[path] = blob
    return found


def blob_name(content: bytes, length: int = _SHA1) -> str:
    """The name that git gives a file of this content, with as many digits as the repository's names have."""
    digest = sha1(usedforsecurity=False) if length == _SHA1 else sha256()
    digest.update(b"blob %d\0" % len(content))
    digest.update(content)
    return digest.hexdigest()


def untracked(root: str, folder: str) -> frozenset[str] | None:
    """Every file of a folder that git does not track, ignored ones included; None where git cannot tell."""
    try:
        found = run_git(root, "ls-files", "-z", "--others", "--", folder)
    except GitError:
        return None
    return frozenset(found.decode("utf-8", "surrogateescape").split("\0"))


def changed_paths(root: str, blobs: Mapping[str, str], paths: tuple[str, ...]) -> frozenset[str]:
    """The paths below `paths` that differ from a commit's `blobs`, files that git does not know yet included.

    `git diff` would run the filters of the repository's configuration over files whose times differ, so files are
    compared here: by their times in git's index first, as git does, and by their content where those do not settle it.
    """
    indexed = _indexed(root, paths)
    fresh = run_git(root, "ls-files", "-z", "--others", "--exclude-standard", "--", *paths)
    names = {*blobs, *indexed, *fresh.decode("utf-8", "surrogateescape").split("\0")}
    return frozenset(name for name in names if name and not _is_same(root, name, blobs.get(name), indexed.get(name)))


@dataclass(frozen=True, slots=True)
class _Indexed:
    """A file in git's index: its blob, and what lstat said of it when it was last known to have that content."""

    blob: str
    times: tuple[int, ...]  # changed and modified, each in seconds and nanoseconds; inode and size, cut to 32 bits
    left_out: bool  # of the working tree, by a sparse checkout


# `ls-files --debug` is made to be read by people; where another git prints it otherwise, every file is compared.
_ENTRY: Final = re.compile(
    rb"(?:100644|100755) ([0-9a-f]{40,64}) 0\t([^\0]+)\0  ctime: (\d+):(\d+)\n  mtime: (\d+):(\d+)\n"
    rb"  dev: \d+\tino: (\d+)\n  uid: \d+\tgid: \d+\n  size: (\d+)\tflags: ([0-9a-f]+)\n"
)
_LEFT_OUT: Final = 0x40000000


def _indexed(root: str, paths: tuple[str, ...]) -> dict[str, _Indexed]:
    """What git's index says of regular files, by path; what was changed as late as the index itself proves nothing."""
    index = run_git(root, "rev-parse", "--git-path", "index").decode("utf-8", "surrogateescape").rstrip("\n")
    try:
        written = os.stat(os.path.join(root, index)).st_mtime_ns
    except OSError:
        return {}
    found = {}
    for blob, path, *times, flags in _ENTRY.findall(
        run_git(root, "ls-files", "-z", "--stage", "--debug", "--cached", "--", *paths)
    ):
        numbers = tuple(map(int, times))
        if numbers[2] * 1_000_000_000 + numbers[3] < written:
            left_out = bool(int(flags, 16) & _LEFT_OUT)
            found[path.decode("utf-8", "surrogateescape")] = _Indexed(blob.decode(), numbers, left_out)
    return found


def _is_same(root: str, path: str, blob: str | None, indexed: _Indexed | None) -> bool:
    """Whether a file of the working tree has a blob's content."""
    if blob is None:
        return False
    full = os.path.join(root, path)
    try:
        status = os.lstat(full)
    except OSError:
        return indexed is not None and indexed.left_out and indexed.blob == blob
    if not stat.S_ISREG(status.st_mode):
        return False
    if indexed is not None and indexed.times == _times(status):
        return indexed.blob == blob
    return _has_content(full, blob)


def _times(status: os.stat_result) -> tuple[int, ...]:
    return (
        *divmod(status.st_ctime_ns, 1_000_000_000),
        *divmod(status.st_mtime_ns, 1_000_000_000),
        status.st_ino & 0xFFFFFFFF,
        status.st_size & 0xFFFFFFFF,
    )


def _has_content(path: str, blob: str) -> bool:
    """Whether a file's content is a blob's, with either kind of line ends; what is too large counts as changed."""
    try:
        content = read_bytes(path, MOST_BYTES)
    except OSError:
        return False
    return len(content) < MOST_BYTES and blob in (
        blob_name(content, len(blob)),
        blob_name(content.replace(b"\r\n", b"\n"), len(blob)),
    )


class Blobs:
    """Contents of blobs, asked one by one of one git process, so that no more than one is held."""

    def __init__(self, asked: IO[bytes], answers: IO[bytes]) -> None:
        self._asked, self._answers = asked, answers

    def content(self, blob: str) -> bytes | None:
        """A blob's first bytes, up to MOST_BYTES; None where the repository lacks it, as a partial clone may."""
        self._asked.write(f"{blob}\n".encode())
        self._asked.flush()
        head = self._answers.readline().split()
        if len(head) != 3 or head[1] != b"blob":
            return None
        size = int(head[2])
        content = self._answers.read(min(size, MOST_BYTES))
        left = size - len(content) + 1  # and a line's end
        while left and (passed := self._answers.read(min(left, _PIECE))):
            left -= len(passed)
        return content


@contextmanager
def open_blobs(root: str) -> Iterator[Blobs]:
    """A reader of blobs, whose process ends with the block."""
    with start_git(root, "cat-file", "--batch") as process:
        if process.stdin is None or process.stdout is None:
            raise ValueError("a process without pipes")
        yield Blobs(process.stdin, process.stdout)
        process.stdin.close()
