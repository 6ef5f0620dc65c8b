"""One packet becomes its journey, hop by hop, to where it arrives or dies; then its reply's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from natlane.forwarding import routing as steps
from natlane.forwarding import translation as at_address
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
    Translation,
    Walk,
)
from natlane.network.model import Network

MOST_HOPS = 32

_Step = Callable[[State, Any, Packet], Moved | Arrived | Dropped]
_STEPS: Mapping[type, _Step] = {
    Host: steps.from_host,
    OnTransitGateway: steps.on_transit_gateway,
    InSubnet: steps.in_subnet,
    InNatGateway: at_address.in_nat_gateway,
    AtAddress: at_address.at_address,
    InVpnGateway: steps.in_vpn_gateway,
    InTunnels: steps.in_tunnels,
    PartnerHost: steps.from_partner,
    FromVpnGateway: steps.from_vpn_gateway,
}


def walk(
    network: Network, start: Place, packet: Packet, choices: Choices, translations: tuple[Translation, ...] = ()
) -> Walk:
    """The packet's journey from a place; `translations` are the connections that it may belong to."""
    hops: list[Hop] = []
    place = start
    state = State(network, choices, translations)
    while len(hops) < MOST_HOPS:
        step: Moved | Arrived | Dropped = _STEPS[type(place)](state, place, packet)
        if isinstance(step, Dropped):
            return Walk(tuple(hops), step, state.translations)
        hops.append(step.hop)
        if isinstance(step, Arrived):
            return Walk(tuple(hops), step.end, state.translations)
        packet, place = step.hop.packet, step.next
        if step.translation:
            state = replace(state, translations=(*state.translations, step.translation))
    loop = Dropped(hops[-1].place, f"still on its way after {MOST_HOPS} hops: a routing loop", "", hops[-1].origin)
    return Walk(tuple(hops), loop, state.translations)


def reply_to(network: Network, forward: Walk, choices: Choices) -> Walk:
    """The journey of the receiver's answer to a packet that was delivered."""
    end = forward.end
    if isinstance(end, Dropped):
        raise ValueError(f"nobody answers a packet that was dropped at {end.place}")
    return walk(network, answers(network, end, choices), end.packet.returned(), choices, forward.translations)


def answers(network: Network, end: Delivered, choices: Choices) -> Place:
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
