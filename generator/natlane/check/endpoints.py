"""The rules about interface endpoints: which AWS services the partner calls through us."""

from __future__ import annotations

import difflib
import re

from natlane.check.policy_grammar import faults_of
from natlane.check.rule import Findings, repeats, rules_about
from natlane.check.subject import Subject
from natlane.facts import aws
from natlane.facts.endpoint_services import CLOSED, MORE_PORTS, across_regions, region_of, short_name, takes_policy

rule = rules_about("Endpoints")


@rule("endpoint-repeats", "error", "VPC, Interface endpoints")
def endpoint_repeats(subject: Subject) -> Findings:
    """Each AWS service has one endpoint."""
    region, endpoints = subject.landing_zone.region, subject.partner.inbound.endpoints
    names = [aws.endpoint_service_name(each.service, region) for each in endpoints]
    yield from repeats(("inbound", "endpoints"), "service", names, "keep one")


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


@rule("endpoint-other-region", "error", "PrivateLink, Cross-region enabled AWS services")
def endpoint_other_region(subject: Subject) -> Findings:
    """An endpoint's whole name is of the landing zone's region, but for services that AWS offers across regions, and
    for other owners' services, which may be.
    """
    own = subject.landing_zone.region
    for index, endpoint in enumerate(subject.partner.inbound.endpoints):
        named = region_of(endpoint.service, own)
        apart = aws.partition_of(named) != aws.partition_of(own)
        if named != own and (apart or not across_regions(endpoint.service)):
            field = ("inbound", "endpoints", index, "service")
            yield (
                field,
                f"{endpoint.service} is a name of {named}, and VPC N is in {own}",
                f"write its name in {own}",
            )


@rule("endpoint-service-closed", "warning", "Transfer Family, Create a server endpoint in a VPC")
def endpoint_service_closed(subject: Subject) -> Findings:
    """An endpoint's service is one that AWS still opens to new accounts."""
    for index, endpoint in enumerate(subject.partner.inbound.endpoints):
        why = CLOSED.get(short_name(endpoint.service))
        if why:
            field = ("inbound", "endpoints", index, "service")
            yield field, f"{endpoint.service} may not be had: {why}", "serve it by `inbound.services`, or leave it out"


@rule("endpoint-more-ports", "warning", "PrivateLink; the service's own guide")
def endpoint_more_ports(subject: Subject) -> Findings:
    """A service that listens on a range of ports beside 443 is opened on 443 only."""
    for index, endpoint in enumerate(subject.partner.inbound.endpoints):
        more = MORE_PORTS.get(short_name(endpoint.service))
        if more and endpoint.ports is None:
            field = ("inbound", "endpoints", index, "service")
            yield (
                field,
                f"{endpoint.service} listens on {more} too, which stay closed",
                "write `ports: [443]`, or those needed",
            )


@rule("endpoint-quota", "warning", "VPC, Quotas, Interface endpoints per VPC")
def endpoint_quota(subject: Subject) -> Findings:
    """VPC N stays within the quota of interface endpoints."""
    needed, granted = len(subject.partner.inbound.endpoints), subject.landing_zone.quotas.interface_endpoints_per_vpc
    if needed > granted:
        hint = "ask AWS for more, then write `quotas: {interface_endpoints_per_vpc: <granted>}`"
        yield ("inbound", "endpoints"), f"{needed} endpoints, the quota is {granted}", hint


@rule("endpoint-policy", "error", "IAM, Grammar of the IAM JSON policy language; PrivateLink, Endpoint policies")
def endpoint_policy(subject: Subject) -> Findings:
    """An endpoint policy is a policy by IAM's grammar, has a Principal, and names ARNs of the region's partition."""
    partition = aws.partition_of(subject.landing_zone.region)
    for index, endpoint in enumerate(subject.partner.inbound.endpoints):
        for message, hint in faults_of(endpoint.policy, partition) if endpoint.policy is not None else ():
            yield ("inbound", "endpoints", index, "policy"), message, hint


@rule("endpoint-policy-refused", "error", "PrivateLink, Endpoint policies, Considerations")
def endpoint_policy_refused(subject: Subject) -> Findings:
    """A policy stands only at endpoints of services that take one: others allow full access."""
    for index, endpoint in enumerate(subject.partner.inbound.endpoints):
        if endpoint.policy is not None and not takes_policy(endpoint.service):
            field = ("inbound", "endpoints", index, "policy")
            yield field, f"{endpoint.service} takes no policy of one's own", "leave it out"


@rule("endpoint-private-dns", "warning", "VPC, Interface endpoints, Private DNS")
def endpoint_private_dns(subject: Subject) -> Findings:
    """Private DNS names resolve inside VPC N only, where nothing asks for them."""
    for index, endpoint in enumerate(subject.partner.inbound.endpoints):
        if endpoint.private_dns:
            field = ("inbound", "endpoints", index, "private_dns")
            yield field, "private DNS names resolve in VPC N only; the partner resolves elsewhere", "leave it out"
