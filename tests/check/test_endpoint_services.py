"""Facts of services behind endpoints: their ports, policies and regions, and what the modules make of them."""

from __future__ import annotations

import pytest
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
    ACROSS_REGIONS,
    CLOSED,
    MORE_PORTS,
    PORTS,
    PORTS_UNTOLD,
    WITHOUT_POLICY,
    across_regions,
    are_ports_told,
    ports_of,
    takes_policy,
)

HOME = "eu-west-1"


@pytest.mark.parametrize(
    ("service", "short", "ports", "region", "across", "policy"),
    [
        ("execute-api", "execute-api", (443,), HOME, False, True),
        ("email-smtp", "email-smtp", (25, 465, 587, 2465, 2587), HOME, False, False),
        ("com.amazonaws.eu-west-1.email-smtp", "email-smtp", (25, 465, 587, 2465, 2587), HOME, False, False),
        ("cassandra", "cassandra", (9142,), HOME, False, True),
        ("cn.com.amazonaws.cn-north-1.iot.data", "iot.data", (443, 8443, 8883), "cn-north-1", False, False),
        ("com.amazonaws.us-east-1.kms", "kms", (443,), "us-east-1", True, True),
        ("eu.amazonaws.eusc-de-east-1.ecr.api", "ecr.api", (443,), "eusc-de-east-1", True, True),
        ("com.amazonaws.eu-west-1.dsql-fnh4", "dsql-fnh4", (5432,), HOME, False, True),
        ("iam", "iam", (443,), "us-east-1", True, True),
        ("com.amazonaws.iam", "iam", (443,), "us-east-1", True, True),
        ("com.amazonaws.vpce.us-east-2.vpce-svc-0a1b2c3d4e5f60718", "vpce", (443,), "us-east-2", True, False),
        ("aws.api.us-east-1.freetier", "freetier", (443,), "us-east-1", False, False),
        ("aws.sagemaker.eu-west-1.studio", "sagemaker.studio", (443,), HOME, False, True),
        ("backup-gateway", "backup-gateway", (443, 1026, 1027, 1028, 1031, 2222), HOME, False, True),
        ("greengrass", "greengrass", (443,), HOME, False, True),
        ("ivs.contribute", "ivs.contribute", (443, 1935), HOME, False, True),
        ("cassandra-fips", "cassandra-fips", (9142,), HOME, False, True),
        ("com.amazonaws.us-west-2.ecs-fips", "ecs-fips", (443,), "us-west-2", True, True),
    ],
)
def test_a_service(service: str, short: str, ports: tuple[int, ...], region: str, across: bool, policy: bool) -> None:
    found = (short_name(service), ports_of(service), region_of(service, HOME))
    assert found == (short, ports, region)
    assert (across_regions(service), takes_policy(service)) == (across, policy)


@pytest.mark.parametrize(
    ("service", "region", "name"),
    [
        ("execute-api", "eusc-de-east-1", "eu.amazonaws.eusc-de-east-1.execute-api"),
        ("sqs", "eusc-de-east-1", "com.amazonaws.eusc-de-east-1.sqs"),
        ("iam", "eu-west-1", "com.amazonaws.iam"),
        ("transcribe", "cn-north-1", "cn.com.amazonaws.cn-north-1.transcribe.cn"),
        ("cloudfront", "eu-west-1", "com.amazonaws.cloudfront"),
        ("s3-global.accesspoint", "us-gov-west-1", "com.amazonaws.s3-global.accesspoint"),
        ("qbusiness", "us-east-1", "aws.api.us-east-1.qbusiness"),
        ("sagemaker.notebook", "eu-west-1", "aws.sagemaker.eu-west-1.notebook"),
    ],
)
def test_a_short_name_becomes_the_regions_own(service: str, region: str, name: str) -> None:
    assert endpoint_service_name(service, region) == name
    assert short_name(name) == service


def test_every_service_of_the_tables_is_listed() -> None:
    named = {*PORTS, *MORE_PORTS, *PORTS_UNTOLD, *CLOSED, *WITHOUT_POLICY, *ACROSS_REGIONS}
    assert sorted(name for name in named if not is_known(name)) == []


def test_what_speaks_more_is_opened_on_some_port() -> None:
    assert set(MORE_PORTS) <= set(PORTS)


@pytest.mark.parametrize("service", sorted(ENDPOINTS))
def test_a_listed_name_comes_back_from_every_region(service: str) -> None:
    for region in ("eu-west-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"):
        name = endpoint_service_name(service, region)
        assert short_name(name) == service
        assert right_name(name, region) == name
        assert is_known(name)


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ("execute-api", True),
        ("kms-fips", True),
        ("com.amazonaws.us-east-1.iot-fips.api", True),
        ("com.amazonaws.us-east-1.dsql-fnh4", True),
        ("mail-manager-smtp.open.fips", False),
        ("emrwal.prod", False),
        ("somethingnew", False),
        ("com.amazonaws.eu-west-1.somethingnew", False),
        ("com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718", False),
    ],
)
def test_ports_are_known_or_natlane_says_that_they_are_not(service: str, told: bool) -> None:
    assert are_ports_told(service) == told


SERVICE = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"


@pytest.mark.parametrize(
    "service",
    [
        "execute-api",
        "com.amazonaws.eu-west-1.execute-api",
        "com.amazonaws.iam",
        "com.amazonaws.s3-global.accesspoint",
        SERVICE,
        "cn.com.amazonaws.vpce.cn-north-1.vpce-svc-0a1b2c3d",
    ],
)
def test_a_name_of_the_right_form(service: str) -> None:
    assert (right_name(service, HOME), is_service_id(service)) == (service, True)


@pytest.mark.parametrize(
    ("service", "meant"),
    [
        ("vpce-svc-0a1b2c3d4e5f60718", SERVICE),
        ("com.amazonaws.eu-west-1.vpce-svc-0a1b2c3d4e5f60718", SERVICE),
        ("com.amazonaws.vpce.vpce-svc-0a1b2c3d4e5f60718", SERVICE),
        ("com.amazonaws.execute-api", "com.amazonaws.eu-west-1.execute-api"),
        ("aws.api.qbusiness", "aws.api.eu-west-1.qbusiness"),
        ("execute-api.eu-west-1", "execute-api"),
        ("sqs.eu-west-1.amazonaws.com", "sqs"),
        ("ecr.api.amazonaws.com", "ecr.api"),
    ],
)
def test_a_name_that_no_service_has(service: str, meant: str) -> None:
    assert right_name(service, HOME) == meant


@pytest.mark.parametrize(
    "service", ["vpce-0a1b2c3d4e5f60718", "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f6071", "vpce-svc-1"]
)
def test_an_id_that_no_service_has(service: str) -> None:
    assert not is_service_id(service)
