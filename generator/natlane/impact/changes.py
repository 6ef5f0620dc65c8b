"""Two versions of a partner's resources become the changes that Terraform would plan, cascades included."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Literal

from natlane.facts.resource_types import TYPES
from natlane.hcl.blocks import Expression, Value
from natlane.impact.replaced import replaces
from natlane.impact.resources import META, Account, Resource, Resources, references

Action = Literal["create", "update", "replace", "destroy"]


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one resource: `arguments` are those that differ, `replacing` those that force it anew.

    `written` are the arguments whose own text differs; where there is none, the resource only follows
    another one that it references. `old` is None where it is created, `new` where it is destroyed.
    """

    address: str
    action: Action
    arguments: tuple[str, ...]
    replacing: tuple[str, ...]
    written: tuple[str, ...]
    old: Resource | None
    new: Resource | None

    @property
    def resource(self) -> Resource:
        """The newer of both."""
        found = self.new or self.old
        if found is None:
            raise ValueError(f"{self.address} changes from nothing to nothing")
        return found

    @property
    def gone(self) -> bool:
        """Whether the thing that is live now does not survive."""
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


def digest_of(changes: tuple[Change, ...], old: Resources, new: Resources) -> str:
    """Eight digits that name exactly these changes, so that an acceptance is of these and of no other ones.

    What Terraform is told beside resources is among them: a data source may run a program.
    """
    digest = hashlib.sha256()
    if old.state != new.state:
        digest.update(repr((old.state, new.state)).encode())
    for name, *sides_of in beside_changed(old, new):
        digest.update(repr((name, *sides_of)).encode())
    for each in changes:
        sides = (each.old, each.new)
        for name in each.arguments or sorted(each.resource.arguments):
            values = [side.arguments.get(name) if side else None for side in sides]
            digest.update(repr((each.address, each.action, name, *values)).encode())
        if not each.arguments or {"provider", "tags_all"}.intersection(each.arguments):
            held = [
                _account(known.accounts, side) if side else None for known, side in zip((old, new), sides, strict=True)
            ]
            digest.update(repr(held).encode())
    return digest.hexdigest()[:8]


def beside_changed(old: Resources, new: Resources) -> list[tuple[str, str | None, str | None]]:
    """What Terraform is told beside resources and is told otherwise now: its name, then and now, in order of names."""
    names = sorted({*old.beside, *new.beside})
    both = [(name, old.beside.get(name), new.beside.get(name)) for name in names]
    return [(name, before, after) for name, before, after in both if before != after]


def held(old: Resource, new: Resource) -> dict[str, Value]:
    """What AWS will hold of an updated resource: its new arguments, old ones that it keeps unasked, and defaults."""
    kept = TYPES[old.type].kept if old.type in TYPES else frozenset[str]()
    stays = {name: value for name, value in _held(old).items() if name in kept}
    return {**_held(new), **stays, **new.arguments}


def _held(resource: Resource) -> dict[str, Value]:
    """What AWS holds of a resource as it was written: its arguments, and the values of lines never written."""
    return {**(TYPES[resource.type].unwritten if resource.type in TYPES else {}), **resource.arguments}


class _Comparison:
    """One comparison; `fates` remembers what was found, since references lead to the same resource often."""

    def __init__(self, old: Resources, new: Resources) -> None:
        renamed = {source: _last(source, new.moved) for source in new.moved.values()}
        self.renamed = renamed
        self.old = {renamed.get(address, address): each for address, each in old.by_address.items()}
        self.new = new.by_address
        self.forgotten = new.forgotten
        self.accounts = (old.accounts, new.accounts)
        self.fates: dict[str, Change | None] = {}

    def change(self, address: str) -> Change | None:
        """The change of one resource, or None where it stays exactly as it is."""
        if address not in self.fates:
            self.fates[address] = self._change(address)
        return self.fates[address]

    def _change(self, address: str) -> Change | None:
        old, new = self.old.get(address), self.new.get(address)
        if new is None and address in self.forgotten:
            return None
        if old is None or new is None:
            action: Action = "create" if old is None else "destroy"
            return Change(address, action, (), (), (), old, new)
        held_before, held_now = _held(old), held(old, new)
        names = [
            name
            for name in sorted({*held_before, *held_now})
            if self._resolved(held_before.get(name), 0) != self._resolved(held_now.get(name), 1)
        ]
        accounts = [_account(self.accounts[side], each) for side, each in enumerate((old, new))]
        places = [(each.region, each.account) for each in accounts]
        if places[0] != places[1]:
            names.append("provider")
        elif self._resolved(accounts[0].default_tags, 0) != self._resolved(accounts[1].default_tags, 1):
            names += ["tags_all"] if new.type not in TYPES or TYPES[new.type].tagged else []
        if not names:
            return None
        replacing = tuple(name for name in names if self._replaces(name, old, new))
        written = tuple(
            name for name in names if name in ("provider", "tags_all") or held_before.get(name) != held_now.get(name)
        )
        action = "replace" if replacing else "update"
        return Change(address, action, tuple(names), replacing, written, old, new)

    def _replaces(self, name: str, old: Resource, new: Resource) -> bool:
        if name in ("tags", "tags_all"):
            return False
        if name == "provider" or name in META or new.type not in TYPES:
            # Another account or region; another number of it; or a type of the user's: the worst is assumed.
            return True
        sides = (lambda value: self._resolved(value, 0), lambda value: self._resolved(value, 1))
        return replaces(new.type, name, _held(old), held(old, new), sides)

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
        kind, label, name = reference.split(".")
        address = f"{kind}.{label}"
        if side == 0:
            address = self.renamed.get(address, address)
        resource = (self.new if side else self.old).get(address)
        if name == "id" and kind in TYPES:
            name = TYPES[kind].id_is or name
        if resource is not None and name in resource.arguments:
            return self._resolved(resource.arguments[name], side)
        fate = self.change(address)
        anew = fate is not None and fate.action in ("create", "replace")
        return (address, name, "anew" if side and anew else "as it is")


def _last(source: str, moved: Mapping[str, str]) -> str:
    """Where a chain of `moved` blocks ends."""
    targets = {before: after for after, before in moved.items()}
    seen = {source}
    while source in targets and targets[source] not in seen:
        source = targets[source]
        seen.add(source)
    return source


def _account(accounts: Mapping[str, Account], resource: Resource) -> Account:
    return accounts.get(resource.provider, Account("", "", ()))
