"""Cache of computed bytes in the user's cache folder.

The folder is $NATLANE_CACHE_DIR, else $XDG_CACHE_HOME/natlane, else ~/.cache/natlane. It is the
user's own (mode 0700). Where it belongs to somebody else, cannot be written, or lies in a git repository (whose
commits could fill it), nothing is cached and no error is raised. An entry's name is a hash of its kind, its key and
natlane's own source, so that no other version's result is ever found. An entry starts with a hash of the rest: one
that was cut or damaged is a miss. Entries are data, never code, and hold no secret: they come from committed files.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 256 * 1024 * 1024
_CHECK: Final = 16
_PUTS_BETWEEN_SWEEPS: Final = 4096
_OURS: Final = re.compile(r"[a-z]+-[0-9a-f]{32}|\.natlane-.*")
_puts = 0


def folder() -> str | None:
    """The cache folder, made if need be; None where there can be none."""
    return _usable(os.environ.get("NATLANE_CACHE_DIR"), os.environ.get("XDG_CACHE_HOME"), os.environ.get("HOME"))


@lru_cache(maxsize=8)
def _usable(own: str | None, caches: str | None, home: str | None) -> str | None:
    if own:
        path = own
    elif caches and os.path.isabs(caches):  # the XDG specification: a relative path counts as none
        path = os.path.join(caches, "natlane")
    elif home and os.path.isabs(home):
        path = os.path.join(home, ".cache", "natlane")
    else:
        return None
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    private = found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & 0o022
    return path if private and not _in_repository(path) and os.access(path, os.W_OK | os.X_OK) else None


def _in_repository(path: str) -> bool:
    """Whether git may have put there what lies in a folder."""
    path = os.path.realpath(path)
    while path != os.path.dirname(path):
        if os.path.lexists(os.path.join(path, ".git")):
            return True
        path = os.path.dirname(path)
    return False


@lru_cache(maxsize=1)
def code_digest() -> str:
    """A hash of natlane's own Python files, so that a result of other code is never used."""
    package = Path(__file__).resolve().parent
    digest = blake2b(digest_size=16)
    for source in sorted(package.rglob("*.py")):
        digest.update(f"{source.relative_to(package)}\0".encode() + source.read_bytes() + b"\0")
    return digest.hexdigest()


def package_state(package: str) -> list[tuple[str, int, int]]:
    """A package's files by name, size and time, which tell its version sooner than its metadata does."""
    spec = find_spec(package)
    files = []
    for folder in spec.submodule_search_locations or () if spec else ():
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_file() and not entry.name.startswith("."):
                    status = entry.stat()
                    files.append((entry.name, status.st_size, status.st_mtime_ns))
    return sorted(files)


def _path(place: str, kind: str, key: str | bytes) -> str:
    """Where an entry lies: its name is 32 hexadecimal digits of what it depends on."""
    content = key.encode("utf-8", "surrogatepass") if isinstance(key, str) else key
    name = blake2b(f"{kind}\0{code_digest()}\0".encode() + content, digest_size=16).hexdigest()
    return os.path.join(place, f"{kind}-{name}")


def get(kind: str, key: str | bytes) -> bytes | None:
    """The bytes put for this key by this same code; None if there are none."""
    place = folder()
    if place is None:
        return None
    try:
        with open(_path(place, kind, key), "rb") as file:
            kept = file.read()
    except OSError:
        return None
    data = kept[_CHECK:]
    return data if kept[:_CHECK] == _check(data) else None


def _check(data: bytes) -> bytes:
    """What an entry starts with."""
    return blake2b(data, digest_size=_CHECK).digest()


def put(kind: str, key: str | bytes, data: bytes) -> None:
    """Keep bytes for a key: whole or not at all, so that a reader never sees half of an entry."""
    global _puts
    import tempfile  # slow to import, and a warm cache puts nothing

    place = folder()
    if place is None:
        return
    with suppress(OSError):
        if _puts % _PUTS_BETWEEN_SWEEPS == 0:
            _sweep(place)
        _puts += 1
        handle, temporary = tempfile.mkstemp(dir=place, prefix=".natlane-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_check(data) + data)
            os.replace(temporary, _path(place, kind, key))
        except BaseException:
            os.unlink(temporary)
            raise


def _sweep(place: str) -> None:
    """Remove the older half of our entries, those of other versions included, once they take too much space."""
    found = []
    with os.scandir(place) as entries:
        for entry in entries:
            if not _OURS.fullmatch(entry.name):
                continue  # the folder may be one that the user keeps for more than this
            with suppress(FileNotFoundError):
                status = entry.stat(follow_symlinks=False)
                found.append((status.st_mtime, max(status.st_size - _CHECK, 0), entry.path))
    room = sum(size for _, size, _ in found)
    if room <= MOST_BYTES:
        return
    for _, size, path in sorted(found):
        with suppress(OSError):
            os.unlink(path)
        room -= size
        if room <= MOST_BYTES // 2:
            return
