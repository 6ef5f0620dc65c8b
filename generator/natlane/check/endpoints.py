"""The rules about interface endpoints: which AWS services the partner calls through us."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from natlane.check.policy_grammar import EXAMPLE, faults_of, statements_of_services
from natlane.check.rule import Findings, repeats, rules_about
from natlane.check.subject import Subject
from natlane.describe.nodes import Path
from natlane.describe.partner import Endpoint
from natlane.facts import aws
from natlane.facts.endpoint_names import (
    ENDPOINTS,
    endpoint_service_name,
    is_known,
    is_service_id,
    region_of,
    right_name,
    short_name,
)
from natlane.facts.endpoint_services import (
    CLOSED,
    MORE_PORTS,
    across_regions,
    are_ports_told,
    listens,
    ports_of,
    takes_policy,
)

rule = rules_about("Endpoints")
_NEAR = 0.88  # so that bedrock-agentcore, a service of its own, is not taken for bedrock-agent


def _endpoints(subject: Subject) -> Iterator[tuple[Path, Endpoint]]:
    """Every endpoint of the partner's, behind the field that holds it."""
    for index, endpoint in enumerate(subject.partner.inbound.endpoints):
        yield ("inbound", "endpoints", index), endpoint


@rule("endpoint-repeats", "error", "VPC, Interface endpoints")
def endpoint_repeats(subject: Subject) -> Findings:
    """No service has two endpoints."""
    region, endpoints = subject.landing_zone.region, subject.partner.inbound.endpoints
    names = [endpoint_service_name(each.service, region) for each in endpoints]
    yield from repeats(("inbound", "endpoints"), "service", names, "keep one")


@rule("label-collision", "error", "Terraform, Resource names")
def label_collision(subject: Subject) -> Findings:
    """No two endpoints become the same Terraform label, in which all but letters and digits is an underscore."""
    first: dict[str, str] = {}
    for entry, endpoint in _endpoints(subject):
        label = re.sub(r"[^a-zA-Z0-9]+", "_", endpoint.service).strip("_")
        other = first.setdefault(label, endpoint.service)
        if other != endpoint.service:
            yield (
                (*entry, "service"),
                f"{endpoint.service} and {other} would both be labelled {label}",
                "write the whole service name of one",
            )


@rule("endpoint-service-name", "error", "PrivateLink, Configure an endpoint service; View available AWS service names")
def endpoint_service_name_form(subject: Subject) -> Findings:
    """A whole service name has its region in it, and the id of somebody else's service is part of its whole name."""
    for entry, endpoint in _endpoints(subject):
        field, service = (*entry, "service"), endpoint.service
        right = right_name(service, subject.landing_zone.region)
        if not is_service_id(service):
            hint = "write the id that its owner names: vpce-svc- and 17 digits, or 8, from 0 to f"
            yield field, f"{service.rpartition('.')[2]} is no id of a service", hint
        elif right != service:
            yield field, f"no service is named {service}", f"write {right}"


def _meant(subject: Subject, service: str) -> str:
    """A service by its right name, where it has one."""
    return right_name(service, subject.landing_zone.region) if is_service_id(service) else ""


@rule("endpoint-service-unknown", "warning", "VPC, AWS services that integrate with PrivateLink")
def endpoint_service_unknown(subject: Subject) -> Findings:
    """An endpoint's service is not another word for one that is well known: only apply would tell."""
    for entry, endpoint in _endpoints(subject):
        meant = _slip(endpoint.service)  # a name that is like none of these may be a new service
        if meant and _meant(subject, endpoint.service) == endpoint.service:
            yield (*entry, "service"), f"{endpoint.service} is no service known here", f"did you mean {meant}?"


def _slip(service: str) -> str:
    """The listed service that an unlisted name is nearly; empty where it is listed, or like none."""
    name = short_name(service)
    if is_known(service) or name.startswith(("vpce", "dsql-")):
        return ""
    alike = [each for each in sorted(ENDPOINTS) if _bare(each) == _bare(name)]
    near = alike or difflib.get_close_matches(name, sorted(ENDPOINTS), 1, _NEAR)
    return service.replace(name, near[0]) if near else ""


def _bare(name: str) -> str:
    return re.sub(r"[-._]", "", name)


@rule("endpoint-ports-untold", "warning", "PrivateLink, Security groups; the service's own guide")
def endpoint_ports_untold(subject: Subject) -> Findings:
    """Ports are written where no page of AWS says what a service listens on: that of somebody else, a new one."""
    for entry, endpoint in _endpoints(subject):
        service = endpoint.service
        meant = _meant(subject, service)
        if endpoint.ports is None and meant and not are_ports_told(meant) and not _slip(meant):
            message = f"natlane does not know what {service} listens on: 443 alone is opened"
            hint = "write `ports: [443]`, or those that its owner names"
            yield (*entry, "service"), message, hint


@rule("endpoint-other-region", "error", "PrivateLink, Cross-region enabled AWS services")
def endpoint_other_region(subject: Subject) -> Findings:
    """An endpoint's whole name is of the landing zone's region, but for services that AWS offers across regions, and
    for other owners' services, which may be.
    """
    own = subject.landing_zone.region
    for entry, endpoint in _endpoints(subject):
        named = region_of(endpoint.service, own)
        apart = aws.partition_of(named) != aws.partition_of(own)
        if named != own and (apart or not across_regions(endpoint.service)):
            yield (
                (*entry, "service"),
                f"{endpoint.service} is a name of {named}, and VPC N is in {own}",
                f"write its name in {own}",
            )


@rule("endpoint-service-closed", "warning", "Transfer Family, Create a server endpoint in a VPC")
def endpoint_service_closed(subject: Subject) -> Findings:
    """An endpoint's service is one that AWS still opens to new accounts."""
    for entry, endpoint in _endpoints(subject):
        why = CLOSED.get(short_name(endpoint.service))
        if why:
            yield (
                (*entry, "service"),
                f"{endpoint.service} may not be had: {why}",
                "serve it by `inbound.services`, or leave it out",
            )


@rule("endpoint-more-ports", "warning", "PrivateLink; the service's own guide")
def endpoint_more_ports(subject: Subject) -> Findings:
    """What a service listens on beside the ports that natlane opens stays closed: a range of them, or UDP."""
    for entry, endpoint in _endpoints(subject):
        more = MORE_PORTS.get(short_name(endpoint.service))
        if more and endpoint.ports is None:
            yield (
                (*entry, "service"),
                f"{endpoint.service} listens on {more.text} too, which stay closed",
                f"write `ports: {list(ports_of(endpoint.service))}`, or those needed",
            )


@rule("endpoint-port", "error", "PrivateLink; the service's own guide")
def endpoint_port(subject: Subject) -> Findings:
    """The partner calls an AWS service on ports that AWS names for it."""
    for entry, endpoint in _endpoints(subject):
        known, more = ports_of(endpoint.service), MORE_PORTS.get(short_name(endpoint.service))
        listed = ", ".join(map(str, known))
        named = f"{listed} and {more.text}" if more else listed
        for place, port in enumerate(endpoint.ports or ()):
            if not listens(endpoint.service, port):
                yield (
                    (*entry, "ports", place),
                    f"for {endpoint.service} AWS names {named}, not {port}",
                    f"write `ports: [{listed}]`",
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
    for entry, endpoint in _endpoints(subject):
        for message, hint in faults_of(endpoint.policy, partition) if endpoint.policy is not None else ():
            yield (*entry, "policy"), message, hint


@rule("endpoint-policy-service", "warning", "IAM, aws:PrincipalIsAWSService; PrivateLink, Endpoint policies")
def endpoint_policy_service(subject: Subject) -> Findings:
    """An endpoint policy names callers that come through the endpoint, which are the partner's: no AWS service calls
    from VPC N by its own name, and where one does, AWS's examples tell it by a condition.
    """
    for entry, endpoint in _endpoints(subject):
        for number in statements_of_services(endpoint.policy or ""):
            message = f"statement {number} names an AWS service, and none calls through VPC N's endpoints"
            hint = (
                'name the callers by "AWS"; a service that works in a VPC is "Principal": "*" with the condition'
                ' {"Bool": {"aws:PrincipalIsAWSService": "true"}}'
            )
            yield (*entry, "policy"), message, hint


@rule("endpoint-policy-refused", "error", "PrivateLink, Endpoint policies, Considerations")
def endpoint_policy_refused(subject: Subject) -> Findings:
    """A policy stands only at endpoints of services that take one: others allow full access."""
    for entry, endpoint in _endpoints(subject):
        if endpoint.policy is not None and not takes_policy(endpoint.service):
            yield (*entry, "policy"), f"{endpoint.service} takes no policy of one's own", "leave it out"


@rule("endpoint-without-policy", "warning", "PrivateLink, Endpoint policies, Default endpoint policy")
def endpoint_without_policy(subject: Subject) -> Findings:
    """An endpoint of an AWS service has a policy: without one it leads to the whole service, in every account. Private
    APIs are none the less closed by their own policies, and somebody else's service takes none.
    """
    for index, endpoint in enumerate(subject.partner.inbound.endpoints):
        if endpoint.policy is None and is_known(endpoint.service) and takes_policy(endpoint.service):
            message = f"without `policy` this leads to all of {endpoint.service}, in every AWS account"
            hint = (
                f"write `policy: '{EXAMPLE}'` or a narrower one; where the calls are limited otherwise, or"
                " AWS takes no policy there (VpcEndpointPolicySupported in `aws ec2 describe-vpc-endpoint-services`),"
                " accept this with the reason"
            )
            yield ("inbound", "endpoints", index, "service"), message, hint


@rule("endpoint-private-dns", "warning", "VPC, Interface endpoints, Private DNS")
def endpoint_private_dns(subject: Subject) -> Findings:
    """Private DNS names resolve inside VPC N only, where nothing asks for them."""
    for entry, endpoint in _endpoints(subject):
        if endpoint.private_dns:
            yield (
                (*entry, "private_dns"),
                "private DNS names resolve in VPC N only; the partner resolves elsewhere",
                "leave it out",
            )
