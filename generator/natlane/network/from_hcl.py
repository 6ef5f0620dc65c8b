"""Modules and the landing zone become one Network, in which packets can walk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from natlane.describe.document import Document
from natlane.describe.landing_zone import LandingZone
from natlane.hcl.blocks import Block, Value
from natlane.network.accounts import check_accounts
from natlane.network.model import (
    Attachment,
    Network,
    Origin,
    OurVpc,
    Part,
    Route,
    SharedEntry,
    Stated,
    Table,
    Target,
    VpcN,
    table,
)
from natlane.network.module import Module
from natlane.network.reader import Reading, address_of, check_understood, origin_of
from natlane.network.vpc_n import read_vpc_n, target_of
from natlane.problems import Problem, file_problem
from natlane.workspace.paths import LANDING_ZONE

ATTACHMENT = "aws_ec2_transit_gateway_vpc_attachment"
ACCEPTER = "aws_ec2_transit_gateway_vpc_attachment_accepter"
TABLE = "aws_ec2_transit_gateway_route_table"
VPN_ATTACHMENT = "aws_vpn_connection.transit_gateway_attachment_id"


def read_part(module: Module, landing_zone: LandingZone) -> tuple[Part | None, list[Problem]]:
    """What a module adds to the network; None with problems where it cannot be understood whole.

    None without a problem is a module that holds nothing: a decommissioned partner.
    """
    reading = Reading(module)
    if not any(block.kind == "resource" for block in module.blocks):
        return None, []
    check_understood(reading)
    if not any(block.kind == "terraform" for block in module.blocks):
        folder = module.blocks[0].path.rpartition("/")[0]
        message = "says nowhere which provider and which state it has: versions.tf is missing"
        reading.problems.append(file_problem("module-incomplete", folder, message, "generate it again"))
    check_accounts(reading, landing_zone)
    part = _part(reading, landing_zone)
    if part is None and not reading.problems:
        missing = "an aws_vpc" if not module.resources("aws_vpc") else "an aws_vpn_connection"
        first = next(block for block in module.blocks if block.kind == "resource")
        message = f"the module of {module.partner} is without {missing}"
        reading.problems.append(Problem("proof-value", "error", first.path, 0, 0, "", message, "generate it again"))
    return (None, _first_causes(reading.problems)) if reading.problems else (part, [])


def _first_causes(problems: list[Problem]) -> list[Problem]:
    """Each problem once; where a value could not be read, whether anything is misplaced is not known."""
    unread = any(each.code == "proof-value" for each in problems)
    return [each for each in dict.fromkeys(problems) if not (unread and each.code == "proof-misplaced")]


def _part(reading: Reading, landing_zone: LandingZone) -> Part | None:
    partner = reading.module.partner
    for kind in ("aws_vpn_connection", ATTACHMENT, TABLE):
        for block in reading.module.resources(kind):
            _check_transit_gateway(reading, block, landing_zone)
    associated = _associations(reading, landing_zone)
    attachments = tuple(_attachments(reading, associated, landing_zone))
    vpn_key = next((each.key for each in attachments if each.kind == "vpn"), "")
    vpc_key = next((each.key for each in attachments if each.kind == "vpc_n"), "")
    vpc_n = read_vpc_n(reading, vpc_key, vpn_key)
    if vpc_n is None:
        return None
    entries = [*_transit_routes(reading, landing_zone), *_transit_propagations(reading, vpc_n, landing_zone)]
    own = tuple(
        table(
            _own_id(partner, block.labels[1]),
            origin_of(block),
            [each.route for each in entries if each.table == _own_id(partner, block.labels[1])],
        )
        for block in reading.module.resources(TABLE)
    )
    ids = {each.name for each in own}
    shared = (*(each for each in entries if each.table not in ids), *_routes_in_our_vpcs(reading, landing_zone))
    return Part(vpc_n, attachments, own, shared, tuple(_stated(reading)))


def _stated(reading: Reading) -> Iterator[Stated]:
    for block in reading.module.blocks:
        if block.kind == "output":
            yield Stated(block.labels[0], reading.value(block, "value"), origin_of(block))


def _own_id(partner: str, label: str) -> str:
    return f"{partner}/{TABLE}.{label}"


def _check_transit_gateway(reading: Reading, block: Block, landing_zone: LandingZone) -> None:
    if "transit_gateway_id" not in block.attributes and block.labels[0] == "aws_vpn_connection":
        return
    if reading.text(block, "transit_gateway_id") != landing_zone.transit_gateway.id:
        reading.wrong(
            block,
            "transit_gateway_id",
            f"transit_gateway_id is not the landing zone's transit gateway {landing_zone.transit_gateway.id}",
        )


def _associations(reading: Reading, landing_zone: LandingZone) -> Mapping[str, str]:
    """The table that decides about what comes from each attachment of this module: one each, no other's."""
    found: dict[str, str] = {}
    for block in reading.module.resources(f"{TABLE}_association"):
        key, name = _attachment(reading, block, landing_zone), "transit_gateway_attachment_id"
        if key and not key.startswith(f"{reading.module.partner}/"):
            reading.wrong(
                block, name, "associates an attachment that is not this partner's", code="proof-foreign-entry"
            )
        elif key in found:
            reading.wrong(block, name, "the attachment is already associated with a table")
        found[key] = _table(reading, block, landing_zone)
    return found


def _attachments(reading: Reading, associated: Mapping[str, str], landing_zone: LandingZone) -> Iterator[Attachment]:
    """VPC N's attachment, and the VPN's where it ends on the transit gateway."""
    partner = reading.module.partner
    foreign = landing_zone.transit_account != landing_zone.network_account
    accepters = reading.module.resources(ACCEPTER)
    for block in reading.module.resources(ATTACHMENT):
        key = f"{partner}/{address_of(block)}"
        reading.reference(block, "vpc_id", "aws_vpc.id")
        deciding = [each for each in accepters if _accepted(reading, each) == block.labels[1]] if foreign else [block]
        if not deciding:
            reading.wrong(
                block, "", "is not accepted by the account that owns the transit gateway", f"add an {ACCEPTER}"
            )
        for owner in deciding:
            _check_no_defaults(reading, owner)
        subnets = reading.references(block, "subnet_ids", "aws_subnet.id")
        yield Attachment(key, "vpc_n", partner, associated.get(key, ""), subnets, origin_of(block))
    for block in reading.module.resources("aws_vpn_connection"):
        if "transit_gateway_id" in block.attributes:
            key = f"{partner}/{address_of(block)}"
            yield Attachment(key, "vpn", partner, associated.get(key, ""), (), origin_of(block))


def _accepted(reading: Reading, accepter: Block) -> str:
    return reading.reference(accepter, "transit_gateway_attachment_id", f"{ATTACHMENT}.id")


def _check_no_defaults(reading: Reading, block: Block) -> None:
    """The transit gateway's default tables know nothing of this attachment: they may be anybody's."""
    for what in ("association", "propagation"):
        name = f"transit_gateway_default_route_table_{what}"
        if reading.flag(block, name, True):
            reading.wrong(
                block, name, f"{name} is not false, so the transit gateway's default table would count", "write false"
            )


def _attachment(reading: Reading, block: Block, landing_zone: LandingZone) -> str:
    """The key of the attachment that a block of the transit gateway is about."""
    name = "transit_gateway_attachment_id"
    value = reading.value(block, name)
    found = reading.module.resolve(value)
    if found and found[0].labels[0] == ACCEPTER and found[1] in ("id", "transit_gateway_attachment_id"):
        return f"{reading.module.partner}/{ATTACHMENT}.{_accepted(reading, found[0])}"
    if reading.referred(value, f"{ATTACHMENT}.id", VPN_ATTACHMENT) and found:
        return f"{reading.module.partner}/{address_of(found[0])}"
    if value in [vpc.attachment for vpc in landing_zone.vpcs.values()]:
        return str(value)
    reading.wrong(
        block, name, f"{name} is no attachment of this module or of the landing zone", code="proof-not-understood"
    )
    return ""


def _table(reading: Reading, block: Block, landing_zone: LandingZone) -> str:
    """The id of the transit gateway table that a block is about: of the landing zone, or of this module."""
    name = "transit_gateway_route_table_id"
    value = reading.value(block, name)
    label = reading.referred(value, f"{TABLE}.id")
    if label:
        return _own_id(reading.module.partner, label)
    if value in _shared_tables(landing_zone):
        return str(value)
    reading.wrong(block, name, f"{name} is no table of this module or of the landing zone", code="proof-not-understood")
    return ""


def _shared_tables(landing_zone: LandingZone) -> tuple[Value, ...]:
    shared = landing_zone.transit_gateway.partner_route_table
    return (*(vpc.transit_route_table for vpc in landing_zone.vpcs.values()), *([shared] if shared else []))


def _transit_routes(reading: Reading, landing_zone: LandingZone) -> Iterator[SharedEntry]:
    for block in reading.module.resources("aws_ec2_transit_gateway_route"):
        if reading.flag(block, "blackhole", False):
            target = Target("blackhole", "")
        else:
            target = Target("attachment", _attachment(reading, block, landing_zone))
        route = Route(reading.cidr(block, "destination_cidr_block"), "static", target, origin_of(block))
        yield SharedEntry(reading.module.partner, _table(reading, block, landing_zone), route)


def _transit_propagations(reading: Reading, vpc_n: VpcN, landing_zone: LandingZone) -> Iterator[SharedEntry]:
    ours = {vpc.attachment: vpc.cidrs for vpc in landing_zone.vpcs.values()}
    for block in reading.module.resources("aws_ec2_transit_gateway_route_table_propagation"):
        key = _attachment(reading, block, landing_zone)
        if key == vpc_n.vpn.attachment:
            message = "takes every prefix that the partner announces into a table of the transit gateway"
            reading.wrong(block, "", message, "write a static route for each partner CIDR", "proof-propagation")
        cidrs = ours.get(key, vpc_n.cidrs)
        for cidr in cidrs:
            route = Route(cidr, "propagated", Target("attachment", key), origin_of(block))
            yield SharedEntry(reading.module.partner, _table(reading, block, landing_zone), route)


def _routes_in_our_vpcs(reading: Reading, landing_zone: LandingZone) -> Iterator[SharedEntry]:
    tables = {name for vpc in landing_zone.vpcs.values() for name in vpc.route_tables}
    for block in reading.module.resources("aws_route"):
        target = target_of(reading, block)
        if target.kind == "transit_gateway" and target.name != landing_zone.transit_gateway.id:
            reading.wrong(
                block,
                "transit_gateway_id",
                f"transit_gateway_id is not the landing zone's transit gateway {landing_zone.transit_gateway.id}",
            )
        value = reading.value(block, "route_table_id")
        if reading.referred(value, "aws_route_table.id"):
            continue
        if not isinstance(value, str) or value not in tables:
            reading.wrong(
                block,
                "route_table_id",
                "route_table_id is no route table of this module or of the landing zone",
                code="proof-not-understood",
            )
        elif target.kind != "transit_gateway":
            reading.wrong(block, "route_table_id", f"{value} is not VPC N's, and can send to the transit gateway only")
        else:
            route = Route(reading.cidr(block, "destination_cidr_block"), "static", target, origin_of(block))
            yield SharedEntry(reading.module.partner, value, route)


def network_of(landing_zone: LandingZone, parts: Iterable[Part], document: Document | None = None) -> Network:
    """The landing zone and these modules as one network; its document gives lines to what it says, else 0.

    Every table of the landing zone's transit gateway holds our VPCs by propagation; a route table of
    our VPCs holds what is local, and beside it only what modules wrote: its other routes are not ours to know.
    """
    listed = tuple(parts)
    written: dict[str, list[Route]] = {}
    for part in listed:
        for entry in part.shared:
            written.setdefault(entry.table, []).append(entry.route)
    ours = {
        name: OurVpc(name, vpc.account, vpc.cidrs, vpc.attachment, vpc.transit_route_table, vpc.route_tables)
        for name, vpc in landing_zone.vpcs.items()
    }
    here = {name: _ours(document, "vpcs", name) for name in ours}
    transit = _ours(document, "transit_gateway")
    propagated = [
        Route(cidr, "propagated", Target("attachment", vpc.attachment), here[vpc.name])
        for vpc in ours.values()
        for cidr in vpc.cidrs
    ]
    shared_ids = [str(each) for each in dict.fromkeys(_shared_tables(landing_zone))]
    shared = [table(name, transit, [*propagated, *written.get(name, [])]) for name in shared_ids]
    return Network(
        our_vpcs=ours,
        our_tables={
            name: _our_table(name, vpc, here[vpc.name], written.get(name, []))
            for vpc in ours.values()
            for name in vpc.tables
        },
        transit_tables={
            each.name: each for each in (*shared, *(own for part in listed for own in part.transit_tables))
        },
        attachments={
            **{
                vpc.attachment: Attachment(vpc.attachment, "our_vpc", vpc.name, vpc.transit_table, (), here[vpc.name])
                for vpc in ours.values()
            },
            **{each.key: each for part in listed for each in part.attachments},
        },
        vpcs_n={part.vpc_n.partner: part.vpc_n for part in listed},
    )


def _ours(document: Document | None, *field: str) -> Origin:
    return Origin(".".join(field), LANDING_ZONE, document.place(field)[0] if document else 0)


def _our_table(name: str, vpc: OurVpc, origin: Origin, written: list[Route]) -> Table:
    local = [Route(cidr, "local", Target("local", ""), origin) for cidr in vpc.cidrs]
    return table(name, origin, [*local, *written])
