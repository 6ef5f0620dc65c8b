"""Resource types of the AWS provider: which arguments replace a resource, which stay, and their defaults.

Read off the provider's code (hashicorp/aws 6.58, each type's file below internal/service): ForceNew, RequiresReplace,
Computed, Default and DiffSuppressFunc. What replaces on a condition is in natlane.impact.replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from natlane.facts.tunnel_options import OPTIONS

Plain = bool | int | str


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One type: the provider's file, the arguments whose change replaces it, and what else matters here."""

    source: str
    replaced_by: frozenset[str]  # a member of a block with a dot
    carries_packets: bool = False  # packets cross it: they stop while it is replaced, and for good when it is gone
    tagged: bool = True  # default_tags reach it
    kept: frozenset[str] = frozenset()  # what AWS keeps as it is when the line goes (optional and computed)
    default_if_absent: Mapping[str, Plain] = field(default_factory=dict)  # what stands where the line was never written
    id_is: str = ""  # the argument whose value is also its id: it is nothing of its own in AWS


def _type(
    source: str,
    replaced_by: str,
    *,
    carries_packets: bool = False,
    tagged: bool = True,
    kept: str = "",
    default_if_absent: Mapping[str, Plain] | None = None,
    id_is: str = "",
) -> ResourceType:
    return ResourceType(
        source,
        frozenset(replaced_by.split()),
        carries_packets,
        tagged,
        frozenset(kept.split()),
        default_if_absent or {},
        id_is,
    )


TYPES: Final[Mapping[str, ResourceType]] = {
    "aws_cloudwatch_log_group": _type(
        "logs/group.go",
        "log_group_class name name_prefix",
        kept="deletion_protection_enabled log_group_class name name_prefix",
        default_if_absent={"retention_in_days": 0, "skip_destroy": False},
    ),
    "aws_cloudwatch_metric_alarm": _type(
        "cloudwatch/metric_alarm.go",
        "alarm_name",
        kept="evaluate_low_sample_count_percentiles",
        default_if_absent={"actions_enabled": True, "treat_missing_data": "missing"},
    ),
    "aws_customer_gateway": _type(
        "ec2/vpnsite_customer_gateway.go",
        "bgp_asn bgp_asn_extended certificate_arn device_name ip_address type",
    ),
    "aws_default_security_group": _type(
        "ec2/vpc_default_security_group.go",
        "vpc_id",
        kept="egress ingress vpc_id",
        default_if_absent={"revoke_rules_on_delete": False},
    ),
    "aws_ec2_transit_gateway_route": _type(
        "ec2/transitgateway_route.go",
        "blackhole destination_cidr_block transit_gateway_attachment_id transit_gateway_route_table_id",
        carries_packets=True,
        tagged=False,
        default_if_absent={"blackhole": False},
    ),
    "aws_ec2_transit_gateway_route_table": _type(
        "ec2/transitgateway_route_table.go",
        "transit_gateway_id",
        carries_packets=True,
    ),
    "aws_ec2_transit_gateway_route_table_association": _type(
        "ec2/transitgateway_route_table_association.go",
        "transit_gateway_attachment_id transit_gateway_route_table_id",
        carries_packets=True,
        tagged=False,
        default_if_absent={"replace_existing_association": False},
    ),
    "aws_ec2_transit_gateway_route_table_propagation": _type(
        "ec2/transitgateway_route_table_propagation.go",
        "transit_gateway_attachment_id transit_gateway_route_table_id",
        carries_packets=True,
        tagged=False,
    ),
    "aws_ec2_transit_gateway_vpc_attachment": _type(
        "ec2/transitgateway_vpc_attachment.go",
        "transit_gateway_id vpc_id",
        carries_packets=True,
        kept="security_group_referencing_support transit_gateway_default_route_table_association "
        "transit_gateway_default_route_table_propagation",
        default_if_absent={"appliance_mode_support": "disable", "dns_support": "enable", "ipv6_support": "disable"},
    ),
    "aws_ec2_transit_gateway_vpc_attachment_accepter": _type(
        "ec2/transitgateway_vpc_attachment_accepter.go",
        "transit_gateway_attachment_id",
        carries_packets=True,
        default_if_absent={
            "transit_gateway_default_route_table_association": True,
            "transit_gateway_default_route_table_propagation": True,
        },
        id_is="transit_gateway_attachment_id",
    ),
    "aws_flow_log": _type(
        "ec2/vpc_flow_log.go",
        "deliver_cross_account_role destination_options destination_options.file_format "
        "destination_options.hive_compatible_partitions destination_options.per_hour_partition eni_id "
        "iam_role_arn log_destination log_destination_type log_format max_aggregation_interval "
        "regional_nat_gateway_id subnet_id tag_field_specification "
        "tag_field_specification.resource_type tag_field_specification.tag_keys traffic_type "
        "transit_gateway_attachment_id transit_gateway_id vpc_id",
        kept="log_destination log_format",
        default_if_absent={"log_destination_type": "cloud-watch-logs", "max_aggregation_interval": 600},
    ),
    "aws_iam_role": _type(
        "iam/role.go",
        "name name_prefix path",
        kept="inline_policy managed_policy_arns name name_prefix",
        default_if_absent={"force_detach_policies": False, "max_session_duration": 3600, "path": "/"},
    ),
    "aws_iam_role_policy": _type(
        "iam/role_policy.go",
        "name name_prefix role",
        tagged=False,
        kept="name name_prefix",
    ),
    "aws_lb": _type(
        "elbv2/load_balancer.go",
        "customer_owned_ipv4_pool internal load_balancer_type name name_prefix",
        carries_packets=True,
        kept="enable_prefix_for_ipv6_source_nat "
        "enforce_security_group_inbound_rules_on_private_link_traffic internal ip_address_type name "
        "name_prefix secondary_ips_auto_assigned_per_subnet security_groups subnet_mapping subnets",
        default_if_absent={
            "client_keep_alive": 3600,
            "desync_mitigation_mode": "defensive",
            "dns_record_client_routing_policy": "any_availability_zone",
            "drop_invalid_header_fields": False,
            "enable_cross_zone_load_balancing": False,
            "enable_deletion_protection": False,
            "enable_http2": True,
            "enable_tls_version_and_cipher_suite_headers": False,
            "enable_waf_fail_open": False,
            "enable_xff_client_port": False,
            "enable_zonal_shift": False,
            "idle_timeout": 60,
            "load_balancer_type": "application",
            "preserve_host_header": False,
            "xff_header_processing_mode": "append",
        },
    ),
    "aws_lb_listener": _type(
        "elbv2/listener.go",
        "load_balancer_arn",
        carries_packets=True,
        kept="mutual_authentication protocol routing_http_request_x_amzn_mtls_clientcert_header_name "
        "routing_http_request_x_amzn_mtls_clientcert_issuer_header_name "
        "routing_http_request_x_amzn_mtls_clientcert_leaf_header_name "
        "routing_http_request_x_amzn_mtls_clientcert_serial_number_header_name "
        "routing_http_request_x_amzn_mtls_clientcert_subject_header_name "
        "routing_http_request_x_amzn_mtls_clientcert_validity_header_name "
        "routing_http_request_x_amzn_tls_cipher_suite_header_name "
        "routing_http_request_x_amzn_tls_version_header_name "
        "routing_http_response_access_control_allow_credentials_header_value "
        "routing_http_response_access_control_allow_headers_header_value "
        "routing_http_response_access_control_allow_methods_header_value "
        "routing_http_response_access_control_allow_origin_header_value "
        "routing_http_response_access_control_expose_headers_header_value "
        "routing_http_response_access_control_max_age_header_value "
        "routing_http_response_content_security_policy_header_value "
        "routing_http_response_server_enabled "
        "routing_http_response_strict_transport_security_header_value "
        "routing_http_response_x_content_type_options_header_value "
        "routing_http_response_x_frame_options_header_value ssl_policy tcp_idle_timeout_seconds",
    ),
    "aws_lb_target_group": _type(
        "elbv2/target_group.go",
        "ip_address_type name name_prefix port protocol protocol_version target_control_port target_type vpc_id",
        carries_packets=True,
        kept="connection_termination health_check ip_address_type load_balancing_algorithm_type "
        "load_balancing_anomaly_mitigation load_balancing_cross_zone_enabled name name_prefix "
        "preserve_client_ip protocol_version stickiness target_failover target_group_health "
        "target_health_state",
        default_if_absent={
            "deregistration_delay": "300",
            "lambda_multi_value_headers_enabled": False,
            "proxy_protocol_v2": False,
            "slow_start": 0,
            "target_type": "instance",
        },
    ),
    "aws_lb_target_group_attachment": _type(
        "elbv2/target_group_attachment.go",
        "availability_zone port quic_server_id target_group_arn target_id",
        tagged=False,
    ),
    "aws_nat_gateway": _type(
        "ec2/vpc_nat_gateway.go",
        "allocation_id availability_mode connectivity_type private_ip subnet_id vpc_id",
        carries_packets=True,
        kept="availability_mode private_ip secondary_allocation_ids secondary_private_ip_address_count "
        "secondary_private_ip_addresses vpc_id",
        default_if_absent={"connectivity_type": "public"},
    ),
    "aws_route": _type(
        "ec2/vpc_route.go",
        "destination_cidr_block destination_ipv6_cidr_block destination_prefix_list_id route_table_id",
        carries_packets=True,
        tagged=False,
        kept="network_interface_id",
    ),
    "aws_route_table": _type(
        "ec2/vpc_route_table.go",
        "vpc_id",
        carries_packets=True,
        kept="propagating_vgws route",
    ),
    "aws_route_table_association": _type(
        "ec2/vpc_route_table_association.go",
        "gateway_id subnet_id",
        carries_packets=True,
        tagged=False,
    ),
    "aws_security_group": _type(
        "ec2/vpc_security_group.go",
        "description name name_prefix vpc_id",
        carries_packets=True,
        kept="egress ingress name name_prefix vpc_id",
        default_if_absent={"description": "Managed by Terraform", "revoke_rules_on_delete": False},
    ),
    "aws_subnet": _type(
        "ec2/vpc_subnet.go",
        "availability_zone availability_zone_id cidr_block ipv4_ipam_pool_id ipv4_netmask_length "
        "ipv6_ipam_pool_id ipv6_native ipv6_netmask_length outpost_arn vpc_id",
        carries_packets=True,
        kept="availability_zone availability_zone_id cidr_block ipv6_cidr_block private_dns_hostname_type_on_launch",
        default_if_absent={
            "assign_ipv6_address_on_creation": False,
            "enable_dns64": False,
            "enable_resource_name_dns_a_record_on_launch": False,
            "enable_resource_name_dns_aaaa_record_on_launch": False,
            "ipv6_native": False,
            "map_public_ip_on_launch": False,
        },
    ),
    "aws_vpc": _type(
        "ec2/vpc_.go",
        "cidr_block ipv4_ipam_pool_id ipv4_netmask_length",
        carries_packets=True,
        kept="cidr_block enable_dns_hostnames enable_network_address_usage_metrics ipv6_cidr_block "
        "ipv6_cidr_block_network_border_group",
        default_if_absent={"enable_dns_support": True, "instance_tenancy": "default"},
    ),
    "aws_vpc_endpoint": _type(
        "ec2/vpc_endpoint.go",
        "dns_options.private_dns_preference dns_options.private_dns_specified_domains "
        "resource_configuration_arn service_name service_network_arn service_region vpc_endpoint_type "
        "vpc_id",
        carries_packets=True,
        kept="dns_options ip_address_type policy private_dns_enabled route_table_ids security_group_ids "
        "service_region subnet_configuration subnet_ids",
        default_if_absent={"vpc_endpoint_type": "Gateway"},
    ),
    "aws_vpc_ipv4_cidr_block_association": _type(
        "ec2/vpc_ipv4_cidr_block_association.go",
        "cidr_block ipv4_ipam_pool_id ipv4_netmask_length vpc_id",
        carries_packets=True,
        tagged=False,
        kept="cidr_block",
    ),
    "aws_vpc_security_group_egress_rule": _type(
        "ec2/vpc_security_group_egress_rule.go",
        "security_group_id",
    ),
    "aws_vpc_security_group_ingress_rule": _type(
        "ec2/vpc_security_group_ingress_rule.go",
        "security_group_id",
        carries_packets=True,
    ),
    "aws_vpn_connection": _type(
        "ec2/vpnsite_connection.go",
        "enable_acceleration static_routes_only tunnel_bandwidth tunnel_inside_ip_version type vpn_concentrator_id",
        carries_packets=True,
        kept="enable_acceleration local_ipv4_network_cidr local_ipv6_network_cidr outside_ip_address_type "
        "preshared_key_storage remote_ipv4_network_cidr remote_ipv6_network_cidr static_routes_only "
        "tunnel1_inside_cidr tunnel1_inside_ipv6_cidr tunnel1_log_options tunnel1_preshared_key "
        "tunnel2_inside_cidr tunnel2_inside_ipv6_cidr tunnel2_log_options tunnel2_preshared_key "
        "tunnel_bandwidth tunnel_inside_ip_version",
        default_if_absent={
            "enable_acceleration": False,
            **{
                f"tunnel{number}_{each.argument}": each.provider_default
                for number in (1, 2)
                for each in OPTIONS
                if each.provider_default is not None
            },
        },
    ),
    "aws_vpn_connection_route": _type(
        "ec2/vpnsite_connection_route.go",
        "destination_cidr_block vpn_connection_id",
        carries_packets=True,
        tagged=False,
    ),
    "aws_vpn_gateway": _type(
        "ec2/vpnsite_gateway.go",
        "amazon_side_asn availability_zone",
        carries_packets=True,
        kept="amazon_side_asn vpc_id",
    ),
    "aws_vpn_gateway_attachment": _type(
        "ec2/vpnsite_gateway_attachment.go",
        "vpc_id vpn_gateway_id",
        carries_packets=True,
        tagged=False,
    ),
    "aws_vpn_gateway_route_propagation": _type(
        "ec2/vpnsite_gateway_route_propagation.go",
        "route_table_id vpn_gateway_id",
        carries_packets=True,
        tagged=False,
    ),
}
