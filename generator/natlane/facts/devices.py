"""VPN devices that partners have: what each can do, since which version, and where its vendor says so.

A row is valid from its version up to the next row of the same name. Groups and algorithms are named as AWS names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address
from typing import Final, NamedTuple

_CBC: Final = ("AES128", "AES256")
_ALL_CIPHERS: Final = ("AES128", "AES256", "AES128-GCM-16", "AES256-GCM-16")
_ALL_HASHES: Final = ("SHA1", "SHA2-256", "SHA2-384", "SHA2-512")
_MODP: Final = (14, 15, 16, 17, 18)
_ECP: Final = (19, 20, 21)
_BOTH: Final = ("ikev1", "ikev2")


# How far a configuration for a device was tested, and what that means.
TESTED: Final = {
    "run": "run: a device of this kind brought up both tunnels with it, in our tests",
    "parsed": "parsed: read by a parser of its syntax and compared value by value, and not loaded into a device",
    "guide": "written from the vendor's guide: compared value by value, and not loaded into a device",
}


class Suite(NamedTuple):
    """What a device can do in one phase."""

    encryption: tuple[str, ...]
    integrity: tuple[str, ...]
    dh_groups: tuple[int, ...]


class Device(NamedTuple):
    """One kind of device, from one version on. `several_sas`: it asks for a pair of SAs for each pair of networks
    where it is policy-based, of which AWS keeps one. `inside`: the first and last address that its BGP speaks from."""

    name: str  # its folder in templates/devices
    title: str
    since: tuple[int, ...]  # version; () is the oldest known
    phase1: Suite
    phase2: Suite
    source: str
    tested: str = "guide"  # one of TESTED
    aliases: tuple[str, ...] = ()
    ike_versions: tuple[str, ...] = _BOTH
    route_based: bool = True
    policy_based: bool = True
    several_sas: bool = True
    bgp: bool = True
    inside: tuple[IPv4Address, IPv4Address] | None = None
    asns_kept: tuple[int, ...] = ()  # ASNs that the other side, ours, may not have


def _suite(ciphers: tuple[str, ...], hashes: tuple[str, ...], *groups: int) -> Suite:
    return Suite(ciphers, hashes, groups)


_STRONGSWAN: Final = _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, *_MODP, *_ECP, 22, 23, 24)
_SWAN_FIREWALL: Final = _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, *_MODP, *_ECP, 22, 23, 24)

DEVICES: Final = (
    Device(
        "strongswan", "strongSwan", (5, 9), _STRONGSWAN, _STRONGSWAN,
        "strongSwan documentation, IKEv2 cipher suites; swanctl.conf(5)", several_sas=False,
        tested="run",
    ),
    Device(
        "libreswan", "Libreswan", (4, 0),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 5, *_MODP, *_ECP), _suite(_ALL_CIPHERS, _ALL_HASHES, 5, *_MODP, *_ECP),
        "Libreswan, ipsec.conf(5), ike and esp; group 2 is left out where it is built", several_sas=False,
        tested="parsed",
    ),
    Device(
        "cisco-ios-xe", "Cisco IOS-XE", (16, 12),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, 14, 15, 16, 19, 20, 21, 24),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, 14, 15, 16, 19, 20, 21, 24),
        "Cisco, FlexVPN and IKEv2 Configuration Guide, IOS XE 17; IPsec VTI, multi-SA support",
        aliases=("cisco-ios", "cisco-csr", "cisco-isr", "cisco-asr", "cisco-catalyst", "ios-xe"),
        tested="parsed",
    ),
    Device(
        "cisco-asa", "Cisco ASA", (),
        _suite(_CBC, ("SHA1",), 2, 5), _suite(_CBC, ("SHA1",), 2, 5),
        "Cisco ASA 8.4 CLI Configuration Guide, IPsec and ISAKMP",
        aliases=("asa",), route_based=False, bgp=False,
        tested="parsed",
    ),
    Device(
        "cisco-asa", "Cisco ASA", (9, 0),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, 14, 19, 20, 21, 24),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, 14, 19, 20, 21, 24),
        "Cisco ASA 9.1 VPN CLI Configuration Guide, IPsec and ISAKMP",
        aliases=("asa",), route_based=False, bgp=False,
        tested="parsed",
    ),
    Device(
        "cisco-asa", "Cisco ASA", (9, 8),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, 14, 19, 20, 21, 24),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, 14, 19, 20, 21, 24),
        "Cisco ASA 9.8 VPN CLI Configuration Guide, Virtual Tunnel Interface", aliases=("asa",),
        tested="parsed",
    ),
    Device(
        "cisco-asa", "Cisco ASA", (9, 15),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 14, 15, 16, 19, 20, 21),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 14, 15, 16, 19, 20, 21),
        "Cisco ASA 9.15 release notes: groups 2, 5 and 24 are removed", aliases=("asa",),
        tested="parsed",
    ),
    Device(
        "cisco-ftd", "Cisco FTD", (6, 7),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 14, 15, 16, 19, 20, 21),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 14, 15, 16, 19, 20, 21),
        "Cisco Secure Firewall Management Center Device Configuration Guide, Site-to-Site VPNs",
        aliases=("ftd", "firepower", "cisco-firepower", "cisco-secure-firewall"),
    ),
    Device(
        "fortigate", "FortiGate", (7, 0),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, *_MODP, *_ECP), _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, *_MODP, *_ECP),
        "Fortinet, FortiOS CLI Reference, vpn ipsec phase1-interface", aliases=("fortinet", "fortios"),
        several_sas=False,
        tested="parsed",
    ),
    Device(
        "palo-alto", "Palo Alto Networks PAN-OS", (8, 0),
        _suite(_CBC, _ALL_HASHES, 2, 5, 14, 19, 20), _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, 14, 19, 20),
        "Palo Alto Networks, PAN-OS Administrator's Guide, Define IKE Crypto Profiles",
        aliases=("paloalto", "pan-os", "panos", "palo"), policy_based=False, several_sas=False,
    ),
    Device(
        "palo-alto", "Palo Alto Networks PAN-OS", (10, 1),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, 14, 19, 20),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, 14, 19, 20),
        "Palo Alto Networks, PAN-OS Administrator's Guide 10.0, IKE Phase 1: GCM from 10.0.3; so in all of 10.1",
        aliases=("paloalto", "pan-os", "panos", "palo"), policy_based=False, several_sas=False,
    ),
    Device(
        "palo-alto", "Palo Alto Networks PAN-OS", (10, 2),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, 14, 15, 16, 19, 20, 21),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, 14, 15, 16, 19, 20, 21),
        "Palo Alto Networks, IPsec VPN Administration, IKE Phase 1: groups 15, 16 and 21 from 10.2",
        aliases=("paloalto", "pan-os", "panos", "palo"), policy_based=False, several_sas=False,
    ),
    Device(
        "juniper-srx", "Juniper SRX", (15, 1),
        _suite(_ALL_CIPHERS, ("SHA1", "SHA2-256", "SHA2-384"), 2, 5, 14, 19, 20, 24),
        _suite(_ALL_CIPHERS, ("SHA1", "SHA2-256", "SHA2-384"), 2, 5, 14, 19, 20, 24),
        "Juniper, Junos CLI Reference, proposal (Security IKE) and proposal (Security IPsec)",
        aliases=("srx", "juniper", "junos", "juniper-vsrx", "vsrx"),
    ),
    Device(
        "juniper-srx", "Juniper SRX", (20, 3),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, 14, 15, 16, 19, 20, 21, 24),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, 14, 15, 16, 19, 20, 21, 24),
        "Juniper, Junos CLI Reference, dh-group (Security IKE), with the junos-ike package",
        aliases=("srx", "juniper", "junos", "juniper-vsrx", "vsrx"),
    ),
    Device(
        "check-point", "Check Point Gaia", (80, 40),
        _suite(_CBC, ("SHA1", "SHA2-256", "SHA2-384"), 2, 5, *_MODP, 19, 20, 24),
        _suite(_ALL_CIPHERS, ("SHA1", "SHA2-256", "SHA2-384"), 2, 5, *_MODP, 19, 20, 24),
        "Check Point, Site to Site VPN Administration Guide R81, Configuring Advanced IKE Properties",
        aliases=("checkpoint", "gaia"),
    ),
    Device(
        "pfsense", "pfSense", (2, 5), _SWAN_FIREWALL, _SWAN_FIREWALL,
        "Netgate, pfSense documentation, IPsec Configuration; Routed IPsec (VTI)", aliases=("netgate",),
    ),
    Device(
        "opnsense", "OPNsense", (23, 1), _SWAN_FIREWALL, _SWAN_FIREWALL,
        "OPNsense documentation, Virtual Private Networking, IPsec; Route based (VTI)",
    ),
    Device(
        "mikrotik", "MikroTik RouterOS", (7, 0),
        _suite(_CBC, _ALL_HASHES, 2, 5, *_MODP, *_ECP),
        _suite(_ALL_CIPHERS, ("SHA1", "SHA2-256", "SHA2-512"), 2, 5, *_MODP, *_ECP),
        "MikroTik, RouterOS documentation, IPsec", aliases=("routeros", "mikrotik-routeros"),
        route_based=False, bgp=False, several_sas=False,
        tested="parsed",
    ),
    Device(
        "vyos", "VyOS", (1, 4), _STRONGSWAN, _STRONGSWAN,
        "VyOS documentation, Site-to-Site IPsec; VTI", several_sas=False,
    ),
    Device(
        "azure", "Azure VPN Gateway", (),
        _suite(_ALL_CIPHERS, ("SHA1", "SHA2-256", "SHA2-384"), 2, 14, 19, 20, 24),
        _suite(_ALL_CIPHERS, ("SHA1", "SHA2-256"), 2, 14, 19, 20, 24),
        "Microsoft, About cryptographic requirements and Azure VPN gateways; Configure BGP for VPN Gateway: AWS",
        aliases=("microsoft-azure", "azure-vpn-gateway"), policy_based=False, several_sas=False,
        inside=(IPv4Address("169.254.21.0"), IPv4Address("169.254.22.255")),
        asns_kept=(8_074, 8_075, 12_076, 65_515, 65_517, 65_518, 65_519, 65_520),  # VPN Gateway FAQ, BGP
        tested="parsed",
    ),
    Device(
        "google-cloud", "Google Cloud VPN", (),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, *_MODP, 19, 20, 22, 23, 24),
        _suite(_ALL_CIPHERS, _ALL_HASHES, 2, 5, *_MODP, 19, 20, 22, 23, 24),
        "Google, Cloud VPN, Supported IKE ciphers", aliases=("gcp", "google", "google-cloud-vpn"),
        policy_based=False, several_sas=False,
        tested="parsed",
    ),
)  # fmt: skip


def device_for(text: str, version: str = "") -> Device | None:
    """The row that a device's name and version mean, or None where no row is of it.

    A name is free text, as people write it: `Cisco ASA 5516-X`, `FortiGate60F v7.2.5`. Without a version the newest
    row is meant.
    """
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    names = {alias: each.name for each in DEVICES for alias in (each.name, *each.aliases)}
    named = max((alias for alias in names if _begins(words, alias)), key=len, default="")
    if not named:
        return None
    rows = sorted((each for each in DEVICES if each.name == names[named]), key=lambda each: each.since)
    known = _version(version or words[len(named) :])
    return rows[-1] if not known else next((row for row in reversed(rows) if row.since <= known), rows[0])


def names() -> tuple[str, ...]:
    """Every device's name, each once, in the order of the table."""
    return tuple(dict.fromkeys(each.name for each in DEVICES))


def _begins(words: str, alias: str) -> bool:
    """Whether a name begins with an alias, which ends there or where a number begins."""
    rest = words.removeprefix(alias)
    return words.startswith(alias) and (not rest or not rest[0].isalpha())


def _version(text: str) -> tuple[int, ...]:
    """The version in a text: two numbers after a v, an r or a blank; () where there is none."""
    found = re.search(r"(?:^|[^0-9a-z])[vr]?(\d{1,3})[.-](\d{1,3})(?:$|[^0-9])", f" {text.lower()}")
    return (int(found[1]), int(found[2])) if found else ()


def nearest(wanted: Iterable[str] | Iterable[int], can: Iterable[str] | Iterable[int]) -> tuple[str | int, ...]:
    """What a device can do of what is wanted, in the order of the device's row."""
    asked = set(wanted)
    return tuple(each for each in can if each in asked)
