"""A packet's walk through a network, hop by hop, to where it arrives or is dropped; and its reply's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from natlane.forwarding import routing, translation
from natlane.forwarding.disposition import Disposition
from natlane.forwarding.packet import (
    Arrived,
    AtAddress,
    Choices,
    Delivered,
    Dropped,
    FromVpnGateway,
    Hop,
    Host,
    InNatGateway,
    InSubnet,
    InTunnels,
    InVpnGateway,
    Moved,
    OnTransitGateway,
    Packet,
    PartnerHost,
    Place,
    State,
    Text,
    Translation,
    Walk,
)
from natlane.network.model import Network

MOST_HOPS: Final = 32

_Forward = Callable[[State, Any, Packet], Moved | Arrived | Dropped]
_AT: Final[Mapping[type, _Forward]] = {
    Host: routing.from_host,
    OnTransitGateway: routing.on_transit_gateway,
    InSubnet: routing.in_subnet,
    InNatGateway: translation.in_nat_gateway,
    AtAddress: translation.at_address,
    InVpnGateway: routing.in_vpn_gateway,
    InTunnels: routing.in_tunnels,
    PartnerHost: routing.from_partner,
    FromVpnGateway: routing.from_vpn_gateway,
}


def walk(
    network: Network, start: Place, packet: Packet, choices: Choices, translations: tuple[Translation, ...] = ()
) -> Walk:
    """The packet's journey from a place; `translations` are the connections that it may belong to."""
    hops: list[Hop] = []
    place = start
    state = State(network, choices, translations)
    while len(hops) < MOST_HOPS:
        found = _AT[type(place)](state, place, packet)
        if isinstance(found, Dropped):
            return Walk(tuple(hops), found, state.translations)
        hops.append(found.hop)
        if isinstance(found, Arrived):
            return Walk(tuple(hops), found.end, state.translations)
        packet, place = found.hop.packet, found.next
        if found.translation:
            state = state._replace(translations=(*state.translations, found.translation))
    why = Text("still on its way after {} hops: a routing loop", (MOST_HOPS,))
    loop = Dropped(Disposition.LOOP, hops[-1].device, why, hops[-1].origin)
    return Walk(tuple(hops), loop, state.translations)


def reply_to(network: Network, forward: Walk, choices: Choices) -> Walk:
    """The journey of the receiver's answer to a packet that was delivered."""
    end = forward.end
    if isinstance(end, Dropped):
        raise ValueError(f"nobody answers a packet that was dropped at {end.place}")
    return walk(network, answers_from(network, end, choices), end.packet.returned(), choices, forward.translations)


def answers_from(network: Network, end: Delivered, choices: Choices) -> Place:
    """Where the receiver of a packet sends from."""
    if end.kind == "partner":
        return PartnerHost(end.partner)
    if end.kind == "endpoint":
        return InSubnet(end.partner, end.subnet)
    tables = network.our_vpcs[end.name].tables
    return Host(end.name, tables[choices.table % len(tables)])


def comes_back(forward: Walk, start: Place, packet: Packet, reply: Walk) -> bool:
    """Whether a reply ended at the host that sent the first packet, and looks like an answer to it."""
    end = reply.end
    if not isinstance(end, Delivered) or not isinstance(forward.end, Delivered):
        return False
    home = (end.kind == "vpc" and isinstance(start, Host | OnTransitGateway)) or (
        end.kind == "partner" and isinstance(start, PartnerHost) and end.partner == start.partner
    )
    if isinstance(start, Host) and end.name != start.vpc:
        return False
    return home and (end.packet.source, end.packet.destination) == (packet.destination, packet.source)
