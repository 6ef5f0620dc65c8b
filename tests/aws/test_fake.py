"""The fake as tests use it: accounts, faults, pages, tunnels, keys."""

from __future__ import annotations

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError, ResponseStreamingError
from botocore.parsers import ResponseParserError

from tests.aws.built import Built, refused
from tests.aws.ec2.vpn_status import maintain, negotiate, tell
from tests.aws.fake import SECRET, FakeAws, access_key


def test_a_role_is_of_its_account(aws: FakeAws) -> None:
    sts = aws.client("sts")
    keys = sts.assume_role(RoleArn="arn:aws:iam::222222222222:role/network-deployer", RoleSessionName="test")
    assert keys["Credentials"]["AccessKeyId"] == "ASIA222222222222"
    assert sts.get_caller_identity()["Account"] == "111111111111"
    assert aws.client("sts", "staging").get_caller_identity()["Account"] == "333333333333"
    other = {"RoleArn": "arn:aws:iam::999999999999:role/network-deployer", "RoleSessionName": "test"}
    assert refused(sts.assume_role, **other) == "AccessDenied"


def test_keys_of_nobody_are_refused(aws: FakeAws) -> None:
    assert refused(aws.client("ec2", "999999999999").describe_vpcs) == "InvalidClientTokenId"


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        ("throttle", "RequestLimitExceeded", 503),
        ("deny", "UnauthorizedOperation", 403),
        ("expire", "ExpiredToken", 403),
    ],
)
def test_faults(aws: FakeAws, fault: str, code: str, status: int) -> None:
    getattr(aws.faults, fault)("DescribeVpcs", times=1, account="111111111111")
    assert len(aws.client("ec2", "production").describe_vpcs()["Vpcs"]) == 1
    with pytest.raises(ClientError) as raised:
        aws.client("ec2").describe_vpcs()
    told = raised.value.response
    assert (told["Error"]["Code"], told["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    assert len(aws.client("ec2").describe_vpcs()["Vpcs"]) == 1
    assert [each.operation for each in aws.refusals()] == ["DescribeVpcs"]


def test_half_an_answer(aws: FakeAws) -> None:
    aws.faults.cut("DescribeVpcs")
    with pytest.raises((HTTPClientError, ResponseParserError, ResponseStreamingError)):
        aws.client("ec2").describe_vpcs()
    assert len(aws.client("ec2").describe_vpcs()["Vpcs"]) == 1


def test_a_client_that_retries_gets_through(aws: FakeAws) -> None:
    aws.faults.throttle("DescribeVpcs", times=2)
    client = boto3.client(
        "ec2",
        region_name="eu-west-1",
        endpoint_url=aws.endpoint,
        aws_access_key_id=access_key(aws.account),
        aws_secret_access_key=SECRET,
        config=Config(retries={"mode": "standard", "total_max_attempts": 3}),
    )
    assert len(client.describe_vpcs()["Vpcs"]) == 1
    assert len(aws.calls) == 3


@pytest.mark.parametrize(
    ("service", "paginator", "result", "params"),
    [
        ("ec2", "describe_subnets", "Subnets", {}),
        ("ec2", "describe_route_tables", "RouteTables", {}),
        ("ec2", "describe_transit_gateway_attachments", "TransitGatewayAttachments", {}),
        ("service-quotas", "list_service_quotas", "Quotas", {"ServiceCode": "vpc"}),
        ("logs", "describe_log_groups", "logGroups", {}),
        ("cloudwatch", "describe_alarms", "MetricAlarms", {}),
    ],
)
def test_pages(aws: FakeAws, built: Built, service: str, paginator: str, result: str, params: dict[str, str]) -> None:
    """Pages of one item each, joined, are what one page has."""
    _watched(aws)
    client = aws.client(service)
    whole = getattr(client, paginator)(**params)[result]
    aws.world.quotas["page"] = 1
    pages = [page[result] for page in client.get_paginator(paginator).paginate(**params)]
    assert [len(page) for page in pages] == [1] * len(whole)
    assert [item for page in pages for item in page] == whole
    assert len(whole) > 1


def _watched(aws: FakeAws) -> None:
    for name in ("a", "b"):
        aws.client("logs").create_log_group(logGroupName=name)
        aws.client("cloudwatch").put_metric_alarm(
            AlarmName=name,
            Namespace="AWS/VPN",
            MetricName="TunnelState",
            Statistic="Maximum",
            ComparisonOperator="LessThanThreshold",
            Threshold=1.0,
            Period=300,
            EvaluationPeriods=1,
        )


def test_tunnels_are_as_a_test_says(aws: FakeAws, built: Built) -> None:
    ec2 = built.ec2
    tell(aws.world, built.connection, 1, up=True, routes=2)
    negotiate(aws.world, built.connection, 1, Phase1DHGroup=14, IkeVersion="ikev2")
    maintain(aws.world, built.connection, 2, PendingMaintenance="available")
    told = ec2.describe_vpn_connections()["VpnConnections"][0]["VgwTelemetry"]
    assert [(each["Status"], each["AcceptedRouteCount"]) for each in told] == [("UP", 2), ("DOWN", 0)]
    first, second = (each["OutsideIpAddress"] for each in told)
    tunnel = {"VpnConnectionId": built.connection, "VpnTunnelOutsideIpAddress": first}
    active = ec2.get_active_vpn_tunnel_status(**tunnel)["ActiveVpnTunnelStatus"]
    assert (active["Phase1DHGroup"], active["Phase2DHGroup"], active["IkeVersion"]) == (14, 2, "ikev2")
    tunnel["VpnTunnelOutsideIpAddress"] = second
    assert "IkeVersion" not in ec2.get_active_vpn_tunnel_status(**tunnel)["ActiveVpnTunnelStatus"]
    waits = ec2.get_vpn_tunnel_replacement_status(**tunnel)["MaintenanceDetails"]
    assert waits["PendingMaintenance"] == "available"


def test_keys_are_told_unless_secrets_manager_keeps_them(aws: FakeAws, built: Built) -> None:
    ec2 = built.ec2
    key = "example.key.one"
    tunnel = {"VpnConnectionId": built.connection, "VpnTunnelOutsideIpAddress": built.outside}
    ec2.modify_vpn_tunnel_options(**tunnel, TunnelOptions={"PreSharedKey": key})
    told = ec2.describe_vpn_connections()["VpnConnections"][0]
    assert told["Options"]["TunnelOptions"][0]["PreSharedKey"] == key
    assert key in told["CustomerGatewayConfiguration"]
    ec2.modify_vpn_tunnel_options(**tunnel, TunnelOptions={"PreSharedKey": key}, PreSharedKeyStorage="SecretsManager")
    hidden = ec2.describe_vpn_connections()["VpnConnections"][0]
    assert key not in str(hidden)
    assert "REDACTED" in hidden["Options"]["TunnelOptions"][0]["PreSharedKey"]
    assert hidden["PreSharedKeyArn"].startswith("arn:aws:secretsmanager:eu-west-1:111111111111:secret:s2svpn!")


def test_quotas_are_those_that_are_enforced(aws: FakeAws) -> None:
    client = aws.client("service-quotas")
    vpcs = {"ServiceCode": "vpc", "QuotaCode": "L-F678F1CE"}
    assert client.get_service_quota(**vpcs)["Quota"]["Value"] == 50.0  # as the landing zone says
    assert client.get_aws_default_service_quota(**vpcs)["Quota"]["Value"] == 5.0


def test_an_operation_that_nobody_answers_is_named(aws: FakeAws) -> None:
    assert refused(aws.client("ec2").describe_instances) == "UnsupportedOperation"
