"""Our network and the partners' segments joined into one Network, in which packets can walk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from natlane.network.model import Attachment, Network, Segment
from natlane.network.our_network import OurNetwork, OurVpc
from natlane.network.tables import Route, Table, Target, table


def network_of(ours: OurNetwork, segments: Iterable[Segment]) -> Network:
    """Our network and these segments as one.

    Every shared table of the transit gateway holds our VPCs by propagation. A route table of our VPCs holds what
    is local to it and what modules wrote; its other routes are not known.
    """
    joined = tuple(segments)
    written: dict[str, list[Route]] = {}
    for segment in joined:
        for entry in segment.shared:
            written.setdefault(entry.table, []).append(entry.route)
    transit = (*_shared_tables(ours, written), *(own for segment in joined for own in segment.transit_tables))
    attachments = (*map(_attachment, ours.vpcs.values()), *(each for segment in joined for each in segment.attachments))
    return Network(
        our_vpcs=ours.vpcs,
        our_tables={name: _table(name, vpc, written) for vpc in ours.vpcs.values() for name in vpc.tables},
        transit_tables={each.name: each for each in transit},
        attachments={each.key: each for each in attachments},
        vpcs_n={segment.vpc_n.partner: segment.vpc_n for segment in joined},
    )


def _shared_tables(ours: OurNetwork, written: Mapping[str, Sequence[Route]]) -> tuple[Table, ...]:
    propagated = [
        Route(cidr, "propagated", Target("attachment", vpc.attachment), vpc.origin)
        for vpc in ours.vpcs.values()
        for cidr in vpc.cidrs
    ]
    return tuple(table(name, ours.origin, [*propagated, *written.get(name, ())]) for name in ours.transit_tables)


def _attachment(vpc: OurVpc) -> Attachment:
    return Attachment(vpc.attachment, "our_vpc", vpc.name, vpc.transit_table, (), vpc.origin)


def _table(name: str, vpc: OurVpc, written: Mapping[str, Sequence[Route]]) -> Table:
    local = [Route(cidr, "local", Target("local", ""), vpc.origin) for cidr in vpc.cidrs]
    return table(name, vpc.origin, [*local, *written.get(name, ())])
