"""One tunnel of a hand-over: addresses, algorithms, timers. Times are seconds, sizes bytes; a key is never in it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from natlane.handover.algorithm_names import Words
from natlane.handover.sizes import Sizes


@dataclass(frozen=True, slots=True)
class Phase:
    """The one algorithm of each kind that is agreed on, named as AWS names them; `words` are the vendor's."""

    encryption: str
    integrity: str
    dh_group: int
    lifetime: int
    rekey: int  # a tenth before the lifetime ends
    authenticated: bool  # GCM: the cipher authenticates by itself
    words: Words

    @property
    def minutes(self) -> int:
        """The lifetime in whole minutes."""
        return self.lifetime // 60

    @property
    def margin(self) -> int:
        """From rekeying to the end of the lifetime."""
        return self.lifetime - self.rekey


@dataclass(frozen=True, slots=True)
class DeadPeer:
    """When the device notices that AWS's end is silent."""

    timeout: int
    delay: int
    retries: int
    silence: int  # until strongSwan's probe, which then takes the rest of the timeout


@dataclass(frozen=True, slots=True)
class Tunnel:
    """One of the two tunnels. `address` is AWS's public one, or a word in capitals where it is not known yet."""

    number: int
    interface_name: str  # at most 15 characters
    address: str
    known: bool
    key: str  # a word in capitals in the key's place
    inside_cidr: IPv4Network
    aws_inside: IPv4Address
    device_inside: IPv4Address
    preferred: bool
    metric: int  # of a static route and of what the device announces: the lower is used
    preference: int  # of what the device learns: the higher is used
    ike: int
    ikev1: bool
    phase1: Phase
    phase2: Phase
    dead_peer: DeadPeer
    dpd_action: str  # AWS's
    replay_window: int
    device_starts: bool
    aws_starts: bool
    sizes: Sizes

    @property
    def ikev2(self) -> bool:
        """Whether IKE version 2 is spoken."""
        return not self.ikev1

    @property
    def length(self) -> int:
        """The inside network's prefix length."""
        return self.inside_cidr.prefixlen

    @property
    def netmask(self) -> IPv4Address:
        """The inside network's mask."""
        return self.inside_cidr.netmask

    @property
    def index(self) -> int:
        """Its number counted from 0."""
        return self.number - 1
