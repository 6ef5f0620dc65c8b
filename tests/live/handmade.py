"""A VPN in the fake as people make one in the console: names of their own, no logs, tunnels as AWS makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.aws.fake import FakeAws

GATEWAY = "tgw-0a1b2c3d4e5f60718"
PARTNERS = "tgw-rtb-0aaaaaaaaaaaaaaaa"
OURS = "tgw-rtb-0bbbbbbbbbbbbbbbb"
OUR_TABLE = "rtb-0cccccccccccccccc"
PARTNER = "192.168.200.0/24"


@dataclass(slots=True)
class Handmade:
    """Ids of what is there; `ec2` is the network account's."""

    ec2: Any
    vpc: str
    gateway: str
    device: str
    connection: str
    attachment: str
    public: str
    natted: list[str] = field(default_factory=list)
    subnets: list[str] = field(default_factory=list)


def make_by_hand(aws: FakeAws) -> Handmade:
    """Public subnets in 10.190.0.0/27, natted ones after them; a partner that VPC a opens connections to."""
    ec2 = aws.client("ec2", "master")
    vpc = ec2.create_vpc(CidrBlock="10.190.0.0/24", TagSpecifications=tags("vpc", "legacy-vpn"))["Vpc"]["VpcId"]
    device = ec2.create_customer_gateway(Type="ipsec.1", IpAddress="203.0.113.77", BgpAsn=65077)["CustomerGateway"]
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpnGatewayId=gateway, VpcId=vpc)
    connection = ec2.create_vpn_connection(
        Type="ipsec.1",
        CustomerGatewayId=device["CustomerGatewayId"],
        VpnGatewayId=gateway,
        Options={"StaticRoutesOnly": True},
        TagSpecifications=tags("vpn-connection", "legacy"),
    )["VpnConnection"]["VpnConnectionId"]
    ec2.create_vpn_connection_route(VpnConnectionId=connection, DestinationCidrBlock=PARTNER)
    made = Handmade(ec2, vpc, gateway, device["CustomerGatewayId"], connection, "", "")
    public = [_subnet(made, f"10.190.0.{16 * index}/28", zone) for index, zone in enumerate("ab")]
    natted = [_subnet(made, f"10.190.0.{32 + 16 * index}/28", zone) for index, zone in enumerate("ab")]
    made.subnets = [*public, *natted]
    made.attachment = ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=GATEWAY,
        VpcId=vpc,
        SubnetIds=natted,
        Options={"DnsSupport": "enable", "Ipv6Support": "disable"},
    )["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
    _tables(made, public, natted)
    _join(aws, made)
    return made


def tags(kind: str, name: str) -> list[dict[str, Any]]:
    """Tags as a call takes them."""
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}, {"Key": "env", "Value": "prod"}]}]


def _subnet(made: Handmade, cidr: str, zone: str) -> str:
    subnet = made.ec2.create_subnet(VpcId=made.vpc, CidrBlock=cidr, AvailabilityZone=f"eu-west-1{zone}")
    return str(subnet["Subnet"]["SubnetId"])


def _table(made: Handmade, *subnets: str) -> str:
    table = str(made.ec2.create_route_table(VpcId=made.vpc)["RouteTable"]["RouteTableId"])
    for subnet in subnets:
        made.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    return table


def _tables(made: Handmade, public: list[str], natted: list[str]) -> None:
    made.public = _table(made, *public)
    made.ec2.create_route(RouteTableId=made.public, DestinationCidrBlock=PARTNER, GatewayId=made.gateway)
    made.ec2.create_route(RouteTableId=made.public, DestinationCidrBlock="10.150.0.0/16", TransitGatewayId=GATEWAY)
    for index, (outside, inside) in enumerate(zip(public, natted, strict=True)):
        nat = made.ec2.create_nat_gateway(
            SubnetId=outside, ConnectivityType="private", PrivateIpAddress=f"10.190.0.{4 + 16 * index}"
        )["NatGateway"]["NatGatewayId"]
        table = _table(made, inside)
        made.natted.append(table)
        made.ec2.create_route(RouteTableId=table, DestinationCidrBlock=PARTNER, NatGatewayId=nat)


def _join(aws: FakeAws, made: Handmade) -> None:
    """The transit gateway's side, and VPC a's."""
    (told,) = made.ec2.describe_transit_gateway_attachments(TransitGatewayAttachmentIds=[made.attachment])[
        "TransitGatewayAttachments"
    ]
    if "Association" not in told:
        made.ec2.associate_transit_gateway_route_table(
            TransitGatewayRouteTableId=PARTNERS, TransitGatewayAttachmentId=made.attachment
        )
    made.ec2.create_transit_gateway_route(
        DestinationCidrBlock=PARTNER, TransitGatewayRouteTableId=OURS, TransitGatewayAttachmentId=made.attachment
    )
    aws.client("ec2", "production").create_route(
        RouteTableId=OUR_TABLE, DestinationCidrBlock=PARTNER, TransitGatewayId=GATEWAY
    )
