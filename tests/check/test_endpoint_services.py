"""Facts of services behind endpoints: their ports, policies and regions, and what the modules make of them."""

from __future__ import annotations

import pytest
from natlane.facts.aws import ENDPOINTS, endpoint_service_name
from natlane.facts.endpoint_services import (
    ACROSS_REGIONS,
    CLOSED,
    MORE_PORTS,
    PORTS,
    WITHOUT_POLICY,
    across_regions,
    ports_of,
    region_of,
    short_name,
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
        ("cn.com.amazonaws.cn-north-1.iot.data", "iot.data", (443, 8443, 8883), "cn-north-1", False, True),
        ("com.amazonaws.us-east-1.kms", "kms", (443,), "us-east-1", True, True),
        ("eu.amazonaws.eusc-de-east-1.ecr.api", "ecr.api", (443,), "eusc-de-east-1", True, True),
        ("com.amazonaws.eu-west-1.dsql-fnh4", "dsql-fnh4", (5432,), HOME, False, True),
        ("iam", "iam", (443,), "us-east-1", True, True),
        ("com.amazonaws.iam", "iam", (443,), "us-east-1", True, True),
        ("com.amazonaws.vpce.us-east-2.vpce-svc-0a1b2c3d4e5f60718", "vpce", (443,), "us-east-2", True, False),
        ("aws.api.us-east-1.freetier", "freetier", (443,), "us-east-1", False, True),
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
    ],
)
def test_a_short_name_becomes_the_regions_own(service: str, region: str, name: str) -> None:
    assert endpoint_service_name(service, region) == name
    assert short_name(name) == service


def test_every_service_of_the_table_is_known() -> None:
    named = {*PORTS, *MORE_PORTS, *CLOSED, *WITHOUT_POLICY, *ACROSS_REGIONS}
    assert sorted(name for name in named - ENDPOINTS if not name.endswith("-fips")) == ["greengrass"]
