"""A partner's VPC N in the fake, built by boto3 as far as a test needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.fake import FakeAws

GATEWAY = "tgw-0a1b2c3d4e5f60718"
PARTNERS = "tgw-rtb-0aaaaaaaaaaaaaaaa"


def refused(call: Any, **params: Any) -> str:
    """The code with which AWS refuses a call, which it must."""
    with pytest.raises(ClientError) as raised:
        call(**params)
    return str(raised.value.response["Error"]["Code"])


@dataclass(frozen=True, slots=True)
class Built:
    """Ids of what is there."""

    ec2: Any
    vpc: str
    public: str
    natted: str
    table: str
    attachment: str
    nat: str
    device: str
    gateway: str
    connection: str
    outside: str  # the address of its first tunnel


def build(aws: FakeAws) -> Built:
    """VPC, a public and a natted subnet, a table, an attachment, a NAT gateway, and a static VPN."""
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.199.0.0/24")["Vpc"]["VpcId"]
    public, natted = (
        ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone="eu-west-1a")["Subnet"]["SubnetId"]
        for cidr in ("10.199.0.0/28", "10.199.0.32/28")
    )
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=public)
    attached = ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=GATEWAY, VpcId=vpc, SubnetIds=[natted])
    nat = ec2.create_nat_gateway(SubnetId=public, ConnectivityType="private", PrivateIpAddress="10.199.0.4")
    device = ec2.create_customer_gateway(Type="ipsec.1", IpAddress="203.0.113.99", BgpAsn=65099)
    device = device["CustomerGateway"]["CustomerGatewayId"]
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpnGatewayId=gateway, VpcId=vpc)
    made = ec2.create_vpn_connection(
        Type="ipsec.1",
        CustomerGatewayId=device,
        VpnGatewayId=gateway,
        Options={"StaticRoutesOnly": True, "TunnelOptions": [{"TunnelInsideCidr": "169.254.44.0/30"}, {}]},
    )
    connection = made["VpnConnection"]["VpnConnectionId"]
    outside = made["VpnConnection"]["Options"]["TunnelOptions"][0]["OutsideIpAddress"]
    ec2.create_vpn_connection_route(VpnConnectionId=connection, DestinationCidrBlock="192.168.99.0/24")
    attachment = attached["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
    number = nat["NatGateway"]["NatGatewayId"]
    return Built(ec2, vpc, public, natted, table, attachment, number, device, gateway, connection, outside)
