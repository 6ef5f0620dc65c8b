"""The changes that Terraform would plan between two versions of a partner's resources, cascades included."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from natlane.facts.changed_in_place import EMPTY_UNASKED
from natlane.facts.replacing_arguments import TYPES
from natlane.hcl.blocks import Expression, Value
from natlane.impact.replaced import Sides, replaces
from natlane.impact.resources import COUNTED, Account, Resource, Resources, references

Action = Literal["create", "import", "update", "replace", "destroy"]
TAGS: Final = frozenset(("tags", "tags_all"))


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
    found = [comparison.change(address) for address in sorted({*comparison.old, *new.by_address})]
    return tuple(change for change in found if change is not None)


def digest_of(changes: tuple[Change, ...], old: Resources, new: Resources, flows: str = "") -> str:
    """Eight digits that name exactly these changes, so that an acceptance is of these and of no other ones.

    What Terraform is told besides resources is among them (a data source may run a program), and so are `flows`:
    the text of what opens and closes.
    """
    digest = hashlib.sha256(flows.encode())
    if old.state != new.state:
        digest.update(repr((old.state, new.state)).encode())
    for name, *sides_of in changed_blocks(old, new):
        digest.update(repr((name, *sides_of)).encode())
    for each in changes:
        sides = (each.old, each.new)
        for name in each.arguments or sorted(each.resource.arguments):
            values = [side.arguments.get(name) if side else None for side in sides]
            digest.update(repr((each.address, each.action, name, *values)).encode())
        if not each.arguments or {"provider", "tags_all"}.intersection(each.arguments):
            made_by = [
                _account(known.accounts, side) if side else None for known, side in zip((old, new), sides, strict=True)
            ]
            digest.update(repr(made_by).encode())
    return digest.hexdigest()[:8]


def changed_blocks(old: Resources, new: Resources) -> list[tuple[str, str | None, str | None]]:
    """The blocks besides resources that differ: name, text then and text now, in order of names."""
    names = sorted({*old.other_blocks, *new.other_blocks})
    both = [(name, old.other_blocks.get(name), new.other_blocks.get(name)) for name in names]
    return [(name, before, after) for name, before, after in both if before != after]


def after_update(old: Resource, new: Resource) -> dict[str, Value]:
    """What AWS will hold of an updated resource: its new arguments, old ones that it keeps unasked, and defaults."""
    unasked = TYPES[old.type].kept if old.type in TYPES else frozenset[str]()
    stays = {name: value for name, value in _live(old).items() if name in unasked}
    return {**_live(new), **stays, **new.arguments}


def _live(resource: Resource) -> Mapping[str, Value]:
    """What AWS holds of a resource: the arguments that are written, and defaults of those that are not."""
    default_if_absent = TYPES[resource.type].default_if_absent if resource.type in TYPES else {}
    empty = EMPTY_UNASKED.get(resource.type, {})
    return {**default_if_absent, **empty, **resource.arguments} if default_if_absent or empty else resource.arguments


class _Comparison:
    """One comparison of two sides (0: old, 1: new), which remembers what it found: references lead to a resource often.

    References that lead in a circle, which Terraform refuses, are taken to stay as they are.
    """

    def __init__(self, old: Resources, new: Resources) -> None:
        self._renamed = {source: _last(source, new.moved) for source in new.moved.values()}
        self.old = {self._renamed.get(address, address): each for address, each in old.by_address.items()}
        self._sides = (self.old, new.by_address)
        self._accounts = (old.accounts, new.accounts)
        self._changes: dict[str, Change | None] = {}
        self._values: dict[tuple[str, int], Hashable] = {}
        self._open: set[object] = set()
        self._forgotten = new.forgotten
        self._imported = new.imported

    def change(self, address: str) -> Change | None:
        """The change of one resource, or None where it stays exactly as it is."""
        if address not in self._changes:
            if address in self._open:
                return None
            self._open.add(address)
            self._changes[address] = self._change(address)
            self._open.discard(address)
        return self._changes[address]

    def _change(self, address: str) -> Change | None:
        old, new = (side.get(address) for side in self._sides)
        if new is None and address in self._forgotten:
            return None
        if old is None or new is None:
            made: Action = "import" if address in self._imported else "create"
            return Change(address, made if old is None else "destroy", old, new)
        names = [*self._differing(old, new), *self._of_provider(old, new)]
        if not names:
            return None
        replacing = tuple(name for name in names if self._replaces(name, old, new))
        before, after = _live(old), after_update(old, new)
        written = tuple(
            name for name in names if name in ("provider", "tags_all") or before.get(name) != after.get(name)
        )
        action: Action = "replace" if replacing else "update"
        return Change(address, action, old, new, tuple(names), replacing, written)

    def _differing(self, old: Resource, new: Resource) -> Iterator[str]:
        """The arguments whose values differ, in order of names."""
        before, after = _live(old), after_update(old, new)
        for name in sorted({*before, *after} - new.ignored):
            if not self._same(before.get(name), after.get(name)):
                yield name

    def _of_provider(self, old: Resource, new: Resource) -> tuple[str, ...]:
        """Whether the provider works elsewhere, or gives other tags."""
        was, now = (_account(accounts, each) for accounts, each in zip(self._accounts, (old, new), strict=True))
        if (was.region, was.account) != (now.region, now.account):
            return ("provider",)
        if was.default_tags == now.default_tags or not (new.type not in TYPES or TYPES[new.type].tagged):
            return ()
        return () if self._same(was.default_tags, now.default_tags) else ("tags_all",)

    def _same(self, old: Value, new: Value) -> bool:
        """Whether two values are one to AWS: written alike, with references that lead to what did not change."""
        if old is new or old == new:
            return all(self._reference(each, 0) == self._reference(each, 1) for each in references_in(new))
        return self._resolved(old, 0) == self._resolved(new, 1)

    def _replaces(self, name: str, old: Resource, new: Resource) -> bool:
        if name in TAGS:
            return False
        if name == "provider" or name in COUNTED or new.type not in TYPES:
            # Another account or region, another count, or a type that natlane does not write: the worst is assumed.
            return True
        sides = Sides(lambda value: self._resolved(value, 0), lambda value: self._resolved(value, 1), self._is_planned)
        return replaces(new.type, name, _live(old), after_update(old, new), sides)

    def _is_planned(self, value: Value) -> bool:
        """Whether nothing in a new value is for AWS to choose on apply."""
        return not any(_is_anew(self._reference(each, 1)) for each in references_in(value))

    def _resolved(self, value: Value, side: int) -> Hashable:
        """A value as it can be compared between both sides; lists are sets to AWS, so their order is none."""
        if isinstance(value, Expression):
            return self._expression(value.text, side)
        if isinstance(value, tuple):
            return ("list", *sorted((self._resolved(item, side) for item in value), key=repr))
        if isinstance(value, dict):
            return ("map", *sorted((key, self._resolved(item, side)) for key, item in value.items()))
        return str(value).lower() if isinstance(value, bool) else None if value is None else str(value)

    def _expression(self, text: str, side: int) -> Hashable:
        found = references(text)
        if [text] == found:
            return self._reference(text, side)
        return (re.sub(r"\s+", " ", text), *(self._reference(each, side) for each in found))

    def _reference(self, reference: str, side: int) -> Hashable:
        """What a reference stands for: an argument's own value, or a value that AWS chose and keeps."""
        key = (reference, side)
        if key not in self._values:
            if key in self._open:
                return (reference, "a circle")
            self._open.add(key)
            self._values[key] = _short(self._referred(reference, side))
            self._open.discard(key)
        return self._values[key]

    def _referred(self, reference: str, side: int) -> Hashable:
        kind, label, name = reference.split(".")
        address = f"{kind}.{label}"
        if side == 0:
            address = self._renamed.get(address, address)
        resource = self._sides[side].get(address)
        if name == "id" and kind in TYPES:
            name = TYPES[kind].id_is or name
        if resource is not None and name in resource.arguments:
            return self._resolved(resource.arguments[name], side)
        change = self.change(address)
        anew = change is not None and change.action in ("create", "replace")
        return _Chosen(address, name, bool(side and anew))


class _Chosen(NamedTuple):
    """A value that AWS chose, or chooses on apply."""

    address: str
    name: str
    anew: bool


def _is_anew(value: Hashable) -> bool:
    """Whether AWS chooses it, or a part of it, on apply."""
    if isinstance(value, _Chosen):
        return value.anew
    return isinstance(value, tuple) and any(map(_is_anew, value))


def _short(value: Hashable) -> Hashable:
    """A value, or what names it where it is long: references that double each other's would grow without end."""
    if value is None or isinstance(value, str):
        return value
    text = repr(value)
    return value if len(text) < 1_000 else hashlib.sha256(text.encode()).hexdigest()


def references_in(value: Value) -> Iterator[str]:
    """Every reference to a resource in a value, its lists and maps."""
    if isinstance(value, Expression):
        yield from references(value.text)
    elif isinstance(value, tuple):
        for item in value:
            yield from references_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from references_in(item)


def _last(source: str, moved: Mapping[str, str]) -> str:
    """Where a chain of `moved` blocks ends."""
    targets = {before: after for after, before in moved.items()}
    seen = {source}
    while source in targets and targets[source] not in seen:
        source = targets[source]
        seen.add(source)
    return source


_NOWHERE: Final = Account(region="", account="", default_tags=())


def _account(accounts: Mapping[str, Account], resource: Resource) -> Account:
    return accounts.get(resource.provider, _NOWHERE)
