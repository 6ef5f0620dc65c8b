"""What the first apply would change in place of what it imports, as far as AWS's answers tell it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from natlane.hcl.blocks import Value
from natlane.impact.resources import Resources
from natlane.live import calls
from natlane.live.calls import Item
from natlane.live.held import Held
from natlane.live.tags import tags_of

_KEYS: Final = {  # name of a call -> the member that is the id of its items
    calls.CUSTOMER_GATEWAYS.name: "CustomerGatewayId",
    calls.ENDPOINTS.name: "VpcEndpointId",
    calls.NAT_GATEWAYS.name: "NatGatewayId",
    calls.ROUTE_TABLES.name: "RouteTableId",
    calls.SECURITY_GROUPS.name: "GroupId",
    calls.SUBNETS.name: "SubnetId",
    calls.TRANSIT_VPC_ATTACHMENTS.name: "TransitGatewayAttachmentId",
    calls.VPCS.name: "VpcId",
    calls.VPN_CONNECTIONS.name: "VpnConnectionId",
    calls.VPN_GATEWAYS.name: "VpnGatewayId",
}


def changed_by_import(resources: Resources, ids: Mapping[str, str], held: Held) -> Iterator[str]:
    """A sentence for each thing whose tags, or other settings that AWS reports, are not as the module writes them."""
    yield from _default_group(held)
    things = _things(held)
    for address, number in ids.items():
        resource, item = resources.by_address[address], things.get(number)
        if item is None:
            continue
        account = resources.accounts.get(resource.provider)
        wanted = {**_tags(account.default_tags if account else ()), **_text(resource.arguments.get("tags"))}
        there = {key: value for key, value in tags_of(item).items() if not key.startswith("aws:")}
        gone = sorted(there.keys() - wanted.keys())
        if there != wanted:
            lost = f"; {', '.join(gone)} {'goes' if len(gone) == 1 else 'go'}" if gone else ""
            yield f"{address} ({number}): tags{lost}"


def _default_group(held: Held) -> Iterator[str]:
    """Terraform takes a VPC's default security group over without an import, and takes every rule from it."""
    for each in held.in_vpc(calls.SECURITY_GROUPS):
        if each["GroupName"] == "default" and (each.get("IpPermissions") or each.get("IpPermissionsEgress")):
            number = each["GroupId"]
            interfaces = held.in_vpc(calls.NETWORK_INTERFACES)
            using = [one for one in interfaces if number in {group["GroupId"] for group in one.get("Groups", ())}]
            used = f", which {len(using)} network interfaces use" if using else ""
            yield f"aws_default_security_group.vpc_n ({number}): every rule of the VPC's default group goes{used}"


def _things(held: Held) -> dict[str, Item]:
    """Everything of the network account that bears tags, by its id."""
    return {each[key]: each for call, key in _KEYS.items() for each in held.own[call]}


def _tags(blocks: Value) -> dict[str, str]:
    """The tags of a provider's `default_tags`."""
    held = blocks[0] if isinstance(blocks, tuple) and blocks else None
    return _text(held.get("tags")) if isinstance(held, dict) else {}


def _text(tags: Value) -> dict[str, str]:
    return {key: str(value) for key, value in tags.items()} if isinstance(tags, dict) else {}
