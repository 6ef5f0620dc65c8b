"""Our side of the network, which no module holds: our VPCs, accounts, state, topic, key and roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from natlane.network.tables import NOWHERE, Origin


@dataclass(frozen=True, slots=True)
class OurVpc:
    """One of our VPCs: its attachment to the transit gateway, the transit gateway table that decides about what
    comes from there, and the ids of its own route tables."""

    name: str
    account: str
    cidrs: tuple[IPv4Network, ...]
    attachment: str
    transit_table: str
    tables: tuple[str, ...]
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class StateStore:
    """The S3 bucket that holds Terraform's state, one key for each partner below a prefix."""

    bucket: str
    region: str
    key_prefix: str

    def key(self, partner: str) -> str:
        """Where a partner's state lies."""
        return f"{self.key_prefix}/{partner}/terraform.tfstate"


@dataclass(frozen=True, slots=True, kw_only=True)
class OurDestinations:
    """Where a module may keep its state and send alarms and logs, and which roles it may take."""

    state: StateStore | None  # None: it is not looked at
    alarm_topic: str | None  # None: there is none, so that alarms notify nobody
    log_key: str | None  # None: there is none, so that AWS's own key is used
    roles: Mapping[str, str]  # ARNs by account


@dataclass(frozen=True, slots=True)
class OurNetwork:
    """Our side of the network, which no module holds: whoever reads modules is given it.

    `accounts` gives each account's id by its name; VPC N is made in `network_account`, and the transit
    gateway's tables are `transit_account`'s. `partner_table` is the transit gateway table of every VPC N's
    attachment, empty where each partner has a table of its own. `accepts_itself`: another account's transit gateway
    takes attachments without an accepter. `destinations` is None where they are not known: then what a module writes
    besides the network is not looked at.
    """

    region: str
    zones: tuple[str, ...]
    accounts: Mapping[str, str]
    network_account: str
    transit_account: str
    transit_gateway: str
    vpcs: Mapping[str, OurVpc]
    partner_table: str = ""
    accepts_itself: bool = False
    origin: Origin = NOWHERE
    destinations: OurDestinations | None = None

    @property
    def transit_tables(self) -> tuple[str, ...]:
        """The transit gateway tables that modules share, each once."""
        shared = (self.partner_table,) if self.partner_table else ()
        return tuple(dict.fromkeys((*(vpc.transit_table for vpc in self.vpcs.values()), *shared)))
