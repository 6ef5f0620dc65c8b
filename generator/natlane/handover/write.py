"""Writing of a hand-over's folder: all files or none."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from typing import Final

from natlane.handover.folder import BOTH, FORMAT, PARAMETERS, digest_of, may_hold, parameter_files
from natlane.handover.templates import HandOverTemplates
from natlane.problems import Problem, file_problem
from natlane.workspace.paths import OUT, files_below, link_on_the_way, read_bytes

_CODE: Final = "handover-unwritable"
_MOST_BYTES: Final = 4_000_000


def write_folder(
    root: str, folder: str, partner: str, texts: Mapping[str, str], templates: HandOverTemplates
) -> Problem | None:
    """Put the texts into a folder, in the place of what an earlier hand-over of this partner left there.

    A problem, and nothing is written, where the folder lies in out/ or holds what is not such a hand-over, or one
    that somebody changed.
    """

    def strange(target: str) -> str:
        name = _not_of(partner, target, templates)
        return name and f"a hand-over of {partner}: {name} is not natlane's, or was changed"

    return _put(root, folder, texts, strange)


def write_new(root: str, folder: str, texts: Mapping[str, str]) -> Problem | None:
    """Put the texts into a folder that holds nothing else than these; all of them or none."""

    def strange(target: str) -> str:
        found = (name for name in sorted(files_below(target)) if not _is(os.path.join(target, name), texts.get(name)))
        name = next(found, "")
        return name and f"the empty form: {name} is not that, or was filled in"

    return _put(root, folder, texts, strange)


def _put(root: str, folder: str, texts: Mapping[str, str], strange: Callable[[str], str]) -> Problem | None:
    target = os.path.abspath(folder)
    refused = _refused(root, folder, target) or _held(folder, target, strange)
    if refused:
        return refused
    parent = os.path.dirname(target)
    try:
        os.makedirs(parent, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".natlane-", dir=parent) as staging:
            new, old = os.path.join(staging, "new"), f"{staging}-old"  # which must not go with the staging folder
            for name, text in texts.items():
                _write(os.path.join(new, name), text)
            return _swap(new, target, old, lambda: _held(folder, old, strange))
    except OSError as error:
        return file_problem(_CODE, folder, f"cannot be written: {error.strerror or error}", "nothing was changed")


def _refused(root: str, folder: str, target: str) -> Problem | None:
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
    return None


def _held(folder: str, target: str, strange: Callable[[str], str]) -> Problem | None:
    """Why what lies in a folder may not be taken away."""
    found = strange(target) if os.path.isdir(target) and os.listdir(target) else ""
    if not found:
        return None
    return file_problem(_CODE, folder, f"holds something else than {found}", "empty it, or name another one by --to")


def _not_of(partner: str, target: str, templates: HandOverTemplates) -> str:
    """The first file of a folder that is not as a hand-over of a partner was written there; empty where all are.

    The list may be forged: it names only what a hand-over may hold, by contents that its author knew.
    """
    try:
        held = json.loads(read_bytes(os.path.join(target, PARAMETERS), _MOST_BYTES, follow=False))
        if held["format"] != FORMAT or held["partner"] != partner:
            return PARAMETERS
        digests = {name: digest_of(text.encode()) for name, text in parameter_files(held).items()}
        digests |= {str(name): str(digest) for name, digest in held["sha256"].items() if name not in BOTH}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return PARAMETERS
    return next((name for name in sorted(files_below(target)) if not _is_ours(target, name, digests, templates)), "")


def _is_ours(target: str, name: str, digests: Mapping[str, str], templates: HandOverTemplates) -> bool:
    content = _content(os.path.join(target, name)) if may_hold(name, templates) else None
    return content is not None and digest_of(content) == digests.get(name)


def _is(path: str, text: str | None) -> bool:
    """Whether an ordinary file holds a text."""
    return text is not None and _content(path) == text.encode()


def _content(path: str) -> bytes | None:
    try:
        return read_bytes(path, _MOST_BYTES, follow=False)
    except OSError:
        return None


def _write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def _swap(new: str, target: str, old: str, refused: Callable[[], Problem | None]) -> Problem | None:
    """The new folder in the old one's place; the old one is back where that fails, or where it is refused now.

    Once it is away nobody adds to it by its name, so that it is looked at again.
    """
    held = os.path.lexists(target)
    if held:
        os.rename(target, old)
    try:
        problem = refused() if held else None
        if not problem:
            os.rename(new, target)
            held = False
    finally:
        if held:
            os.rename(old, target)
    if not problem:
        shutil.rmtree(old, ignore_errors=True)
    return problem
