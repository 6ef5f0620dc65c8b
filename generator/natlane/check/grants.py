"""The rules about what a descriptor asks for and the landing zone has not granted."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from natlane.check.rule import Findings, rules_about
from natlane.check.subject import Subject
from natlane.describe.grants import InboundGrant
from natlane.describe.nodes import Path
from natlane.describe.partner import InboundService
from natlane.facts import aws
from natlane.facts.endpoint_names import short_name

rule = rules_about("Grants")
GRANTS = "landing-zone.yaml, grants"


@rule("grant-reach", "error", GRANTS)
def grant_reach(subject: Subject) -> Findings:
    """A partner reaches only VPCs that the landing zone grants, where it says which."""
    granted = subject.landing_zone.grants.reach
    for index, name in enumerate(subject.partner.reach if granted is not None else ()):
        if name not in (granted or ()) and name in subject.landing_zone.vpcs:
            yield ("reach", index), f"grants.reach does not name VPC {name}", _ask(f"grants: {{reach: [{name}]}}")


@rule("grant-inbound", "error", GRANTS)
def grant_inbound(subject: Subject) -> Findings:
    """An inbound service leads only to VPCs, ports and targets that the landing zone grants, where it says which."""
    granted = subject.landing_zone.grants.inbound
    for index, service in enumerate(subject.partner.inbound.services if granted is not None else ()):
        port = service.listened_port
        of_vpc = [each for each in granted or () if each.vpc == service.vpc and port in each.ports]
        if not of_vpc:
            line = f"grants: {{inbound: [{{vpc: {service.vpc}, ports: [{port}]}}]}}"
            field = ("inbound", "services", index, "port")
            yield field, f"grants.inbound does not name port {port} in VPC {service.vpc}", _ask(line)
            continue
        for at, target in enumerate(service.targets):
            if not any(target in block for each in of_vpc for block in _targets(subject, each)):
                line = f"{{vpc: {service.vpc}, ports: [{port}], targets: [{target}/32]}}"
                message = f"grants.inbound does not name {target} for port {port}"
                yield ("inbound", "services", index, "targets", at), message, _ask(line)


def _targets(subject: Subject, grant: InboundGrant) -> tuple[IPv4Network, ...]:
    if grant.targets is not None:
        return grant.targets
    vpc = subject.landing_zone.vpcs.get(grant.vpc)
    return vpc.cidrs if vpc else ()


@rule("service-sensitive", "warning", "AWS Security Hub, EC2.19: ports of high risk")
def service_sensitive(subject: Subject) -> Findings:
    """An inbound service to a shell, a desktop, a database, a file server or a resolver is granted by name."""
    granted = subject.landing_zone.grants.inbound
    for index, service in enumerate(subject.partner.inbound.services if granted is None else ()):
        port = service.listened_port
        what = aws.SENSITIVE_PORTS.get(port) or _resolver(subject, service)
        if what:
            line = f"`grants: {{inbound: [{{vpc: {service.vpc}, ports: [{port}]}}]}}`"
            hint = f"have the landing zone grant it: {line}, with everything else that partners enter"
            yield ("inbound", "services", index, "port"), f"lets the partner into {what} of VPC {service.vpc}", hint


def _resolver(subject: Subject, service: InboundService) -> str:
    """AWS's own resolver stands at the third address of a VPC's first block (VPC, "DNS for your VPC")."""
    vpc = subject.landing_zone.vpcs.get(service.vpc)
    blocks = vpc.cidrs[:1] if vpc else ()
    return "the resolver" if any(block[2] in service.targets for block in blocks) else ""


@rule("grant-endpoint", "error", GRANTS)
def grant_endpoint(subject: Subject) -> Findings:
    """An endpoint's service is one that the landing zone grants, where it says which."""
    granted = subject.landing_zone.grants.endpoints
    for index, endpoint in enumerate(subject.partner.inbound.endpoints if granted is not None else ()):
        names = {endpoint.service, short_name(endpoint.service)} - {"vpce"}
        if not names & set(granted or ()):
            field = ("inbound", "endpoints", index, "service")
            line = f"grants: {{endpoints: [{endpoint.service}]}}"
            yield field, f"grants.endpoints does not name {endpoint.service}", _ask(line)


@rule("grant-public", "error", "IANA, IPv4 special-purpose address registry")
def grant_public(subject: Subject) -> Findings:
    """A partner's network is private, or a public one that the landing zone grants: a descriptor could else take
    what our VPCs send to the internet.
    """
    granted = subject.landing_zone.grants.public_cidrs
    for field, cidr in _taken(subject):
        if _is_public(cidr) and not any(cidr.subnet_of(each) for each in granted):
            hint = f"have the landing zone grant it: `grants: {{public_cidrs: [{cidr}]}}`, or write a private block"
            yield field, f"{cidr} is public: its packets would leave for the partner", hint


def _taken(subject: Subject) -> Iterator[tuple[Path, IPv4Network]]:
    yield from subject.routable_partner_cidrs
    if subject.partner.outbound is not None:
        yield ("outbound", "cidr"), subject.partner.outbound.cidr


def _is_public(cidr: IPv4Network) -> bool:
    return not any(cidr.subnet_of(block) for block in aws.NEVER_PUBLIC)


@rule("grant-tag", "error", GRANTS)
def grant_tag(subject: Subject) -> Findings:
    """A partner's tags give no other value to the landing zone's, but where that grants it, and none of its
    reserved keys.
    """
    zone = subject.landing_zone
    reserved = {each.lower(): each for each in zone.grants.reserved_tags}
    ours = {each.lower(): each for each in zone.tags}
    for key, value in subject.partner.tags.items():
        own = ours.get(key.lower(), key)  # IAM's conditions on tags know no case
        if key.lower() in reserved:
            yield ("tags", key), f"{key} is one of grants.reserved_tags, {reserved[key.lower()]}", "leave it out"
        elif (key != own or zone.tags.get(own, value) != value) and own not in zone.grants.own_tags:
            hint = f"leave it out, or have the landing zone grant it: `grants: {{own_tags: [{own}]}}`"
            yield ("tags", key), f"{own} is the landing zone's tag, which says {zone.tags[own]}", hint


def _ask(line: str) -> str:
    return f"leave it out, or have the landing zone grant it: `{line}`, beside what stands there"
