"""The form that a partner fills in: its fields, and the descriptor that it gives."""

import json
import re
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Final, NamedTuple

from natlane.describe.document import Document, read_text
from natlane.describe.field_types import Listing, Record, parse
from natlane.describe.handover import Call
from natlane.describe.partner import NATTED_CIDR
from natlane.describe.scalar_types import Address, Choice, Cidr, Flag, Integer, Text
from natlane.facts import aws
from natlane.facts.devices import Device, Suite, device_for
from natlane.prefixes import covering
from natlane.problems import Problem, file_problem

_MARKDOWN: Final = re.compile(r"^```ya?ml\n(.*?)^```", re.MULTILINE | re.DOTALL)
_STRONGEST: Final = ("AES256-GCM-16", "AES256", "AES128-GCM-16", "AES128")
_HASHES: Final = ("SHA2-512", "SHA2-384", "SHA2-256", "SHA1")
_GROUPS: Final = (21, 20, 18, 17, 16, 19, 15, 14, 24, 23, 5, 22, 2)
_OURS: Final = Suite(("AES256-GCM-16",), ("SHA2-384",), (20,))  # what a descriptor asks for where it says nothing


class FormDevice(NamedTuple):
    """The partner's VPN device."""

    vendor: Annotated[str, Text("a vendor", r"[\w .()/-]+", 60, "cisco-asa"), "vendor and product"]
    model: Annotated[str | None, Text("a model", r"[\w .()/+-]+", 60), "model"] = None
    version: Annotated[str | None, Text("a version", r"[\w.()-]+", 30), "version of its system"] = None


class Form(NamedTuple):
    """What a partner says of its side."""

    networks: Annotated[tuple[IPv4Network, ...], Listing(Cidr(), 1, 100), "networks that we shall reach"]
    peer_address: Annotated[IPv4Address, Address(), "the device's static public address"]
    accepted_block: Annotated[IPv4Network, Cidr(), "the block that it grants us"]
    company: Annotated[str, Text("a company", "", 100), "who it is"] = ""
    purpose: Annotated[str, Text("a purpose", "", 200), "what the connection is for"] = ""
    device: Annotated[FormDevice | None, Record(FormDevice), "the device"] = None
    behind_nat: Annotated[bool, Flag(), "another device translates its address"] = False
    asn: Annotated[int, Integer(*aws.ASN_RANGE), "its AS number"] = 65_000
    routing: Annotated[str, Choice(("static", "bgp")), "static or bgp"] = "static"
    policy_based: Annotated[bool, Flag(), "it has no tunnel interfaces"] = False
    calls: Annotated[tuple[Call, ...], Listing(Record(Call), 0, 100), "hosts and ports that we shall call"] = ()
    contacts: Annotated[tuple[str, ...], Listing(Text("a contact")), "for the network"] = ()
    incident_contacts: Annotated[tuple[str, ...], Listing(Text("a contact")), "for incidents"] = ()
    maintenance_window: Annotated[str | None, Text("a window", "", 200), "when it may work on its side"] = None


FORM: Final = Record(Form)
# Which question of the form a field of the descriptor comes from.
QUESTIONS: Final = {
    "nat_cidr": "accepted_block",
    "partner_cidrs": "networks",
    "vpn.customer_gateway.ip": "peer_address",
    "vpn.customer_gateway.asn": "asn",
    "vpn.customer_gateway": "device",
    "vpn.routing": "routing",
    "vpn.policy_based": "policy_based",
    "vpn.selectors": "networks",
    "vpn.phase1": "device",
    "vpn.phase2": "device",
    "handover.calls": "calls",
    "contacts": "contacts",
    "description": "company",
}


def read_form(path: str, raw: bytes) -> tuple[Document | None, Form | None, list[Problem]]:
    """The form in a YAML file, or in the first YAML block of a Markdown page, with its mistakes at their lines."""
    if path.endswith(".md"):
        text = raw.decode("utf-8", "replace")
        found = _MARKDOWN.search(text)
        if found is None:
            hint = "fill in the block between ```yaml and ```, and leave its fences"
            return None, None, [file_problem("form-unreadable", path, "has no YAML block", hint)]
        raw = ("\n" * text.count("\n", 0, found.start(1)) + found[1]).encode()
    document, problems = read_text(path, raw)
    form: Form | None = parse(document, FORM, problems) if document else None
    return document, form, problems


def descriptor_text(name: str, form: Form, zones: int) -> str:
    """The descriptor that a form gives, in so many zones; `reach` is ours to fill in. Texts are quoted, so they stay
    text."""
    lines = [
        "# yaml-language-server: $schema=../schemas/partner.json",
        f"partner: {name}",
        f"description: {_quoted(', '.join(each for each in (form.company, form.purpose) if each) or name)}",
        *([f"contacts: {_list(form.contacts)}"] if form.contacts else []),
        f"nat_cidr: {form.accepted_block}",
        "# Written out, so that no change of the landing zone moves an address.",
        f"zones: {zones}",
        f"natted_cidr: {NATTED_CIDR}",
        f"partner_cidrs: [{', '.join(map(str, form.networks))}]",
        "reach: [] # which of our VPCs, by their names in landing-zone.yaml, may open connections to the partner",
        *_vpn(form),
        *_details(form),
    ]
    return "\n".join(lines) + "\n"


def _vpn(form: Form) -> list[str]:
    device = device_for(form.device.vendor, form.device.version or "") if form.device else None
    gateway = [f"ip: {form.peer_address}", f"asn: {form.asn}"]
    if form.device:
        named = (("device", form.device.vendor), ("model", form.device.model), ("version", form.device.version))
        gateway += [f"{key}: {_quoted(value)}" for key, value in named if value]
    gateway += ["behind_nat: true"] if form.behind_nat else []
    lines = ["vpn:", f"  customer_gateway: {{{', '.join(gateway)}}}", f"  routing: {form.routing}"]
    lines.append("  connected: false # until the partner's device is; then take this line out, and its alarms notify")
    if form.policy_based:
        theirs = covering(form.networks)  # one pair of SAs, so one block for all
        lines += ["  policy_based: true", f"  selectors: {{ours: {form.accepted_block}, theirs: {theirs}}}"]
    if device:
        lines += [
            f"  {phase}: {written} # the strongest that this device can do"
            for phase, suite, groups in (
                ("phase1", device.phase1, aws.PHASE1_DH_GROUPS),
                ("phase2", device.phase2, aws.PHASE2_DH_GROUPS),
            )
            if (written := _suite(suite, groups))
        ]
        lines += _inside(form, device)
    return lines


def _suite(suite: Suite, groups: tuple[int, ...]) -> str:
    """The strongest of each kind, where the device cannot do what a descriptor asks for by itself."""
    pairs = zip(_OURS, suite, strict=True)
    if all(set(ours) <= set(theirs) for ours, theirs in pairs):
        return ""
    encryption = next(each for each in _STRONGEST if each in suite.encryption)
    integrity = next(each for each in _HASHES if each in suite.integrity)
    group = next(each for each in _GROUPS if each in suite.dh_groups and each in groups)
    return f"{{encryption: [{encryption}], integrity: [{integrity}], dh_groups: [{group}]}}"


def _inside(form: Form, device: Device) -> list[str]:
    if device.inside is None or form.routing != "bgp":
        return []
    return [
        "  tunnels: {1: {inside_cidr: 169.254.21.0/30}, 2: {inside_cidr: 169.254.22.0/30}} # where it speaks BGP from"
    ]


def _details(form: Form) -> list[str]:
    lines = [f"  incident_contacts: {_list(form.incident_contacts)}"] if form.incident_contacts else []
    lines += [f"  maintenance_window: {_quoted(form.maintenance_window)}"] if form.maintenance_window else []
    if form.calls:
        lines.append("  calls:")
        lines += [
            f"    - {{name: {call.name}, address: {call.address}, port: {call.port}, protocol: {call.protocol}}}"
            for call in form.calls
        ]
    return ["handover:", *lines] if lines else []


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _list(texts: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"
