"""Both versions of each partner that a change may touch: as it was applied, and as it would be made now."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from natlane.describe.document import Document, read_text
from natlane.describe.landing_zone import LandingZone, parse_landing_zone
from natlane.describe.partner import Partner, parse_partner
from natlane.fleet import Fleet
from natlane.plan.plan import plan_for
from natlane.problems import Problem
from natlane.render.compare import bears_mark
from natlane.render.templates import Templates, render
from natlane.render.unchanged import remembered, sign
from natlane.workspace.git_base import Base
from natlane.workspace.paths import LANDING_ZONE, OUT, PARTNERS, SUFFIX, TEMPLATES, Workspace, descriptor_path
from natlane.workspace.root_files import Files, FolderFiles, copy_to


@dataclass(frozen=True, slots=True)
class Version:
    """A partner at one time: its descriptor where there is one, and the text of its module by file name.

    `edited` is the module as it lies in the working tree's out/, where somebody changed it there by hand; else empty.
    """

    name: str
    document: Document | None
    partner: Partner | None
    files: Mapping[str, str]
    edited: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Root:
    """One root at one time, ready to give any partner of it; what is wrong in it is reported elsewhere."""

    files: Files
    names: frozenset[str]
    document: Document | None
    landing_zone: LandingZone | None
    templates: Templates


def open_root(files: Files, templates: Templates) -> Root:
    """A root as far as it can be read."""
    document = _document(files, LANDING_ZONE)
    found = files.names(PARTNERS)
    names = frozenset(name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX) and not name.startswith("."))
    return Root(files, names, document, parse_landing_zone(document, []) if document else None, templates)


def open_folder(folder: str) -> Root:
    """A root as it lies on disk."""
    return open_root(FolderFiles(folder), Templates(Workspace(folder)))


def open_base_root(base: Base, now: Root) -> Root:
    """The older root. Its own templates, where it has others, are on disk only while they are read."""
    if not any(path.startswith(f"{TEMPLATES}/") for path in base.changed):
        return open_root(base.files, now.templates)
    with tempfile.TemporaryDirectory(prefix="natlane-") as folder:
        copy_to(base.files, [TEMPLATES], folder)
        templates = Templates(Workspace(folder))
    return open_root(base.files, templates)


def _document(files: Files, path: str) -> Document | None:
    content = files.content(path)
    return read_text(path, content)[0] if content is not None else None


@dataclass(frozen=True, slots=True)
class Pair:
    """One partner then and now; one of both may be missing."""

    old: Version | None
    new: Version | None


def pairs(fleet: Fleet, now: Root, then: Root, base: Base) -> Iterator[Pair]:
    """Each partner that may differ, then and now; who was renamed is one pair, and who is in neither is none.

    At the end of the stream the fleet's problems are complete. What has an error is not paired.
    """
    gone = _made_as(then, base.partners_changed() & then.names - now.names)
    for new in _now(fleet, now, base):
        old_name = new.name if new.name in then.names else _former(new, gone)
        if not new.edited and _is_as_before(then.files, old_name, new):
            continue
        yield Pair(_live(then, old_name), _with_document(now, new))
    for name in sorted(gone.values()):
        yield Pair(_live(then, name), None)


def _now(fleet: Fleet, now: Root, base: Base) -> Iterator[Version]:
    """Every partner that may differ, as the working tree's descriptors make it, in the order of names."""
    if remembered(fleet.workspace, sign(fleet.workspace)) is not None:  # out/ is what the descriptors say
        for name in sorted(base.partners_changed() & now.names):
            yield rendered(now, name)
        return
    fleet.problems += now.templates.problems
    changed = {path for path in base.changed if path.startswith(f"{OUT}/") and path.endswith(".tf")}
    for partner in fleet.partners():
        if fleet.refused or fleet.landing_zone is None:
            continue
        files = render(plan_for(partner, fleet.landing_zone), now.templates)
        if isinstance(files, Problem):
            fleet.problems.append(files)
            continue
        edited = _edited(now, partner.partner, files, changed)
        yield Version(partner.partner, None, partner, files, edited)


def _edited(now: Root, name: str, files: Mapping[str, str], changed: set[str]) -> Mapping[str, str]:
    """The module as it lies in out/, where it differs both from the base and from what would be written."""
    folder = f"{OUT}/{name}"
    own = {path for path in changed if path.rpartition("/")[0] == folder}
    if not own:
        return {}
    lying = {each: _text(now.files, f"{folder}/{each}") for each in now.files.names(folder) if each.endswith(".tf")}
    wanted = {each: text for each, text in files.items() if _is_module_file(each)}
    return {} if lying == wanted else lying


def _is_module_file(name: str) -> bool:
    """Whether Terraform reads a rendered file as part of the module."""
    return name.endswith(".tf") and "/" not in name


def _text(files: Files, path: str) -> str:
    return (files.content(path) or b"").decode("utf-8", "replace")


def _is_as_before(files: Files, name: str, new: Version) -> bool:
    """Whether the base's out/ holds exactly the module that would be written."""
    folder = f"{OUT}/{name}"
    wanted = {each: text for each, text in new.files.items() if _is_module_file(each)}
    if not wanted or {each for each in files.names(folder) if each.endswith(".tf")} != wanted.keys():
        return False
    return all(files.holds(f"{folder}/{each}", text.encode()) for each, text in wanted.items())


def _with_document(now: Root, version: Version) -> Version:
    document = _document(now.files, descriptor_path(version.name))
    return Version(version.name, document, version.partner, version.files, version.edited)


def _former(new: Version, gone: dict[str, str]) -> str:
    """Who a partner was, taken from those who are gone; its own name where it was nobody.

    It stays the same partner as long as its names in AWS are those under which they were made. A `renamed_from` that
    gives a later name means the same partner; a finding then says what to write.
    """
    if new.partner is None:
        return new.name
    named = [made for made, name in gone.items() if name == new.partner.renamed_from]
    return gone.pop(new.partner.made_as if new.partner.made_as in gone else next(iter(named), ""), new.name)


def _made_as(root: Root, names: frozenset[str]) -> dict[str, str]:
    """Partners by the name under which their things in AWS were made."""
    parsed = {name: _parsed(root, name)[1] for name in names}
    return {partner.made_as if partner else name: name for name, partner in parsed.items()}


def _parsed(root: Root, name: str) -> tuple[Document | None, Partner | None]:
    document = _document(root.files, descriptor_path(name))
    return document, parse_partner(document, []) if document else None


def rendered(root: Root, name: str) -> Version:
    """A partner as its descriptor says it; without files where that cannot be planned."""
    document, partner = _parsed(root, name)
    return Version(name, document, partner, _files(root, partner))


def _live(root: Root, name: str) -> Version | None:
    """A partner as it was applied: out/ as it was committed, with a descriptor or without, else what its
    descriptor gives today."""
    files = committed(root.files, f"{OUT}/{name}")
    if name not in root.names:
        return Version(name, None, None, files) if files else None
    return Version(name, *_parsed(root, name), files) if files else rendered(root, name)


def _files(root: Root, partner: Partner | None) -> dict[str, str]:
    """The module of a partner; nothing where an older descriptor no longer makes sense."""
    if partner is None or root.landing_zone is None:
        return {}
    try:
        files = render(plan_for(partner, root.landing_zone), root.templates)
    except (KeyError, ValueError):  # names what the landing zone has not, or has no address plan
        return {}
    return {} if isinstance(files, Problem) else files


def committed(files: Files, folder: str) -> dict[str, str]:
    """natlane's own .tf files in a folder of out/."""
    contents = {name: files.content(f"{folder}/{name}") for name in files.names(folder) if name.endswith(".tf")}
    return {name: text.decode("utf-8", "replace") for name, text in contents.items() if text and bears_mark(text)}
