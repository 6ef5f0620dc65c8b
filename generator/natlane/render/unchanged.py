"""A root in which nothing is to do is remembered, so that the next run need not find it out again.

Kept light: the run that has nothing to do imports neither Jinja nor YAML.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import blake2b
from typing import Final

from natlane import cache
from natlane.problems import Problem
from natlane.render.compare import is_users
from natlane.render.template_folders import template_files
from natlane.workspace.paths import LANDING_ZONE, OUT, descriptor_path, interrupted, partner_names, read_bytes

_KIND: Final = "done"


def inputs_digest(root: str) -> str | None:
    """A digest of all that a run reads; None where something cannot be read.

    Taken before the run, so that what is edited meanwhile counts as changed afterwards.
    """
    names, problems = partner_names(root)
    digest = blake2b(cache.code_digest().encode(), digest_size=20)
    paths = [*template_files(root), os.path.join(root, LANDING_ZONE)]
    paths += [os.path.join(root, descriptor_path(name)) for name in names]
    try:
        for path in paths:
            content = read_bytes(path)
            digest.update(f"\0{path}\0{len(content)}\0".encode())
            digest.update(content)
    except OSError:
        return None
    digest.update("\n".join(map(str, problems)).encode())
    return digest.hexdigest()


def remembered(root: str, inputs: str | None) -> list[Problem] | None:
    """The warnings of the last run, if everything that it read and wrote is as it was then."""
    key = _key(root, inputs)
    known = cache.get(_KIND, key) if key else None
    if known is None or interrupted(root):
        return None
    return [Problem(**problem) for problem in json.loads(known)]


def remember(root: str, inputs: str | None, problems: Sequence[Problem]) -> None:
    """Nothing is to do in this root: out/ is what `inputs` say."""
    key = _key(root, inputs)
    if key:
        cache.put(_KIND, key, json.dumps([asdict(problem) for problem in problems]).encode())


def _key(root: str, inputs: str | None) -> str | None:
    """`inputs` and all of out/ by name, inode, size and times.

    That is what git's own index trusts; contents of out/ are read whenever one of them differs.
    """
    digest = blake2b(digest_size=20)
    try:
        _sign(os.path.join(root, OUT), digest)
    except OSError:
        return None
    return f"{inputs}-{digest.hexdigest()}" if inputs else None


def _sign(folder: str, digest: blake2b) -> None:
    for entry in sorted(os.scandir(folder), key=lambda each: each.name):
        if is_users(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            digest.update(f"{entry.name}/\0".encode())
            _sign(entry.path, digest)
        else:
            status = entry.stat(follow_symlinks=False)
            times = f"{status.st_mtime_ns} {status.st_ctime_ns}"
            digest.update(f"{entry.name} {status.st_ino} {status.st_size} {times}\0".encode())
