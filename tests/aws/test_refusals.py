"""What AWS refuses, the fake refuses, by the same code: one row a rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.aws.built import GATEWAY, PARTNERS, Built, refused
from tests.aws.fake import FakeAws

M = "tgw-attach-0aaaaaaaaaaaaaaaa"  # VPC m's attachment, and a table that it does not use
OTHER = "tgw-rtb-0cccccccccccccccc"
Row = tuple[str, str, str, Callable[[Built], dict[str, Any]]]
ROUTE = "DestinationCidrBlock"
ROWS: list[Row] = [
    # what, the code, the operation, its parameters
    ("a VPC wider than /16", "InvalidVpc.Range", "create_vpc", lambda _: {"CidrBlock": "10.0.0.0/15"}),
    ("a VPC narrower than /28", "InvalidVpc.Range", "create_vpc", lambda _: {"CidrBlock": "10.0.0.0/29"}),
    ("no block", "InvalidParameterValue", "create_vpc", lambda _: {"CidrBlock": "10.0.0.0.0/16"}),
    ("a VPC in use", "DependencyViolation", "delete_vpc", lambda b: {"VpcId": b.vpc}),
    (
        "a block that the VPC has",
        "CidrConflict",
        "associate_vpc_cidr_block",
        lambda b: {"VpcId": b.vpc, "CidrBlock": "10.199.0.0/25"},
    ),
    (
        "a block of another private range",
        "InvalidVpc.Range",
        "associate_vpc_cidr_block",
        lambda b: {"VpcId": b.vpc, "CidrBlock": "172.20.0.0/24"},
    ),
    (
        "a subnet outside of its VPC",
        "InvalidSubnet.Range",
        "create_subnet",
        lambda b: {"VpcId": b.vpc, "CidrBlock": "10.198.0.0/28"},
    ),
    (
        "a subnet that overlaps",
        "InvalidSubnet.Conflict",
        "create_subnet",
        lambda b: {"VpcId": b.vpc, "CidrBlock": "10.199.0.0/27"},
    ),
    (
        "a subnet in a zone that is not",
        "InvalidParameterValue",
        "create_subnet",
        lambda b: {"VpcId": b.vpc, "CidrBlock": "10.199.0.64/28", "AvailabilityZone": "eu-west-1z"},
    ),
    ("a subnet in use", "DependencyViolation", "delete_subnet", lambda b: {"SubnetId": b.natted}),
    ("a table in use", "DependencyViolation", "delete_route_table", lambda b: {"RouteTableId": b.table}),
    (
        "a second table of a subnet",
        "Resource.AlreadyAssociated",
        "associate_route_table",
        lambda b: {"RouteTableId": b.table, "SubnetId": b.public},
    ),
    (
        "a route to a transit gateway inside of the VPC",
        "InvalidParameterValue",
        "create_route",
        lambda b: {"RouteTableId": b.table, ROUTE: "10.199.0.128/28", "TransitGatewayId": GATEWAY},
    ),
    (
        "the local route again",
        "RouteAlreadyExists",
        "create_route",
        lambda b: {"RouteTableId": b.table, ROUTE: "10.199.0.0/24", "NatGatewayId": b.nat},
    ),
    (
        "no route to delete",
        "InvalidRoute.NotFound",
        "delete_route",
        lambda b: {"RouteTableId": b.table, ROUTE: "10.1.0.0/16"},
    ),
    (
        "a NAT gateway's address in use",
        "InvalidIPAddress.InUse",
        "create_nat_gateway",
        lambda b: {"SubnetId": b.public, "ConnectivityType": "private", "PrivateIpAddress": "10.199.0.4"},
    ),
    (
        "a NAT gateway's address outside of its subnet",
        "InvalidParameterValue",
        "create_nat_gateway",
        lambda b: {"SubnetId": b.public, "ConnectivityType": "private", "PrivateIpAddress": "10.199.0.20"},
    ),
    (
        "a NAT gateway's reserved address",
        "InvalidParameterValue",
        "create_nat_gateway",
        lambda b: {"SubnetId": b.public, "ConnectivityType": "private", "PrivateIpAddress": "10.199.0.3"},
    ),
    (
        "eight secondary addresses",
        "InvalidParameterValue",
        "create_nat_gateway",
        lambda b: {"SubnetId": b.public, "ConnectivityType": "private", "SecondaryPrivateIpAddressCount": 8},
    ),
    (
        "a secondary address in use",
        "InvalidIPAddress.InUse",
        "assign_private_nat_gateway_address",
        lambda b: {"NatGatewayId": b.nat, "PrivateIpAddresses": ["10.199.0.4"]},
    ),
    (
        "the primary address goes",
        "InvalidParameterValue",
        "unassign_private_nat_gateway_address",
        lambda b: {"NatGatewayId": b.nat, "PrivateIpAddresses": ["10.199.0.4"]},
    ),
    (
        "an endpoint's address in use",
        "InvalidIPAddress.InUse",
        "create_vpc_endpoint",
        lambda b: {
            "VpcId": b.vpc,
            "VpcEndpointType": "Interface",
            "ServiceName": "com.amazonaws.eu-west-1.logs",
            "SubnetIds": [b.public],
            "SubnetConfigurations": [{"SubnetId": b.public, "Ipv4": "10.199.0.4"}],
        },
    ),
    (
        "a service of another region",
        "InvalidServiceName",
        "create_vpc_endpoint",
        lambda b: {"VpcId": b.vpc, "VpcEndpointType": "Interface", "ServiceName": "com.amazonaws.eu-west-9.logs"},
    ),
    (
        "a service that AWS does not offer across regions",
        "InvalidServiceName",
        "create_vpc_endpoint",
        lambda b: {
            "VpcId": b.vpc,
            "VpcEndpointType": "Interface",
            "ServiceName": "com.amazonaws.eu-west-2.logs",
            "ServiceRegion": "eu-west-2",
        },
    ),
    (
        "a second attachment",
        "DuplicateTransitGatewayAttachment",
        "create_transit_gateway_vpc_attachment",
        lambda b: {"TransitGatewayId": GATEWAY, "VpcId": b.vpc, "SubnetIds": [b.natted]},
    ),
    (
        "two subnets of a zone",
        "DuplicateSubnetsInSameZone",
        "modify_transit_gateway_vpc_attachment",
        lambda b: {"TransitGatewayAttachmentId": b.attachment, "AddSubnetIds": [b.public]},
    ),
    (
        "an attachment accepted twice",
        "IncorrectState",
        "accept_transit_gateway_vpc_attachment",
        lambda b: {"TransitGatewayAttachmentId": b.attachment},
    ),
    (
        "a second association",
        "Resource.AlreadyAssociated",
        "associate_transit_gateway_route_table",
        lambda _: {"TransitGatewayAttachmentId": M, "TransitGatewayRouteTableId": PARTNERS},
    ),
    (
        "an association that is not",
        "InvalidAssociation.NotFound",
        "disassociate_transit_gateway_route_table",
        lambda _: {"TransitGatewayAttachmentId": M, "TransitGatewayRouteTableId": PARTNERS},
    ),
    (
        "a transit table in use",
        "IncorrectState",
        "delete_transit_gateway_route_table",
        lambda _: {"TransitGatewayRouteTableId": OTHER},
    ),
    (
        "no transit route to delete",
        "InvalidRoute.NotFound",
        "delete_transit_gateway_route",
        lambda _: {"TransitGatewayRouteTableId": OTHER, ROUTE: "10.1.0.0/16"},
    ),
    ("a device in use", "IncorrectState", "delete_customer_gateway", lambda b: {"CustomerGatewayId": b.device}),
    ("a gateway in use", "IncorrectState", "delete_vpn_gateway", lambda b: {"VpnGatewayId": b.gateway}),
    (
        "a gateway attached twice",
        "VpnGatewayAttachmentLimitExceeded",
        "attach_vpn_gateway",
        lambda b: {"VpnGatewayId": b.gateway, "VpcId": b.vpc},
    ),
    (
        "a static route twice",
        "RouteAlreadyExists",
        "create_vpn_connection_route",
        lambda b: {"VpnConnectionId": b.connection, ROUTE: "192.168.99.0/24"},
    ),
    (
        "a connection with static routes moves",
        "IncorrectState",
        "modify_vpn_connection",
        lambda b: {"VpnConnectionId": b.connection, "TransitGatewayId": GATEWAY},
    ),
    (
        "a weak lifetime",
        "InvalidParameterValue",
        "modify_vpn_tunnel_options",
        lambda b: tunnel(b, Phase1LifetimeSeconds=899),
    ),
    (
        "a margin of more than half",
        "InvalidParameterValue",
        "modify_vpn_tunnel_options",
        lambda b: tunnel(b, RekeyMarginTimeSeconds=541, Phase2LifetimeSeconds=1080),
    ),
    (
        "a group that is not",
        "InvalidParameterValue",
        "modify_vpn_tunnel_options",
        lambda b: tunnel(b, Phase1DHGroupNumbers=[{"Value": 5}]),
    ),
    (
        "a reserved inside block",
        "InvalidParameterValue",
        "modify_vpn_tunnel_options",
        lambda b: tunnel(b, TunnelInsideCidr="169.254.169.252/30"),
    ),
    (
        "a key that starts with 0",
        "InvalidParameterValue",
        "modify_vpn_tunnel_options",
        lambda b: tunnel(b, PreSharedKey="0example1"),
    ),
    (
        "a tunnel that is not",
        "InvalidParameterValue",
        "modify_vpn_tunnel_options",
        lambda b: {**tunnel(b), "VpnTunnelOutsideIpAddress": "192.0.2.250"},
    ),
    (
        "a VPC of another account",
        "InvalidVpcID.NotFound",
        "describe_vpcs",
        lambda _: {"VpcIds": ["vpc-00000000000000000"]},
    ),
    (
        "a filter that is not",
        "InvalidParameterValue",
        "describe_vpcs",
        lambda _: {"Filters": [{"Name": "colour", "Values": ["red"]}]},
    ),
]


def tunnel(b: Built, **options: Any) -> dict[str, Any]:
    return {
        "VpnConnectionId": b.connection,
        "VpnTunnelOutsideIpAddress": b.outside,
        "TunnelOptions": options,
    }


@pytest.mark.parametrize(("code", "operation", "params"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_refused(
    aws: FakeAws, built: Built, code: str, operation: str, params: Callable[[Built], dict[str, Any]]
) -> None:
    """The code, and that nothing has changed."""
    before = aws.world.snapshot()
    assert refused(getattr(built.ec2, operation), **params(built)) == code
    assert aws.world.snapshot() == before


@pytest.mark.parametrize(
    ("quota", "operation", "params"),
    [
        ("vpcs", "create_vpc", {"CidrBlock": "10.198.0.0/24"}),
        ("vpn_gateways", "create_vpn_gateway", {"Type": "ipsec.1"}),
        ("customer_gateways", "create_customer_gateway", {"Type": "ipsec.1", "IpAddress": "203.0.113.98", "BgpAsn": 1}),
    ],
)
def test_a_full_quota_refuses_one_more(
    aws: FakeAws, built: Built, quota: str, operation: str, params: dict[str, Any]
) -> None:
    """The landing zone's own VPC counts in its account."""
    aws.world.quotas[quota] = 2 if quota == "vpcs" else 1
    assert refused(getattr(built.ec2, operation), **params).endswith("LimitExceeded")


def test_a_zones_subnet_is_exchanged_in_two_calls(aws: FakeAws, built: Built) -> None:
    """NLB guide, "Update the Availability Zones": zones come and go at any time, and an exchange within one is two."""
    elb = aws.client("elbv2")
    other, second = (
        built.ec2.create_subnet(VpcId=built.vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for cidr, zone in (("10.199.0.64/28", "eu-west-1a"), ("10.199.0.80/28", "eu-west-1b"))
    )
    first = [{"SubnetId": built.public, "PrivateIPv4Address": "10.199.0.10"}]
    made = elb.create_load_balancer(Name="orders", Type="network", Scheme="internal", SubnetMappings=first)
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]

    def zones(*subnets: str) -> dict[str, list[str]]:
        told = elb.set_subnets(LoadBalancerArn=arn, Subnets=list(subnets))["AvailabilityZones"]
        return {each["SubnetId"]: [one["PrivateIPv4Address"] for one in each["LoadBalancerAddresses"]] for each in told}

    before = aws.world.snapshot()
    for at_once in ([other], [other, second]):
        assert refused(elb.set_subnets, LoadBalancerArn=arn, Subnets=at_once) == "InvalidConfigurationRequest"
    assert aws.world.snapshot() == before
    assert zones(built.public, second) == {built.public: ["10.199.0.10"], second: []}
    assert zones(second) == {second: []}
    assert zones(second, other) == {second: [], other: []}
