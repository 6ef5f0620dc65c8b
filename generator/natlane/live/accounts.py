"""The AWS accounts that are read, and the profile or role by which each is entered."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from natlane.describe.landing_zone import LandingZone
from natlane.facts.aws import partition_of

_ACCOUNT: Final = re.compile(
    r"(?P<name>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)=(?:profile:(?P<profile>.+)|(?P<id>[0-9]{12})(?::(?P<role>.+))?)"
)


@dataclass(frozen=True, slots=True)
class LiveAccount:
    """One account by the landing zone's name: entered by a profile, by a role, or with the caller's own rights.

    `id` is empty where only a profile is known, until AWS was asked; `role_arn` may be a role's name until the region
    is known.
    """

    name: str
    id: str = ""
    role_arn: str = ""
    profile: str = ""


def parse_account(text: str) -> LiveAccount:
    """`NAME=ID`, `NAME=ID:ROLE` (a role's name or ARN) or `NAME=profile:PROFILE`. Raises ValueError."""
    match = _ACCOUNT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not NAME=ID, NAME=ID:ROLE or NAME=profile:PROFILE")
    return LiveAccount(
        name=match["name"], id=match["id"] or "", role_arn=match["role"] or "", profile=match["profile"] or ""
    )


def accounts_of(landing_zone: LandingZone) -> dict[str, LiveAccount]:
    """The landing zone's accounts by name, each entered by its role where it names one."""
    return {
        name: LiveAccount(name=name, id=each.id, role_arn=each.role_arn or "")
        for name, each in landing_zone.accounts.items()
    }


def in_region(account: LiveAccount, region: str) -> LiveAccount:
    """The account with its role's ARN, which is of the region's partition, in place of the role's name alone."""
    role = account.role_arn
    if role and not role.startswith("arn:"):
        role = f"arn:{partition_of(region)}:iam::{account.id}:role/{role}"
    return replace(account, role_arn=role)
