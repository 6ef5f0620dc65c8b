"""What AWS and its Terraform provider do with a changed argument: replace, interrupt, or neither.

Sources: each type's file below internal/service of hashicorp/terraform-provider-aws, where `ForceNew` (or
`RequiresReplace`) is said; Site-to-Site VPN user guide, "Tunnel endpoint replacements"; EC2 API reference,
ModifyVpnConnection, ModifyVpnConnectionOptions and ModifyVpnTunnelOptions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from natlane.facts.impact_levels import IMPACTS

RE_ENGAGE, BOTH_DOWN, ONE_DOWN, REPLACED, IN_PLACE = IMPACTS
NOTHING: Final = "nothing"
LEVELS: Final = (*IMPACTS, NOTHING)  # worst first


def worst(levels: list[str]) -> str:
    """The worst of some levels; nothing where there are none."""
    return min(levels, key=LEVELS.index, default=NOTHING)


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One type: the provider's file, the arguments whose change replaces it, and what else matters here."""

    source: str
    replaced_by: frozenset[str]
    carries: bool = False  # packets cross it: they stop while it is replaced, and for good when it is gone
    tagged: bool = True  # default_tags reach it
    kept: frozenset[str] = frozenset()  # what AWS keeps as it is when the line goes (optional and computed)
    unwritten: Mapping[str, bool] = field(default_factory=dict)  # what AWS holds where the line was never written


def _type(
    source: str,
    replaced_by: str,
    *,
    carries: bool = False,
    tagged: bool = True,
    kept: str = "",
    unwritten: Mapping[str, bool] | None = None,
) -> ResourceType:
    return ResourceType(
        source, frozenset(replaced_by.split()), carries, tagged, frozenset(kept.split()), unwritten or {}
    )


TYPES: Final[Mapping[str, ResourceType]] = {
    "aws_cloudwatch_log_group": _type("logs/group.go", "log_group_class name name_prefix"),
    "aws_cloudwatch_metric_alarm": _type("cloudwatch/metric_alarm.go", "alarm_name"),
    "aws_customer_gateway": _type(
        "ec2/vpnsite_customer_gateway.go",
        "bgp_asn bgp_asn_extended certificate_arn device_name ip_address type",
    ),
    "aws_default_security_group": _type("ec2/vpc_default_security_group.go", "vpc_id"),
    "aws_ec2_transit_gateway_route": _type(
        "ec2/transitgateway_route.go",
        "blackhole destination_cidr_block transit_gateway_attachment_id transit_gateway_route_table_id",
        carries=True,
        tagged=False,
    ),
    "aws_ec2_transit_gateway_route_table": _type(
        "ec2/transitgateway_route_table.go", "transit_gateway_id", carries=True
    ),
    "aws_ec2_transit_gateway_route_table_association": _type(
        "ec2/transitgateway_route_table_association.go",
        "replace_existing_association transit_gateway_attachment_id transit_gateway_route_table_id",
        carries=True,
        tagged=False,
    ),
    "aws_ec2_transit_gateway_route_table_propagation": _type(
        "ec2/transitgateway_route_table_propagation.go",
        "transit_gateway_attachment_id transit_gateway_route_table_id",
        carries=True,
        tagged=False,
    ),
    "aws_ec2_transit_gateway_vpc_attachment": _type(
        "ec2/transitgateway_vpc_attachment.go", "transit_gateway_id vpc_id", carries=True
    ),
    "aws_ec2_transit_gateway_vpc_attachment_accepter": _type(
        "ec2/transitgateway_vpc_attachment_accepter.go", "transit_gateway_attachment_id", carries=True
    ),
    "aws_flow_log": _type(
        "ec2/vpc_flow_log.go",
        "deliver_cross_account_role destination_options eni_id iam_role_arn log_destination"
        " log_destination_type log_format max_aggregation_interval subnet_id traffic_type"
        " transit_gateway_attachment_id transit_gateway_id vpc_id",
    ),
    "aws_iam_role": _type("iam/role.go", "name name_prefix path"),
    "aws_iam_role_policy": _type("iam/role_policy.go", "name name_prefix role", tagged=False),
    "aws_lb": _type(
        "elbv2/load_balancer.go",
        "customer_owned_ipv4_pool internal load_balancer_type name name_prefix",
        carries=True,
        kept="security_groups",
    ),
    "aws_lb_listener": _type("elbv2/listener.go", "load_balancer_arn", carries=True),
    "aws_lb_target_group": _type(
        "elbv2/target_group.go",
        "ip_address_type name name_prefix port protocol protocol_version target_type vpc_id",
        carries=True,
    ),
    "aws_lb_target_group_attachment": _type(
        "elbv2/target_group_attachment.go", "availability_zone port target_group_arn target_id", tagged=False
    ),
    "aws_nat_gateway": _type(
        "ec2/vpc_nat_gateway.go",
        "allocation_id connectivity_type private_ip secondary_private_ip_address_count subnet_id",
        carries=True,
        kept="secondary_private_ip_addresses",
    ),
    "aws_route": _type(
        "ec2/vpc_route.go",
        "destination_cidr_block destination_ipv6_cidr_block destination_prefix_list_id route_table_id",
        carries=True,
        tagged=False,
    ),
    "aws_route_table": _type("ec2/vpc_route_table.go", "vpc_id", carries=True),
    "aws_route_table_association": _type(
        "ec2/vpc_route_table_association.go", "gateway_id subnet_id", carries=True, tagged=False
    ),
    "aws_security_group": _type("ec2/vpc_security_group.go", "description name name_prefix vpc_id", carries=True),
    "aws_subnet": _type(
        "ec2/vpc_subnet.go",
        "availability_zone availability_zone_id cidr_block ipv6_native outpost_arn vpc_id",
        carries=True,
    ),
    "aws_vpc": _type("ec2/vpc_.go", "cidr_block ipv4_ipam_pool_id ipv4_netmask_length", carries=True),
    "aws_vpc_endpoint": _type(
        "ec2/vpc_endpoint.go",
        "resource_configuration_arn service_name service_network_arn service_region vpc_endpoint_type vpc_id",
        carries=True,
        kept="policy",
    ),
    "aws_vpc_ipv4_cidr_block_association": _type(
        "ec2/vpc_ipv4_cidr_block_association.go",
        "cidr_block ipv4_ipam_pool_id ipv4_netmask_length vpc_id",
        carries=True,
        tagged=False,
    ),
    "aws_vpc_security_group_egress_rule": _type("ec2/vpc_security_group_ingress_rule.go", "security_group_id"),
    "aws_vpc_security_group_ingress_rule": _type(
        "ec2/vpc_security_group_ingress_rule.go", "security_group_id", carries=True
    ),
    "aws_vpn_connection": _type(
        "ec2/vpnsite_connection.go",
        "enable_acceleration static_routes_only tunnel1_inside_cidr tunnel1_inside_ipv6_cidr"
        " tunnel2_inside_cidr tunnel2_inside_ipv6_cidr tunnel_inside_ip_version type",
        carries=True,
        kept="enable_acceleration tunnel1_preshared_key tunnel2_preshared_key",
        unwritten={"enable_acceleration": False},
    ),
    "aws_vpn_connection_route": _type(
        "ec2/vpnsite_connection_route.go",
        "destination_cidr_block vpn_connection_id",
        carries=True,
        tagged=False,
    ),
    "aws_vpn_gateway": _type("ec2/vpnsite_gateway.go", "amazon_side_asn availability_zone", carries=True),
    "aws_vpn_gateway_attachment": _type(
        "ec2/vpnsite_gateway_attachment.go", "vpc_id vpn_gateway_id", carries=True, tagged=False
    ),
    "aws_vpn_gateway_route_propagation": _type(
        "ec2/vpnsite_gateway_route_propagation.go", "route_table_id vpn_gateway_id", carries=True, tagged=False
    ),
}

# Of what packets cross, what changes in place and packets do not notice. Of all else the worst is assumed.
CALM: Final[Mapping[str, frozenset[str]]] = {
    kind: frozenset(("tags", "tags_all", *names.split()))
    for kind, names in {
        "aws_ec2_transit_gateway_vpc_attachment": "dns_support security_group_referencing_support",
        "aws_ec2_transit_gateway_vpc_attachment_accepter": "dns_support security_group_referencing_support",
        "aws_lb": "access_logs connection_logs dns_record_client_routing_policy enable_cross_zone_load_balancing"
        " enable_deletion_protection",
        "aws_lb_listener": "tcp_idle_timeout_seconds",
        "aws_lb_target_group": "connection_termination deregistration_delay load_balancing_cross_zone_enabled"
        " slow_start stickiness",
        "aws_security_group": "revoke_rules_on_delete",
        "aws_subnet": "map_public_ip_on_launch private_dns_hostname_type_on_launch",
        "aws_vpc": "enable_dns_hostnames enable_dns_support enable_network_address_usage_metrics",
        "aws_vpc_endpoint": "auto_accept dns_options policy private_dns_enabled",
        "aws_vpc_security_group_ingress_rule": "description",
    }.items()
}
# Of these, a further entry disturbs nothing that was there.
GROWING: Final = frozenset(
    ("security_group_ids", "security_groups", "subnet_configuration", "subnet_ids", "subnet_mapping")
)

# In place, by ModifyVpnConnection and ModifyVpnConnectionOptions: AWS makes both tunnel endpoints anew.
BOTH_TUNNELS: Final = frozenset(
    {
        "customer_gateway_id",
        "local_ipv4_network_cidr",
        "remote_ipv4_network_cidr",
        "transit_gateway_id",
        "vpn_gateway_id",
    }
)
# In place, by ModifyVpnTunnelOptions, but with another key: "The new pre-shared key is stored in Secrets
# Manager" (S2S, enhanced security), and a key that was given must be given to the partner too.
KEYS: Final = frozenset({"preshared_key_storage", "tunnel1_preshared_key", "tunnel2_preshared_key"})
_TUNNEL: Final = re.compile(r"tunnel([12])_.+")


def tunnel_of(argument: str) -> str | None:
    """The tunnel that ModifyVpnTunnelOptions interrupts for an argument: "1", "2" or none."""
    match = _TUNNEL.fullmatch(argument)
    return match[1] if match else None
