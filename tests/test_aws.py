"""Facts of AWS that take a table."""

from __future__ import annotations

import pytest
from natlane.facts import aws

NAMES = {
    ("execute-api", "eu-west-1"): "com.amazonaws.eu-west-1.execute-api",
    ("execute-api", "us-gov-west-1"): "com.amazonaws.us-gov-west-1.execute-api",
    ("execute-api", "cn-north-1"): "cn.com.amazonaws.cn-north-1.execute-api",
    ("kms", "cn-north-1"): "com.amazonaws.cn-north-1.kms",
    ("transcribe", "cn-northwest-1"): "cn.com.amazonaws.cn-northwest-1.transcribe.cn",
    ("aws.api.us-east-1.qbusiness", "us-east-1"): "aws.api.us-east-1.qbusiness",
    ("api.aws.us-east-1.cassandra-streams", "us-east-1"): "api.aws.us-east-1.cassandra-streams",
    ("com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718", "eu-west-1"): (
        "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
    ),
}


@pytest.mark.parametrize(("service", "region"), NAMES)
def test_an_endpoint_service_has_the_name_that_aws_gives_it(service: str, region: str) -> None:
    assert aws.endpoint_service_name(service, region) == NAMES[service, region]
