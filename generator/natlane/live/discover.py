"""The landing zone as AWS has it: our VPCs on a transit gateway, their tables, and what else is in use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from natlane.facts.quotas import QUOTAS
from natlane.live import calls
from natlane.live.calls import Item
from natlane.live.reserved import reserved_blocks
from natlane.live.snapshot import Snapshot
from natlane.live.source import LiveError
from natlane.live.tags import made_by_natlane, tags_of
from natlane.problems import file_problem
from natlane.workspace.paths import LANDING_ZONE


@dataclass(frozen=True, slots=True)
class FoundVpc:
    """A VPC of ours that is attached to the transit gateway. `table` is empty where its attachment has none.

    `joined` are its route tables that send something to the transit gateway; `route_tables` are those, or where there
    are none, all that serve a subnet.
    """

    name: str
    account: str
    vpc_id: str
    cidrs: tuple[IPv4Network, ...]
    attachment: str
    table: str
    route_tables: tuple[str, ...]
    joined: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What AWS says about our side. `reserved` are blocks that are routed to somewhere else, each with its owner."""

    region: str
    zones: tuple[str, ...]
    accounts: Mapping[str, tuple[str, str]]  # name -> number, role's ARN or ""
    network_account: str
    transit_gateway: str
    transit_account: str
    vpcs: tuple[FoundVpc, ...]
    reserved: tuple[tuple[IPv4Network, str], ...]
    quotas: Mapping[str, int]
    open_questions: tuple[str, ...]


def discover(snapshot: Snapshot, network_account: str, transit_gateway: str = "") -> Found:
    """Our side from one reading of all our accounts, of which one holds every VPC N.

    Raises LiveError where the transit gateway is not clear.
    """
    gateway = _transit_gateway(snapshot, transit_gateway)
    names = {account.id: account.name for account in snapshot.accounts}
    owner = names.get(gateway["OwnerId"], "")
    if not owner:
        message = f"{gateway['TransitGatewayId']} belongs to account {gateway['OwnerId']}, which is not read"
        hint = f"add --account NAME={gateway['OwnerId']}:ROLE"
        raise LiveError(file_problem("discover-account", LANDING_ZONE, message, hint))
    if network_account not in names.values():
        message = f"{network_account}, where every VPC N is, is not read"
        raise LiveError(
            file_problem("discover-account", LANDING_ZONE, message, f"add --account {network_account}=NUMBER:ROLE")
        )
    vpcs = tuple(_vpcs(snapshot, gateway["TransitGatewayId"], owner))
    ours = [cidr for vpc in vpcs for cidr in vpc.cidrs]
    return Found(
        region=snapshot.region,
        zones=_zones(snapshot, owner),
        accounts={account.name: (account.id, account.role_arn) for account in snapshot.accounts},
        network_account=network_account,
        transit_gateway=gateway["TransitGatewayId"],
        transit_account=owner,
        vpcs=vpcs,
        reserved=tuple(reserved_blocks(snapshot, owner, ours)),
        quotas=_quotas(snapshot, network_account, owner),
        open_questions=tuple(_open_questions(vpcs)),
    )


def _transit_gateway(snapshot: Snapshot, wanted: str) -> Item:
    """The one that was named, or the only one; an account that it is shared with sees it too."""
    known = {
        each["TransitGatewayId"]: each
        for account in snapshot.accounts
        for each in snapshot.items(account.name, calls.TRANSIT_GATEWAYS)
    }
    if wanted in known:
        return known[wanted]
    if not wanted and len(known) == 1:
        return next(iter(known.values()))
    there = ", ".join(sorted(known)) or "none"
    message = f"there is no transit gateway {wanted}" if wanted else f"{len(known)} transit gateways are in the region"
    raise LiveError(
        file_problem("discover-transit-gateway", LANDING_ZONE, f"{message}: {there}", "name one with --transit-gateway")
    )


def _zones(snapshot: Snapshot, account: str) -> tuple[str, ...]:
    """Availability zones, the only ones in which a transit gateway can have an attachment."""
    return tuple(
        sorted(
            zone["ZoneName"]
            for zone in snapshot.items(account, calls.ZONES)
            if zone.get("ZoneType", "availability-zone") == "availability-zone" and zone["State"] == "available"
        )
    )


def _vpcs(snapshot: Snapshot, gateway: str, owner: str) -> Iterator[FoundVpc]:
    """Every VPC of an account of ours on this transit gateway, but for each partner's VPC N."""
    associated = {
        each["TransitGatewayAttachmentId"]: each.get("Association", {}).get("TransitGatewayRouteTableId", "")
        for each in snapshot.items(owner, calls.TRANSIT_ATTACHMENTS)
    }
    taken: set[str] = set()
    for account in snapshot.accounts:
        attached = {
            each["VpcId"]: each["TransitGatewayAttachmentId"]
            for each in snapshot.items(account.name, calls.TRANSIT_VPC_ATTACHMENTS)
            if each["TransitGatewayId"] == gateway and each.get("VpcOwnerId", account.id) == account.id
        }
        for vpc in sorted(snapshot.items(account.name, calls.VPCS), key=lambda each: str(each["VpcId"])):
            if vpc["VpcId"] not in attached or made_by_natlane(vpc):
                continue
            attachment = attached[vpc["VpcId"]]
            name = _name_of(vpc, taken)
            taken.add(name)
            joined, serving = _route_tables(snapshot, account.name, vpc["VpcId"], gateway)
            yield FoundVpc(
                name=name,
                account=account.name,
                vpc_id=vpc["VpcId"],
                cidrs=cidrs_of(vpc),
                attachment=attachment,
                table=associated.get(attachment, ""),
                route_tables=joined or serving,
                joined=joined,
            )


def _name_of(vpc: Item, taken: set[str]) -> str:
    """A name from the VPC's Name tag as landing-zone.yaml takes it, else from its id; each only once."""
    slug = re.sub(r"[^a-z0-9]+", "-", tags_of(vpc).get("Name", "").lower()).strip("-")[:31].strip("-")
    if not slug or not slug[0].isalpha() or slug == "partner" or slug in taken:
        slug = str(vpc["VpcId"])[:31]
    return slug


def cidrs_of(vpc: Item) -> tuple[IPv4Network, ...]:
    """A VPC's blocks, the primary one first."""
    held = [
        each["CidrBlock"]
        for each in vpc.get("CidrBlockAssociationSet", ())
        if each.get("CidrBlockState", {}).get("State") == "associated"
    ]
    return tuple(IPv4Network(cidr) for cidr in dict.fromkeys([vpc["CidrBlock"], *held]))


def _route_tables(
    snapshot: Snapshot, account: str, vpc_id: str, gateway: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A VPC's tables that send something to the transit gateway already, and those that serve a subnet."""
    tables = [each for each in snapshot.items(account, calls.ROUTE_TABLES) if each["VpcId"] == vpc_id]
    explicit = {a["SubnetId"]: t for t in tables for a in t.get("Associations", ()) if a.get("SubnetId")}
    subnets = [each["SubnetId"] for each in snapshot.items(account, calls.SUBNETS) if each["VpcId"] == vpc_id]
    main = [t for t in tables if any(a.get("Main") for a in t.get("Associations", ()))]
    serving = [*explicit.values(), *(main if any(subnet not in explicit for subnet in subnets) else [])]
    joined = [t for t in tables if any(route.get("TransitGatewayId") == gateway for route in t.get("Routes", ()))]
    return _ids(joined), _ids(serving)


def _ids(tables: Iterable[Item]) -> tuple[str, ...]:
    return tuple(sorted({each["RouteTableId"] for each in tables}))


def _quotas(snapshot: Snapshot, network_account: str, transit_account: str) -> dict[str, int]:
    """The quotas that AWS granted, by landing-zone.yaml's names, each from the account whose things it counts."""
    granted = {account: _granted(snapshot, account) for account in (network_account, transit_account)}
    owners = {name: transit_account if name.startswith("transit_gateway_") else network_account for name in QUOTAS}
    return {
        name: granted[owners[name]][each.quota_code]
        for name, each in QUOTAS.items()
        if each.quota_code in granted[owners[name]]
    }


def _granted(snapshot: Snapshot, account: str) -> dict[str, int]:
    """An account's quotas by AWS's codes."""
    return {
        each["QuotaCode"]: int(each["Value"])
        for call in (calls.VPC_QUOTAS, calls.EC2_QUOTAS)
        for each in snapshot.items(account, call)
        if isinstance(each.get("Value"), (int, float))
    }


def _open_questions(vpcs: tuple[FoundVpc, ...]) -> Iterator[str]:
    for vpc in vpcs:
        if not vpc.table:
            yield f"vpcs.{vpc.name}: {vpc.attachment} is associated with no table, so nothing from there is routed"
        if not vpc.route_tables:
            yield f"vpcs.{vpc.name}: {vpc.vpc_id} has no route table that serves a subnet"
