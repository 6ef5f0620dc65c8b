"""The describe calls of EC2, from one table: ids, filters and pages work the same in all of them.

Source: EC2 API reference, each Describe page: which parameter has the ids, and that an id which is not there is an
error while a filter that finds nothing is not; botocore's model for the member that has the result.
"""

from __future__ import annotations

import copy
from typing import Any, Final, NamedTuple

from botocore.model import ListShape

from tests.aws.call import Call, answers
from tests.aws.errors import not_found
from tests.aws.filters import matching
from tests.aws.models import operation
from tests.aws.paging import page
from tests.aws.world import KINDS, Data, Record


class Describe(NamedTuple):
    """Which records an operation tells, under which member, and the parameter with ids."""

    kind: str
    result: str
    ids: str
    filters: str = "Filters"
    only: str = ""  # a value of ResourceType


DESCRIBES: Final = {
    "DescribeAddresses": Describe("elastic-ip", "Addresses", "AllocationIds"),
    "DescribeCustomerGateways": Describe("customer-gateway", "CustomerGateways", "CustomerGatewayIds"),
    "DescribeFlowLogs": Describe("vpc-flow-log", "FlowLogs", "FlowLogIds", "Filter"),
    "DescribeNatGateways": Describe("natgateway", "NatGateways", "NatGatewayIds", "Filter"),
    "DescribeNetworkAcls": Describe("network-acl", "NetworkAcls", "NetworkAclIds"),
    "DescribeNetworkInterfaces": Describe("network-interface", "NetworkInterfaces", "NetworkInterfaceIds"),
    "DescribeRouteTables": Describe("route-table", "RouteTables", "RouteTableIds"),
    "DescribeSecurityGroupRules": Describe("security-group-rule", "SecurityGroupRules", "SecurityGroupRuleIds"),
    "DescribeSubnets": Describe("subnet", "Subnets", "SubnetIds"),
    "DescribeTransitGatewayAttachments": Describe(
        "transit-gateway-attachment", "TransitGatewayAttachments", "TransitGatewayAttachmentIds"
    ),
    "DescribeTransitGatewayVpcAttachments": Describe(
        "transit-gateway-attachment",
        "TransitGatewayVpcAttachments",
        "TransitGatewayAttachmentIds",
        only="vpc",
    ),
    "DescribeTransitGatewayRouteTables": Describe(
        "transit-gateway-route-table", "TransitGatewayRouteTables", "TransitGatewayRouteTableIds"
    ),
    "DescribeTransitGateways": Describe("transit-gateway", "TransitGateways", "TransitGatewayIds"),
    "DescribeVpcEndpoints": Describe("vpc-endpoint", "VpcEndpoints", "VpcEndpointIds"),
    "DescribeVpcs": Describe("vpc", "Vpcs", "VpcIds"),
    "DescribeVpnConnections": Describe("vpn-connection", "VpnConnections", "VpnConnectionIds"),
    "DescribeVpnGateways": Describe("vpn-gateway", "VpnGateways", "VpnGatewayIds"),
}
_MOST: Final = 1000


@answers("ec2", *DESCRIBES)
def describe(call: Call) -> Data:
    """What the records tell, filtered, in pages."""
    table = DESCRIBES[call.operation]
    found = [record for record in _chosen(call, table) if not table.only or _type(record) == table.only]
    told = [(record.id, _told(call, table, record)) for record in found]
    shape = _item_shape(call.operation, table.result)
    kept = matching([data for _, data in sorted(told, key=lambda pair: pair[0])], _filters(call, table), shape)
    most = call.world.quotas.get("page", _MOST)
    items, token = page(kept, call.params, most) if _pages(call.operation) else (kept, None)
    return {table.result: items, **({"NextToken": token} if token else {})}


def _filters(call: Call, table: Describe) -> list[Data]:
    return list(call.params.get(table.filters, ()))


def _chosen(call: Call, table: Describe) -> list[Record]:
    held = {record.id: record for record in call.world.all(table.kind, call.account)}
    wanted = call.params.get(table.ids)
    if not wanted:
        return list(held.values())
    missing = [each for each in wanted if each not in held]
    if missing:
        raise not_found(KINDS[table.kind].missing, table.kind, missing)
    return [held[each] for each in dict.fromkeys(wanted)]


def _type(record: Record) -> str:
    return str(record.data.get("ResourceType", ""))


def _told(call: Call, table: Describe, record: Record) -> Data:
    """A copy, with the members that this operation's answer has: an attachment is told by two of them."""
    shape = _item_shape(call.operation, table.result)
    computed = COMPUTED.get(table.kind)
    data = {**record.data, **(computed(call, record) if computed else {})}
    return {name: copy.deepcopy(value) for name, value in data.items() if name in shape.members}


# What is told anew each time, by kind; the modules of the kinds add to it.
COMPUTED: dict[str, Any] = {}


def _item_shape(name: str, result: str) -> Any:
    known = operation("ec2", name)
    assert known is not None
    assert known.output_shape is not None
    shape = known.output_shape.members[result]
    assert isinstance(shape, ListShape)
    return shape.member


def _pages(name: str) -> bool:
    known = operation("ec2", name)
    return known is not None and known.output_shape is not None and "NextToken" in known.output_shape.members
