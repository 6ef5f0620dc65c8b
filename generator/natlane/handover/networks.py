"""Networks, services and firewall rules in the forms that devices want them in."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network


@dataclass(frozen=True, slots=True)
class Block:
    """A network in every form that a device wants it in."""

    cidr: IPv4Network

    @property
    def address(self) -> IPv4Address:
        """Its first address."""
        return self.cidr.network_address

    @property
    def netmask(self) -> IPv4Address:
        """255.255.255.0."""
        return self.cidr.netmask

    @property
    def wildcard(self) -> IPv4Address:
        """0.0.0.255, as an access list wants it."""
        return self.cidr.hostmask

    @property
    def length(self) -> int:
        """24."""
        return self.cidr.prefixlen

    @property
    def label(self) -> str:
        """192-168-50-0-24, for names."""
        return str(self.cidr).replace(".", "-").replace("/", "-")

    def __str__(self) -> str:
        return str(self.cidr)


@dataclass(frozen=True, slots=True)
class Row:
    """A block with a number, for devices whose lists are numbered."""

    number: int
    block: Block


@dataclass(frozen=True, slots=True)
class Service:
    """A port of a protocol that a rule lets through."""

    protocol: str
    port: int


@dataclass(frozen=True, slots=True)
class Called:
    """Something with an address and a port that the other side calls. `number` counts from 1."""

    number: int
    name: str
    addresses: tuple[IPv4Address, ...]
    port: int
    protocol: str


@dataclass(frozen=True, slots=True)
class Permit:
    """What a firewall lets through, its answers included. `number` counts from 1; `anything`: all ports, protocols."""

    number: int
    name: str
    source: Block
    destination: Block
    protocol: str
    port: int
    anything: bool

    @property
    def priority(self) -> int:
        """Its number in lists whose numbers begin at 1000."""
        return 1_000 + self.number

    @property
    def title(self) -> str:
        """Tcp or Udp, as Azure writes it."""
        return self.protocol.title()
