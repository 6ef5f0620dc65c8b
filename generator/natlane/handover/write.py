"""Writing of a hand-over's folder: all files or none."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from natlane.handover.folder import FORMAT, PARAMETERS
from natlane.problems import Problem, file_problem
from natlane.workspace.paths import OUT, link_on_the_way, read_bytes

_CODE: Final = "handover-unwritable"
_MOST_BYTES: Final = 4_000_000


def write_folder(root: str, folder: str, partner: str, texts: Mapping[str, str]) -> Problem | None:
    """Put the texts into a folder, in the place of what an earlier hand-over of this partner left there.

    A problem, and nothing is written, where the folder lies in out/ or holds what is not such a hand-over.
    """
    target = os.path.abspath(folder)
    refused = _refused(root, folder, target, partner)
    if refused:
        return refused
    return _put(folder, target, texts)


def _put(folder: str, target: str, texts: Mapping[str, str]) -> Problem | None:
    parent = os.path.dirname(target)
    try:
        os.makedirs(parent, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".natlane-", dir=parent) as staging:
            new, old = os.path.join(staging, "new"), os.path.join(staging, "old")
            for name, text in texts.items():
                _write(os.path.join(new, name), text)
            _swap(new, target, old)
    except OSError as error:
        return file_problem(_CODE, folder, f"cannot be written: {error.strerror or error}", "nothing was changed")
    return None


def write_new(root: str, folder: str, texts: Mapping[str, str]) -> Problem | None:
    """Put the texts into a folder that holds nothing else than files of these names; all of them or none."""
    target = os.path.abspath(folder)
    refused = _refused(root, folder, target, "", frozenset(texts))
    if refused:
        return refused
    return _put(folder, target, texts)


def _refused(root: str, folder: str, target: str, partner: str, known: frozenset[str] = frozenset()) -> Problem | None:
    real, out = os.path.realpath(target), os.path.realpath(os.path.join(root, OUT))
    if os.path.commonpath((real, out)) == out:
        return file_problem(_CODE, folder, f"lies in {OUT}/, which Terraform reads", "name another folder by --to")
    way = link_on_the_way(root, target)
    if way:
        return file_problem(_CODE, folder, f"lies behind {way}, which is a symbolic link", "remove the link")
    if os.path.islink(target):
        return file_problem(_CODE, folder, "is a symbolic link", "name the folder that it leads to")
    if os.path.lexists(target) and not os.path.isdir(target):
        return file_problem(_CODE, folder, "is not a folder", "name another one by --to")
    held = os.listdir(target) if os.path.isdir(target) else []
    if held and not (set(held) <= known if known else _holder(target) == partner):
        message = f"holds something else than {f'a hand-over of {partner}' if partner else 'forms'}"
        return file_problem(_CODE, folder, message, "empty it, or name another one by --to")
    return None


def _holder(target: str) -> str:
    """The partner whose hand-over a folder holds, and nothing else; empty where it is none's."""
    try:
        held = json.loads(read_bytes(os.path.join(target, PARAMETERS), _MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return ""
    if not isinstance(held, dict) or held.get("format") != FORMAT or not isinstance(held.get("files"), list):
        return ""
    there = {
        os.path.relpath(os.path.join(parent, name), target)
        for parent, folders, files in os.walk(target)
        for name in (*files, *(each for each in folders if os.path.islink(os.path.join(parent, each))))
    }
    return str(held.get("partner", "")) if there <= set(map(str, held["files"])) else ""


def _write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def _swap(new: str, target: str, old: str) -> None:
    """The new folder in the old one's place; the old one is back where that fails."""
    held = os.path.lexists(target)
    if held:
        os.rename(target, old)
    try:
        os.rename(new, target)
    except OSError:
        if held:
            with suppress(OSError):
                os.rename(old, target)
        raise
    shutil.rmtree(old, ignore_errors=True)
