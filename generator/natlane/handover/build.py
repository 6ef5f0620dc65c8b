"""The hand-over of a planned partner: the plan and the descriptor, seen from the partner's side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import Final, TypeVar

from natlane.describe.partner import Partner
from natlane.describe.vpn import CustomerGateway, TunnelOptions
from natlane.facts.devices import TESTED, Device, device_for
from natlane.handover.model import Agreed, HandOver, Ours, Theirs
from natlane.handover.networks import Block, Called, Permit
from natlane.handover.outputs import Outputs
from natlane.handover.sizes import TCP_HEADERS, TUNNEL_MTU, sizes
from natlane.handover.tunnel import DeadPeer, Phase, Tunnel
from natlane.handover.words import words_of_phase1, words_of_phase2
from natlane.plan.model import Plan
from natlane.plan.model import Tunnel as PlannedTunnel

# The strongest first; RFC 8247 and 8221 for the order, the small subgroups of RFC 5114 after those without.
_ENCRYPTION: Final = ("AES256-GCM-16", "AES256", "AES128-GCM-16", "AES128")
_INTEGRITY: Final = ("SHA2-512", "SHA2-384", "SHA2-256", "SHA1")
_GROUPS: Final = (21, 20, 18, 17, 16, 19, 15, 14, 24, 23, 5, 22, 2)

# strongSwan probes a silent peer, and gives it up after five messages four seconds apart (strongswan.conf(5)).
GIVEN_UP: Final = 20
_RETRIES: Final = 3

T = TypeVar("T")


def hand_over(plan: Plan, partner: Partner, outputs: Outputs, vendor: str | None = None, index: int = 0) -> HandOver:
    """What the partner is given for the device of an `index`. `vendor` names another device than the descriptor's.

    Raises ValueError where a phase has nothing that its IKE version can do (the rule `ikev1-gcm`).
    """
    gateway, connection = partner.vpn.customer_gateways[index], plan.vpn.connections[index]
    device = device_for(vendor) if vendor else device_for(gateway.device or "", gateway.version or "")
    name = device.name if device else ""
    one, two = (_tunnel(plan, gateway, outputs, each, device) for each in connection.tunnels)
    return HandOver(
        partner=plan.partner,
        description=plan.description,
        complete=one.known and two.known,
        theirs=_theirs(plan, partner, gateway, device, name),
        ours=_ours(plan, partner, outputs),
        agreed=_agreed(plan, partner, (one, two), device),
        tunnels=(one, two),
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
    asn = plan.vpn.amazon_side_asn if plan.vpn.on_vpn_gateway else outputs.asn
    return Ours(
        region=plan.region,
        block=Block(plan.nat_cidr),
        sources=plan.nat_addresses,
        asn=str(asn) if asn else "AWS_AS_NUMBER",
        asn_known=asn > 0,
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
    plan: Plan, gateway: CustomerGateway, outputs: Outputs, planned: PlannedTunnel, device: Device | None
) -> Tunnel:
    number, options = planned.number, planned.options
    address = outputs.addresses[number - 1]
    alike = plan.vpn.ecmp or number == 1
    version = _version(options, device)
    vendor = device.name if device else ""
    phase1, phase2 = _phase1(options, device, vendor, version), _phase2(options, device, vendor)
    return Tunnel(
        number=number,
        interface_name=f"{plan.partner[:13].rstrip('-')}-{number}",
        address=str(address) if address else f"AWS_ADDRESS_{number}",
        known=address is not None,
        key=f"KEY_OF_TUNNEL_{number}",
        inside_cidr=options.inside_cidr,
        aws_inside=options.inside_cidr[1],
        device_inside=options.inside_cidr[2],
        preferred=number == 1,
        metric=10 if alike else 20,
        preference=200 if alike else 100,
        ike=version,
        ikev1=version == 1,
        phase1=phase1,
        phase2=phase2,
        dead_peer=DeadPeer(
            options.dpd.timeout, options.dpd.timeout // _RETRIES, _RETRIES, options.dpd.timeout - GIVEN_UP
        ),
        dpd_action=options.dpd.action,
        replay_window=options.replay_window,
        device_starts=options.startup_action == "add",
        aws_starts=options.startup_action == "start",
        sizes=sizes(phase2.encryption, phase2.integrity, behind_nat=gateway.behind_nat),
    )


def _version(options: TunnelOptions, device: Device | None) -> int:
    """IKEv2 where both can."""
    can = device.ike_versions if device else options.ike_versions
    return 2 if "ikev2" in options.ike_versions and "ikev2" in can else 1


def _phase1(options: TunnelOptions, device: Device | None, vendor: str, version: int) -> Phase:
    asked = options.phase1
    ciphers = tuple(each for each in asked.encryption if version == 2 or "GCM" not in each)
    suite = device.phase1 if device else None
    cipher = _strongest(ciphers, suite.encryption if suite else ciphers, _ENCRYPTION)
    hashed = _strongest(asked.integrity, suite.integrity if suite else asked.integrity, _INTEGRITY)
    group = _strongest(asked.dh_groups, suite.dh_groups if suite else asked.dh_groups, _GROUPS)
    said = words_of_phase1(vendor, cipher, hashed, group, ikev1=version == 1)
    return Phase(cipher, hashed, group, asked.lifetime, _rekey(asked.lifetime), "GCM" in cipher, said)


def _phase2(options: TunnelOptions, device: Device | None, vendor: str) -> Phase:
    asked = options.phase2
    suite = device.phase2 if device else None
    cipher = _strongest(asked.encryption, suite.encryption if suite else asked.encryption, _ENCRYPTION)
    hashed = _strongest(asked.integrity, suite.integrity if suite else asked.integrity, _INTEGRITY)
    group = _strongest(asked.dh_groups, suite.dh_groups if suite else asked.dh_groups, _GROUPS)
    said = words_of_phase2(vendor, cipher, hashed, group)
    return Phase(cipher, hashed, group, asked.lifetime, _rekey(asked.lifetime), "GCM" in cipher, said)


def _rekey(lifetime: int) -> int:
    return lifetime - lifetime // 10


def _strongest(asked: Iterable[T], can: Iterable[T], order: Sequence[T]) -> T:
    """The strongest that both sides can; where there is none (the rule `device-algorithms`), that AWS is asked for.

    Raises ValueError where AWS is asked for nothing that is known.
    """
    wanted, known = set(asked), set(can)
    found = next((each for each in order if each in wanted & known), None)
    found = found if found is not None else next((each for each in order if each in wanted), None)
    if found is None:
        raise ValueError(f"none of {', '.join(map(str, order))} will do")
    return found
