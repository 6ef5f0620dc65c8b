"""One reading of AWS, looked at for one partner."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from natlane.live import calls
from natlane.live.calls import Answers, Call, Item
from natlane.live.snapshot import Snapshot
from natlane.live.tags import made_by_natlane, tags_of
from natlane.network.our_network import OurNetwork
from natlane.network.tables import Origin


@dataclass(frozen=True, slots=True)
class Live:
    """One reading, looked at for one partner. `prefixes` are the partner's: what routes of others may take.

    `imported` are the ids that its module takes over, which bear no tag of ours before the first apply.
    """

    snapshot: Snapshot
    ours: OurNetwork
    partner: str
    prefixes: tuple[IPv4Network, ...]
    imported: frozenset[str]

    @property
    def own(self) -> Answers:
        """The answers of the account in which VPC N is."""
        return self.snapshot.answers[self.ours.network_account]

    @property
    def transit(self) -> Answers:
        """The answers of the account that owns the transit gateway."""
        return self.snapshot.answers[self.ours.transit_account]

    def tagged(self, answers: Answers, call: Call) -> list[Item]:
        """What natlane's modules made for this partner, or take over."""
        return [
            each
            for each in answers[call.name]
            if (made_by_natlane(each) and tags_of(each).get("partner") == self.partner)
            or self.imported.intersection((each.get("VpcId"), each.get("VpnConnectionId")))
        ]

    def origin(self, item: Item, number: str) -> Origin:
        """Where a thing is: its id, and the name that its tag gives."""
        name = tags_of(item).get("Name", "")
        return Origin(f"{number} ({name})" if name else number, f"out/{self.partner}", 0)


def connections_of(live: Live) -> list[Item]:
    """The VPN connections, which are the transit gateway's account's where they end there."""
    found = live.tagged(live.own, calls.VPN_CONNECTIONS)
    if live.ours.transit_account != live.ours.network_account:
        found += live.tagged(live.transit, calls.VPN_CONNECTIONS)
    return found
