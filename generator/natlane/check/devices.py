"""The rules about the partner's device: what it cannot do of what the descriptor asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from natlane.check.rule import Findings, rules_about
from natlane.check.subject import Device as Written
from natlane.check.subject import Subject, TunnelPlace
from natlane.describe.nodes import Path
from natlane.describe.vpn import CustomerGateway, Phase1, Phase2
from natlane.facts import aws
from natlane.facts.devices import Device, Suite, device_for

rule = rules_about("Devices")
# The strongest first (RFC 8221, 8247).
_ENCRYPTION = ("AES256-GCM-16", "AES256", "AES128-GCM-16", "AES128")
_INTEGRITY = ("SHA2-512", "SHA2-384", "SHA2-256", "SHA1")
_GROUPS = (21, 20, 18, 17, 16, 19, 15, 14, 24, 23, 5, 22, 2)


def _known(gateway: CustomerGateway) -> Device | None:
    return device_for(gateway.device, gateway.version or "") if gateway.device else None


def _devices(subject: Subject) -> Iterator[tuple[Written, Device]]:
    """The devices that the table knows."""
    for each in subject.devices:
        device = _known(each.gateway)
        if device is not None:
            yield each, device


def _device_field(each: Written) -> Path:
    return (*each.field, "device")


def _called(device: Device) -> str:
    return f"{device.title} {'.'.join(map(str, device.since))}".strip()


@rule("device-algorithms", "warning", "the vendor's guide, see docs/devices.md")
def device_algorithms(subject: Subject) -> Findings:
    """The partner's device can do one of the algorithms of each kind that AWS is asked for."""
    told = set()
    for at, tunnel in subject.tunnels:
        device = _known(at.device.gateway)
        if device is None:
            continue
        for name, phase, suite, groups in (
            ("phase1", tunnel.phase1, device.phase1, aws.PHASE1_DH_GROUPS),
            ("phase2", tunnel.phase2, device.phase2, aws.PHASE2_DH_GROUPS),
        ):
            missing = tuple(_missing(name, phase, suite))
            field = _where(subject, at, name)
            if missing and (field, missing) not in told:
                told.add((field, missing))
                message = f"{_called(device)} has no {' and no '.join(missing)} in phase {name[-1]}"
                yield field, message, f"the nearest that both can: `{name}: {_nearest(suite, groups)}`"


def _missing(name: str, phase: Phase1 | Phase2, suite: Suite) -> Iterator[str]:
    """The kinds of algorithm of which a device has none that is asked for."""
    hashed = name == "phase1" or any("GCM" not in each for each in phase.encryption)
    asked: tuple[tuple[Iterable[object], Iterable[object], str], ...] = (
        (phase.encryption, suite.encryption, ""),
        (phase.integrity if hashed else (), suite.integrity, ""),
        (phase.dh_groups, suite.dh_groups, "group "),
    )
    for wanted, able, word in asked:
        wanted = tuple(wanted)
        if wanted and not set(wanted) & set(able):
            yield f"{word}{' or '.join(map(str, wanted))}"


def _nearest(suite: Suite, groups: Iterable[int]) -> str:
    """The strongest of each kind that a device and AWS can do, as a descriptor writes it."""
    encryption = next(each for each in _ENCRYPTION if each in suite.encryption)
    integrity = next(each for each in _INTEGRITY if each in suite.integrity)
    group = next(each for each in _GROUPS if each in suite.dh_groups and each in groups)
    return f"{{encryption: [{encryption}], integrity: [{integrity}], dh_groups: [{group}]}}"


def _where(subject: Subject, at: TunnelPlace, name: str) -> Path:
    """Where a phase is written: in the tunnel's own part, else for both; else at the device."""
    for above in (*at.fields, ("vpn",)):
        if subject.document.holds((*above, name)):
            return (*above, name)
    return _device_field(at.device)


@rule("device-policy", "warning", "the vendor's guide, see docs/devices.md")
def device_policy(subject: Subject) -> Findings:
    """The partner's device is policy-based where the descriptor says so, and route-based where it does not."""
    vpn = subject.partner.vpn
    for each, device in _devices(subject):
        if vpn.policy_based and not device.policy_based:
            yield ("vpn", "policy_based"), f"{_called(device)} is route-based only", "leave policy_based out"
        elif not vpn.policy_based and not device.route_based and vpn.routing != "bgp":
            message = f"{_called(device)} is policy-based: it has no tunnel interfaces"
            hint = "write `policy_based: true` in vpn, and `selectors` where several networks need one pair"
            yield _device_field(each), message, hint


@rule("device-bgp", "warning", "the vendor's guide, see docs/devices.md")
def device_bgp(subject: Subject) -> Findings:
    """BGP needs a device that speaks it through a tunnel."""
    for _, device in _devices(subject):
        if subject.partner.vpn.routing == "bgp" and not device.bgp:
            message = f"{_called(device)} speaks no BGP through a tunnel"
            yield ("vpn", "routing"), message, "write `routing: static` and `policy_based: true`"


@rule("device-several-sas", "warning", "S2S, Tunnel options; Rules for a customer gateway device")
def device_several_sas(subject: Subject) -> Findings:
    """A policy-based device that asks for a pair of SAs for each pair of networks must be given one pair only."""
    partner = subject.partner
    alone = len(partner.partner_cidrs) == 1  # of several networks policy-based-selectors speaks
    for _, device in _devices(subject):
        if device.several_sas and partner.vpn.policy_based and alone and _default(subject):
            message = f"{_called(device)} asks for a pair of SAs for each pair of networks, and AWS keeps one"
            pair = f"ours: {partner.nat_cidr}, theirs: {partner.partner_cidrs[0]}"
            hint = f"write `selectors: {{{pair}}}`, and agree on exactly that"
            yield ("vpn", "policy_based"), message, hint


def _default(subject: Subject) -> bool:
    return not subject.document.holds(("vpn", "selectors"))


@rule("device-bgp-inside", "warning", "Microsoft, Configure BGP for Azure VPN Gateway, APIPA addresses")
def device_bgp_inside(subject: Subject) -> Findings:
    """The tunnels' inside addresses are such that the partner's device can speak BGP from them."""
    for at, tunnel in subject.tunnels if subject.partner.vpn.routing == "bgp" else ():
        device, inside = _known(at.device.gateway), tunnel.inside_cidr
        if device is None or device.inside is None:
            continue
        first, last = device.inside
        if not first <= inside[0] <= inside[-1] <= last:
            message = f"{_called(device)} speaks BGP from {first} to {last} only, and tunnel {at.number} is {inside}"
            hint = "write `tunnels: {1: {inside_cidr: 169.254.21.0/30}, 2: {inside_cidr: 169.254.22.0/30}}`"
            yield _inside(subject, at), message, hint


def _inside(subject: Subject, at: TunnelPlace) -> Path:
    written = ((*field, "inside_cidr") for field in at.fields)
    return next((field for field in written if subject.document.holds(field)), _device_field(at.device))


@rule("device-asn", "warning", "Microsoft, VPN Gateway FAQ, BGP: What ASNs can I use?")
def device_asn(subject: Subject) -> Findings:
    """The virtual private gateway's ASN is none that the partner's device keeps for itself."""
    vpn = subject.partner.vpn
    if vpn.routing != "bgp" or vpn.termination == "transit_gateway":
        return
    for _, device in _devices(subject):
        if vpn.amazon_side_asn in device.asns_kept:
            kept = "which it keeps for itself"
            message = f"{_called(device)} takes no neighbour with the ASN {vpn.amazon_side_asn}, {kept}"
            yield ("vpn", "amazon_side_asn"), message, f"write {aws.AMAZON_ASN}, or another private one"


@rule("handover-call-outside", "warning", "the descriptor itself")
def handover_call_outside(subject: Subject) -> Findings:
    """What we call at the partner lies in its CIDRs: nothing else is sent there, and its firewall would be opened."""
    partner = subject.partner
    for index, call in enumerate(partner.handover.calls):
        if not any(call.address in cidr for cidr in partner.partner_cidrs):
            message = f"{call.address} lies in none of partner_cidrs"
            hint = f"write an address of {partner.partner_cidrs[0]}, or list its network in partner_cidrs"
            yield ("handover", "calls", index, "address"), message, hint
