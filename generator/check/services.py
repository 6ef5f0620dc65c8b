"""The rules about who calls what: reach, endpoints, inbound and outbound services."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network

from generator import aws
from generator.check.names import nearest
from generator.check.rule import Finding, Findings, rules_about
from generator.check.subject import Subject
from generator.describe.nodes import Path
from generator.describe.partner import InboundService, OutboundService

rule = rules_about("Reach and services")
NLB = "NLB, Target groups"
_FEWER = "write fewer, wider CIDRs, fewer services or fewer targets, or ask AWS for more"
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-[0-9]")
Service = InboundService | OutboundService


def _services(subject: Subject) -> Iterator[tuple[Path, tuple[Service, ...]]]:
    """Both directions, each with its field."""
    yield ("inbound", "services"), subject.partner.inbound.services
    if subject.partner.outbound is not None:
        yield ("outbound", "services"), subject.partner.outbound.services


@rule("vpc-unknown", "error", "landing-zone.yaml, vpcs")
def vpc_unknown(subject: Subject) -> Findings:
    """reach and inbound services name VPCs of the landing zone."""
    known = subject.landing_zone.vpcs
    named: list[tuple[Path, str]] = [(("reach", index), name) for index, name in enumerate(subject.partner.reach)]
    services = subject.partner.inbound.services
    named += [(("inbound", "services", index, "vpc"), service.vpc) for index, service in enumerate(services)]
    for field, name in named:
        if name not in known:
            yield field, f"landing-zone.yaml has no VPC {name}", nearest(name, known)


@rule("service-udp", "error", NLB)
def service_udp(subject: Subject) -> Findings:
    """Services are TCP: an NLB keeps the client's address for UDP, and its targets behind the transit gateway
    could not answer.
    """
    for field, services in _services(subject):
        for index, service in enumerate(services):
            if service.protocol == "udp":
                message = (
                    "an NLB keeps the client's address for UDP, so targets behind the transit gateway cannot answer"
                )
                yield (
                    (*field, index, "protocol"),
                    message,
                    "serve it over TCP, or by a firewall or NAT instance of your own",
                )


@rule("service-name-repeats", "error", "docs/descriptor.md, services")
def service_name_repeats(subject: Subject) -> Findings:
    """Each service of a direction has a name of its own."""
    for field, services in _services(subject):
        yield from _repeats((*field,), "name", [service.name for service in services], "choose another name")


@rule("service-port-repeats", "error", "NLB, Listeners")
def service_port_repeats(subject: Subject) -> Findings:
    """Each service of a direction has a port of its own: they share one NLB."""
    for field, services in _services(subject):
        hint = "choose another port; target_port may stay as it is"
        yield from _repeats((*field,), "port", [service.port for service in services], hint)


def _repeats(field: Path, name: str, values: Iterable[object], hint: str) -> Iterator[Finding]:
    first: dict[object, int] = {}
    for index, value in enumerate(values):
        earlier = first.setdefault(value, index)
        if earlier != index:
            yield (*field, index, name), f"{value} is also the {name} of entry {earlier + 1}", hint


@rule("service-target-outside", "error", "TGW, Routing")
def service_target_outside(subject: Subject) -> Findings:
    """An inbound service's targets lie in the CIDRs of the VPC that it runs in."""
    for index, service in enumerate(subject.partner.inbound.services):
        vpc = subject.landing_zone.vpcs.get(service.vpc)
        if vpc is None:
            continue
        for at, target in enumerate(service.targets):
            if not _within(target, vpc.cidrs):
                field = ("inbound", "services", index, "targets", at)
                holder = subject.ours.vpcs.overlapping(IPv4Network(target))
                hint = f"it lies in VPC {holder[0][1]}" if holder else f"write an address in {_list(vpc.cidrs)}"
                yield field, f"{target} is not in VPC {service.vpc} ({_list(vpc.cidrs)})", hint


@rule("inbound-from-translated", "error", "VPC, Route tables, Route priority")
def inbound_from_translated(subject: Subject) -> Findings:
    """A partner that calls us has no translated CIDR that overlaps a VPC which VPC N must reach: replies
    would go to that VPC.
    """
    partner = subject.partner
    if not (partner.inbound.endpoints or partner.inbound.services):
        return
    beside = partner.routed_cidrs or partner.vpn.termination == "transit_gateway"
    names = subject.joined if beside else partner.served_vpcs
    for index, cidr in enumerate(partner.partner_cidrs):
        if cidr not in partner.translated_cidrs:
            continue
        for own, name in subject.ours.vpcs.overlapping(cidr):
            if name in names:
                message = f"replies to {cidr} would go to {own} of VPC {name}, and inbound asks for replies"
                yield ("partner_cidrs", index), message, "ask the partner to call from addresses that are not ours"


@rule("endpoint-repeats", "error", "VPC, Interface endpoints")
def endpoint_repeats(subject: Subject) -> Findings:
    """Each AWS service has one endpoint."""
    region, endpoints = subject.landing_zone.region, subject.partner.inbound.endpoints
    names = [aws.endpoint_service_name(each.service, region) for each in endpoints]
    yield from _repeats(("inbound", "endpoints"), "service", names, "keep one")


@rule("label-collision", "error", "Terraform, Resource names")
def label_collision(subject: Subject) -> Findings:
    """No two endpoints become the same Terraform label, in which all but letters and digits is an underscore."""
    first: dict[str, str] = {}
    for index, endpoint in enumerate(subject.partner.inbound.endpoints):
        label = re.sub(r"[^a-zA-Z0-9]+", "_", endpoint.service).strip("_")
        other = first.setdefault(label, endpoint.service)
        if other != endpoint.service:
            field = ("inbound", "endpoints", index, "service")
            yield (
                field,
                f"{endpoint.service} and {other} would both be labelled {label}",
                "write the whole service name of one",
            )


@rule("endpoint-service-unknown", "warning", "VPC, AWS services that integrate with PrivateLink")
def endpoint_service_unknown(subject: Subject) -> Findings:
    """An endpoint's service is not another word for one that is well known: only apply would tell."""
    for index, endpoint in enumerate(subject.partner.inbound.endpoints):
        service = endpoint.service
        if service in aws.ENDPOINTS or aws.is_whole_name(service):
            continue
        near = difflib.get_close_matches(service, sorted(aws.ENDPOINTS), 1, 0.8)
        if near:  # a name that is like none of these may be a new service
            yield (
                ("inbound", "endpoints", index, "service"),
                f"{service} is no service known here",
                f"did you mean {near[0]}?",
            )


@rule("endpoint-other-region", "error", "VPC, Interface endpoints")
def endpoint_other_region(subject: Subject) -> Findings:
    """An endpoint's whole name is of the landing zone's region."""
    own = subject.landing_zone.region
    for index, endpoint in enumerate(subject.partner.inbound.endpoints):
        named = [part for part in endpoint.service.split(".") if _REGION.fullmatch(part)]
        if aws.is_whole_name(endpoint.service) and named and own not in named:
            field = ("inbound", "endpoints", index, "service")
            yield (
                field,
                f"{endpoint.service} is a name of {named[0]}, and VPC N is in {own}",
                f"write its name in {own}",
            )


@rule("endpoint-quota", "warning", "VPC, Quotas, Interface endpoints per VPC")
def endpoint_quota(subject: Subject) -> Findings:
    """VPC N stays within the quota of interface endpoints."""
    needed, granted = len(subject.partner.inbound.endpoints), subject.landing_zone.quotas.interface_endpoints_per_vpc
    if needed > granted:
        hint = "ask AWS for more, then write `quotas: {interface_endpoints_per_vpc: <granted>}`"
        yield ("inbound", "endpoints"), f"{needed} endpoints, the quota is {granted}", hint


@rule("security-group-rules", "warning", "VPC, Quotas, Rules per security group")
def security_group_rules(subject: Subject) -> Findings:
    """No security group needs more rules in or out than the quota: one for each source and service, and for each
    target.
    """
    partner, vpcs, most = subject.partner, subject.landing_zone.vpcs, subject.landing_zone.quotas.security_group_rules
    if partner.inbound.endpoints and len(partner.partner_cidrs) > most:
        yield ("partner_cidrs",), f"the endpoints need {len(partner.partner_cidrs)} rules, the quota is {most}", _FEWER
    reached = sum(len(vpcs[name].cidrs) for name in partner.reach if name in vpcs)
    for field, services in _services(subject):
        sources = len(partner.partner_cidrs) if field[0] == "inbound" else reached
        needed = max(sources * len(services), sum(len(service.targets) for service in services))
        if needed > most:
            yield field, f"the {field[0]} NLB needs {needed} rules, the quota is {most}", _FEWER


@rule("endpoint-policy", "error", "VPC, Endpoint policies")
def endpoint_policy(subject: Subject) -> Findings:
    """An endpoint policy is a JSON object with a Statement."""
    for index, endpoint in enumerate(subject.partner.inbound.endpoints):
        if endpoint.policy is None:
            continue
        field = ("inbound", "endpoints", index, "policy")
        try:
            policy = json.loads(endpoint.policy)
        except (ValueError, RecursionError):
            yield field, "is not JSON", 'write {"Statement": [...]}'
            continue
        if not isinstance(policy, dict) or "Statement" not in policy:
            yield field, "is no policy: it has no Statement", 'write {"Statement": [...]}'


@rule("endpoint-private-dns", "warning", "VPC, Interface endpoints, Private DNS")
def endpoint_private_dns(subject: Subject) -> Findings:
    """Private DNS names resolve inside VPC N only, where nothing asks for them."""
    for index, endpoint in enumerate(subject.partner.inbound.endpoints):
        if endpoint.private_dns:
            field = ("inbound", "endpoints", index, "private_dns")
            yield field, "private DNS names resolve in VPC N only; the partner resolves elsewhere", "leave it out"


@rule("outbound-without-reach", "error", "docs/descriptor.md, outbound")
def outbound_without_reach(subject: Subject) -> Findings:
    """Outbound services are called from VPCs in reach."""
    if subject.partner.outbound is not None and not subject.partner.reach:
        yield ("outbound",), "no VPC may call these services: reach is empty", "write `reach: [...]`"


@rule("translated-unknown", "error", "docs/descriptor.md, outbound")
def translated_unknown(subject: Subject) -> Findings:
    """translated_cidrs are some of partner_cidrs."""
    outbound, cidrs = subject.partner.outbound, subject.partner.partner_cidrs
    for index, cidr in enumerate((outbound.translated_cidrs or ()) if outbound else ()):
        if cidr not in cidrs:
            near = next((each for each in cidrs if each.overlaps(cidr)), None)
            hint = f"did you mean {near}?" if near else f"write one of {_list(cidrs)}"
            yield ("outbound", "translated_cidrs", index), f"{cidr} is not one of partner_cidrs", hint


@rule("outbound-target-outside", "error", "docs/descriptor.md, outbound")
def outbound_target_outside(subject: Subject) -> Findings:
    """An outbound service's targets lie in the translated partner CIDRs."""
    for field, target in _outbound_targets(subject):
        if not _within(target, subject.partner.translated_cidrs):
            cidrs = _list(subject.partner.translated_cidrs)
            yield field, f"{target} is in no translated CIDR of the partner", f"write an address in {cidrs}"


@rule("outbound-target-public", "error", NLB)
def outbound_target_public(subject: Subject) -> Findings:
    """An NLB's targets outside its VPC have private addresses: RFC 1918 or 100.64.0.0/10."""
    yield from _public(
        _outbound_targets(subject),
        "route its CIDR (leave it out of translated_cidrs), or ask the partner for a private address",
    )


@rule("inbound-target-public", "error", NLB)
def inbound_target_public(subject: Subject) -> Findings:
    """The targets of inbound services are outside VPC N too, and have private addresses."""
    services = enumerate(subject.partner.inbound.services)
    targets = (
        (("inbound", "services", index, "targets", at), target)
        for index, service in services
        for at, target in enumerate(service.targets)
    )
    yield from _public(targets, "put a private address in front of it in its VPC")


def _public(targets: Iterable[tuple[Path, IPv4Address]], hint: str) -> Findings:
    for field, target in targets:
        if not _within(target, (*aws.RFC1918, aws.SHARED_SPACE)):
            yield field, f"{target} is public, and an NLB takes no public targets outside its VPC", hint


def _outbound_targets(subject: Subject) -> Iterator[tuple[Path, IPv4Address]]:
    outbound = subject.partner.outbound
    for index, service in enumerate(outbound.services if outbound else ()):
        for at, target in enumerate(service.targets):
            yield ("outbound", "services", index, "targets", at), target


def _within(address: IPv4Address, cidrs: Iterable[IPv4Network]) -> bool:
    return any(address in cidr for cidr in cidrs)


def _list(cidrs: Iterable[IPv4Network]) -> str:
    return ", ".join(map(str, cidrs))
