"""A root folder becomes the names of what it holds: the landing zone's file, the partners, out/."""

from __future__ import annotations

import errno
import os
import stat

from natlane.problems import Problem, file_problem

LANDING_ZONE = "landing-zone.yaml"
OUT = "out"
STAGING = ".natlane-staging"  # beside out/: what a run of generate has not put in place yet
JOURNAL = "journal"  # in it, a line a step: what was staged ("" to remove) and the path that it takes
PARTNERS = "partners"
SUFFIX = ".yaml"


def descriptor_path(name: str) -> str:
    """`acme` as its descriptor's path relative to the root."""
    return f"{PARTNERS}/{name}{SUFFIX}"


def read_bytes(path: str, most: int = -1) -> bytes:
    """The first bytes of a file, or all. Raises OSError, also where it is no ordinary file: a pipe would never end."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb", buffering=0) as file:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "not an ordinary file", path)
        return file.read() if most < 0 else file.read(most)


def partner_names(root: str) -> tuple[list[str], list[Problem]]:
    """The stems of partners/*.yaml, sorted; what else lies there and looks like a descriptor is a problem."""
    try:
        entries = sorted(os.scandir(os.path.join(root, PARTNERS)), key=lambda entry: entry.name)
    except FileNotFoundError:
        return [], [file_problem("partners-missing", PARTNERS, "no such folder", "make it, or name the right --root")]
    except OSError as error:
        return [], [file_problem("file-unreadable", PARTNERS, f"cannot be read: {error.strerror}")]
    names, problems = [], []
    for entry in entries:
        stem, suffix = os.path.splitext(entry.name)
        path = f"{PARTNERS}/{entry.name}"
        if entry.name.startswith("."):
            continue
        if suffix != SUFFIX and suffix.lower() in (".yml", SUFFIX):
            problems.append(
                file_problem("file-suffix", path, f"ends in {suffix} and would be overlooked", f"name it {stem}.yaml")
            )
        elif suffix == SUFFIX and entry.is_symlink():
            message = "is a symbolic link, whose change no review would see"
            problems.append(file_problem("file-not-file", path, message, "put the descriptor itself there"))
        elif suffix == SUFFIX:
            names.append(stem)
    return names, problems


def unknown_partners(named: list[str], names: tuple[str, ...]) -> list[Problem]:
    """A problem for each partner that a command names and that has no descriptor."""
    known = set(names)
    return [
        file_problem("partner-unknown", descriptor_path(name), "no such descriptor", "see `natlane list`")
        for name in named
        if name not in known
    ]


def staging_folder(root: str) -> str:
    """Beside out/, unless out/ is a file system of its own: renames must stay within one."""
    out = os.path.join(root, OUT)
    same = not os.path.isdir(out) or os.stat(out).st_dev == os.stat(root).st_dev
    return os.path.join(root if same else out, STAGING)


def interrupted(root: str) -> list[Problem]:
    """A problem if a run of generate died while it renamed, so that out/ may be half old and half new."""
    message = "an earlier run of generate was interrupted while it wrote"
    try:
        os.lstat(os.path.join(staging_folder(root), JOURNAL))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except PermissionError:
        message = "a run of generate by another user writes, or was interrupted while it wrote"
    return [file_problem("output-interrupted", OUT, message, "run natlane generate to complete it")]
