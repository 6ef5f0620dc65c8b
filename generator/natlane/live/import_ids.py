"""The resources of a module beside what AWS holds: the id by which each is imported that is there already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from natlane.hcl.blocks import Expression, Value
from natlane.impact.resources import Resource, Resources
from natlane.live import calls
from natlane.live.held import Held

Ids = dict[str, str]  # Terraform's address -> import id


def import_ids(resources: Resources, held: Held) -> Ids:
    """In the order of addresses. What AWS does not hold, and what has no importer, is left out."""
    ids: Ids = {}
    for find in (_parts, _tables, _entries, _groups, _logs):
        for address, number in find(resources, held, ids):
            ids[address] = number
    return dict(sorted(ids.items()))


def of_type(resources: Resources, kind: str) -> Iterator[Resource]:
    """The resources of one type."""
    return (each for each in resources.by_address.values() if each.type == kind)


def _parts(resources: Resources, held: Held, ids: Ids) -> Iterator[tuple[str, str]]:
    """The VPC, and what is known by a block, an address or by being the only one."""
    blocks = {
        each["CidrBlock"]: each["AssociationId"]
        for each in held.vpc.get("CidrBlockAssociationSet", ())
        if each.get("CidrBlockState", {}).get("State") == "associated"
    }
    subnets = {each["CidrBlock"]: each["SubnetId"] for each in held.in_vpc(calls.SUBNETS)}
    nats = {
        one["PrivateIp"]: each["NatGatewayId"]
        for each in held.in_vpc(calls.NAT_GATEWAYS)
        for one in each["NatGatewayAddresses"]
    }
    endpoints = {each["ServiceName"]: each["VpcEndpointId"] for each in held.in_vpc(calls.ENDPOINTS)}
    known: dict[str, tuple[str, Mapping[str, str]]] = {
        "aws_vpc_ipv4_cidr_block_association": ("cidr_block", blocks),
        "aws_subnet": ("cidr_block", subnets),
        "aws_nat_gateway": ("private_ip", nats),
        "aws_vpc_endpoint": ("service_name", endpoints),
    }
    single = {
        "aws_vpc": held.vpc["VpcId"],
        "aws_vpn_gateway": held.gateway["VpnGatewayId"],
        "aws_vpn_connection": held.connection["VpnConnectionId"],
        "aws_customer_gateway": held.device["CustomerGatewayId"],
        "aws_ec2_transit_gateway_vpc_attachment": held.attachment["TransitGatewayAttachmentId"],
    }
    if held.ours.transit_account != held.ours.network_account:
        single["aws_ec2_transit_gateway_vpc_attachment_accepter"] = held.attachment["TransitGatewayAttachmentId"]
    for each in resources.by_address.values():
        if each.type in single:
            yield each.address, single[each.type]
        elif each.type in known:
            argument, found = known[each.type]
            if (value := each.arguments.get(argument)) in found:
                yield each.address, found[str(value)]


def _tables(resources: Resources, held: Held, ids: Ids) -> Iterator[tuple[str, str]]:
    """Route tables, each by a subnet that it serves, and those of the transit gateway by an attachment."""
    serving = {
        one["SubnetId"]: each["RouteTableId"]
        for each in held.in_vpc(calls.ROUTE_TABLES)
        for one in each.get("Associations", ())
        if one.get("SubnetId")
    }
    for each in of_type(resources, "aws_route_table_association"):
        subnet = _id(each.arguments["subnet_id"], ids)
        if subnet in serving:
            yield each.address, f"{subnet}/{serving[subnet]}"
            yield _address(each.arguments["route_table_id"]), serving[subnet]
    for each in of_type(resources, "aws_ec2_transit_gateway_route_table_association"):
        table, attachment = each.arguments["transit_gateway_route_table_id"], held.attachment
        own = isinstance(table, Expression) and held.association not in held.ours.transit_tables
        if held.association and (own or table == held.association):
            yield each.address, f"{held.association}_{attachment['TransitGatewayAttachmentId']}"
            if own:
                yield _address(table), held.association


def _entries(resources: Resources, held: Held, ids: Ids) -> Iterator[tuple[str, str]]:
    """Routes that are there, by table and destination; one that leads elsewhere is reported as a difference."""
    there = {
        (table["RouteTableId"], route.get("DestinationCidrBlock"))
        for answers in held.snapshot.answers.values()
        for table in answers[calls.ROUTE_TABLES.name]
        for route in table.get("Routes", ())
        if route.get("Origin") == "CreateRoute"
    }
    there |= {
        (table["TransitGatewayRouteTableId"], route.get("DestinationCidrBlock"))
        for table in held.transit[calls.TRANSIT_ROUTES.name]
        for route in table["Routes"]
        if route.get("Type") == "static"
    }
    for kind, name in (
        ("aws_route", "route_table_id"),
        ("aws_ec2_transit_gateway_route", "transit_gateway_route_table_id"),
    ):
        for each in of_type(resources, kind):
            table, to = _id(each.arguments[name], ids), each.arguments["destination_cidr_block"]
            if (table, to) in there:
                yield each.address, f"{table}_{to}"


def _groups(resources: Resources, held: Held, ids: Ids) -> Iterator[tuple[str, str]]:
    """Security groups and their rules; of a group only where its name and description, which never change, are ours."""
    for each in of_type(resources, "aws_security_group"):
        wanted = each.arguments.get("name"), each.arguments.get("description")
        for group in held.in_vpc(calls.SECURITY_GROUPS):
            if (group["GroupName"], group["Description"]) == wanted:
                yield each.address, group["GroupId"]
                yield from _rules(resources, held, each.address, group["GroupId"])


def _rules(resources: Resources, held: Held, address: str, group: str) -> Iterator[tuple[str, str]]:
    there = {
        (each["IpProtocol"], each["FromPort"], each["ToPort"], each.get("CidrIpv4")): each["SecurityGroupRuleId"]
        for each in held.own[calls.SECURITY_GROUP_RULES.name]
        if each["GroupId"] == group and not each["IsEgress"]
    }
    for each in of_type(resources, "aws_vpc_security_group_ingress_rule"):
        values = each.arguments
        key = (values.get("ip_protocol"), values.get("from_port"), values.get("to_port"), values.get("cidr_ipv4"))
        if _address(values["security_group_id"]) == address and key in there:
            yield each.address, there[key]


def _logs(resources: Resources, held: Held, ids: Ids) -> Iterator[tuple[str, str]]:
    """Flow logs, log groups, roles and alarms that bear our names: another module of natlane's made them."""
    logs = [each for each in held.own[calls.FLOW_LOGS.name] if each["ResourceId"] == held.vpc["VpcId"]]
    roles = {str(each.get("DeliverLogsPermissionArn", "")).rpartition("/")[2] for each in logs}
    named: dict[str, tuple[str, set[str]]] = {
        "aws_cloudwatch_log_group": ("name", _names(held, calls.LOG_GROUPS, "logGroupName")),
        "aws_iam_role": ("name", roles),
        "aws_cloudwatch_metric_alarm": ("alarm_name", _names(held, calls.ALARMS, "AlarmName")),
    }
    for each in resources.by_address.values():
        if each.type in named and each.arguments.get(named[each.type][0]) in named[each.type][1]:
            yield each.address, str(each.arguments[named[each.type][0]])
    for each in of_type(resources, "aws_iam_role_policy"):
        role = resources.by_address.get(_address(each.arguments["role"]))
        if role and role.arguments.get("name") in roles:
            yield each.address, f"{role.arguments['name']}:{each.arguments['name']}"
    for each in of_type(resources, "aws_flow_log"):
        group = resources.by_address.get(_address(each.arguments["log_destination"]))
        for log in logs:
            if group and log.get("LogGroupName") == group.arguments.get("name"):
                yield each.address, log["FlowLogId"]


def _names(held: Held, call: calls.Call, member: str) -> set[str]:
    return {each[member] for each in held.own[call.name]}


def _id(value: Value, ids: Ids) -> str:
    """A literal, or the id of what a reference means; empty where that is not in AWS."""
    return ids.get(_address(value), "") if isinstance(value, Expression) else str(value)


def _address(value: Value) -> str:
    """`aws_subnet.public_a` of a reference to one of its attributes."""
    return ".".join(value.text.split(".")[:2]) if isinstance(value, Expression) else ""
