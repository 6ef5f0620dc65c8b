"""A module's providers become the AWS account in which each resource will be made, and whether it is the right one."""

from __future__ import annotations

from collections.abc import Mapping

from natlane.describe.landing_zone import LandingZone
from natlane.hcl.blocks import Block
from natlane.network.known_arguments import UNDERSTOOD
from natlane.network.reader import Reading

# These belong to the owner of the transit gateway; everything else is the network account's.
_OF_TRANSIT = (
    "aws_ec2_transit_gateway_vpc_attachment_accepter",
    "aws_ec2_transit_gateway_route_table",
    "aws_ec2_transit_gateway_route_table_association",
    "aws_ec2_transit_gateway_route_table_propagation",
    "aws_ec2_transit_gateway_route",
)
_OF_VPN = ("aws_vpn_connection", "aws_vpn_connection_route", "aws_customer_gateway")


def check_accounts(reading: Reading, landing_zone: LandingZone) -> None:
    """Each resource is made in the account that owns what it belongs to, and in the landing zone's region."""
    accounts = {alias: _account(reading, block, landing_zone) for alias, block in _providers(reading).items()}
    for block in reading.module.blocks:
        if block.kind != "resource" or block.labels[0] not in UNDERSTOOD:
            continue
        wanted = _owner(reading, block, landing_zone)
        provider = reading.value(block, "provider")
        found = reading.module.resolve(provider)
        alias = str(reading.value(found[0], "alias")) if found else ""
        actual = accounts.get(alias, "no account")
        if (provider is not None and found is None) or (actual != wanted and actual):
            name = wanted if alias in accounts else f"{wanted}, and this provider is not declared"
            reading.wrong(
                block,
                "provider",
                f"would be made in {actual}, but belongs to account {name}",
                "write its provider",
                "proof-account",
            )


def _providers(reading: Reading) -> Mapping[str, Block]:
    blocks = [block for block in reading.module.blocks if block.kind == "provider" and block.labels == ("aws",)]
    return {str(reading.value(block, "alias") or ""): block for block in blocks}


def _account(reading: Reading, block: Block, landing_zone: LandingZone) -> str:
    """The name of the one account that a provider works in; empty, with a problem, where that is not sure."""
    if reading.text(block, "region") != landing_zone.region:
        reading.wrong(block, "region", f"is not the landing zone's region {landing_zone.region}", code="proof-account")
    ids = reading.value(block, "allowed_account_ids")
    for role in (inner for inner in block.blocks if inner.kind == "assume_role"):
        if (reading.text(role, "role_arn").split(":")[4:5] or [""])[0] not in (ids if isinstance(ids, tuple) else ()):
            message = "is not a role of the account that this provider works in"
            reading.wrong(role, "role_arn", message, code="proof-account")
    for name, account in landing_zone.accounts.items():
        if ids == (account.id,):
            return name
    reading.wrong(block, "allowed_account_ids", "does not name one account of the landing zone", code="proof-account")
    return ""


def _owner(reading: Reading, block: Block, landing_zone: LandingZone) -> str:
    kind = block.labels[0]
    if kind in _OF_TRANSIT or (kind in _OF_VPN and _on_transit_gateway(reading)):
        return landing_zone.transit_account
    if kind == "aws_route":
        for vpc in landing_zone.vpcs.values():
            if reading.value(block, "route_table_id") in vpc.route_tables:
                return vpc.account
    return landing_zone.network_account


def _on_transit_gateway(reading: Reading) -> bool:
    return any("transit_gateway_id" in block.attributes for block in reading.module.resources("aws_vpn_connection"))
