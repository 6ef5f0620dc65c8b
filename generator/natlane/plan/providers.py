"""The providers of a module, one for each account, and the backend that holds its state."""

from __future__ import annotations

from typing import NamedTuple

from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.plan.labels import slug
from natlane.plan.values import Reference


class Provider(NamedTuple):
    """One `provider "aws"` block."""

    alias: str  # empty for the network account's own
    region: str
    account_id: str
    role_arn: str | None


class S3State(NamedTuple):
    """The S3 backend."""

    bucket: str
    key: str
    region: str


def state_of(partner: Partner, landing_zone: LandingZone) -> S3State | None:
    state = landing_zone.state
    if state is None:
        return None
    key = f"{state.key_prefix}/{partner.partner}/terraform.tfstate"
    return S3State(bucket=state.bucket, key=key, region=state.region)


def providers(landing_zone: LandingZone) -> tuple[Provider, ...]:
    """The network account's, then one alias for each other account of ours.

    All of them: an alias that went with its last resource would leave Terraform unable to destroy it
    ("Provider configuration not present"), and one that nothing uses is never configured.
    """
    used = dict.fromkeys([landing_zone.network_account, landing_zone.transit_account, *landing_zone.accounts])
    return tuple(
        Provider(
            alias="" if name == landing_zone.network_account else slug(name),
            region=landing_zone.region,
            account_id=landing_zone.accounts[name].id,
            role_arn=landing_zone.accounts[name].role_arn,
        )
        for name in used
    )


def provider_of(account: str, landing_zone: LandingZone) -> Reference | None:
    """The aliased provider of an account; None for the network account, whose provider has no alias."""
    return None if account == landing_zone.network_account else Reference(f"aws.{slug(account)}")
