"""One call of an operation, and the register of what answers each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.aws.world import Data, Record, World


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls what, with which parameters, in which world."""

    world: World
    account: str
    service: str
    operation: str
    params: dict[str, Any]

    def find(self, kind: str, member: str) -> Record:
        """The record whose id a parameter has."""
        return self.world.find(kind, self.params[member], self.account)

    def tags(self, resource_type: str) -> list[Data]:
        """The tags that the call gives what it makes, sorted as AWS does not promise but often does."""
        found = [
            tag
            for each in self.params.get("TagSpecifications", ())
            if each.get("ResourceType") == resource_type
            for tag in each.get("Tags", ())
        ]
        return sorted(({"Key": tag["Key"], "Value": tag.get("Value", "")} for tag in found), key=lambda tag: tag["Key"])


Handler = Callable[[Call], Data]
HANDLERS: dict[tuple[str, str], Handler] = {}


def answers(service: str, *operations: str) -> Callable[[Handler], Handler]:
    """Registers a function as the answer to operations of a service."""

    def register(handler: Handler) -> Handler:
        for name in operations:
            if (service, name) in HANDLERS:
                raise ValueError(f"{service} {name} has two handlers")
            HANDLERS[service, name] = handler
        return handler

    return register
