"""The rules about who calls what: reach, endpoints, inbound and outbound services."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network

from natlane.check.names import nearest
from natlane.check.rule import Findings, repeats, rules_about
from natlane.check.subject import Subject
from natlane.describe.nodes import Path
from natlane.describe.partner import InboundService, OutboundService
from natlane.facts import aws
from natlane.facts.endpoint_services import ports_of
from natlane.prefixes import host

rule = rules_about("Reach and services")
NLB = "NLB, Target groups"
_FEWER = "write fewer, wider CIDRs, fewer services or fewer targets, or ask AWS for more"
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


@rule("role-missing", "warning", "hashicorp/aws, allowed_account_ids")
def role_missing(subject: Subject) -> Findings:
    """Of the accounts that a partner's module works in, one at most has no role_arn: the caller's own rights are those
    of one account.
    """
    zone, partner = subject.landing_zone, subject.partner
    works_in: dict[str, Path] = {zone.network_account: ("partner",), zone.transit_account: ("partner",)}
    for index, name in enumerate(partner.reach):
        if name in zone.vpcs:
            works_in.setdefault(zone.vpcs[name].account, ("reach", index))
    for index, service in enumerate(partner.inbound.services):
        if service.vpc in zone.vpcs:
            works_in.setdefault(zone.vpcs[service.vpc].account, ("inbound", "services", index, "vpc"))
    by_caller = [name for name in works_in if name in zone.accounts and zone.accounts[name].role_arn is None]
    for name in by_caller[1:]:
        message = f"accounts {by_caller[0]} and {name} have no role_arn, and the caller is in one of them at most"
        hint = f"write the `role_arn` of {name} into accounts of landing-zone.yaml"
        yield works_in[name], message, hint


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
        yield from repeats((*field,), "name", [service.name for service in services], "choose another name")


@rule("service-port-repeats", "error", "NLB, Listeners")
def service_port_repeats(subject: Subject) -> Findings:
    """Each service of a direction has a port of its own: they share one NLB."""
    for field, services in _services(subject):
        hint = "choose another port; target_port may stay as it is"
        yield from repeats((*field,), "port", [service.port for service in services], hint)


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


@rule("service-target-reserved", "error", "VPC, Subnet sizing")
def service_target_reserved(subject: Subject) -> Findings:
    """A target of an inbound service is an address that a host can have: AWS keeps the first four and the last of every
    subnet, so those of a VPC's block too. The third answers as the VPC's resolver.
    """
    for index, service in enumerate(subject.partner.inbound.services):
        vpc = subject.landing_zone.vpcs.get(service.vpc)
        for at, target in enumerate(service.targets):
            for block in (each for each in vpc.cidrs if target in each) if vpc else ():
                offset = int(target) - int(block.network_address)
                if offset in (0, 1, 3, block.num_addresses - 1):
                    message = f"{target} is kept by AWS in {block} of VPC {service.vpc}: no host has it"
                    yield ("inbound", "services", index, "targets", at), message, "write the address of a host"


@rule("inbound-from-translated", "error", "VPC, Route tables, Route priority")
def inbound_from_translated(subject: Subject) -> Findings:
    """A partner that calls us has no translated CIDR that overlaps a VPC which VPC N must reach: replies would go to
    that VPC, but for those to a target, to which VPC N has a route of its own.
    """
    partner = subject.partner
    if not (partner.inbound.endpoints or partner.inbound.services):
        return
    services = partner.outbound.services if partner.outbound else ()
    targets = {host(target) for service in services for target in service.targets}
    beside = partner.routed_cidrs or partner.vpn.termination == "transit_gateway"
    names = subject.joined if beside else partner.served_vpcs
    for index, cidr in enumerate(partner.partner_cidrs):
        if cidr not in partner.translated_cidrs or cidr in targets:
            continue
        for own, name in subject.ours.vpcs.overlapping(cidr):
            if name in names:
                message = f"replies to {cidr} would go to {own} of VPC {name}, and inbound asks for replies"
                yield ("partner_cidrs", index), message, "ask the partner to call from addresses that are not ours"


@rule("security-group-rules", "warning", "VPC, Quotas, Rules per security group")
def security_group_rules(subject: Subject) -> Findings:
    """No security group needs more rules in or out than the quota: one for each source and service, and for each
    target.
    """
    partner, vpcs, most = subject.partner, subject.landing_zone.vpcs, subject.landing_zone.quotas.security_group_rules
    ports = max((len(each.ports or ports_of(each.service)) for each in partner.inbound.endpoints), default=0)
    if len(partner.partner_cidrs) * ports > most:
        needed = len(partner.partner_cidrs) * ports
        yield ("partner_cidrs",), f"the endpoints need {needed} rules, the quota is {most}", _FEWER
    reached = sum(len(vpcs[name].cidrs) for name in partner.reach if name in vpcs)
    for field, services in _services(subject):
        sources = len(partner.partner_cidrs) if field[0] == "inbound" else reached
        needed = max(sources * len(services), sum(len(service.targets) for service in services))
        if needed > most:
            yield field, f"the {field[0]} NLB needs {needed} rules, the quota is {most}", _FEWER


@rule("outbound-without-reach", "error", "docs/descriptor.md, outbound")
def outbound_without_reach(subject: Subject) -> Findings:
    """Outbound services are called from VPCs in reach."""
    if subject.partner.outbound is not None and not subject.partner.reach:
        vpcs = ", ".join(list(subject.landing_zone.vpcs)[:5])
        hint = f"write `reach: [{vpcs.partition(',')[0]}]` (our VPCs are {vpcs})"
        yield ("outbound",), "no VPC may call these services: reach is empty", hint


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
        "route its CIDR instead of translating it, or ask the partner for a private address",
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
