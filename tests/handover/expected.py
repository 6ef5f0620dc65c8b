"""What a partner's device must hold, computed from the descriptor and the address plan alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from natlane.addresses import AddressPlan
from natlane.describe.partner import Partner
from natlane.facts.endpoint_services import ports_of

OUTER = ("198.51.100.1", "198.51.100.2")  # of whichever device is looked at
FOLLOWING = {"metric": ("30", "40"), "preference": ("80", "60")}  # of the second device, by tunnel
STRONGEST_CIPHER = ("AES256-GCM-16", "AES256", "AES128-GCM-16", "AES128")
STRONGEST_HASH = ("SHA2-512", "SHA2-384", "SHA2-256", "SHA1")
STRONGEST_GROUP = (21, 20, 18, 17, 16, 19, 15, 14, 24, 23, 5, 22, 2)
Key = tuple[str, int]  # a field, and the tunnel's number, or 0 for what both have in common
Record = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """`values` of every field, absent where it must not be written; `records` by kind."""

    values: dict[Key, str]
    records: dict[str, frozenset[Record]]


def expected(partner: Partner, plan: AddressPlan, index: int = 0) -> Expected:
    """Of the device of an index of a partner, whose tunnels AWS has made at OUTER."""
    values = {(name, 0): value for name, value in _common(partner, index).items()}
    called = [to for _, to, *_ in sorted(_outward(partner, plan), key=lambda row: row[3] != "443")]
    values["probe", 0] = str(plan.zones[0].endpoints[0]) if plan.zones[0].endpoints else str(plan.nat_addresses[0])
    if called and not plan.zones[0].endpoints:
        values["probe", 0] = str(plan.zones[0].inbound_nlb)
    for number in (1, 2):
        values |= {(name, number): value for name, value in _of_tunnel(partner, number, index).items()}
    return Expected(values, _records(partner, plan))


def _common(partner: Partner, index: int) -> dict[str, str]:
    vpn, gateway = partner.vpn, partner.vpn.customer_gateways[index]
    held = {
        "local": str(gateway.ip),
        "asn": str(gateway.asn),
        "mtu": "1399",
        "mss": "1359",
        "outside": partner.handover.interfaces.outside or "OUTSIDE_INTERFACE",
        "inside": partner.handover.interfaces.inside or "INSIDE_INTERFACE",
        "ours": str(partner.nat_cidr),
        "both": "yes" if vpn.ecmp else "no",
    }
    theirs = _networks(partner)
    narrow = _narrow(partner)
    alone = theirs[0] if len(theirs) == 1 else IPv4Network("0.0.0.0/0")
    held["policy_ours"] = str(vpn.selectors.ours if narrow else partner.nat_cidr)
    held["policy_theirs"] = str(vpn.selectors.theirs if narrow else alone)
    held["sel_ours"], held["sel_theirs"] = str(vpn.selectors.ours), str(vpn.selectors.theirs)
    held["is_narrow"] = "yes" if narrow else "no"
    return held


def _narrow(partner: Partner) -> bool:
    return partner.vpn.selectors != type(partner.vpn.selectors)()


def _of_tunnel(partner: Partner, number: int, index: int) -> dict[str, str]:
    vpn = partner.vpn
    asked = vpn.customer_gateways[index].tunnels[str(number)]
    version = 2 if "ikev2" in asked.ike_versions else 1
    cipher1 = [each for each in STRONGEST_CIPHER if each in asked.phase1.encryption]
    enc1 = next(each for each in cipher1 if version == 2 or "GCM" not in each)
    enc2 = next(each for each in STRONGEST_CIPHER if each in asked.phase2.encryption)
    life1, life2, silence = asked.phase1.lifetime, asked.phase2.lifetime, asked.dpd.timeout
    first = number == 1 or vpn.ecmp
    inside = asked.inside_cidr
    held = {
        "peer": OUTER[number - 1],
        "key": f"KEY_OF_TUNNEL_{number}{_suffix(vpn.customer_gateways[index].name)}",
        "ike": str(version),
        "enc1": enc1,
        "hash1": next(each for each in STRONGEST_HASH if each in asked.phase1.integrity),
        "dh1": str(next(each for each in STRONGEST_GROUP if each in asked.phase1.dh_groups)),
        "enc2": enc2,
        "hash2": next(each for each in STRONGEST_HASH if each in asked.phase2.integrity),
        "dh2": str(next(each for each in STRONGEST_GROUP if each in asked.phase2.dh_groups)),
        "life1": str(life1),
        "life2": str(life2),
        "minutes1": str(life1 // 60),
        "rekey1": str(life1 - life1 // 10),
        "over1": str(life1 // 10),
        "rekey2": str(life2 - life2 // 10),
        "delay": str(silence // 3),
        "retries": "3",
        "timeout": str(silence),
        "silence": str(silence - 20),
        "replay": str(asked.replay_window),
        "starts": "device" if asked.startup_action == "add" else "aws",
        "dev_inside": str(inside[2]),
        "aws_inside": str(inside[1]),
        "inside_mask": str(inside.netmask),
        "inside_length": str(inside.prefixlen),
        "metric": "10" if first else "20",
        "preference": "200" if first else "100",
        "amazon": str(vpn.amazon_side_asn) if vpn.termination != "transit_gateway" else "AWS_AS_NUMBER",
    }
    if index:
        held["preference"] = FOLLOWING["preference"][number - 1]
        if vpn.routing == "bgp":  # a static route's metric chooses within its device
            held["metric"] = FOLLOWING["metric"][number - 1]
    held["gcm1"], held["gcm2"] = ("yes" if "GCM" in each else "no" for each in (enc1, enc2))
    return held


def _suffix(name: str | None) -> str:
    return f"_{name}".replace("-", "_").upper() if name else ""


def _networks(partner: Partner) -> tuple[IPv4Network, ...]:
    """Theirs, as far as we send to them: of what overlaps ours only the hosts that we call."""
    called = partner.outbound.services if partner.outbound else ()
    hosts = [IPv4Network(target) for service in called for target in service.targets]
    return (*partner.routed_cidrs, *(dict.fromkeys(hosts)))


def _records(partner: Partner, plan: AddressPlan) -> dict[str, frozenset[Record]]:
    bgp = partner.vpn.routing == "bgp"
    on_tgw = partner.vpn.termination == "transit_gateway"
    announced = [partner.nat_cidr] if on_tgw else [plan.primary, *(block for _, block in plan.secondary)]
    return {
        "network": frozenset((str(each),) for each in _networks(partner)),
        "accept": frozenset((str(each),) for each in announced if bgp and each.overlaps(partner.nat_cidr)),
        "in": frozenset(_inward(partner)),
        "out": frozenset(_outward(partner, plan)),
    }


def _inward(partner: Partner) -> Iterator[Record]:
    ours = str(partner.nat_cidr)
    calls = partner.handover.calls
    for call in calls:
        yield ours, f"{call.address}/32", call.protocol, str(call.port)
    if partner.outbound:
        for service in partner.outbound.services:
            for target in service.targets:
                yield ours, f"{target}/32", "tcp", str(service.target_port or service.port)
    if partner.reach and not calls:
        for network in partner.routed_cidrs:
            yield ours, str(network), "any", "any"


def _outward(partner: Partner, plan: AddressPlan) -> Iterator[Record]:
    for network in partner.partner_cidrs:
        for zone in plan.zones:
            for endpoint, address in zip(partner.inbound.endpoints, zone.endpoints, strict=True):
                for port in endpoint.ports or ports_of(endpoint.service):
                    yield str(network), f"{address}/32", "tcp", str(port)
            if zone.inbound_nlb:
                for each in partner.inbound.services:
                    yield str(network), f"{zone.inbound_nlb}/32", "tcp", str(each.port)
