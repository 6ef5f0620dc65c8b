"""What people write beside the plain mistakes of tests/bad: each is told by the right rule, or is taken."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from natlane.facts.endpoint_names import is_known
from natlane.facts.endpoint_services import takes_policy

from tests.check.corpus import ACME, BAD, LANDING_ZONE
from tests.check.test_hints import SMALL, VPN, _followed, _overlay, _set, _told, _where

Json = dict[str, Any]
GATEWAY = VPN["customer_gateway"]
ALL = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}'
SOMEBODY = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"


def endpoint(service: str, **fields: object) -> Json:
    """An endpoint, with a policy where its service is known to take one."""
    policy = {"policy": ALL} if is_known(service) and takes_policy(service) else {}
    return {"inbound": {"endpoints": [{"service": service, **policy, **fields}]}}


def gateway(**fields: object) -> Json:
    return {"vpn": {**VPN, "customer_gateway": {**GATEWAY, **fields}}}


def bgp(asn: object) -> Json:
    return {"vpn": {**VPN, "routing": "bgp", "customer_gateway": {**GATEWAY, "asn": asn}}}


def azure(one: str, two: str) -> Json:
    tunnels = {"1": {"inside_cidr": one}, "2": {"inside_cidr": two}}
    device = {**GATEWAY, "device": "azure"}
    return {"vpn": {**VPN, "routing": "bgp", "tunnels": tunnels, "customer_gateway": device}}


def groups(phase: str, *of: object) -> Json:
    return {"vpn": {**VPN, phase: {"dh_groups": list(of)}}}


def zones(*of: str, region: str = "eu-west-1") -> Json:
    return {"zones": list(of), "region": region}


# The partner's fields, the landing zone's, and the codes that are told.
OTHER = "endpoint-other-region"
CASES: dict[str, tuple[Json, Json, list[str]]] = {
    # service names
    "a whole name": (endpoint(service="com.amazonaws.eu-west-1.execute-api"), {}, []),
    "a whole name of another region": (endpoint(service="com.amazonaws.us-east-1.execute-api"), {}, [OTHER]),
    "a whole name, across regions": (endpoint(service="com.amazonaws.us-east-1.s3"), {}, []),
    "a whole name of another partition": (endpoint(service="com.amazonaws.us-gov-west-1.s3"), {}, [OTHER]),
    "a Chinese name": (endpoint(service="cn.com.amazonaws.cn-north-1.s3"), {}, [OTHER]),
    "a whole name misspelt": (
        endpoint(service="com.amazonaws.eu-west-1.excute-api", policy=ALL),
        {},
        ["endpoint-service-unknown"],
    ),
    "a whole name without a region": (endpoint(service="com.amazonaws.execute-api"), {}, ["endpoint-service-name"]),
    "a global name": (endpoint(service="com.amazonaws.iam"), {}, []),
    "a global name with a region": (endpoint(service="com.amazonaws.us-east-1.iam"), {}, ["endpoint-service-name"]),
    "a name without a region, with our own": (
        endpoint(service="com.amazonaws.eu-west-1.savingsplans"),
        {},
        ["endpoint-service-name"],
    ),
    "a host's name": (endpoint(service="sqs.eu-west-1.amazonaws.com", policy=ALL), {}, ["endpoint-service-name"]),
    "the id of somebody's service": (
        endpoint(service=SOMEBODY[29:]),
        {},
        ["endpoint-ports-untold", "endpoint-service-name"],
    ),
    "an endpoint's id": (endpoint(service="vpce-0a1b2c3d4e5f60718"), {}, ["endpoint-service-name"]),
    "an id too short": (endpoint(service=SOMEBODY[:-1]), {}, ["endpoint-service-name"]),
    "somebody's service": (endpoint(service=SOMEBODY), {}, ["endpoint-ports-untold"]),
    "somebody's service, with ports": (endpoint(service=SOMEBODY, ports=[5671]), {}, []),
    "a new service": (endpoint(service="bedrock-agentcore"), {}, ["endpoint-ports-untold"]),
    "a FIPS name": (endpoint(service="kms-fips"), {}, []),
    "a service that speaks more": (endpoint(service="highlander"), {}, ["endpoint-more-ports"]),
    "a policy where none is taken": (endpoint(service="iot.data", policy=ALL), {}, ["endpoint-policy-refused"]),
    "a policy at somebody's service": (
        endpoint(service=SOMEBODY, ports=[443], policy=ALL),
        {},
        ["endpoint-policy-refused"],
    ),
    "no policy": (endpoint(service="execute-api", policy=""), {}, ["endpoint-policy"]),
    "one service by two names": (
        {"inbound": {"endpoints": [{"service": "email-smtp"}, {"service": "com.amazonaws.eu-west-1.email-smtp"}]}},
        {},
        ["endpoint-repeats"],
    ),
    # zones
    "a Wavelength Zone": ({}, zones("eu-west-1a", "eu-west-1-wl1-lon-wlz-1"), ["zone-local"]),
    "a Local Zone": ({}, zones("eu-west-1a", "eu-west-1-lon-1a"), ["zone-local"]),
    "a zone of another region": ({}, zones("eu-west-1a", "us-east-1a"), ["zone-region"]),
    "a zone of a region with a like name": ({}, zones("eu-west-1a", "eu-west-2a"), ["zone-region"]),
    "a zone's id": ({}, zones("eu-west-1a", "euw1-az1"), ["pattern"]),
    "a partner's Local Zone": ({"zones": ["eu-west-1a", "eu-west-1-lon-1a"]}, {}, ["zone-unknown"]),
    # autonomous systems
    "four bytes": (bgp(4_200_000_001), {}, ["bgp-announces-more"]),
    "the first that two bytes cannot hold": (bgp(65_536), {}, ["bgp-announces-more"]),
    "the last of the private ones": (bgp(4_294_967_294), {}, ["bgp-announces-more"]),
    "the last of all": (gateway(asn=4_294_967_295), {}, ["out-of-range"]),
    "one more than there are": (gateway(asn=4_294_967_296), {}, ["out-of-range"]),
    "written with a dot": (bgp("1.10"), {}, ["wrong-type"]),
    "in quotes": (gateway(asn="65020"), {}, ["wrong-type"]),
    "our side's, static": ({"vpn": {**VPN, "amazon_side_asn": 64620}}, {}, []),
    "our side's, public": ({"vpn": {**VPN, "amazon_side_asn": 64511}}, {}, ["amazon-asn-public"]),
    "one for both sides, static": (gateway(asn=64512), {}, ["asn-equal"]),
    "one for both sides, on the transit gateway": (
        {"vpn": {**gateway(asn=64512)["vpn"], "termination": "transit_gateway"}},
        {},
        [],
    ),
    "our side's on the transit gateway": (
        {"vpn": {**VPN, "termination": "transit_gateway", "routing": "bgp", "amazon_side_asn": 64513}},
        {},
        ["field-without-effect"],
    ),
    # Azure
    "Azure's first and last": (azure("169.254.21.0/30", "169.254.22.252/30"), {}, ["bgp-announces-more"]),
    "Azure, beside both ends": (
        azure("169.254.20.252/30", "169.254.23.0/30"),
        {},
        ["bgp-announces-more", "device-bgp-inside", "device-bgp-inside"],
    ),
    "Azure, static": (gateway(device="azure"), {}, []),
    # Diffie-Hellman groups
    "one that is weak": (groups("phase1", 24), {}, ["weak-dh"]),
    "one of two is weak": (groups("phase1", 14, 24), {}, ["several-algorithms", "weak-dh"]),
    "all are weak": (groups("phase1", 22, 23, 24), {}, ["several-algorithms", "weak-dh"]),
    "both are weak": (groups("phase2", 2, 5), {}, ["several-algorithms", "weak-dh"]),
    "5 in phase 1": (groups("phase1", 5), {}, ["not-one-of"]),
    "a group in quotes": (groups("phase1", "20"), {}, ["not-one-of"]),
    "a group that AWS has and the provider not": (groups("phase2", 35), {}, ["not-one-of"]),
    "a group twice": (groups("phase2", 14, 14), {}, ["list-repeats"]),
    "several that are strong": (groups("phase2", 19, 20, 21, 14), {}, ["several-algorithms"]),
}
# Where the hint leaves the value to somebody, or to the other document.
QUOTED = {"in quotes", "a group in quotes"}  # the hint is the number without them
OPEN = {OTHER, "asn-reserved", "field-without-effect", "pattern", "zone-unknown", "bgp-announces-more", "zone-region"}


def _root(partner: Json, ours: Json) -> dict[str, Any]:
    files = {LANDING_ZONE: yaml.safe_load((BAD / "with" / LANDING_ZONE).read_bytes()), ACME: {**SMALL, **partner}}
    files = copy.deepcopy(files)
    _overlay(files[LANDING_ZONE], (), ours)
    return files


@pytest.mark.parametrize("name", CASES)
def test_a_variation_is_told_by_the_right_rule(name: str) -> None:
    partner, ours, codes = CASES[name]
    assert sorted(code for _, code, _ in _told(_root(partner, ours))) == codes


@pytest.mark.parametrize("name", CASES)
def test_a_followed_hint_rids_of_the_problem(name: str) -> None:
    """Nothing new comes, and nothing that another hint would take back: all weak groups are told one thing."""
    partner, ours, _ = CASES[name]
    files = _root(partner, ours)
    before = _told(files)
    for key, problem in before.items():
        for after in () if key[1] in OPEN else _followed(files, problem):
            if name in QUOTED:
                _set(after[ACME], _where(problem.field), int(problem.hint.removeprefix("write ")))
            now = _told(after)
            assert key not in now, problem
            assert [str(each) for each in now.values() if (each.path, each.code, each.field) not in before] == []
            if key[1] == "several-algorithms":
                assert [code for _, code, _ in now] == [], problem
