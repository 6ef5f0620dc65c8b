"""How the fake's network behaves: what follows from what, beside what is refused."""

from __future__ import annotations

from typing import Any

from tests.aws.built import GATEWAY, PARTNERS, Built, build, refused
from tests.aws.conftest import landing_zone_of
from tests.aws.fake import FakeAws
from tests.aws.landing import Settings, seed
from tests.conftest import ROOT, TRANSIT_ACCOUNT

A = "rtb-0cccccccccccccccc"  # the route table of VPC a, in another account


def test_everything_goes_in_the_right_order(aws: FakeAws, built: Built) -> None:
    ec2 = built.ec2
    ec2.delete_vpn_connection(VpnConnectionId=built.connection)
    ec2.detach_vpn_gateway(VpnGatewayId=built.gateway, VpcId=built.vpc)
    ec2.delete_vpn_gateway(VpnGatewayId=built.gateway)
    ec2.delete_customer_gateway(CustomerGatewayId=built.device)
    ec2.delete_nat_gateway(NatGatewayId=built.nat)
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=built.attachment)
    for subnet in (built.public, built.natted):
        ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_route_table(RouteTableId=built.table)
    ec2.delete_vpc(VpcId=built.vpc)
    assert aws.left_over() == {}
    states = [each["State"] for each in ec2.describe_vpn_connections()["VpnConnections"]]
    assert states == ["deleted"], "told for a while, as AWS does"


def test_two_fakes_give_the_same_ids() -> None:
    found = []
    for _ in range(2):
        with FakeAws.of(landing_zone_of(ROOT)) as aws:
            build(aws)
            found.append(aws.world.snapshot())
    assert found[0] == found[1]


def test_a_route_to_the_transit_gateway_needs_an_attachment_there(aws: FakeAws) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.199.0.0/24")["Vpc"]["VpcId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    route = {"RouteTableId": table, "DestinationCidrBlock": "10.1.0.0/16", "TransitGatewayId": GATEWAY}
    assert refused(ec2.create_route, **route) == "InvalidTransitGatewayID.NotFound"
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.199.0.0/28")["Subnet"]["SubnetId"]
    made = ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=GATEWAY, VpcId=vpc, SubnetIds=[subnet])
    assert ec2.create_route(**route)["Return"] is True
    assert _states(ec2, table)["10.1.0.0/16"] == "active"
    number = made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=number)
    assert _states(ec2, table)["10.1.0.0/16"] == "blackhole"


def _states(ec2: Any, table: str) -> dict[str, str]:
    found = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    return {each["DestinationCidrBlock"]: each["State"] for each in found}


def test_another_accounts_things_are_not_found(aws: FakeAws) -> None:
    route = {"RouteTableId": A, "DestinationCidrBlock": "10.1.0.0/16", "TransitGatewayId": GATEWAY}
    assert refused(aws.client("ec2").create_route, **route) == "InvalidRouteTableID.NotFound"
    assert aws.client("ec2", "production").create_route(**route)["Return"] is True


def test_a_shared_gateways_tables_are_its_owners(aws: FakeAws) -> None:
    params = {"TransitGatewayRouteTableId": PARTNERS, "Filters": [{"Name": "type", "Values": ["static"]}]}
    assert aws.client("ec2").search_transit_gateway_routes(**params)["Routes"] == []
    shared = aws.client("ec2", "staging")
    assert refused(shared.search_transit_gateway_routes, **params) == "InvalidRouteTableID.NotFound"
    assert [each["TransitGatewayId"] for each in shared.describe_transit_gateways()["TransitGateways"]] == [GATEWAY]


def test_an_attachment_to_another_accounts_gateway_waits_to_be_accepted() -> None:
    for accepted, states in ((False, ["pendingAcceptance", "available"]), (True, ["available", "available"])):
        zone = landing_zone_of(TRANSIT_ACCOUNT)
        world = seed(zone, Settings(auto_accept=accepted))
        with FakeAws(world, world.accounts[zone.network_account]) as aws:
            ec2, owner = aws.client("ec2"), aws.client("ec2", "transit")
            vpc = ec2.create_vpc(CidrBlock="10.199.0.0/24")["Vpc"]["VpcId"]
            subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.199.0.0/28")["Subnet"]["SubnetId"]
            made = ec2.create_transit_gateway_vpc_attachment(
                TransitGatewayId=zone.transit_gateway.id, VpcId=vpc, SubnetIds=[subnet]
            )
            number = made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]
            named = {"TransitGatewayAttachmentIds": [number]}
            found = [ec2.describe_transit_gateway_attachments(**named)["TransitGatewayAttachments"][0]["State"]]
            if accepted:
                call = owner.accept_transit_gateway_vpc_attachment
                assert refused(call, TransitGatewayAttachmentId=number) == "IncorrectState"
            else:
                owner.accept_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=number)
            found.append(owner.describe_transit_gateway_attachments(**named)["TransitGatewayAttachments"][0]["State"])
            assert found == states
            assert aws.wrong == []


def test_a_transit_table_has_what_is_propagated_and_static(aws: FakeAws) -> None:
    ec2 = aws.client("ec2")
    table = {"TransitGatewayRouteTableId": PARTNERS}
    ec2.enable_transit_gateway_route_table_propagation(
        **table, TransitGatewayAttachmentId="tgw-attach-0cccccccccccccccc"
    )
    ec2.create_transit_gateway_route(**table, DestinationCidrBlock="10.161.0.0/20", Blackhole=True)
    rows = {
        "all": [{"Name": "state", "Values": ["active", "blackhole"]}],
        "static": [{"Name": "type", "Values": ["static"]}],
        "exact": [{"Name": "route-search.exact-match", "Values": ["10.160.0.0/16"]}],
        "longest": [{"Name": "route-search.longest-prefix-match", "Values": ["10.161.4.0/32"]}],
        "within": [{"Name": "route-search.subnet-of-match", "Values": ["10.160.0.0/15"]}],
        "around": [{"Name": "route-search.supernet-of-match", "Values": ["10.160.9.0/24"]}],
    }
    found = {
        name: [(each["DestinationCidrBlock"], each["Type"]) for each in _search(ec2, table, filters)]
        for name, filters in rows.items()
    }
    b, static = ("10.160.0.0/16", "propagated"), ("10.161.0.0/20", "static")
    assert found == {
        "all": [b, static],
        "static": [static],
        "exact": [b],
        "longest": [static],
        "within": [b, static],
        "around": [b],
    }


def _search(ec2: Any, table: dict[str, str], filters: Any) -> list[dict[str, str]]:
    found: list[dict[str, str]] = ec2.search_transit_gateway_routes(**table, Filters=filters)["Routes"]
    return found


def test_default_tables_take_what_becomes_available() -> None:
    zone = landing_zone_of(ROOT)
    world = seed(zone, Settings(default_tables=True))
    with FakeAws(world, world.accounts["master"]) as aws:
        built = build(aws)
        found = built.ec2.describe_transit_gateway_attachments(TransitGatewayAttachmentIds=[built.attachment])
        default = built.ec2.describe_transit_gateways()["TransitGateways"][0]["Options"][
            "AssociationDefaultRouteTableId"
        ]
        told = found["TransitGatewayAttachments"][0]["Association"]
        assert (told["TransitGatewayRouteTableId"], told["State"]) == (default, "associated")
        assert aws.wrong == []


def test_an_equal_device_is_the_same_gateway(aws: FakeAws) -> None:
    ec2 = aws.client("ec2")
    same = {"Type": "ipsec.1", "IpAddress": "203.0.113.99", "BgpAsn": 65099}
    found = [
        ec2.create_customer_gateway(**same, **more)["CustomerGateway"]["CustomerGatewayId"]
        for more in ({}, {"DeviceName": "b"})
    ]
    assert found[0] == found[1]


def test_groups_are_told_as_permissions_and_as_rules(aws: FakeAws) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.199.0.0/24")["Vpc"]["VpcId"]
    group = ec2.create_security_group(VpcId=vpc, GroupName="g", Description="d")["GroupId"]
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "192.168.1.0/24"}]}
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])["SecurityGroupRules"][0]
    duplicate = refused(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[permission])
    assert duplicate == "InvalidPermission.Duplicate"
    told = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    assert [(each["FromPort"], each["IpRanges"]) for each in told] == [(443, [{"CidrIp": "192.168.1.0/24"}])]
    named = [{"Name": "group-id", "Values": [group]}]
    rules = ec2.describe_security_group_rules(Filters=named)["SecurityGroupRules"]
    assert {each["IsEgress"] for each in rules} == {True, False}
    ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[made["SecurityGroupRuleId"]])
    assert ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"] == []
    ec2.delete_security_group(GroupId=group)
