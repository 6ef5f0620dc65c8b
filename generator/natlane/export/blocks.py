"""Every block of the fleet with its owner, as CSV or JSON for an address management of your own."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.plan.plan import Plan
from natlane.plan.values import SubnetAddress

# Where letters are wide, spreadsheets take the wide signs, too.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Row(NamedTuple):
    """A block or pinned address: what it is, whose, and what to call them by."""

    block: str
    kind: str  # vpc, reserved, nat, natted, outbound, partner, address
    owner: str
    what: str
    zone: str
    contacts: str


def of_us(zone: LandingZone) -> Iterator[Row]:
    """Our VPCs' blocks, and those reserved."""
    for name, vpc in zone.vpcs.items():
        yield from (Row(str(cidr), "vpc", name, f"VPC {name}", "", "") for cidr in vpc.cidrs)
    yield from (Row(str(each.cidr), "reserved", each.owner, "reserved", "", "") for each in zone.reserved_cidrs)


def of_partner(partner: Partner, plan: Plan) -> Iterator[Row]:
    """A partner's blocks and pinned addresses; none of one that is decommissioned."""
    if not plan.active:
        return
    name, contacts = partner.partner, ", ".join(partner.contacts)
    yield Row(str(partner.nat_cidr), "nat", name, "what the partner sees of us", "", contacts)
    if partner.outbound:
        yield Row(str(partner.outbound.cidr), "outbound", name, "what we call the partner at", "", contacts)
    yield from (Row(str(cidr), "partner", name, "the partner's own", "", contacts) for cidr in partner.partner_cidrs)
    for nat in plan.nat_gateways:
        for address in (nat.private_ip, *nat.secondary_ips):
            yield Row(f"{address}/32", "address", name, "NAT gateway", nat.zone, contacts)
    zones = {subnet.label: subnet.zone for subnet in plan.subnets}
    for what, places in _called(plan):
        for place in places:
            yield Row(f"{place.address}/32", "address", name, what, zones[place.subnet], contacts)


def _called(plan: Plan) -> Iterator[tuple[str, tuple[SubnetAddress, ...]]]:
    yield from ((f"endpoint {each.service}", each.addresses) for each in plan.endpoints)
    yield from (("load balancer for the partner's calls", each.addresses) for each in plan.inbound)
    yield from (("load balancer for our calls", each.addresses) for each in plan.outbound)


def as_csv(rows: Iterable[Row]) -> str:
    """With a head. A text that a spreadsheet would take for a formula begins with an apostrophe."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return written.getvalue()


def as_json(rows: Iterable[Row]) -> str:
    """One object: `{"blocks": [{"block", "kind", ...}, ...]}`."""
    return json.dumps({"blocks": [row._asdict() for row in rows]}, ensure_ascii=False, indent=2) + "\n"


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
