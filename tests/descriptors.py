"""Hypothesis makes descriptors: mostly right ones, of every variant, for the landing zone of this repository."""

from __future__ import annotations

import json
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from natlane.check import check_partner
from natlane.describe.document import read, read_text
from natlane.describe.landing_zone import LandingZone, parse_landing_zone
from natlane.describe.partner import Partner, parse_partner
from natlane.facts.endpoint_services import MORE_PORTS, ports_of
from natlane.problems import has_error

from tests.conftest import ROOT

Descriptor = dict[str, Any]
VPCS = {"m": "10.100.0.0/16", "a": "10.150.0.0/16", "b": "10.160.0.0/16"}
SERVICES = (
    "execute-api",
    "email-smtp",
    "iot.data",
    "datasync",
    "sqs",
    "sns",
    "kms",
    "secretsmanager",
    "logs",
    "states",
    "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718",
)
NAMES = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,5})?", fullmatch=True)


def as_yaml(descriptor: Descriptor) -> str:
    """A descriptor as a file's text: JSON is YAML, but for its control characters."""
    return json.dumps(descriptor, ensure_ascii=False).replace("\x7f", "\\u007f")


def _landing_zone() -> LandingZone:
    document, problems = read(str(ROOT), "landing-zone.yaml")
    landing_zone = parse_landing_zone(document, problems) if document else None
    assert landing_zone is not None
    assert problems == []
    return landing_zone


LANDING_ZONE = _landing_zone()


def validated(descriptor: Descriptor) -> Partner:
    """The partner, where neither reading nor a rule finds an error; hypothesis passes over the others."""
    name = descriptor["partner"]
    document, problems = read_text(f"partners/{name}.yaml", as_yaml(descriptor).encode())
    partner = parse_partner(document, problems) if document else None
    assume(partner is not None and document is not None)
    assert partner is not None
    assert document is not None
    problems += check_partner(partner, document, LANDING_ZONE, (name,))
    assume(not has_error(problems))
    return partner


@st.composite
def networks(draw: st.DrawFn, within: str, shortest: int, longest: int) -> IPv4Network:
    """A block within another one, of a length from `shortest` to `longest`."""
    outer = IPv4Network(within)
    length = draw(st.integers(max(shortest, outer.prefixlen), longest))
    index = draw(st.integers(0, (1 << (length - outer.prefixlen)) - 1))
    return IPv4Network((int(outer.network_address) + index * (1 << (32 - length)), length))


@st.composite
def hosts(draw: st.DrawFn, within: IPv4Network) -> str:
    """An address of a block."""
    return str(IPv4Address(int(within.network_address) + draw(st.integers(0, within.num_addresses - 1))))


partner_networks = st.one_of(
    networks("192.168.0.0/16", 20, 32), networks("172.24.0.0/14", 16, 28), networks("198.51.100.0/24", 24, 32)
)


@st.composite
def descriptors(draw: st.DrawFn, name: str = "acme") -> Descriptor:
    """One partner's descriptor."""
    made = _blocks(draw)
    cidrs = draw(st.lists(partner_networks, min_size=1, max_size=4, unique=True))
    made |= {"partner": name, "partner_cidrs": [str(cidr) for cidr in cidrs]}
    made["reach"] = draw(st.lists(st.sampled_from(sorted(VPCS)), min_size=1, max_size=3, unique=True))
    made["vpn"] = _vpn(draw)
    made["nat"] = {"addresses_per_gateway": draw(st.integers(1, 8))}
    optional: dict[str, st.SearchStrategy[Any]] = {
        "description": st.text(max_size=40),
        "contacts": st.lists(st.text(min_size=1, max_size=20), max_size=2, unique=True),
        "tags": st.dictionaries(st.text("abcXYZ-/ äé", min_size=1, max_size=8), st.text(max_size=10), max_size=3),
        "inbound": _inbound(),
        "outbound": _outbound(cidrs),
    }
    for field, values in optional.items():
        if draw(st.booleans()):
            made[field] = draw(values)
    if "outbound" in made and draw(st.booleans()):
        _overlap(draw, made)
    if draw(st.booleans()):
        made["expected_gb"] = {"to_partner": draw(st.integers(0, 10_000)), "logs": draw(st.integers(0, 99))}
    return made


def _overlap(draw: st.DrawFn, made: Descriptor) -> None:
    """The translated network lies in a VPC of ours, or is the whole of it."""
    before = made["outbound"]["translated_cidrs"][0]
    inside = draw(networks(draw(st.sampled_from(sorted(VPCS.values()))), 16, 28))
    made["partner_cidrs"] = [str(inside) if cidr == before else cidr for cidr in made["partner_cidrs"]]
    made["outbound"]["translated_cidrs"] = [str(inside)]
    same = draw(hosts(inside))
    for service in made["outbound"]["services"]:
        service["targets"] = [same] if draw(st.booleans()) else [draw(hosts(inside))]
        service["target_port"] = 22


def _blocks(draw: st.DrawFn) -> Descriptor:
    """VPC N's blocks: nat_cidr alone, in a larger VPC, or with a natted_cidr of its own."""
    vpc = draw(networks("10.176.0.0/13", 16, 24))
    nat = draw(networks(str(vpc), 22, 28))
    made: Descriptor = {"nat_cidr": str(nat)}
    if draw(st.booleans()):
        made["vpc_cidr"] = str(vpc)
    if draw(st.booleans()):
        made["natted_cidr"] = str(draw(networks(draw(st.sampled_from([str(vpc), "100.80.0.0/12"])), 24, 28)))
    if draw(st.booleans()):
        listed = st.lists(st.sampled_from(LANDING_ZONE.zones), min_size=1, max_size=3, unique=True)
        made["zones"] = draw(st.one_of(st.integers(1, 3), listed))
    return made


def _vpn(draw: st.DrawFn) -> Descriptor:
    asn = draw(st.one_of(st.integers(1, 64_000), st.integers(4_200_000_000, 4_294_967_290)))
    made: Descriptor = {"customer_gateway": {"ip": f"203.0.113.{draw(st.integers(1, 254))}", "asn": asn}}
    choices: dict[str, list[Any]] = {
        "termination": ["virtual_private_gateway", "transit_gateway"],
        "routing": ["static", "bgp"],
        "preshared_keys": ["secrets_manager", "variables"],
        "startup_action": ["add", "start"],
        "bandwidth": ["standard", "large"],
        "lifecycle_control": [True],
        "phase2": [{"encryption": ["AES256"], "integrity": ["SHA2-256"], "dh_groups": [14], "lifetime": 1800}],
        "rekey": [{"margin": 300, "fuzz": 50}],
        "dpd": [{"action": "clear", "timeout": 45}],
    }
    for field, values in choices.items():
        if draw(st.booleans()):
            made[field] = draw(st.sampled_from(values))
    if draw(st.booleans()):
        made["tunnels"] = _second_tunnel(draw)
    return _two_devices(draw, made) if draw(st.booleans()) else made


def _second_tunnel(draw: st.DrawFn) -> Descriptor:
    first = draw(st.integers(10, 160)) * 256
    return {"2": {"inside_cidr": f"{IPv4Address(0xA9FE0000 + first)}/30", "replay_window": 128}}


def _two_devices(draw: st.DrawFn, made: Descriptor) -> Descriptor:
    """The same with a second device: on a virtual private gateway, each tunnel in a block of its own."""
    first = made.pop("customer_gateway")
    for field in ("termination", "bandwidth"):
        made.pop(field, None)
    devices = [first, {"name": "b", "ip": f"198.51.100.{draw(st.integers(1, 254))}", "asn": first["asn"]}]
    devices[draw(st.integers(0, 1))] |= {"tunnels": made.pop("tunnels", {})}
    if draw(st.booleans()):
        devices[0]["name"] = "a"
        devices[1] |= {"tunnels": {str(number): {"inside_cidr": f"169.254.20.{4 * number}/30"} for number in (1, 2)}}
    return made | {"customer_gateways": draw(st.permutations(devices))}


def with_two_devices(descriptor: Descriptor) -> Descriptor:
    """The same with a second device beside its only one, where it has one."""
    vpn = dict(descriptor["vpn"])
    if "customer_gateways" in vpn:
        return descriptor
    first = vpn.pop("customer_gateway")
    for field in ("termination", "bandwidth"):
        vpn.pop(field, None)
    second = {"name": "b", "ip": "198.51.100.77", "asn": first["asn"]}
    return descriptor | {"vpn": vpn | {"customer_gateways": [first | {"tunnels": vpn.pop("tunnels", {})}, second]}}


def with_one_device(descriptor: Descriptor, index: int) -> Descriptor:
    """Only one of two devices, as it is written."""
    vpn = dict(descriptor["vpn"])
    device = vpn.pop("customer_gateways")[index]
    return descriptor | {"vpn": vpn | {"customer_gateway": device}}


@st.composite
def _inbound(draw: st.DrawFn) -> Descriptor:
    endpoints: list[Descriptor] = [
        {"service": each} for each in draw(st.lists(st.sampled_from(SERVICES), max_size=3, unique=True))
    ]
    for endpoint in endpoints[:1]:
        if draw(st.booleans()):
            endpoint["offset"] = draw(st.integers(4, 16))
        ports = [
            *ports_of(endpoint["service"]),
            *(MORE_PORTS[endpoint["service"]].tcp[:2] if endpoint["service"] in MORE_PORTS else ()),
        ]
        if draw(st.booleans()):
            endpoint["ports"] = draw(st.lists(st.sampled_from(ports), min_size=1, unique=True))
    names = draw(st.lists(NAMES, max_size=3, unique=True))
    services = []
    for port, name in enumerate(names, 440):
        vpc = draw(st.sampled_from(sorted(VPCS)))
        targets = draw(st.lists(hosts(IPv4Network(VPCS[vpc])), min_size=1, max_size=3, unique=True))
        services.append({"name": name, "port": port, "vpc": vpc, "targets": targets})
    balancer = {"load_balancer": {"idle_timeout": draw(st.integers(60, 6_000))}} if services else {}
    return {"endpoints": endpoints, "services": services, **balancer}


@st.composite
def _outbound(draw: st.DrawFn, cidrs: list[IPv4Network]) -> Descriptor:
    translated = draw(st.sampled_from(cidrs))
    services = [
        {"name": name, "port": port, "targets": [draw(hosts(translated))]}
        for port, name in enumerate(draw(st.lists(NAMES, min_size=1, max_size=2, unique=True)), 8440)
    ]
    cidr = draw(networks("10.192.0.0/12", 24, 28))
    return {"cidr": str(cidr), "translated_cidrs": [str(translated)], "services": services}
