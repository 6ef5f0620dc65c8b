"""Resource types and arguments of the AWS provider whose effect on packets the proof knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from natlane.facts.tunnel_options import FIELDS, of_both_tunnels

# Of a VPN connection's tunnels: keys, algorithms, times, logs. None of them is a route.
TUNNELS: Final = frozenset(of_both_tunnels(FIELDS))
ANY_RESOURCE: Final = frozenset(("provider", "depends_on", "lifecycle", "tags", "timeouts", "name", "description"))

# Every resource that can carry a packet, with all that natlane knows about it. An argument that is not
# here could send packets where the proof does not look.
UNDERSTOOD: Final[Mapping[str, frozenset[str]]] = {
    "aws_vpc": frozenset(("cidr_block", "enable_dns_support", "enable_dns_hostnames", "instance_tenancy")),
    "aws_vpc_ipv4_cidr_block_association": frozenset(("vpc_id", "cidr_block")),
    "aws_default_security_group": frozenset(("vpc_id",)),
    "aws_subnet": frozenset(("vpc_id", "availability_zone", "cidr_block", "map_public_ip_on_launch")),
    "aws_route_table": frozenset(("vpc_id", "propagating_vgws")),
    "aws_route_table_association": frozenset(("subnet_id", "route_table_id")),
    "aws_vpn_gateway_route_propagation": frozenset(("vpn_gateway_id", "route_table_id")),
    "aws_route": frozenset(
        ("route_table_id", "destination_cidr_block", "nat_gateway_id", "gateway_id", "transit_gateway_id")
    ),
    "aws_nat_gateway": frozenset(("connectivity_type", "subnet_id", "private_ip", "secondary_private_ip_addresses")),
    "aws_customer_gateway": frozenset(
        ("type", "ip_address", "bgp_asn", "bgp_asn_extended", "device_name", "certificate_arn")
    ),
    "aws_vpn_gateway": frozenset(("amazon_side_asn", "vpc_id", "availability_zone")),
    "aws_vpn_gateway_attachment": frozenset(("vpc_id", "vpn_gateway_id")),
    "aws_vpn_connection": frozenset(
        (
            "type",
            "customer_gateway_id",
            "vpn_gateway_id",
            "transit_gateway_id",
            "static_routes_only",
            "enable_acceleration",
            "preshared_key_storage",
            "local_ipv4_network_cidr",
            "remote_ipv4_network_cidr",
            "tunnel_bandwidth",
        )
    ),
    "aws_vpn_connection_route": frozenset(("vpn_connection_id", "destination_cidr_block")),
    "aws_ec2_transit_gateway_vpc_attachment": frozenset(
        (
            "transit_gateway_id",
            "vpc_id",
            "subnet_ids",
            "dns_support",
            "ipv6_support",
            "security_group_referencing_support",
            "transit_gateway_default_route_table_association",
            "transit_gateway_default_route_table_propagation",
        )
    ),
    "aws_ec2_transit_gateway_vpc_attachment_accepter": frozenset(
        (
            "transit_gateway_attachment_id",
            "transit_gateway_default_route_table_association",
            "transit_gateway_default_route_table_propagation",
        )
    ),
    "aws_ec2_transit_gateway_route_table": frozenset(("transit_gateway_id",)),
    "aws_ec2_transit_gateway_route_table_association": frozenset(
        (
            "transit_gateway_attachment_id",
            "transit_gateway_route_table_id",
            "replace_existing_association",
        )
    ),
    "aws_ec2_transit_gateway_route_table_propagation": frozenset(
        (
            "transit_gateway_attachment_id",
            "transit_gateway_route_table_id",
        )
    ),
    "aws_ec2_transit_gateway_route": frozenset(
        (
            "transit_gateway_route_table_id",
            "destination_cidr_block",
            "transit_gateway_attachment_id",
            "blackhole",
        )
    ),
    "aws_security_group": frozenset(("vpc_id", "name_prefix", "revoke_rules_on_delete")),
    "aws_vpc_security_group_ingress_rule": frozenset(
        (
            "security_group_id",
            "cidr_ipv4",
            "ip_protocol",
            "from_port",
            "to_port",
        )
    ),
    "aws_vpc_security_group_egress_rule": frozenset(
        (
            "security_group_id",
            "cidr_ipv4",
            "ip_protocol",
            "from_port",
            "to_port",
        )
    ),
    "aws_vpc_endpoint": frozenset(
        (
            "vpc_id",
            "vpc_endpoint_type",
            "service_name",
            "service_region",
            "subnet_ids",
            "security_group_ids",
            "private_dns_enabled",
            "policy",
            "subnet_configuration",
            "auto_accept",
            "ip_address_type",
            "dns_options",
        )
    ),
    "aws_lb": frozenset(
        (
            "internal",
            "load_balancer_type",
            "security_groups",
            "enable_cross_zone_load_balancing",
            "enable_deletion_protection",
            "subnet_mapping",
            "dns_record_client_routing_policy",
        )
    ),
    "aws_lb_target_group": frozenset(
        (
            "vpc_id",
            "target_type",
            "protocol",
            "port",
            "preserve_client_ip",
            "health_check",
            "deregistration_delay",
            "connection_termination",
            "load_balancing_cross_zone_enabled",
            "proxy_protocol_v2",
            "stickiness",
            "target_health_state",
        )
    ),
    "aws_lb_target_group_attachment": frozenset(("target_group_arn", "target_id", "port", "availability_zone")),
    "aws_lb_listener": frozenset(
        (
            "load_balancer_arn",
            "protocol",
            "port",
            "default_action",
            "tcp_idle_timeout_seconds",
        )
    ),
}

# Blocks inside of these resources that packets depend on, with all that natlane knows about them.
INSIDE: Final[Mapping[str, frozenset[str]]] = {
    "subnet_configuration": frozenset(("subnet_id", "ipv4")),
    "subnet_mapping": frozenset(("subnet_id", "private_ipv4_address")),
    "default_action": frozenset(("type", "target_group_arn", "order")),
    "health_check": frozenset(
        [
            "enabled",
            "protocol",
            "port",
            "path",
            "matcher",
            "interval",
            "timeout",
            "healthy_threshold",
            "unhealthy_threshold",
        ]
    ),
}

# What carries no packet: logs, alarms, keys. Of what could send logs, alarms or rights to strangers, side_effects.py
# looks at the values.
NO_PACKETS: Final[Mapping[str, frozenset[str]]] = {
    "aws_cloudwatch_log_group": frozenset(
        ("name_prefix", "retention_in_days", "kms_key_id", "skip_destroy", "log_group_class")
    ),
    "aws_cloudwatch_metric_alarm": frozenset(
        [
            "alarm_name",
            "alarm_description",
            "namespace",
            "metric_name",
            "statistic",
            "extended_statistic",
            "comparison_operator",
            "threshold",
            "period",
            "evaluation_periods",
            "datapoints_to_alarm",
            "treat_missing_data",
            "unit",
            "actions_enabled",
            "alarm_actions",
            "ok_actions",
            "insufficient_data_actions",
            "dimensions",
            "metric_query",
        ]
    ),
    "aws_cloudwatch_dashboard": frozenset(("dashboard_name", "dashboard_body")),
    "aws_iam_role": frozenset(("name_prefix", "path", "assume_role_policy", "max_session_duration")),
    "aws_iam_role_policy": frozenset(("name_prefix", "role", "policy")),
    "aws_flow_log": frozenset(
        [
            "vpc_id",
            "traffic_type",
            "log_destination_type",
            "log_destination",
            "iam_role_arn",
            "max_aggregation_interval",
            "log_format",
        ]
    ),
    "aws_ec2_tag": frozenset(("resource_id", "key", "value")),
    "terraform_data": frozenset(("input", "triggers_replace")),
}
