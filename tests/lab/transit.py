"""The transit gateway as one namespace that routes by its attachments and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from tests.lab.kernel import Sketch
from tests.lab.vpc import FIRST, LAST, NOTHING, PROPAGATED

SPACE = "tgw"


@dataclass(slots=True)
class Transit:
    """The transit gateway while it is drawn.

    A table is drawn once for each zone that packets come from, for a packet stays in its zone where
    the attachment it goes to has a subnet there; else any of that attachment's zones may take it.
    """

    sketch: Sketch
    associations: Mapping[str, str]
    next_hops: dict[str, dict[str, str]] = field(default_factory=dict)  # attachment -> zone ("" for a VPN) -> next hop
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)

    def port_for(self, attachment: str, zone: str, space: str) -> tuple[str, str]:
        """This end of the cable to an attachment's interface in a zone, which stands in a namespace."""
        next_hops = self.next_hops.setdefault(attachment, {})
        name = f"att{list(self.next_hops).index(attachment)}-{len(next_hops)}"
        next_hops[zone] = f"via {self.sketch.own(space)} dev {name} onlink"
        table = self.associations.get(attachment)
        number = self.numbers.setdefault((table, zone), FIRST + len(self.numbers)) if table else NOTHING
        self.sketch.add(SPACE, f"rule add pref {FIRST} iif {name} lookup {number}")
        return SPACE, name

    def finish(
        self,
        statics: Mapping[str, tuple[tuple[IPv4Network, str], ...]],
        propagated: Mapping[str, tuple[tuple[IPv4Network, str], ...]],
    ) -> None:
        """The tables: static and propagated routes of each, to attachments; empty means a blackhole."""
        add = self.sketch.add
        add(SPACE, f"route add blackhole default table {NOTHING}")
        for (table, zone), number in self.numbers.items():
            for routes, metric in ((statics.get(table, ()), 0), (propagated.get(table, ()), PROPAGATED)):
                add(SPACE, *(self._line(c, a, zone, f"table {number} metric {metric}") for c, a in routes))
            add(SPACE, f"route add blackhole default table {number} metric {LAST}")

    def takers(self, attachment: str, table: str) -> Iterator[tuple[int, str]]:
        """The kernel's tables for one of AWS's that takes what a VPN attachment learns, and the way to it."""
        ways = self.next_hops.get(attachment, {}).values()
        yield from ((number, way) for (name, _), number in self.numbers.items() if name == table for way in ways)

    def _line(self, destination: IPv4Network, attachment: str, zone: str, rest: str) -> str:
        next_hops = self.next_hops.get(attachment, {})
        chosen = [next_hops[zone]] if zone in next_hops else list(next_hops.values())
        if not chosen:
            return f"route add blackhole {destination} {rest}"
        return f"route add {destination} {rest} " + " ".join(f"nexthop {next_hop}" for next_hop in chosen)
