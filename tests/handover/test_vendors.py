"""Every vendor's configuration of every kind of partner: read back by its grammar, compared with the descriptor."""

from __future__ import annotations

import functools
import re
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from natlane.addresses import AddressPlan, addresses_for
from natlane.describe.document import read as read_document
from natlane.describe.landing_zone import LandingZone, parse_landing_zone
from natlane.describe.partner import Partner, parse_partner
from natlane.facts.devices import DEVICES, device_for
from natlane.handover.build import hand_over
from natlane.handover.folder import texts
from natlane.handover.outputs import Outputs
from natlane.handover.templates import HandOverTemplates
from natlane.plan.plan import plan_for
from natlane.problems import Problem

from tests.conftest import ROOT, ROOTS, TWO_DEVICES
from tests.handover.compared import differences
from tests.handover.expected import OUTER, Expected, expected
from tests.handover.grammars_cli import VENDORS as BY_COMMANDS
from tests.handover.grammars_files import VENDORS as BY_FILES
from tests.handover.reading import Found, Names, UnreadError, read
from tests.handover.vendors import Vendor

VENDORS = (*BY_FILES, *BY_COMMANDS)
# What the goldens lack, as fields of a partner of its own.
VARIANTS = {
    "narrow": "selectors: {ours: 10.181.0.0/27, theirs: 192.168.60.0/24}",
    "policy": "policy_based: true, selectors: {ours: 10.181.0.0/27, theirs: 192.168.60.0/24}",
    "ikev1": "ike_versions: [ikev1], phase1: {encryption: [AES256], integrity: [SHA1], dh_groups: [14]},"
    " phase2: {encryption: [AES128], integrity: [SHA1], dh_groups: [14]}",
    "cbc": "phase1: {encryption: [AES128], integrity: [SHA2-256], dh_groups: [19], lifetime: 7200},"
    " phase2: {encryption: [AES256], integrity: [SHA2-256], dh_groups: [14], lifetime: 1800}, startup_action: start,"
    " dpd: {action: clear, timeout: 60}, replay_window: 512",
    "unlike": "tunnels: {1: {inside_cidr: 169.254.99.8/30}, 2: {inside_cidr: 169.254.98.0/30, startup_action: start,"
    " phase1: {encryption: [AES128-GCM-16], dh_groups: [19], lifetime: 14400},"
    " phase2: {encryption: [AES128-GCM-16], dh_groups: [19], lifetime: 2700}, dpd: {timeout: 90}, replay_window: 128}}",
    "oldest": "policy_based: true, selectors: {ours: 10.181.0.0/27, theirs: 192.168.60.0/24}, ike_versions: [ikev1],"
    " phase1: {encryption: [AES256], integrity: [SHA1], dh_groups: [14]},"
    " phase2: {encryption: [AES128], integrity: [SHA1], dh_groups: [14]}",
    "mixed": "policy_based: true, selectors: {ours: 10.181.0.0/27, theirs: 192.168.60.0/24},"
    " phase1: {encryption: [AES256], integrity: [SHA2-256], dh_groups: [14]},"
    " phase2: {encryption: [AES256-GCM-16], dh_groups: [14]}",
    "bgp-cbc": "routing: bgp, phase1: {encryption: [AES256], integrity: [SHA2-256], dh_groups: [14]}",
    "bgp": "routing: bgp, amazon_side_asn: 64999",
}
CALLED = """\
inbound: {endpoints: [{service: execute-api}], services: [{name: orders, port: 8443, vpc: a, targets: [10.150.10.20]}]}
handover:
  interfaces: {outside: wan1, inside: lan2}
  calls: [{name: sftp, address: 192.168.60.7, port: 22}, {name: dns, address: 192.168.60.8, port: 53, protocol: udp}]
"""


def _descriptor(variant: str) -> str:
    gateway = "customer_gateway: {ip: 203.0.113.20, asn: 65020}"
    return f"""\
partner: long-partner-named-{variant}
nat_cidr: 10.181.0.0/27
partner_cidrs: [192.168.60.0/24]
reach: [a]
vpn: {{{gateway}, {VARIANTS[variant]}}}
{CALLED}"""


@functools.cache
def variants() -> Path:
    """A root folder with a partner for each variant."""
    import tempfile

    root = Path(tempfile.mkdtemp(prefix="natlane-variants-"))
    (root / "partners").mkdir()
    (root / "landing-zone.yaml").write_text((ROOT / "landing-zone.yaml").read_text())
    for variant in VARIANTS:
        (root / "partners" / f"long-partner-named-{variant}.yaml").write_text(_descriptor(variant))
    return root


@functools.cache
def partners() -> dict[str, tuple[Path, Partner, LandingZone]]:
    """Every active partner of the repository, of the other roots, and of the variants."""
    found = {}
    for root in (*ROOTS, TWO_DEVICES, variants()):
        landing_zone = _landing_zone(root)
        for path in sorted((root / "partners").glob("*.yaml")):
            document, problems = read_document(str(root), f"partners/{path.name}")
            partner = parse_partner(document, problems) if document else None
            assert partner, problems
            if partner.status == "active":
                found[path.stem] = (root, partner, landing_zone)
    return found


def devices() -> dict[str, tuple[str, int]]:
    """Every device of `partners`: its partner and its place. A partner's first one is called like the partner."""
    return {
        f"{name}-{index}" if index else name: (name, index)
        for name, (_, partner, _) in partners().items()
        for index in range(len(partner.vpn.customer_gateways))
    }


def _landing_zone(root: Path) -> LandingZone:
    document, problems = read_document(str(root), "landing-zone.yaml")
    landing_zone = parse_landing_zone(document, problems) if document else None
    assert landing_zone, problems
    return landing_zone


def can(vendor: Vendor, partner: Partner, index: int = 0) -> bool:
    """Whether a vendor's device can do all that the descriptor wants, so that it is exactly what is written."""
    device = device_for(vendor.name)
    assert device
    for tunnel in partner.vpn.customer_gateways[index].tunnels.values():
        for asked, suite in ((tunnel.phase1, device.phase1), (tunnel.phase2, device.phase2)):
            hashed = asked is tunnel.phase1 or any("GCM" not in each for each in asked.encryption)
            for names, able in (
                (asked.encryption, suite.encryption), (asked.integrity if hashed else (), suite.integrity),
                (asked.dh_groups, suite.dh_groups),
            ):  # fmt: skip
                if not set(names) <= set(able):
                    return False
    if "ikev1" in partner.vpn.ike_versions and vendor.name == "google-cloud":
        return True
    wide = partner.vpn.selectors == type(partner.vpn.selectors)() and not partner.vpn.policy_based
    if partner.vpn.routing == "bgp" and not device.bgp:
        return False
    return vendor.kind != "wide" or wide


def fits(vendor: Vendor, partner: Partner, index: int = 0) -> bool:
    """Whether this kind of configuration is what such a partner gets."""
    if vendor.name == "cisco-asa":
        narrow = partner.vpn.policy_based or partner.vpn.selectors != type(partner.vpn.selectors)()
        return can(vendor, partner, index) and narrow == (vendor.kind == "policy")
    return can(vendor, partner, index)


def rendered(vendor: Vendor, name: str, templates: HandOverTemplates | None = None) -> dict[str, str]:
    """The files of a device of `devices`, with AWS's addresses known."""
    partner_name, index = devices()[name]
    _, partner, landing_zone = partners()[partner_name]
    return written(vendor, partner, landing_zone, templates or shipped(), index)


def written(
    vendor: Vendor, partner: Partner, landing_zone: LandingZone, templates: HandOverTemplates, index: int = 0
) -> dict[str, str]:
    """The files of a partner's device, with AWS's addresses known."""
    outputs = Outputs((IPv4Address(OUTER[0]), IPv4Address(OUTER[1])))
    known = (outputs,) * len(partner.vpn.customer_gateways)
    handover = hand_over(plan_for(partner, landing_zone), partner, known, vendor.name)
    found, folder = texts(handover, templates), f"{handover.devices[index].folder}/"
    assert not isinstance(found, Problem), found
    return {each.removeprefix(folder): text for each, text in found.items() if each.startswith(folder)}


@functools.cache
def shipped() -> HandOverTemplates:
    """The templates as they are shipped."""
    return HandOverTemplates(str(ROOT))


def address_plan(name: str) -> AddressPlan:
    _, partner, landing_zone = partners()[name]
    plan = addresses_for(partner, landing_zone)
    assert isinstance(plan, AddressPlan)
    return plan


@functools.cache
def wanted(name: str) -> Expected:
    """What a descriptor wants of a device of `devices`."""
    partner, index = devices()[name]
    return expected(partners()[partner][1], address_plan(partner), index)


def wrong(vendor: Vendor, name: str, files: dict[str, str]) -> list[str]:
    """Why these files are not what a device of `devices` needs; empty where they are."""
    partner, index = devices()[name]
    return faults(vendor, partners()[partner][1], wanted(name), files, index)


def faults(vendor: Vendor, partner: Partner, want: Expected, files: dict[str, str], index: int = 0) -> list[str]:
    """Why these files are not what the descriptor wants; empty where they are."""
    inside = tuple(str(each.inside_cidr[1]) for each in partner.vpn.customer_gateways[index].tunnels.values())
    names = Names(partner.partner, (inside[0], inside[1]))
    known = {file.name: file for file in vendor.files}
    if set(files) - set(known):
        return [f"unknown files: {sorted(set(files) - set(known))}"]
    whole, fields = Found(), set()
    for each, text in files.items():
        file = known[each]
        fields |= set(re.findall(r"\{([a-z_0-9]+)(?::\d)?\}", file.grammar)) | set(
            re.findall(r" @([a-z0-9]+)=", file.grammar)
        )
        try:
            found = read(file.grammar, file.flat(text), names)
        except (UnreadError, AssertionError, KeyError, ValueError) as error:
            return [f"{each}: {type(error).__name__}: {error}"]
        for key, values in found.values.items():
            whole.values.setdefault(key, set()).update(values)
        whole.parts |= {
            (kind, f"{each} {at}" if at.isdigit() else at): parts for (kind, at), parts in found.parts.items()
        }
    try:
        return differences(vendor, partner, want, whole, fields)
    except (AssertionError, KeyError, IndexError, ValueError) as error:
        return [f"{type(error).__name__}: {error}"]


CASES = [
    (vendor, name)
    for vendor in VENDORS
    for name, (partner, index) in devices().items()
    if fits(vendor, partners()[partner][1], index)
]


def _id(case: tuple[Vendor, str]) -> str:
    return f"{case[0].name}{'-' if case[0].kind else ''}{case[0].kind}-{case[1]}"


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_a_configuration_is_what_the_descriptor_wants(case: tuple[Vendor, str]) -> None:
    vendor, name = case
    assert wrong(vendor, name, rendered(vendor, name)) == []


def test_every_device_of_the_table_has_a_grammar() -> None:
    assert {vendor.name for vendor in VENDORS} == {device.name for device in DEVICES}
