"""A landing zone, as read from landing-zone.yaml, in the fake: its accounts, transit gateway, tables, VPCs and
attachments, each owned by the account that it is said to be in."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from natlane.describe.landing_zone import LandingZone, Vpc

from tests.aws.call import Call
from tests.aws.ec2 import route_tables, transit, vpcs
from tests.aws.ec2.prefixes import blocks
from tests.aws.ec2.transit_attachments import vpc_data
from tests.aws.ec2.vpcs import block_association
from tests.aws.world import NOW, Data, Record, World

Landing = LandingZone


@dataclass(frozen=True, slots=True)
class Settings:
    """What a landing zone does not say of its transit gateway, or a test wants otherwise."""

    auto_accept: bool | None = None  # None: as the landing zone says
    default_tables: bool = False
    amazon_side_asn: int = 64512


def seed(landing_zone: Landing, settings: Settings = Settings()) -> World:
    """A world that holds the landing zone alone."""
    accounts = {name: account.id for name, account in landing_zone.accounts.items()}
    world = World(landing_zone.region, tuple(landing_zone.zones), accounts, partition(landing_zone.region))
    extend(world, landing_zone, settings)
    return world


def partition(region: str) -> str:
    """The partition of a region, by how its name begins (botocore, partitions.json)."""
    for start, name in (("us-gov-", "aws-us-gov"), ("cn-", "aws-cn"), ("eusc-", "aws-eusc")):
        if region.startswith(start):
            return name
    return "aws"


def extend(world: World, landing_zone: Landing, settings: Settings = Settings()) -> None:
    """Adds what a landing zone has and the world has not: a changed landing zone is AWS's before it is ours."""
    before = {number for held in world.records.values() for number in held}
    world.accounts.update({name: account.id for name, account in landing_zone.accounts.items()})
    world.zones = tuple(dict.fromkeys((*world.zones, *landing_zone.zones)))
    everyone = frozenset(world.accounts.values())
    gateway = _gateway(world, landing_zone, settings)
    accepts = landing_zone.transit_gateway.auto_accept if settings.auto_accept is None else settings.auto_accept
    gateway.data["Options"]["AutoAcceptSharedAttachments"] = "enable" if accepts else "disable"
    gateway.seen_by = everyone  # shared by Resource Access Manager
    if landing_zone.transit_gateway.partner_route_table:
        _table(world, gateway, landing_zone.transit_gateway.partner_route_table)
    for name, vpc in landing_zone.vpcs.items():
        _vpc(world, gateway, name, world.accounts[vpc.account], vpc)
    if landing_zone.quotas:
        own = landing_zone.quotas._asdict()
        world.quotas |= {name: value for name, value in own.items() if isinstance(value, int)}
    for held in world.records.values():
        for record in held.values():
            record.seeded = record.seeded or record.id not in before


def _gateway(world: World, landing_zone: Landing, settings: Settings) -> Record:
    said = landing_zone.transit_gateway
    owner = world.accounts[said.account or landing_zone.network_account]
    found = world.records.get("transit-gateway", {}).get(said.id)
    if found is not None:
        return found
    state = "enable" if settings.default_tables else "disable"
    options: Data = {
        "AmazonSideAsn": settings.amazon_side_asn,
        "TransitGatewayCidrBlocks": [],
        "DefaultRouteTableAssociation": state,
        "DefaultRouteTablePropagation": state,
        "VpnEcmpSupport": "enable",
        "DnsSupport": "enable",
        "SecurityGroupReferencingSupport": "disable",
        "MulticastSupport": "disable",
    }
    data: Data = {
        "TransitGatewayArn": world.arn("ec2", owner, f"transit-gateway/{said.id}"),
        "State": "available",
        "OwnerId": owner,
        "Description": "ours",
        "CreationTime": NOW,
        "Options": options,
        "Tags": [],
    }
    gateway = world.put(Record("transit-gateway", said.id, owner, data))
    if settings.default_tables:
        table = transit.make_table(world, owner, gateway, [], seed=["default", said.id])
        table.data |= {"DefaultAssociationRouteTable": True, "DefaultPropagationRouteTable": True}
        options |= {"AssociationDefaultRouteTableId": table.id, "PropagationDefaultRouteTableId": table.id}
    return gateway


def _table(world: World, gateway: Record, number: str) -> Record:
    found = world.records.get("transit-gateway-route-table", {}).get(number)
    return found or transit.make_table(world, gateway.owner, gateway, [], number)


def _vpc(world: World, gateway: Record, name: str, owner: str, said: Vpc) -> None:
    attachment = world.records.get("transit-gateway-attachment", {}).get(said.attachment)
    if attachment is not None and attachment.data["TransitGatewayId"] == gateway.id:
        vpc = world.records["vpc"][attachment.data["ResourceId"]]
    else:
        vpc = _made(world, name, owner, said)
        attachment = _attached(world, gateway, vpc, said.attachment)
    for each in said.cidrs:
        if each not in blocks(vpc):
            vpc.data["CidrBlockAssociationSet"].append(block_association(world, owner, vpc.id, each))
    call = Call(world, owner, "ec2", "seed", {})
    for number in said.route_tables:
        if number not in world.records["route-table"]:
            route_tables.make_table(call, vpc, [], number)
    route_tables.local_routes(world, vpc)
    table = _table(world, gateway, said.transit_route_table)
    transit.associate(table, attachment)


def _made(world: World, name: str, owner: str, said: Vpc) -> Record:
    call = Call(world, owner, "ec2", "seed", {"TagSpecifications": _named(name)})
    return vpcs.make(call, IPv4Network(said.cidrs[0]), world.new_id("vpc", owner, [name, said.attachment]))


def _named(name: str) -> list[Data]:
    return [{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": name}]}]


def _attached(world: World, gateway: Record, vpc: Record, number: str) -> Record:
    held = world.records.get("transit-gateway-attachment", {})
    held.pop(number, None)
    data = vpc_data(gateway, vpc, [], "available", [])
    attachment = world.put(Record("transit-gateway-attachment", number, vpc.owner, data))
    attachment.seen_by = frozenset({gateway.owner})
    return attachment
