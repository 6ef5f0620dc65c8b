"""Findings about blocks besides resources: guards, data sources, modules, programs, providers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from natlane.english import listed
from natlane.impact.changes import changed_blocks
from natlane.impact.findings import Finding, ModuleDiff
from natlane.impact_levels import BOTH_DOWN, IN_PLACE, NOTHING

# By the kind of block: what its change may do, and whether that holds only of a block which is there before and after.
_KINDS: Final[Mapping[str, tuple[str, str, bool]]] = {
    "check": (NOTHING, "asks for something else, and changes nothing", False),
    "data aws": (IN_PLACE, "reads something else, so that what references it may change", True),
    "data": (IN_PLACE, "is a data source that may run a program", False),
    "lifecycle": (IN_PLACE, "changes when Terraform makes, keeps or replaces it", True),
    "provider": (NOTHING, "has other rights or settings, in the same account and region", True),
    "terraform": (NOTHING, "asks for another version, so run terraform init -upgrade", False),
    "timeouts": (NOTHING, "waits for another length of time", False),
}
# Any other kind (a module, a program that is run, an import) natlane does not read: both tunnels may go down by it.
_UNSEEN: Final = (BOTH_DOWN, "may do anything, and natlane does not see what", False)


def unprotected(diff: ModuleDiff) -> Iterator[Finding]:
    """A template takes the guard away that ends the apply of a replacement."""
    for address in _unprotected(diff):
        sentence = f"{address} loses prevent_destroy: from now on a plan may destroy or replace it"
        yield Finding(level=IN_PLACE, code="unprotected", sentence=sentence, fields=(), addresses=())


def _unprotected(diff: ModuleDiff) -> list[str]:
    both = [(each, diff.new.by_address.get(address)) for address, each in diff.old.by_address.items()]
    return [old.address for old, new in both if new is not None and old.protected and not new.protected]


def other_blocks(diff: ModuleDiff) -> Iterator[Finding]:
    """Blocks that are no resources, and differ from before."""
    guards = {f"{address} lifecycle" for address in _unprotected(diff)}
    groups: dict[tuple[str, str], list[str]] = {}
    for name, before, after in changed_blocks(diff.old, diff.new):
        level, what, both = _KINDS.get(_kind(name), _UNSEEN)
        if name not in guards and not (both and None in (before, after)):
            groups.setdefault((level, what), []).append(name)
    for (level, what), names in groups.items():
        yield Finding(
            level=level,
            code="told-otherwise",
            sentence=f"{listed(names)} {what}",
            fields=("accounts", "network_account"),
            addresses=(),
        )


def _kind(name: str) -> str:
    """The kind of block by its name: `data external.x` is data, `aws_x.y lifecycle` a lifecycle."""
    first, _, last = name.partition(" ")
    if first.startswith("aws_"):
        return last
    return "data aws" if name.startswith("data aws_") else first
