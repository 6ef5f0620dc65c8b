"""The digest of a change, by which somebody accepts exactly this change."""

from __future__ import annotations

import hashlib

from natlane.impact.changes import OF_PROVIDER, Change, changed_blocks
from natlane.impact.resources import Resources


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
        for name in each.arguments or sorted(each.resource.arguments):
            values = [side.arguments.get(name) if side else None for side in (each.old, each.new)]
            digest.update(repr((each.address, each.action, name, *values)).encode())
        if not each.arguments or OF_PROVIDER.intersection(each.arguments):
            made_by = [
                old.account_of(each.old) if each.old else None,
                new.account_of(each.new) if each.new else None,
            ]
            digest.update(repr(made_by).encode())
    return digest.hexdigest()[:8]
