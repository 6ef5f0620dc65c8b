"""Findings about the changes of one partner's resources: a level, and a sentence for the reviewer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from natlane.hcl.blocks import Expression
from natlane.impact.changes import Change
from natlane.impact.resources import Resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One consequence. `fields` are where a descriptor may have caused it, the likeliest first;
    `addresses` the resources that it speaks for; `steps` what to do instead, or before."""

    level: str
    code: str
    sentence: str
    fields: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModuleDiff:
    """Both versions of a partner's resources, and the changes between them.

    `device_fields` is where the newer descriptor says the device of a connection, by the connection's address;
    `vpc_of_table` is the VPC of ours that has a route table, by the table's id.
    """

    partner: str
    old: Resources
    new: Resources
    changes: tuple[Change, ...]
    device_fields: Mapping[str, str] = field(default_factory=dict)
    vpc_of_table: Mapping[str, str] = field(default_factory=dict)

    def of(self, *types: str) -> tuple[Change, ...]:
        """The changes of some types of resource."""
        return tuple(change for change in self.changes if change.resource.type in types)


Rule = Callable[[ModuleDiff], Iterator[Finding]]


def addresses(changes: Iterable[Change]) -> tuple[str, ...]:
    """What a finding about these changes speaks for."""
    return tuple(change.address for change in changes)


def refers(change: Change, address: str) -> bool:
    """Whether what a change is about references a resource, or a type of resource."""
    return any(
        isinstance(value, Expression) and value.text.startswith(f"{address}.")
        for value in change.resource.arguments.values()
    )
