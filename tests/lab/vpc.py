"""A VPC as one namespace that routes by its tables and interfaces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from tests.lab.kernel import Sketch
from tests.lab.reading import Route

LOCAL, NOTHING, FIRST = 10, 11, 100  # numbers of kernel tables; also LOCAL's and the others' priority as rules
PROPAGATED = 100  # the metric that lets a static route win, prefix by prefix
LAST = 4_000_000  # the metric of what drops the rest


@dataclass(slots=True)
class Vpc:
    """A VPC while it is drawn.

    A table is drawn once for each zone of the subnets that use it, for a route to the transit
    gateway leaves by the attachment's interface in the packet's own zone, or nowhere.
    """

    sketch: Sketch
    space: str
    cidrs: tuple[IPv4Network, ...]
    routes: tuple[Route, ...]
    transit: str
    takes: tuple[tuple[str, str], ...] = ()  # (virtual private gateway, table that takes what it knows)
    known: tuple[IPv4Network, ...] = ()  # what it knows, as far as no BGP tells it
    next_hops: dict[tuple[str, str], str] = field(default_factory=dict)  # (nat or vgw, name) -> next hop
    zones: dict[str, str] = field(default_factory=dict)  # zone -> next hop, the transit gateway
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    count: int = 0

    def interface(self, table: str, zone: str, space: str, addresses: Sequence[str]) -> str:
        """Something with addresses in a subnet of this zone and table; what the router calls its cable."""
        name = f"eni{self.count}"
        self.count += 1
        self.sketch.machine((self.space, name), space, addresses)
        self.sketch.add(self.space, *(f"route add {a}/32 dev {name} table {LOCAL}" for a in addresses))
        self._enters(name, self._number(table, zone))
        return name

    def attach(self, zone: str, name: str, gateway: tuple[str, str], table: str | None) -> None:
        """The attachment's interface in a zone. What comes in follows `table`; None: it is only delivered."""
        self.sketch.connect(gateway, (self.space, name))
        self.zones[zone] = f"via {self.sketch.own(gateway[0])} dev {name} onlink"
        self._enters(name, NOTHING if table is None else self._number(table, zone))

    def gateway(self, vgw: str, space: str) -> None:
        """A virtual private gateway. What comes in from it is only delivered: it is not transitive."""
        self.sketch.connect((self.space, "vgw"), (space, "in"))
        self.next_hops["vgw", vgw] = f"via {self.sketch.own(space)} dev vgw onlink"
        self._enters("vgw", NOTHING)

    def finish(self) -> None:
        """The tables, now that everything they point to is there."""
        add = self.sketch.add
        add(self.space, f"rule add pref {LOCAL} lookup {LOCAL}", f"route add blackhole default table {NOTHING}")
        # `local` beats every other route to the VPC's own blocks, more specific ones too.
        add(self.space, *(f"route add blackhole {c} table {LOCAL} metric {LAST}" for c in self.cidrs))
        for (table, zone), number in self.numbers.items():
            add(self.space, *(self._line(r, zone, number) for r in self.routes if r.table == table))
            for way in self._taken(table):
                add(self.space, *(f"route add {c} {way} table {number} metric {PROPAGATED}" for c in self.known))
            add(self.space, f"route add blackhole default table {number} metric {LAST}")

    def takers(self) -> Iterator[tuple[int, str]]:
        """The kernel's tables that take what the virtual private gateway knows, and the way there."""
        for (table, _), number in self.numbers.items():
            yield from ((number, way) for way in self._taken(table))

    def _taken(self, table: str) -> list[str]:
        ways = (self.next_hops.get(("vgw", gateway)) for gateway, taker in self.takes if taker == table)
        return [way for way in ways if way]

    def _line(self, route: Route, zone: str, number: int) -> str:
        where = self.next_hops.get((route.kind, route.target))
        if route.kind == "tgw" and route.target == self.transit and zone in self.zones:
            where = self.zones[zone]
        return f"route add {'' if where else 'blackhole '}{route.destination} {where or ''} table {number}"

    def _number(self, table: str, zone: str) -> int:
        return self.numbers.setdefault((table, zone), FIRST + len(self.numbers))

    def _enters(self, interface: str, number: int) -> None:
        self.sketch.add(self.space, f"rule add pref {FIRST} iif {interface} lookup {number}")
