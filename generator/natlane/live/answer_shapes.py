"""What a recording's members must be for natlane to read them: kinds as AWS's API model has them, and forms of text.

A recording may come from anybody. AWS itself keeps to its model; `tests/live/test_answer_shapes.py` compares both.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from typing import Any, Final

TEXTS: Final = """
Action AlarmName AssociationId AvailabilityZone BgpAsn BgpAsnExtended CertificateArn CidrBlock CidrIp CidrIpv4 Code
ConnectivityType CustomerGatewayId DeliverLogsPermissionArn Description DestinationCidrBlock DeviceName FlowLogId
GatewayId GroupId GroupName Id IkeVersion IpAddress IpProtocol Key ListenerArn LoadBalancerArn LoadBalancerName
LocalIpv4NetworkCidr LogGroupArn LogGroupName LogOutputFormat Name NatGatewayId NetworkInterfaceId Origin
OutsideIpAddress OwnerId PendingMaintenance Phase1EncryptionAlgorithm Phase1IntegrityAlgorithm PolicyDocument
PreSharedKeyArn PrivateIPv4Address PrivateIp PrivateIpAddress QuotaCode RemoteIpv4NetworkCidr ResourceId ResourceType
RouteTableId SecurityGroupRuleId ServiceCode ServiceName Status StatusMessage SubnetId TargetGroupArn
TransitGatewayAttachmentId TransitGatewayId TransitGatewayRouteTableId TunnelInsideCidr Type VpcEndpointId
VpcEndpointType VpcId VpcOwnerId VpcPeeringConnectionId VpnConnectionId VpnGatewayId VpnTunnelOutsideIpAddress ZoneName
ZoneType CreatedDate LastChangedDate LastStatusChange MaintenanceAutoAppliedAfter NotAfter
"""  # times too, which a recording holds as text
NUMBERS: Final = "AcceptedRouteCount AmazonSideAsn FromPort Phase1DHGroup ToPort"
FLAGS: Final = """
AdditionalRoutesAvailable BgpLogEnabled EnableTunnelLifecycleControl IsEgress IsPrimary LogEnabled Main
PrivateDnsEnabled StaticRoutesOnly
"""
OBJECTS: Final = """
ActiveVpnTunnelStatus Association Certificate CidrBlockState CloudWatchLogOptions LogOptions MaintenanceDetails Options
Target TargetHealth
"""
LISTS_OF_OBJECTS: Final = """
Associations AvailabilityZones Certificates CidrBlockAssociationSet CustomerGateways DefaultActions FlowLogs Groups
IpPermissions IpPermissionsEgress IpRanges Listeners LoadBalancerAddresses LoadBalancers MetricAlarms
NatGatewayAddresses NatGateways NetworkInterfaces PropagatingVgws Quotas RouteTables Routes SecurityGroupRules Subnets
Tags TargetGroups TargetHealthDescriptions TransitGatewayAttachments TransitGatewayRouteTablePropagations
TransitGatewayRouteTables TransitGatewayVpcAttachments TransitGateways TunnelOptions VgwTelemetry VpcAttachments
VpcEndpoints Vpcs VpnConnections VpnGateways
"""
LISTS_OF_TEXTS: Final = "NetworkInterfaceIds SubnetIds Values"
# Of two kinds, by what holds them.
EITHER: Final = "Port SecurityGroups State Value"

_NETWORKS: Final = """
CidrBlock CidrIp CidrIpv4 LocalIpv4NetworkCidr RemoteIpv4NetworkCidr TunnelInsideCidr DestinationCidrBlock
"""
_ADDRESSES: Final = "OutsideIpAddress PrivateIPv4Address PrivateIp PrivateIpAddress VpnTunnelOutsideIpAddress"
_AS_NUMBERS: Final = "BgpAsn BgpAsnExtended"
_MOST_NUMBER: Final = 2**63


class Answer(dict[str, Any]):
    """An object of a recording; what natlane reads and is not there is said by its name."""

    def __missing__(self, name: str) -> Any:
        raise MissingMember(name)


class MissingMember(Exception):  # noqa: N818 - the recording is at fault
    """A member that AWS always gives is not in a recording."""


class WrongAnswer(ValueError):  # noqa: N818 - the recording is at fault
    """What AWS would not answer."""


def answer_of(value: Any) -> Any:
    """A value of a recording whose objects are answers. Raises WrongAnswer for what AWS would not answer."""
    if isinstance(value, dict):
        for name, member in value.items():
            _check(name, member)
        return Answer({name: answer_of(member) for name, member in value.items()})
    if isinstance(value, list):
        return [answer_of(member) for member in value]
    if isinstance(value, str):
        if any("\ud800" <= char < "\ue000" for char in value):
            raise WrongAnswer("a text holds half of a surrogate pair")
    elif isinstance(value, (int, float)) and not (math.isfinite(value) and abs(value) < _MOST_NUMBER):
        raise WrongAnswer("a number is too large")
    return value


def _check(name: str, value: Any) -> None:
    kind = _KINDS.get(name)
    if kind is None:
        return
    said, fits = kind
    if not fits(value):
        raise WrongAnswer(f"{name} is not {said}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_list_of(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(isinstance(each, kind) for each in value)


def _is_network(value: Any) -> bool:
    return isinstance(value, str) and _parses(IPv4Network, value)


def _is_any_network(value: Any) -> bool:
    return _is_network(value) or (isinstance(value, str) and _parses(IPv6Network, value))


def is_address(value: Any) -> bool:
    """Whether a value is the text of an IPv4 address."""
    return isinstance(value, str) and _parses(IPv4Address, value)


def _parses(kind: Callable[[str], object], text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True


def _is_as_number(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 10


def _is_state(value: Any) -> bool:
    return isinstance(value, (str, dict))


def _is_value(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _is_list_of_groups(value: Any) -> bool:
    return _is_list_of(str)(value) or _is_list_of(dict)(value)


Kind = tuple[str, Callable[[Any], bool]]
_KINDS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(TEXTS.split(), ("a text", _is_text)),
    **dict.fromkeys(NUMBERS.split(), ("a whole number", _is_number)),
    **dict.fromkeys(FLAGS.split(), ("true or false", lambda value: isinstance(value, bool))),
    **dict.fromkeys(OBJECTS.split(), ("an object", lambda value: isinstance(value, dict))),
    **dict.fromkeys(LISTS_OF_OBJECTS.split(), ("a list of objects", _is_list_of(dict))),
    **dict.fromkeys(LISTS_OF_TEXTS.split(), ("a list of texts", _is_list_of(str))),
    **dict.fromkeys(_NETWORKS.split(), ("a block of addresses", _is_network)),
    **dict.fromkeys(_ADDRESSES.split(), ("an address", is_address)),
    **dict.fromkeys(_AS_NUMBERS.split(), ("an AS number", _is_as_number)),
    "DestinationCidrBlock": ("a block of addresses", _is_any_network),  # a transit gateway's route may be IPv6
    "Port": ("a port", lambda value: _is_number(value) or _is_text(value)),
    "SecurityGroups": ("a list of groups", _is_list_of_groups),
    "State": ("a state", _is_state),
    "Value": ("a text or number", _is_value),
}
