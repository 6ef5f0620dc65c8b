"""The workspace: a root folder, its paths and partners, read without following links."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from natlane.problems import Problem, file_problem

LANDING_ZONE: Final = "landing-zone.yaml"
OUT: Final = "out"
STAGING: Final = ".natlane-staging"  # beside out/: what a run of generate has not put in place yet
JOURNAL: Final = "journal"  # in it, a line a step: what was staged ("" to remove) and the path that it takes
PARTNERS: Final = "partners"
TEMPLATES: Final = "templates"
SUFFIX: Final = ".yaml"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder of landing-zone.yaml, partners/, templates/ and out/. Paths are relative to it, with slashes."""

    root: str
    known: dict[str, frozenset[str] | None] = field(
        default_factory=dict, compare=False, repr=False
    )  # asked of git once

    def path(self, relative: str) -> str:
        """A path in this root as the system takes it."""
        return os.path.join(self.root, relative)

    def named(self, error: OSError, otherwise: str) -> str:
        """The path that an error is about, relative to the root."""
        return os.path.relpath(error.filename, self.root) if isinstance(error.filename, str) else otherwise

    def holds(self, relative: str) -> bool:
        """Whether anything stands at a path, a dangling link included."""
        return os.path.lexists(self.path(relative))

    def read(self, relative: str, most: int = -1) -> bytes:
        """The first bytes of a file, or all, following no link below the root.

        Raises OSError, also where it is no ordinary file: a pipe would never end.
        """
        *folders, _ = parts = relative.split("/")
        for index in range(len(folders)):
            _refuse_link(self.path("/".join(parts[: index + 1])))
        return read_bytes(self.path(relative), most, follow=False)

    def partner_names(self) -> tuple[list[str], list[Problem]]:
        """The stems of partners/*.yaml, sorted; what else lies there and looks like a descriptor is a problem."""
        try:
            _refuse_link(self.path(PARTNERS))
            entries = sorted(os.scandir(self.path(PARTNERS)), key=lambda entry: entry.name)
        except FileNotFoundError:
            missing = file_problem("partners-missing", PARTNERS, "no such folder", "make it, or name the right --root")
            return [], [missing]
        except OSError as error:
            return [], [unreadable(PARTNERS, error)]
        names, problems = [], []
        for entry in entries:
            stem, suffix = os.path.splitext(entry.name)
            if entry.name.startswith("."):
                continue
            if suffix != SUFFIX and suffix.lower() in (".yml", SUFFIX):
                said = f"ends in {suffix} and would be overlooked"
                problems.append(file_problem("file-suffix", f"{PARTNERS}/{entry.name}", said, f"name it {stem}.yaml"))
            elif suffix == SUFFIX and entry.is_symlink():
                problems.append(linked(f"{PARTNERS}/{entry.name}"))
            elif suffix == SUFFIX:
                names.append(stem)
            elif entry.is_dir(follow_symlinks=False):
                problems += _overlooked(self.root, f"{PARTNERS}/{entry.name}")
        return names, problems

    @property
    def staging(self) -> str:
        """The folder where text is staged: beside out/, or in it where that is a file system of its own.

        Renames must stay within one.
        """
        out = self.path(OUT)
        same = not os.path.isdir(out) or os.stat(out).st_dev == os.stat(self.root).st_dev
        return os.path.join(self.root if same else out, STAGING)

    def interrupted(self) -> list[Problem]:
        """A problem if a run of generate died while it renamed, so that out/ may be half old and half new."""
        message = "an earlier run of generate was interrupted while it wrote"
        try:
            os.lstat(os.path.join(self.staging, JOURNAL))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except PermissionError:
            message = "a run of generate by another user writes, or was interrupted while it wrote"
        return [file_problem("output-interrupted", OUT, message, "run natlane generate to complete it")]


def descriptor_path(name: str) -> str:
    """`acme` as its descriptor's path relative to the root."""
    return f"{PARTNERS}/{name}{SUFFIX}"


def _overlooked(root: str, folder: str) -> list[Problem]:
    """Descriptors in a folder below partners/, where nobody reads them."""
    return [
        file_problem("file-nested", path, "lies too deep and would be overlooked", f"move it to {PARTNERS}/{name}")
        for above, _, names in sorted(os.walk(os.path.join(root, folder)))
        for name in sorted(names)
        if name.endswith((SUFFIX, ".yml")) and not name.startswith(".")
        for path in [os.path.relpath(os.path.join(above, name), root)]
    ]


def read_bytes(path: str, most: int = -1, *, follow: bool = True) -> bytes:
    """The first bytes of a file, or all. Raises OSError, also where it is no ordinary file: a pipe would never end."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW))
    with open(handle, "rb", buffering=0) as file:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "not an ordinary file", path)
        return file.read() if most < 0 else file.read(most)


def files_below(folder: str) -> Iterator[str]:
    """Every file and link below a folder, relative to it, however deep; nothing where there is no folder."""
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            entries = sorted(os.scandir(os.path.join(folder, below)), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(f"{below}{entry.name}/")
            else:
                yield f"{below}{entry.name}"


def link_on_the_way(root: str, path: str) -> str:
    """The first folder between a root and a path in it that is a link, relative to the root; empty where none is."""
    top, target = os.path.abspath(root), os.path.abspath(path)
    if os.path.commonpath((top, target)) != top or target == top:
        return ""  # somebody named a place outside, and it is theirs to choose
    folders = os.path.relpath(target, top).split(os.sep)[:-1]
    ways = ("/".join(folders[: index + 1]) for index in range(len(folders)))
    return next((way for way in ways if os.path.islink(os.path.join(top, way))), "")


def linked(path: str) -> Problem:
    """A problem for a link where the thing itself belongs."""
    message = "is a symbolic link, whose change no review would see"
    return file_problem("file-not-file", path, message, "put the descriptor itself there")


def unreadable(path: str, error: OSError) -> Problem:
    """A problem for what the system does not let us read, or what is a link."""
    if error.errno == errno.ELOOP:
        message = "is a symbolic link, whose change no review would see"
        return file_problem("file-unreadable", path, message, "put the file or folder itself there")
    return file_problem("file-unreadable", path, f"cannot be read: {error.strerror or error}")


def _refuse_link(path: str) -> None:
    """Raises OSError (ELOOP, as the kernel does for a file) where a folder is a link."""
    if os.path.islink(path):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)


def partner_names(root: str) -> tuple[list[str], list[Problem]]:
    """`Workspace.partner_names` of a root that is given by its path."""
    return Workspace(root).partner_names()


def interrupted(root: str) -> list[Problem]:
    """`Workspace.interrupted` of a root that is given by its path."""
    return Workspace(root).interrupted()


def from_top(root: str) -> str:
    """The way from the top of the git repository to a root, empty or ending in a slash; empty without a repository."""
    here = top = os.path.realpath(root)
    while not os.path.lexists(os.path.join(top, ".git")):
        if top == os.path.dirname(top):
            return ""
        top = os.path.dirname(top)
    return "" if top == here else f"{os.path.relpath(here, top)}/"
