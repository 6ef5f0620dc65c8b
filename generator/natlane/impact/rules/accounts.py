"""Findings about accounts and providers: what Terraform could no longer find, or no longer destroy."""

from __future__ import annotations

from collections.abc import Iterator

from natlane.english import counted, listed
from natlane.impact.changes import Change
from natlane.impact.findings import Finding, ModuleDiff, addresses
from natlane.impact_levels import BOTH_DOWN, IN_PLACE, RE_ENGAGE


def in_another_account(diff: ModuleDiff, change: Change) -> bool:
    """Whether a resource would be looked for in another account, where it is not."""
    return _moved(diff, change) is not None


def _moved(diff: ModuleDiff, change: Change) -> tuple[str, str] | None:
    """The account that a resource is in and the other one it would be looked for in."""
    if change.old is None or change.new is None or "provider" not in change.arguments:
        return None
    was, now = diff.old.accounts.get(change.old.provider), diff.new.accounts.get(change.new.provider)
    return (was.account, now.account) if was is not None and now is not None and was.account != now.account else None


def another_account(diff: ModuleDiff) -> Iterator[Finding]:
    """Terraform asks the new account for what it had made, finds nothing, and makes it a second time."""
    moved = [(each, accounts) for each in diff.changes if (accounts := _moved(diff, each))]
    if not moved:
        return
    found, (old, new) = [each for each, _ in moved], moved[0][1]
    connection = any(each.resource.type == "aws_vpn_connection" for each in found)
    what = "a connection with new public addresses and new keys among them" if connection else "routes among them"
    yield Finding(
        level=RE_ENGAGE if connection else BOTH_DOWN,
        code="another-account",
        sentence=f"Terraform looks for {counted(len(found), 'resource')} in account {new}, finds none, and makes them "
        f"there, {what}; those in account {old} stay alive, and nobody manages them",
        fields=("accounts", "network_account", "vpcs"),
        addresses=addresses(found),
        steps=(
            "decommission the partner first, while the old account still stands here; then change the account, and "
            "make the partner active again",
        ),
    )


def providers(diff: ModuleDiff) -> Iterator[Finding]:
    """Terraform needs the provider of what it destroys, which another template or landing zone may take away."""
    left = [
        each
        for each in diff.changes
        if each.action == "destroy" and each.old and each.old.provider not in diff.new.accounts
    ]
    if left:
        aliases = listed(f"aws.{each.old.provider}" for each in left if each.old)
        sentence = f"Terraform refuses this plan: {aliases} goes, which made {counted(len(left), 'resource')} that go"
        steps = ("keep the account in landing-zone.yaml until this was applied",)
        yield Finding(
            level=IN_PLACE, code="provider-gone", sentence=sentence, fields=("accounts",), addresses=(), steps=steps
        )
