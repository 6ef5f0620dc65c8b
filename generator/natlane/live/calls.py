"""Table of every call that natlane makes to AWS: its permission, and its name in a recording.

A call's `name` is that of the list in a recording, which has the folder layout that Batfish reads:
`aws_configs/accounts/ACCOUNT/REGION/NAME.json`, holding `{"NAME": [...]}`.
Sources: the operations are those of AWS's API model; the permissions are the Service Authorization Reference's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Item = dict[str, Any]
Answers = Mapping[str, tuple[Item, ...]]  # name of a call -> the items of one account


@dataclass(frozen=True, slots=True)
class Call:
    """One describe call: which service and operation, and where the items stand in its answer.

    `items` is the member of the answer that holds a list; empty where the answer itself is the item. `for_each`
    gives the arguments of one call each, from what was answered before; the item then holds its arguments too.
    """

    name: str
    service: str
    operation: str
    items: str
    given: Mapping[str, Any] = field(default_factory=dict)
    for_each: Callable[[Answers], Iterator[Mapping[str, str]]] | None = None
    action: str = ""  # the permission, where it is not SERVICE:OPERATION

    @property
    def permission(self) -> str:
        """The IAM action that the call needs."""
        return self.action or f"{self.service}:{self.operation}"


def _filtered(**filters: list[str]) -> Mapping[str, Any]:
    return {"Filters": [{"Name": name.replace("_", "-"), "Values": values} for name, values in filters.items()]}


def _route_tables(answers: Answers) -> Iterator[Mapping[str, str]]:
    for table in answers["TransitGatewayRouteTables"]:
        if table["State"] == "available":
            yield {"TransitGatewayRouteTableId": table["TransitGatewayRouteTableId"]}


def _tunnels(answers: Answers) -> Iterator[Mapping[str, str]]:
    for connection in answers["VpnConnections"]:
        for tunnel in connection.get("VgwTelemetry", ()):
            yield {
                "VpnConnectionId": connection["VpnConnectionId"],
                "VpnTunnelOutsideIpAddress": tunnel["OutsideIpAddress"],
            }


def _secrets(answers: Answers) -> Iterator[Mapping[str, str]]:
    for connection in answers["VpnConnections"]:
        if connection.get("PreSharedKeyArn"):
            yield {"SecretId": connection["PreSharedKeyArn"]}


def _certificates(answers: Answers) -> Iterator[Mapping[str, str]]:
    found = {each.get("CertificateArn") for c in answers["VpnConnections"] for each in c.get("VgwTelemetry", ())}
    for arn in sorted(found - {None, ""}):
        yield {"CertificateArn": arn}


def _load_balancers(answers: Answers) -> Iterator[Mapping[str, str]]:
    for each in answers["LoadBalancers"]:
        yield {"LoadBalancerArn": each["LoadBalancerArn"]}


def _target_groups(answers: Answers) -> Iterator[Mapping[str, str]]:
    for each in answers["TargetGroups"]:
        yield {"TargetGroupArn": each["TargetGroupArn"]}


def _ec2(name: str, operation: str = "", items: str = "", **filters: list[str]) -> Call:
    return Call(name, "ec2", operation or f"Describe{name}", items or name, _filtered(**filters) if filters else {})


ZONES: Final = _ec2("AvailabilityZones")
TRANSIT_GATEWAYS: Final = _ec2("TransitGateways", state=["available", "modifying"])
TRANSIT_ROUTE_TABLES: Final = _ec2("TransitGatewayRouteTables", state=["available"])
TRANSIT_ATTACHMENTS: Final = _ec2("TransitGatewayAttachments", state=["available", "pendingAcceptance", "modifying"])
TRANSIT_VPC_ATTACHMENTS: Final = _ec2(
    "TransitGatewayVpcAttachments", state=["available", "pendingAcceptance", "modifying"]
)
TRANSIT_ROUTES: Final = Call(
    "TransitGatewayRoutes",
    "ec2",
    "SearchTransitGatewayRoutes",
    "Routes",
    {"Filters": [{"Name": "state", "Values": ["active", "blackhole"]}]},
    _route_tables,
)
TRANSIT_ASSOCIATIONS: Final = Call(
    "TransitGatewayAssociations",
    "ec2",
    "GetTransitGatewayRouteTableAssociations",
    "Associations",
    for_each=_route_tables,
)
TRANSIT_PROPAGATIONS: Final = Call(
    "TransitGatewayPropagations",
    "ec2",
    "GetTransitGatewayRouteTablePropagations",
    "TransitGatewayRouteTablePropagations",
    for_each=_route_tables,
)
VPCS: Final = _ec2("Vpcs")
SUBNETS: Final = _ec2("Subnets")
ROUTE_TABLES: Final = _ec2("RouteTables")
NAT_GATEWAYS: Final = Call(
    "NatGateways",
    "ec2",
    "DescribeNatGateways",
    "NatGateways",
    {"Filter": [{"Name": "state", "Values": ["pending", "available"]}]},
)
VPN_GATEWAYS: Final = _ec2("VpnGateways", state=["pending", "available"])
VPN_CONNECTIONS: Final = _ec2("VpnConnections", state=["pending", "available"])
CUSTOMER_GATEWAYS: Final = _ec2("CustomerGateways", state=["pending", "available"])
ENDPOINTS: Final = _ec2("VpcEndpoints")
SECURITY_GROUPS: Final = _ec2("SecurityGroups")
SECURITY_GROUP_RULES: Final = _ec2("SecurityGroupRules")
FLOW_LOGS: Final = _ec2("FlowLogs")
NETWORK_INTERFACES: Final = _ec2("NetworkInterfaces")
# What a module of natlane's made before, by its name.
LOG_GROUPS: Final = Call(
    "LogGroups", "logs", "DescribeLogGroups", "logGroups", {"logGroupNamePrefix": "/aws/vendedlogs/natlane/"}
)
ALARMS: Final = Call("MetricAlarms", "cloudwatch", "DescribeAlarms", "MetricAlarms")
LOAD_BALANCERS: Final = Call(
    "LoadBalancers",
    "elbv2",
    "DescribeLoadBalancers",
    "LoadBalancers",
    action="elasticloadbalancing:DescribeLoadBalancers",
)
LISTENERS: Final = Call(
    "LoadBalancerListeners",
    "elbv2",
    "DescribeListeners",
    "Listeners",
    for_each=_load_balancers,
    action="elasticloadbalancing:DescribeListeners",
)
TARGET_GROUPS: Final = Call(
    "TargetGroups",
    "elbv2",
    "DescribeTargetGroups",
    "TargetGroups",
    action="elasticloadbalancing:DescribeTargetGroups",
)
TARGET_HEALTH: Final = Call(
    "LoadBalancerTargetHealth",
    "elbv2",
    "DescribeTargetHealth",
    "TargetHealthDescriptions",
    for_each=_target_groups,
    action="elasticloadbalancing:DescribeTargetHealth",
)
ACTIVE_TUNNELS: Final = Call("ActiveVpnTunnelStatus", "ec2", "GetActiveVpnTunnelStatus", "", for_each=_tunnels)
TUNNEL_MAINTENANCE: Final = Call(
    "VpnTunnelReplacementStatus", "ec2", "GetVpnTunnelReplacementStatus", "", for_each=_tunnels
)
# Of a secret and a certificate the dates; neither answer holds a key.
KEYS: Final = Call("Secrets", "secretsmanager", "DescribeSecret", "", for_each=_secrets)
CERTIFICATES: Final = Call("Certificates", "acm", "DescribeCertificate", "", for_each=_certificates)
EC2_QUOTAS: Final = Call(
    "EC2Quotas",
    "service-quotas",
    "ListServiceQuotas",
    "Quotas",
    {"ServiceCode": "ec2"},
    action="servicequotas:ListServiceQuotas",
)
VPC_QUOTAS: Final = Call(
    "VPCQuotas",
    "service-quotas",
    "ListServiceQuotas",
    "Quotas",
    {"ServiceCode": "vpc"},
    action="servicequotas:ListServiceQuotas",
)

LANDING_ZONE: Final = (  # what `discover` asks each account for
    ZONES,
    TRANSIT_GATEWAYS,
    TRANSIT_ROUTE_TABLES,
    TRANSIT_ATTACHMENTS,
    TRANSIT_VPC_ATTACHMENTS,
    TRANSIT_ROUTES,
    TRANSIT_ASSOCIATIONS,
    TRANSIT_PROPAGATIONS,
    VPCS,
    SUBNETS,
    ROUTE_TABLES,
    VPN_CONNECTIONS,
    EC2_QUOTAS,
    VPC_QUOTAS,
)
TUNNELS: Final = (VPN_CONNECTIONS,)  # what `status` asks for, once a region
EACH_TUNNEL: Final = (ACTIVE_TUNNELS, TUNNEL_MAINTENANCE, KEYS, CERTIFICATES)  # and of each tunnel
PARTNER_NETWORKS: Final = (  # what `drift` asks each account for
    CUSTOMER_GATEWAYS,
    ENDPOINTS,
    LISTENERS,
    LOAD_BALANCERS,
    NAT_GATEWAYS,
    NETWORK_INTERFACES,
    ROUTE_TABLES,
    SECURITY_GROUPS,
    SUBNETS,
    TARGET_GROUPS,
    TARGET_HEALTH,
    TRANSIT_ATTACHMENTS,
    TRANSIT_ROUTE_TABLES,
    TRANSIT_ROUTES,
    TRANSIT_VPC_ATTACHMENTS,
    VPCS,
    VPN_CONNECTIONS,
    VPN_GATEWAYS,
)
ADOPTION: Final = (*PARTNER_NETWORKS, SECURITY_GROUP_RULES, FLOW_LOGS, LOG_GROUPS, ALARMS)  # what `adopt` asks
ALL: Final = tuple(
    {call.name: call for call in (*LANDING_ZONE, *TUNNELS, *EACH_TUNNEL, *PARTNER_NETWORKS, *ADOPTION)}.values()
)
