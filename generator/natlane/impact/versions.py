"""A root and its base become pairs of versions: for each partner that may differ, its files then and now."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from natlane.describe.document import Document, read
from natlane.describe.landing_zone import LandingZone, parse_landing_zone
from natlane.describe.partner import Partner, parse_partner
from natlane.plan.plan import plan_for
from natlane.problems import Problem
from natlane.render.compare import bears_mark
from natlane.render.templates import Templates, render
from natlane.workspace.paths import LANDING_ZONE, OUT, Workspace, descriptor_path, partner_names, read_bytes


@dataclass(frozen=True, slots=True)
class Version:
    """A partner at one time: its descriptor where there is one, and the text of its module."""

    name: str
    document: Document | None
    partner: Partner | None
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Root:
    """One root folder, ready to give any partner of it."""

    folder: str
    names: frozenset[str]
    document: Document | None
    landing_zone: LandingZone | None
    templates: Templates


def open_root(folder: str) -> Root:
    """A root as far as it can be read; what is wrong in it was told before, or is the base's own."""
    document, problems = read(folder, LANDING_ZONE)
    landing_zone = parse_landing_zone(document, problems) if document else None
    names, _ = partner_names(folder)
    return Root(folder, frozenset(names), document, landing_zone, Templates(Workspace(folder)))


def pairs(now: Root, then: Root, candidates: set[str]) -> Iterator[tuple[Version | None, Version | None]]:
    """Each candidate then and now; who was renamed is one pair, and who is in neither none."""
    gone = _made_as(then, candidates & then.names - now.names)
    for name in sorted(candidates & now.names):
        new = rendered(now, name)
        yield live(then, name if name in then.names else _former(new, gone)), new
    for name in sorted(gone.values()):
        yield live(then, name), None


def _former(new: Version, gone: dict[str, str]) -> str:
    """Who a partner was, taken from those who are gone; its own name where it was nobody.

    It is the same as long as AWS's own names keep the name under which they were made. Who writes the name that it
    had last means the same partner, and is told what to write.
    """
    if new.partner is None:
        return new.name
    named = [made for made, name in gone.items() if name == new.partner.renamed_from]
    return gone.pop(new.partner.made_as if new.partner.made_as in gone else next(iter(named), ""), new.name)


def _made_as(root: Root, names: set[str]) -> dict[str, str]:
    """Partners by the name under which their things in AWS were made."""
    versions = (rendered(root, name) for name in names)
    return {each.partner.made_as if each.partner else each.name: each.name for each in versions}


def rendered(root: Root, name: str) -> Version:
    """A partner as its descriptor says it; without files where that cannot be planned."""
    document, problems = read(root.folder, descriptor_path(name))
    partner = parse_partner(document, problems) if document else None
    return Version(name, document, partner, _files(root, partner))


def live(root: Root, name: str) -> Version | None:
    """A partner as it was applied: out/ as it was committed, with a descriptor or without, else what its
    descriptor gives today."""
    files = committed(os.path.join(root.folder, OUT, name))
    if name not in root.names:
        return Version(name, None, None, files) if files else None
    version = rendered(root, name)
    return Version(name, version.document, version.partner, files) if files else version


def _files(root: Root, partner: Partner | None) -> dict[str, str]:
    """The module of a partner; nothing where an older descriptor no longer makes sense."""
    if partner is None or root.landing_zone is None:
        return {}
    try:
        files = render(plan_for(partner, root.landing_zone), root.templates)
    except (KeyError, ValueError):  # names what the landing zone has not, or has no address plan
        return {}
    return {} if isinstance(files, Problem) else files


def committed(folder: str) -> dict[str, str]:
    """natlane's own .tf files in a folder of out/."""
    found = {}
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return {}
    for name in names:
        if name.endswith(".tf"):
            with suppress(OSError):  # what is no file cannot be natlane's
                content = read_bytes(os.path.join(folder, name))
                if bears_mark(content):
                    found[name] = content.decode("utf-8", "replace")
    return found
