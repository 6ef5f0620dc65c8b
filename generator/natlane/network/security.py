"""Security groups, and which of their rules lets a packet pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from natlane.network.tables import Origin

PROTOCOLS: Final = ("tcp", "udp", "icmp")
ANY_PROTOCOL: Final = "-1"
LAST_PORT: Final = 65_535
HTTPS: Final = 443  # what an interface endpoint listens on


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a security group; of ANY_PROTOCOL it holds for every port."""

    cidr: IPv4Network
    protocol: str
    first_port: int
    last_port: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A security group: what it does not allow is dropped, and replies are always allowed."""

    label: str
    ingress: tuple[Rule, ...]
    egress: tuple[Rule, ...]
    origin: Origin
    _in: _Index = field(init=False, repr=False, compare=False)
    _out: _Index = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Rules are looked up for every packet, so they are indexed once."""
        object.__setattr__(self, "_in", _index(self.ingress))
        object.__setattr__(self, "_out", _index(self.egress))

    def lets_in(self, address: IPv4Address, protocol: str, port: int) -> Rule | None:
        """The rule that lets a packet from an address in to a port."""
        return self._in.rule_for(address, protocol, port)

    def lets_out(self, address: IPv4Address, protocol: str, port: int) -> Rule | None:
        """The rule that lets a packet out to an address and port."""
        return self._out.rule_for(address, protocol, port)


@dataclass(frozen=True, slots=True)
class _Index:
    """Rules of one way: those of a single port by protocol, port, mask and network; the others as they come."""

    by_port: Mapping[tuple[str, int], Mapping[int, Mapping[int, Rule]]]
    ranges: tuple[Rule, ...]

    def rule_for(self, address: IPv4Address, protocol: str, port: int) -> Rule | None:
        number = int(address)
        for mask, rules in self.by_port.get((protocol, port), {}).items():
            rule = rules.get(number & mask)
            if rule is not None:
                return rule
        return next((rule for rule in self.ranges if _passes(rule, address, protocol, port)), None)


def _passes(rule: Rule, address: IPv4Address, protocol: str, port: int) -> bool:
    of_port = rule.protocol in (protocol, ANY_PROTOCOL) and rule.first_port <= port <= rule.last_port
    return of_port and address in rule.cidr


def _index(rules: Iterable[Rule]) -> _Index:
    by_port: dict[tuple[str, int], dict[int, dict[int, Rule]]] = {}
    ranges = []
    for rule in rules:
        if rule.first_port == rule.last_port and rule.protocol != ANY_PROTOCOL:
            masks = by_port.setdefault((rule.protocol, rule.first_port), {})
            same = masks.setdefault(int(rule.cidr.netmask), {})
            same.setdefault(int(rule.cidr.network_address), rule)
        else:
            ranges.append(rule)
    return _Index(by_port, tuple(ranges))
