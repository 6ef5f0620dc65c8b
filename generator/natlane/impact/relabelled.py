"""Resources that a change gives another Terraform label and leaves the same otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Final

from natlane.impact.findings import ModuleDiff
from natlane.impact.resources import Resource

_ADDRESS: Final = re.compile(r"(?<![\w.])aws_\w+\.[\w-]+")


def relabelled(diff: ModuleDiff) -> dict[str, str]:
    """Old address -> new address of what Terraform would destroy and make again as it was, in order.

    A resource that references another one by its new label counts as unchanged, so that pairs give further pairs.
    """
    pairs: dict[str, str] = {}
    going = [each.old for each in diff.changes if each.action == "destroy" and each.old]
    coming = [each.new for each in diff.changes if each.action == "create" and each.new]
    while True:
        left = _by_content((each for each in going if each.address not in pairs), pairs)
        right = _by_content((each for each in coming if each.address not in pairs.values()), {})
        more = {
            left[content][0]: right[content][0]
            for content in left.keys() & right.keys()
            if len(left[content]) == len(right[content]) == 1
        }
        if not more:
            return dict(sorted(pairs.items()))
        pairs |= more


def _by_content(resources: Iterable[Resource], pairs: Mapping[str, str]) -> dict[str, list[str]]:
    """Addresses by all that is written of a resource, references as they are written with the new labels."""
    found: dict[str, list[str]] = {}
    for each in resources:
        said = repr(sorted(each.arguments.items(), key=itemgetter(0)))
        meant = _ADDRESS.sub(lambda address: pairs.get(address[0], address[0]), said)
        found.setdefault(f"{each.type} {each.provider} {meant}", []).append(each.address)
    return found
