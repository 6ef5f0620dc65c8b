"""The changes that Terraform would plan between two versions of a partner's resources, cascades included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from natlane.facts.replacing_arguments import TYPES
from natlane.hcl.blocks import Value
from natlane.impact.compared_values import ComparedValues
from natlane.impact.held import held, held_after_update
from natlane.impact.references import references_in
from natlane.impact.replaced import Sides, replaces
from natlane.impact.resources import COUNTED, Resource, Resources

Action = Literal["create", "import", "update", "replace", "destroy"]
TAGS: Final = frozenset(("tags", "tags_all"))
OF_PROVIDER: Final = frozenset(("provider", "tags_all"))  # changed by a provider's block, not by the resource's own


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one resource: `arguments` are those that differ, `replacing` those that force it anew.

    `written` are the arguments whose own text differs; where there is none, the resource only follows
    another one that it references. `old` is None where it is created or imported, `new` where it is destroyed.
    """

    address: str
    action: Action
    old: Resource | None
    new: Resource | None
    arguments: tuple[str, ...] = ()
    replacing: tuple[str, ...] = ()
    written: tuple[str, ...] = ()

    @property
    def resource(self) -> Resource:
        """The newer of both."""
        found = self.new or self.old
        if found is None:
            raise ValueError(f"{self.address} changes from nothing to nothing")
        return found

    @property
    def gone(self) -> bool:
        """Whether the resource that is live now is destroyed or replaced."""
        return self.action in ("replace", "destroy")

    @property
    def follows(self) -> bool:
        """Whether it changes only because of what it references."""
        return self.action in ("update", "replace") and not self.written


def changes_between(old: Resources, new: Resources) -> tuple[Change, ...]:
    """Every change, in the order of addresses; what only references a replaced resource is among them."""
    comparison = _Comparison(old, new)
    found = [comparison.change(address) for address in sorted({*comparison.old, *comparison.new})]
    return tuple(change for change in found if change is not None)


def changed_blocks(old: Resources, new: Resources) -> list[tuple[str, str | None, str | None]]:
    """The blocks besides resources that differ: name, text then and text now, in order of names."""
    names = sorted({*old.other_blocks, *new.other_blocks})
    both = [(name, old.other_blocks.get(name), new.other_blocks.get(name)) for name in names]
    return [(name, before, after) for name, before, after in both if before != after]


class _Comparison:
    """One comparison of two versions, which remembers the changes that it found: references lead to a resource often.

    A resource that references itself in a circle, which Terraform refuses, is taken to stay as it is.
    """

    def __init__(self, old: Resources, new: Resources) -> None:
        renamed = {source: _last(source, new.moved) for source in new.moved.values()}
        self.old = {renamed.get(address, address): each for address, each in old.by_address.items()}
        self.new = new.by_address
        self._version_before, self._version_after = old, new
        self._before = ComparedValues(self.old, renamed, lambda _: False)
        self._after = ComparedValues(self.new, {}, self._is_made)
        self._changes: dict[str, Change | None] = {}
        self._open: set[str] = set()

    def change(self, address: str) -> Change | None:
        """The change of one resource, or None where it stays exactly as it is."""
        if address not in self._changes:
            if address in self._open:
                return None
            self._open.add(address)
            self._changes[address] = self._change(address)
            self._open.discard(address)
        return self._changes[address]

    def _is_made(self, address: str) -> bool:
        change = self.change(address)
        return change is not None and change.action in ("create", "replace")

    def _change(self, address: str) -> Change | None:
        old, new = self.old.get(address), self.new.get(address)
        if new is None and address in self._version_after.forgotten:
            return None
        if old is None:
            action: Action = "import" if address in self._version_after.imported else "create"
            return Change(address, action, None, new)
        return self._update(old, new) if new else Change(address, "destroy", old, None)

    def _update(self, old: Resource, new: Resource) -> Change | None:
        """The change of a resource that both versions have: in place, or replaced."""
        names = (*self._differing(old, new), *self._of_provider(old, new))
        if not names:
            return None
        before, after = held(old), held_after_update(old, new)
        replacing = tuple(name for name in names if self._replaces(name, old, new))
        return Change(
            new.address,
            "replace" if replacing else "update",
            old,
            new,
            arguments=names,
            replacing=replacing,
            written=tuple(name for name in names if name in OF_PROVIDER or before.get(name) != after.get(name)),
        )

    def _differing(self, old: Resource, new: Resource) -> Iterator[str]:
        """The arguments whose values differ, in order of names."""
        before, after = held(old), held_after_update(old, new)
        for name in sorted({*before, *after} - new.ignored):
            if not self._same(before.get(name), after.get(name)):
                yield name

    def _of_provider(self, old: Resource, new: Resource) -> tuple[str, ...]:
        """Whether the provider works elsewhere, or gives other tags."""
        was, now = self._version_before.account_of(old), self._version_after.account_of(new)
        if (was.region, was.account) != (now.region, now.account):
            return ("provider",)
        if was.default_tags == now.default_tags or not (new.type not in TYPES or TYPES[new.type].tagged):
            return ()
        return () if self._same(was.default_tags, now.default_tags) else ("tags_all",)

    def _same(self, old: Value, new: Value) -> bool:
        """Whether two values are one to AWS: written alike, with references that lead to what did not change."""
        if old is new or old == new:
            return all(self._before.reference(each) == self._after.reference(each) for each in references_in(new))
        return self._before.value(old) == self._after.value(new)

    def _replaces(self, name: str, old: Resource, new: Resource) -> bool:
        if name in TAGS:
            return False
        if name == "provider" or name in COUNTED or new.type not in TYPES:
            # Another account or region, another count, or a type that natlane does not write: the worst is assumed.
            return True
        sides = Sides(self._before.value, self._after.value, self._after.is_planned)
        return replaces(new.type, name, held(old), held_after_update(old, new), sides)


def _last(source: str, moved: Mapping[str, str]) -> str:
    """Where a chain of `moved` blocks ends."""
    targets = {before: after for after, before in moved.items()}
    seen = {source}
    while source in targets and targets[source] not in seen:
        source = targets[source]
        seen.add(source)
    return source
