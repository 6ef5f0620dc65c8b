"""The files of a root at one time: as they lie on disk, or as a commit has them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Protocol

from natlane.workspace.git import GitError
from natlane.workspace.git_files import MOST_BYTES, Blobs, blob_name
from natlane.workspace.paths import Workspace


class Files(Protocol):
    """The files of a root at one time, by their paths relative to it."""

    def content(self, path: str) -> bytes | None:
        """A file's first bytes, up to git_files.MOST_BYTES; None where there is no such ordinary file."""

    def names(self, folder: str) -> list[str]:
        """The names of the files that lie in a folder itself, in order."""

    def folders(self, folder: str) -> list[str]:
        """The names of the folders that lie in a folder, in order."""

    def holds(self, path: str, content: bytes) -> bool:
        """Whether a file is there and has this content."""


class FolderFiles:
    """The files of a root as they lie on disk."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def content(self, path: str) -> bytes | None:
        """A file's first bytes, up to git_files.MOST_BYTES; None where there is no such ordinary file."""
        try:
            return Workspace(self.folder).read(path, MOST_BYTES)
        except OSError:
            return None

    def names(self, folder: str) -> list[str]:
        """The names of the files that lie in a folder itself, in order."""
        return self._entries(folder, folders=False)

    def folders(self, folder: str) -> list[str]:
        """The names of the folders that lie in a folder, in order."""
        return self._entries(folder, folders=True)

    def _entries(self, folder: str, *, folders: bool) -> list[str]:
        try:
            with os.scandir(os.path.join(self.folder, folder)) as entries:
                return sorted(each.name for each in entries if each.is_dir(follow_symlinks=False) is folders)
        except OSError:
            return []

    def holds(self, path: str, content: bytes) -> bool:
        """Whether a file is there and has this content."""
        return self.content(path) == content


class CommitFiles:
    """The files of a root as a commit has them: read when they are asked for, and never written to disk."""

    def __init__(self, blobs: dict[str, str], reader: Blobs) -> None:
        self._blobs, self._reader = blobs, reader
        self._folders: dict[str, tuple[list[str], list[str]]] = {}
        for path in blobs:
            self._enter(path)

    def _enter(self, path: str) -> None:
        """Note a path as a file of its folder, and every folder above as one of its own parent."""
        folder, _, name = path.rpartition("/")
        known = folder in self._folders
        self._folders.setdefault(folder, ([], []))[0].append(name)
        while folder and not known:
            parent, _, name = folder.rpartition("/")
            known = parent in self._folders
            self._folders.setdefault(parent, ([], []))[1].append(name)
            folder = parent

    def content(self, path: str) -> bytes | None:
        """A file's first bytes, up to git_files.MOST_BYTES; None where there is no such ordinary file."""
        blob = self._blobs.get(path)
        content = self._reader.content(blob) if blob else None
        if blob and content is None:
            raise GitError(f"the repository lacks the content of {path}: fetch all of it")
        return content

    def names(self, folder: str) -> list[str]:
        """The names of the files that lie in a folder itself, in order."""
        return sorted(self._folders.get(folder, ([], []))[0])

    def folders(self, folder: str) -> list[str]:
        """The names of the folders that lie in a folder, in order."""
        return sorted(self._folders.get(folder, ([], []))[1])

    def holds(self, path: str, content: bytes) -> bool:
        """Whether a file is there and has this content."""
        blob = self._blobs.get(path, "")
        return bool(blob) and blob_name(content, len(blob)) == blob


def copy_to(files: Files, paths: Iterable[str], folder: str) -> None:
    """Write files and whole folders of a root into a folder on disk, for what reads no other."""
    for path in paths:
        content = files.content(path)
        if content is not None:
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            with open(os.path.join(folder, path), "wb") as file:
                file.write(content)
        below = (*files.names(path), *files.folders(path)) if content is None else ()
        copy_to(files, (f"{path}/{name}" for name in below), folder)
