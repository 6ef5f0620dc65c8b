"""A root folder becomes the names of what it holds: the landing zone's file and the partners."""

from __future__ import annotations

import os

from generator.problems import Problem, file_problem

LANDING_ZONE = "landing-zone.yaml"
PARTNERS = "partners"
SUFFIX = ".yaml"


def descriptor_path(name: str) -> str:
    """`acme` as its descriptor's path relative to the root."""
    return f"{PARTNERS}/{name}{SUFFIX}"


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
        if suffix == ".yml":
            problems.append(
                file_problem("file-suffix", path, "ends in .yml and would be overlooked", f"name it {stem}.yaml")
            )
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
