"""A root folder's descriptors become out/, or the differences that out/ has from them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from generator import cache
from generator.fleet import LANDING_ZONE, Fleet, descriptor_path, open_fleet, partner_names, unknown_partners
from generator.plan.plan import plan_for
from generator.problems import Problem, file_problem, has_error
from generator.render.output import (
    OUT,
    Comparison,
    Difference,
    compare,
    interrupted,
    is_users,
    orphans,
    writing,
)
from generator.render.terraform import Templates, render

TEMPLATES = "templates"
_DONE = "done"  # the cache's kind: digests of roots in which nothing is to do


@dataclass(slots=True)
class Result:
    """What a run found and did: `changed` are paths that were written or removed, or would have to be."""

    problems: list[Problem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    changed: int = 0
    partners: int = 0

    @property
    def failed(self) -> bool:
        """Whether out/ is not, and was not made, what the descriptors say."""
        return has_error(self.problems)


def generate(root: str, named: list[str]) -> Result:
    """Validate all, then write those named, or all; on any error nothing is written."""
    inputs = None if named else _inputs(root)
    done = _already_done(root, inputs)
    if done is not None:
        return done
    result = Result()
    try:
        with writing(root) as transaction:
            fleet = open_fleet(root)
            result.problems += unknown_partners(named, fleet.names)
            for partner, comparison in _comparisons(fleet, named):
                result.problems += comparison.problems
                if not (fleet.refused or result.failed):
                    transaction.stage(partner, comparison.differences)
                    result.changed += len(comparison.differences)
                    result.partners += bool(comparison.differences)
            result.problems += fleet.problems
            result.problems += _orphans(fleet, "warning")
            if not result.failed:
                transaction.commit()
    except OSError as error:
        path = os.path.relpath(error.filename, root) if error.filename else OUT
        what = f"cannot be written: {error.strerror or error}"
        state = "run natlane generate again to complete it" if interrupted(root) else f"{OUT}/ is as it was"
        result.problems.append(file_problem("output-unwritable", path, what, state))
    if not result.failed:
        _remember(root, inputs, result)
    return result


def check(root: str, named: list[str]) -> Result:
    """Write nothing; tell every difference between out/ and what the descriptors say."""
    done = _already_done(root, None if named else _inputs(root))
    if done is not None:
        return done
    result = Result()
    if interrupted(root):
        result.problems.append(
            file_problem(
                "output-interrupted",
                OUT,
                "an earlier run was interrupted while it wrote",
                "run natlane generate",
            )
        )
    fleet = open_fleet(root)
    result.problems += unknown_partners(named, fleet.names)
    for _, comparison in _comparisons(fleet, named):
        result.problems += comparison.problems
        result.differences += comparison.differences
        result.partners += bool(comparison.differences)
    result.problems += fleet.problems
    result.problems += _orphans(fleet, "error")
    result.changed = len(result.differences)
    return result


def _comparisons(fleet: Fleet, named: list[str]) -> Iterator[tuple[str, Comparison]]:
    """Each partner that is asked for, against its folder; rendering stops at the first error of the fleet."""
    templates = Templates(os.path.join(fleet.root, TEMPLATES))
    for partner in fleet.partners():
        if fleet.refused or fleet.landing_zone is None or (named and partner.partner not in named):
            continue
        files = render(plan_for(partner, fleet.landing_zone), templates)
        if isinstance(files, Problem):
            fleet.problems.append(files)
        else:
            yield partner.partner, compare(fleet.root, partner.partner, files)


def _orphans(fleet: Fleet, severity: str) -> Iterator[Problem]:
    for name in orphans(fleet.root, fleet.names):
        message = f"has no {descriptor_path(name)}: what it made may still be live in AWS"
        hint = (
            f"put the descriptor back with `status: decommissioned`, generate and apply; then delete it "
            f"and run `natlane prune {name}`"
        )
        yield Problem(
            "output-orphan",
            "error" if severity == "error" else "warning",
            f"{OUT}/{name}",
            0,
            0,
            "",
            message,
            hint,
        )


def _already_done(root: str, inputs: str | None) -> Result | None:
    """The result of the last run, if everything that it read and wrote is as it was then."""
    key = _key(root, inputs)
    known = cache.get(_DONE, key) if key else None
    if known is None or interrupted(root):
        return None
    return Result([Problem(**problem) for problem in json.loads(known)])


def _remember(root: str, inputs: str | None, result: Result) -> None:
    key = _key(root, inputs)
    if key:
        cache.put(_DONE, key, json.dumps([asdict(problem) for problem in result.problems]).encode())


def _inputs(root: str) -> str | None:
    """A digest of all that a run reads; None where something cannot be read.

    Taken before the run, so that what is edited meanwhile counts as changed afterwards.
    """
    names, problems = partner_names(root)
    digest = hashlib.blake2b(cache.code_digest().encode(), digest_size=20)
    paths = [*Templates(os.path.join(root, TEMPLATES)).paths(), os.path.join(root, LANDING_ZONE)]
    paths += [os.path.join(root, descriptor_path(name)) for name in names]
    try:
        for path in paths:
            with open(path, "rb", buffering=0) as file:
                content = file.read()
            digest.update(f"\0{path}\0{len(content)}\0".encode())
            digest.update(content)
    except OSError:
        return None
    digest.update("\n".join(map(str, problems)).encode())
    return digest.hexdigest()


def _key(root: str, inputs: str | None) -> str | None:
    """`inputs` and all of out/ by name, inode, size and times.

    That is what git's own index trusts; contents of out/ are read whenever one of them differs.
    """
    digest = hashlib.blake2b(digest_size=20)
    try:
        _sign(os.path.join(root, OUT), digest)
    except OSError:
        return None
    return f"{inputs}-{digest.hexdigest()}" if inputs else None


def _sign(folder: str, digest: hashlib.blake2b) -> None:
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
