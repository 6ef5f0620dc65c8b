"""The hand-over of a planned partner: the plan and the descriptor, seen from the partner's side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from natlane.describe.partner import Partner
from natlane.describe.vpn import CustomerGateway
from natlane.facts.devices import TESTED, Device, device_for
from natlane.handover.model import Agreed, HandOver, Ours, Theirs
from natlane.handover.networks import Block, Called, Permit
from natlane.handover.outputs import Outputs
from natlane.handover.phases import phase1, phase2, version_of
from natlane.handover.sizes import TCP_HEADERS, TUNNEL_MTU, sizes
from natlane.handover.tunnel import DeadPeer, Tunnel
from natlane.plan.plan import Plan
from natlane.plan.vpn import Connection, device_title

# strongSwan probes a silent peer, and gives it up after five messages four seconds apart (strongswan.conf(5)).
GIVEN_UP: Final = 20
_RETRIES: Final = 3
DEVICE: Final = "device"  # the folder of the configuration, or of each device's own folder
# By tunnel: of the first device, and of another one, which is under 100, what a route has that nobody gave one.
_PREFERENCE: Final = {1: 200, 2: 100}
_PREFERENCE_LATER: Final = {1: 80, 2: 60}


def hand_over(plan: Plan, partner: Partner, known: Sequence[Outputs], vendor: str | None = None) -> HandOver:
    """What the partner is given, by what AWS is known to have for each device; the first device's holds the others'.

    `vendor` names another device than the descriptor does. Raises ValueError where a phase has nothing that its IKE
    version can do (the rule `ikev1-gcm`).
    """
    first, *others = (_of_device(plan, partner, index, outputs, vendor) for index, outputs in enumerate(known))
    return replace(first, others=tuple(others))


def _of_device(plan: Plan, partner: Partner, index: int, outputs: Outputs, vendor: str | None) -> HandOver:
    gateway, connection = partner.vpn.customer_gateways[index], plan.vpn.connections[index]
    device = device_for(vendor) if vendor else device_for(gateway.device or "", gateway.version or "")
    name = device.name if device else ""
    one, two = (_tunnel(plan, gateway, connection, outputs, number, device) for number in (1, 2))
    return HandOver(
        partner=plan.partner,
        description=plan.description,
        complete=one.known and two.known,
        theirs=_theirs(plan, partner, gateway, device, name),
        ours=_ours(plan, partner, outputs),
        agreed=_agreed(plan, partner, (one, two), device),
        tunnels=(one, two),
        name=gateway.name or "",
        title=device_title(gateway),
        label=connection.label,
        folder=DEVICE if len(plan.vpn.connections) == 1 else f"{DEVICE}/{device_title(gateway)}",
    )


def _theirs(plan: Plan, partner: Partner, gateway: CustomerGateway, device: Device | None, vendor: str) -> Theirs:
    details = partner.handover
    return Theirs(
        device=gateway.device or "",
        vendor=vendor,
        title=device.title if device else gateway.device or "",
        model=gateway.model or "",
        version=gateway.version or "",
        source=device.source if device else "",
        tested=TESTED[device.tested] if device else "",
        peer_address=gateway.ip,
        local_address="PRIVATE_ADDRESS" if gateway.behind_nat else str(gateway.ip),
        asn=gateway.asn,
        behind_nat=gateway.behind_nat,
        networks=tuple(map(Block, _towards(plan))),
        contacts=plan.contacts,
        incident_contacts=details.incident_contacts,
        maintenance_window=details.maintenance_window or "",
        outside_interface=details.interfaces.outside or "OUTSIDE_INTERFACE",
        inside_interface=details.interfaces.inside or "INSIDE_INTERFACE",
        calls=_calls(plan, partner),
    )


def _towards(plan: Plan) -> tuple[IPv4Network, ...]:
    """The partner's networks as far as they are sent to: of one that overlaps ours only the hosts that we call."""
    said = plan.agreed["partner_cidrs"]
    return said if isinstance(said, tuple) else ()


def _calls(plan: Plan, partner: Partner) -> tuple[Called, ...]:
    """What we call at the partner's, as far as it is named."""
    named: list[tuple[str, tuple[IPv4Address, ...], int, str]] = [
        (call.name, (call.address,), call.port, call.protocol) for call in partner.handover.calls
    ]
    for balancer in plan.outbound:
        named += [
            (service.service, tuple(to.address for to in service.targets), service.target_port, "tcp")
            for service in balancer.services
        ]
    return tuple(Called(number, *each) for number, each in enumerate(named, 1))


def _ours(plan: Plan, partner: Partner, outputs: Outputs) -> Ours:
    named: list[tuple[str, tuple[IPv4Address, ...], int, str]] = [
        (each.service, tuple(place.address for place in each.addresses), port, "tcp")
        for each in plan.endpoints
        for port in each.ports
    ]
    for balancer in plan.inbound:
        named += [(service.service, balancer.ips, service.port, "tcp") for service in balancer.services]
    asn = plan.vpn.amazon_side_asn if not plan.vpn.on_transit_gateway else outputs.asn
    return Ours(
        region=plan.region,
        block=Block(plan.nat_cidr),
        sources=plan.nat_addresses,
        asn="AWS_AS_NUMBER" if asn is None else str(asn),
        asn_known=asn is not None,
        called=tuple(Called(number, *each) for number, each in enumerate(named, 1)),
        calls_them=bool(plan.reach) or bool(plan.outbound),
        key_arn=outputs.key_arn,
        keys_are_kept_by_aws=plan.vpn.keys_are_kept_by_aws,
    )


def _agreed(plan: Plan, partner: Partner, tunnels: Sequence[Tunnel], device: Device | None) -> Agreed:
    vpn = plan.vpn
    announced = _announced(plan)
    networks = _towards(plan)
    narrow = bool(vpn.our_side.prefixlen or vpn.partner_side.prefixlen)
    largest = min(TUNNEL_MTU, *(each.sizes.mtu for each in tunnels))
    return Agreed(
        bgp=not vpn.static_routes_only,
        policy_based=partner.vpn.policy_based or (device is not None and not device.route_based),
        narrow=narrow,
        our_side=Block(vpn.our_side),
        their_side=Block(vpn.partner_side),
        policy_ours=Block(vpn.our_side if narrow else plan.nat_cidr),
        policy_theirs=Block(vpn.partner_side if narrow or len(networks) != 1 else networks[0]),
        announced=tuple(map(Block, announced)),
        accepted=tuple(Block(each) for each in announced if each.overlaps(plan.nat_cidr)),
        both_tunnels=vpn.ecmp,
        mtu=largest,
        mss=largest - TCP_HEADERS,
        from_us=_from_us(plan, partner),
        to_us=_to_us(plan),
    )


def _announced(plan: Plan) -> tuple[IPv4Network, ...]:
    """A virtual private gateway announces its VPC's blocks, a transit gateway what its table for the VPN holds."""
    said = plan.agreed.get("announced")
    if isinstance(said, tuple):
        return said
    return () if plan.vpn.static_routes_only else (plan.nat_cidr,)


def _from_us(plan: Plan, partner: Partner) -> tuple[Permit, ...]:
    source = Block(plan.nat_cidr)
    calls = _calls(plan, partner)
    if not (plan.reach or plan.outbound):
        return ()
    wanted: list[tuple[str, IPv4Network, str, int]] = []
    if not partner.handover.calls and plan.reach:
        wanted += [(f"any-{number}", network, "ip", 0) for number, network in enumerate(plan.routed_cidrs, 1)]
    wanted += [(each.name, IPv4Network(to), each.protocol, each.port) for each in calls for to in each.addresses]
    return tuple(
        Permit(number, name, source, Block(to), protocol, port, not port)
        for number, (name, to, protocol, port) in enumerate(wanted, 1)
    )


def _to_us(plan: Plan) -> tuple[Permit, ...]:
    wanted: list[tuple[str, IPv4Address, int]] = [
        (each.service.replace(".", "-"), place.address, port)
        for each in plan.endpoints
        for place in each.addresses
        for port in each.ports
    ]
    for balancer in plan.inbound:
        wanted += [(each.service, address, each.port) for each in balancer.services for address in balancer.ips]
    networks: Iterable[IPv4Network] = plan.partner_cidrs
    rows = [(name, network, to, port) for network in networks for name, to, port in wanted]
    return tuple(
        Permit(number, name, Block(network), Block(IPv4Network(to)), "tcp", port, False)
        for number, (name, network, to, port) in enumerate(rows, 1)
    )


def _tunnel(
    plan: Plan, gateway: CustomerGateway, connection: Connection, outputs: Outputs, number: int, device: Device | None
) -> Tunnel:
    options, word = connection.tunnels[number - 1].options, f"{number}{connection.suffix.upper()}"
    address = outputs.addresses[number - 1]
    metric, preference = _order(plan, connection, number)
    version = version_of(options, device)
    vendor = device.name if device else ""
    first, second = phase1(options, device, vendor, version), phase2(options, device, vendor)
    return Tunnel(
        number=number,
        interface_name=f"{plan.partner[:13].rstrip('-')}-{number}",
        address=str(address) if address else f"AWS_ADDRESS_{word}",
        known=address is not None,
        key=f"KEY_OF_TUNNEL_{word}",
        inside_cidr=options.inside_cidr,
        aws_inside=options.inside_cidr[1],
        device_inside=options.inside_cidr[2],
        preferred=number == 1,
        metric=metric,
        preference=preference,
        ike=version,
        ikev1=version == 1,
        phase1=first,
        phase2=second,
        dead_peer=DeadPeer(
            options.dpd.timeout, options.dpd.timeout // _RETRIES, _RETRIES, options.dpd.timeout - GIVEN_UP
        ),
        dpd_action=options.dpd.action,
        replay_window=options.replay_window,
        device_starts=options.startup_action == "add",
        aws_starts=options.startup_action == "start",
        sizes=sizes(second.encryption, second.integrity, behind_nat=gateway.behind_nat),
    )


def _order(plan: Plan, connection: Connection, number: int) -> tuple[int, int]:
    """A tunnel's metric and local preference. By BGP all tunnels of the first device come before the other one's.

    Static metrics stay within a device: AWS chooses between two by itself.
    """
    if plan.vpn.ecmp:
        return 10, 200
    later, bgp = connection != plan.vpn.connections[0], not plan.vpn.static_routes_only
    metric = 10 * number + (20 if later and bgp else 0)
    return metric, _PREFERENCE_LATER[number] if later else _PREFERENCE[number]
