"""What a module writes at the transit gateway: attachments, associations, route tables, routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from natlane.hcl.blocks import Block
from natlane.network.model import Attachment, SharedRoute, VpcN
from natlane.network.reader import ModuleReader, address_of, origin_of
from natlane.network.tables import Route, Target
from natlane.network.tunnels import PROPAGATION, asks_before_apply

ATTACHMENT = "aws_ec2_transit_gateway_vpc_attachment"
ACCEPTER = "aws_ec2_transit_gateway_vpc_attachment_accepter"
TABLE = "aws_ec2_transit_gateway_route_table"
_VPN_ATTACHMENT = "aws_vpn_connection.transit_gateway_attachment_id"


def own_table(reader: ModuleReader, block: Block) -> str:
    """The name of a transit gateway table that the module makes: no id is known before it is applied."""
    return _own_name(reader, block.labels[1])


def _own_name(reader: ModuleReader, label: str) -> str:
    return f"{reader.module.partner}/{TABLE}.{label}"


def check_transit_gateway(reader: ModuleReader, block: Block) -> None:
    """A block names our transit gateway, or is a VPN connection that names none."""
    if "transit_gateway_id" not in block.attributes and block.labels[0] == "aws_vpn_connection":
        return
    if reader.text(block, "transit_gateway_id") != reader.ours.transit_gateway:
        message = f"transit_gateway_id is not the landing zone's transit gateway {reader.ours.transit_gateway}"
        reader.wrong(block, "transit_gateway_id", message)


def associations(reader: ModuleReader) -> Mapping[str, str]:
    """The table that decides about what comes from each attachment of this module: one each, no other's."""
    found: dict[str, str] = {}
    for block in reader.module.resources(f"{TABLE}_association"):
        key, name = _attachment(reader, block), "transit_gateway_attachment_id"
        if key and not key.startswith(f"{reader.module.partner}/"):
            message = "associates an attachment that is not this partner's"
            reader.wrong(block, name, message, code="proof-foreign-entry")
        elif key in found:
            reader.wrong(block, name, "the attachment is already associated with a table")
        found[key] = _table(reader, block)
    return found


def read_attachments(reader: ModuleReader, associated: Mapping[str, str]) -> Iterator[Attachment]:
    """VPC N's attachment, and the VPN's where it ends on the transit gateway."""
    partner = reader.module.partner
    for block in reader.module.resources(ATTACHMENT):
        key = f"{partner}/{address_of(block)}"
        reader.reference(block, "vpc_id", "aws_vpc.id")
        _check_accepted(reader, block)
        subnets = reader.references(block, "subnet_ids", "aws_subnet.id")
        yield Attachment(key, "vpc_n", partner, associated.get(key, ""), subnets, origin_of(block))
    for block in reader.module.resources(ACCEPTER):
        _accepted(reader, block)  # and no stranger's
    for block in reader.module.resources("aws_vpn_connection"):
        if "transit_gateway_id" in block.attributes:
            key = f"{partner}/{address_of(block)}"
            yield Attachment(key, "vpn", partner, associated.get(key, ""), (), origin_of(block))


def _check_accepted(reader: ModuleReader, block: Block) -> None:
    """Another account's transit gateway must accept the attachment; whoever decides uses no default table."""
    deciding = [block]
    if reader.ours.accepts_itself:
        _check_accepts_itself(reader, block)
        return
    if reader.ours.transit_account != reader.ours.network_account:
        accepters = reader.module.resources(ACCEPTER)
        deciding = [each for each in accepters if _accepted(reader, each) == block.labels[1]]
        if not deciding:
            message = "is not accepted by the account that owns the transit gateway"
            reader.wrong(block, "", message, f"add an {ACCEPTER}")
    for each in deciding:
        _check_no_defaults(reader, each)


def _check_accepts_itself(reader: ModuleReader, block: Block) -> None:
    """Nobody is asked to accept, so the module asks what the transit gateway does with an attachment by default."""
    for accepter in reader.module.resources(ACCEPTER):
        message = "accepts what the transit gateway accepts by itself, and AWS refuses that"
        reader.wrong(accepter, "", message, "remove it")
    if not asks_before_apply(block, PROPAGATION):
        message = "no precondition asks whether the transit gateway propagates every VPC into our tables"
        reader.wrong(block, "", message, "keep the precondition that natlane generates", "proof-propagation")


def _accepted(reader: ModuleReader, accepter: Block) -> str:
    return reader.reference(accepter, "transit_gateway_attachment_id", f"{ATTACHMENT}.id")


def _check_no_defaults(reader: ModuleReader, block: Block) -> None:
    """The transit gateway's default tables know nothing of this attachment: they may be anybody's."""
    for what in ("association", "propagation"):
        name = f"transit_gateway_default_route_table_{what}"
        if reader.flag(block, name, default=True):
            message = f"{name} is not false, so the transit gateway's default table would count"
            reader.wrong(block, name, message, "write false")


def _attachment(reader: ModuleReader, block: Block) -> str:
    """The key of the attachment that a block of the transit gateway is about."""
    name = "transit_gateway_attachment_id"
    value = reader.value(block, name)
    found = reader.module.resolve(value)
    if found and found[0].labels[:1] == (ACCEPTER,) and found[1] in ("id", "transit_gateway_attachment_id"):
        return f"{reader.module.partner}/{ATTACHMENT}.{_accepted(reader, found[0])}"
    if reader.referred(value, f"{ATTACHMENT}.id", _VPN_ATTACHMENT) and found:
        return f"{reader.module.partner}/{address_of(found[0])}"
    if value in [vpc.attachment for vpc in reader.ours.vpcs.values()]:
        return str(value)
    message = f"{name} is no attachment of this module or of the landing zone"
    reader.wrong(block, name, message, code="proof-not-understood")
    return ""


def _table(reader: ModuleReader, block: Block) -> str:
    """The transit gateway table that a block is about: a shared one, or one of this module."""
    name = "transit_gateway_route_table_id"
    value = reader.value(block, name)
    label = reader.referred(value, f"{TABLE}.id")
    if label:
        return _own_name(reader, label)
    if value in reader.ours.transit_tables:
        return str(value)
    message = f"{name} is no table of this module or of the landing zone"
    reader.wrong(block, name, message, code="proof-not-understood")
    return ""


def routes(reader: ModuleReader) -> Iterator[SharedRoute]:
    """Every static route that the module writes into a table of the transit gateway."""
    for block in reader.module.resources("aws_ec2_transit_gateway_route"):
        if reader.flag(block, "blackhole", default=False):
            target = Target("blackhole", "")
        else:
            target = Target("attachment", _attachment(reader, block))
        to, where = reader.cidr(block, "destination_cidr_block"), _table(reader, block)
        if to:
            yield SharedRoute(reader.module.partner, where, Route(to, "static", target, origin_of(block)))


def propagations(reader: ModuleReader, vpc_n: VpcN) -> Iterator[SharedRoute]:
    """Every route that a propagation puts into a table; what a partner announces must not get into one."""
    ours = {vpc.attachment: vpc.cidrs for vpc in reader.ours.vpcs.values()}
    for block in reader.module.resources("aws_ec2_transit_gateway_route_table_propagation"):
        key, where = _attachment(reader, block), _table(reader, block)
        if key and key == vpc_n.vpn_attachment:
            message = "takes every prefix that the partner announces into a table of the transit gateway"
            reader.wrong(block, "", message, "write a static route for each partner CIDR", "proof-propagation")
        for cidr in ours.get(key, vpc_n.cidrs):
            route = Route(cidr, "propagated", Target("attachment", key), origin_of(block))
            yield SharedRoute(reader.module.partner, where, route)
