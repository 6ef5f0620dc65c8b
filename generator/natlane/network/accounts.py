"""The AWS account in which each resource will be made, by its provider; it must be the one that owns it."""

from __future__ import annotations

from collections.abc import Mapping

from natlane.hcl.blocks import Block
from natlane.network.known_arguments import NO_PACKETS, UNDERSTOOD
from natlane.network.reader import ModuleReader

# These belong to the owner of the transit gateway; everything else is the network account's.
_OF_TRANSIT = (
    "aws_ec2_transit_gateway_vpc_attachment_accepter",
    "aws_ec2_transit_gateway_route_table",
    "aws_ec2_transit_gateway_route_table_association",
    "aws_ec2_transit_gateway_route_table_propagation",
    "aws_ec2_transit_gateway_route",
)
_OF_VPN = ("aws_vpn_connection", "aws_vpn_connection_route", "aws_customer_gateway")

_IN_AN_ACCOUNT = (UNDERSTOOD.keys() | NO_PACKETS.keys()) - {"terraform_data"}


def check_accounts(reader: ModuleReader) -> None:
    """Each resource is made in the account that owns what it belongs to, and in our region."""
    accounts = {alias: _account(reader, block) for alias, block in _providers(reader).items()}
    for block in reader.module.blocks:
        if block.kind != "resource" or block.labels[0] not in _IN_AN_ACCOUNT:
            continue
        wanted = _owner(reader, block)
        provider = reader.value(block, "provider")
        found = reader.module.resolve(provider)
        alias = str(reader.value(found[0], "alias")) if found else ""
        actual = accounts.get(alias, "no account")
        if block.labels[0] in NO_PACKETS and actual == _owner_of_vpn(reader):
            continue  # alarms and logs stand beside what they watch
        if (provider is not None and found is None) or (actual != wanted and actual):
            name = wanted if alias in accounts else f"{wanted}, and this provider is not declared"
            reader.wrong(
                block,
                "provider",
                f"would be made in {actual}, but belongs to account {name}",
                "write its provider",
                "proof-account",
            )


def _providers(reader: ModuleReader) -> Mapping[str, Block]:
    blocks = [block for block in reader.module.blocks if block.kind == "provider" and block.labels == ("aws",)]
    return {str(reader.value(block, "alias") or ""): block for block in blocks}


def _account(reader: ModuleReader, block: Block) -> str:
    """The name of the one account that a provider works in; empty, with a problem, where that is not sure."""
    if reader.text(block, "region") != reader.ours.region:
        reader.wrong(block, "region", f"is not the landing zone's region {reader.ours.region}", code="proof-account")
    ids = reader.value(block, "allowed_account_ids")
    name = next((name for name, number in reader.ours.accounts.items() if ids == (number,)), "")
    if not name:
        message = "does not name one account of the landing zone"
        reader.wrong(block, "allowed_account_ids", message, code="proof-account")
    for role in (inner for inner in block.blocks if inner.kind == "assume_role"):
        _check_role(reader, role, name)
    return name


def _check_role(reader: ModuleReader, block: Block, account: str) -> None:
    """A provider takes the role that we have for its account."""
    role, number = reader.text(block, "role_arn"), reader.ours.accounts.get(account, "")
    if role.split(":")[4:5] != [number]:
        message = "is not a role of the account that this provider works in"
        reader.wrong(block, "role_arn", message, code="proof-account")
        return
    wanted = reader.ours.destinations.roles.get(account, "") if reader.ours.destinations else role
    if role != wanted:
        message = f"is not the role that we have in account {account}"
        reader.wrong(block, "role_arn", message, f"write {wanted}" if wanted else "leave it out", "proof-account")


def _owner(reader: ModuleReader, block: Block) -> str:
    kind = block.labels[0]
    if kind in _OF_TRANSIT or (kind in _OF_VPN and _on_transit_gateway(reader)):
        return reader.ours.transit_account
    if kind == "aws_route":
        for vpc in reader.ours.vpcs.values():
            if reader.value(block, "route_table_id") in vpc.tables:
                return vpc.account
    return reader.ours.network_account


def _owner_of_vpn(reader: ModuleReader) -> str:
    return reader.ours.transit_account if _on_transit_gateway(reader) else reader.ours.network_account


def _on_transit_gateway(reader: ModuleReader) -> bool:
    return any("transit_gateway_id" in block.attributes for block in reader.module.resources("aws_vpn_connection"))
