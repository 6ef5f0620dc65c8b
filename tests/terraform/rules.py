"""Configuration of one resource -> what the AWS provider itself would refuse, beyond what its schema says.

Small tables, kept by hand for what the templates use. Sources: terraform-provider-aws, internal/service/ec2
(vpnsite_connection.go, vpnsite_customer_gateway.go, vpc_route.go, vpc_nat_gateway.go, vpc_endpoint.go,
vpc_subnet.go, transitgateway_vpc_attachment.go, vpc_flow_log.go), internal/service/elbv2, cloudwatch, logs;
EC2 API reference, VpnTunnelOptionsSpecification. Values that are not known yet are passed over, except where
arguments exclude each other: there a reference counts as given, which is stricter than the provider and
right for generated modules.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Iterator
from typing import Any

from tests.terraform.aws_schema import Block
from tests.terraform.wire import UNKNOWN, Path

Refusal = tuple[Path, str]

ROUTE_TARGETS = (
    "carrier_gateway_id", "core_network_arn", "egress_only_gateway_id", "gateway_id", "local_gateway_id",
    "nat_gateway_id", "network_interface_id", "odb_network_arn", "transit_gateway_id", "vpc_endpoint_id",
    "vpc_peering_connection_id",
)  # fmt: skip
EXACTLY_ONE: dict[str, tuple[tuple[str, ...], ...]] = {
    "aws_route": (
        ROUTE_TARGETS,
        ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"),
    ),
    "aws_lb": (("subnet_mapping", "subnets"),),
    "aws_flow_log": (
        (
            "eni_id",
            "regional_nat_gateway_id",
            "subnet_id",
            "transit_gateway_attachment_id",
            "transit_gateway_id",
            "vpc_id",
        ),
    ),
    "aws_route_table_association": (("gateway_id", "subnet_id"),),
}
AT_MOST_ONE: dict[str, tuple[tuple[str, ...], ...]] = {
    "aws_vpn_connection": (("transit_gateway_id", "vpn_gateway_id"),),
    "aws_customer_gateway": (("bgp_asn", "bgp_asn_extended"),),
    "aws_nat_gateway": (("secondary_private_ip_address_count", "secondary_private_ip_addresses"),),
    "aws_vpc_endpoint": (("resource_configuration_arn", "service_name", "service_network_arn"),),
    "aws_vpc_security_group_ingress_rule": (
        ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"),
    ),
    "aws_vpc_security_group_egress_rule": (
        ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"),
    ),
}

DH_PHASE1 = frozenset({2, *range(14, 25)})
DH_PHASE2 = frozenset({2, 5, *range(14, 25)})
ENCRYPTION = frozenset({"AES128", "AES256", "AES128-GCM-16", "AES256-GCM-16"})
INTEGRITY = frozenset({"SHA1", "SHA2-256", "SHA2-384", "SHA2-512"})
SWITCH = frozenset({"enable", "disable"})
LB_PROTOCOLS = frozenset({"HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"})
RETENTION_DAYS = frozenset(
    {
        0,
        1,
        3,
        5,
        7,
        14,
        30,
        60,
        90,
        120,
        150,
        180,
        365,
        400,
        545,
        731,
        1096,
        1827,
        2192,
        2557,
        2922,
        3288,
        3653,
    }
)

# tunnel1_ and tunnel2_ are written tunnel_ here.
ENUMERATIONS: dict[str, dict[str, frozenset[Any]]] = {
    "aws_cloudwatch_log_group": {"retention_in_days": RETENTION_DAYS},
    "aws_cloudwatch_metric_alarm": {
        "comparison_operator": frozenset(
            f"{side}{than}Threshold" for side in ("GreaterThan", "LessThan") for than in ("", "OrEqualTo")
        ),
        "statistic": frozenset({"SampleCount", "Average", "Sum", "Minimum", "Maximum"}),
        "treat_missing_data": frozenset({"missing", "ignore", "breaching", "notBreaching"}),
    },
    "aws_customer_gateway": {"type": frozenset({"ipsec.1"})},
    "aws_ec2_transit_gateway_vpc_attachment": {
        "appliance_mode_support": SWITCH,
        "dns_support": SWITCH,
        "ipv6_support": SWITCH,
        "security_group_referencing_support": SWITCH,
    },
    "aws_flow_log": {
        "log_destination_type": frozenset({"cloud-watch-logs", "s3", "kinesis-data-firehose"}),
        "max_aggregation_interval": frozenset({60, 600}),
        "traffic_type": frozenset({"ACCEPT", "REJECT", "ALL"}),
    },
    "aws_lb": {"load_balancer_type": frozenset({"application", "gateway", "network"})},
    "aws_lb_listener": {"protocol": LB_PROTOCOLS},
    "aws_lb_target_group": {
        "protocol": LB_PROTOCOLS,
        "target_type": frozenset({"instance", "ip", "lambda", "alb"}),
    },
    "aws_nat_gateway": {"connectivity_type": frozenset({"private", "public"})},
    "aws_vpc_endpoint": {
        "vpc_endpoint_type": frozenset({"Gateway", "GatewayLoadBalancer", "Interface", "Resource", "ServiceNetwork"})
    },
    "aws_vpn_connection": {
        "preshared_key_storage": frozenset({"Standard", "SecretsManager"}),
        "tunnel_dpd_timeout_action": frozenset({"clear", "none", "restart"}),
        "tunnel_ike_versions": frozenset({"ikev1", "ikev2"}),
        "tunnel_phase1_dh_group_numbers": DH_PHASE1,
        "tunnel_phase1_encryption_algorithms": ENCRYPTION,
        "tunnel_phase1_integrity_algorithms": INTEGRITY,
        "tunnel_phase2_dh_group_numbers": DH_PHASE2,
        "tunnel_phase2_encryption_algorithms": ENCRYPTION,
        "tunnel_phase2_integrity_algorithms": INTEGRITY,
        "tunnel_startup_action": frozenset({"add", "start"}),
        "log_output_format": frozenset({"json", "text"}),
        "bgp_log_output_format": frozenset({"json", "text"}),
        "type": frozenset({"ipsec.1"}),
    },
}
RANGES: dict[str, tuple[int, int]] = {
    "tunnel_dpd_timeout_seconds": (30, 2**31 - 1),
    "tunnel_phase1_lifetime_seconds": (900, 28800),
    "tunnel_phase2_lifetime_seconds": (900, 3600),
    "tunnel_rekey_fuzz_percentage": (0, 100),
    "tunnel_rekey_margin_time_seconds": (60, 1800),
    "tunnel_replay_window_size": (64, 2048),
}
# Elastic Load Balancing, IAM and EC2 API references: what a name or description may be.
LB_NAME = r"(?!internal-)[0-9A-Za-z](?:[0-9A-Za-z-]{0,30}[0-9A-Za-z])?"
GROUP_DESCRIPTION = r"[0-9A-Za-z ._:/()#,@\[\]+=&;{}!$*-]{0,255}"
TEXTS: dict[str, dict[str, str]] = {
    "aws_iam_role": {"name": r"[\w+=,.@-]{1,64}"},
    "aws_lb": {"name": LB_NAME},
    "aws_lb_target_group": {"name": LB_NAME},
    "aws_security_group": {"name": r"(?!sg-)" + GROUP_DESCRIPTION, "description": GROUP_DESCRIPTION},
    "aws_vpc_security_group_egress_rule": {"description": GROUP_DESCRIPTION},
    "aws_vpc_security_group_ingress_rule": {"description": GROUP_DESCRIPTION},
    "aws_vpn_connection": {"tunnel_preshared_key": r"[A-Za-z1-9._][A-Za-z0-9._]{7,63}"},
}
CIDRS = {
    "cidr_block", "cidr_blocks", "cidr_ipv4", "destination_cidr_block", "local_ipv4_network_cidr",
    "remote_ipv4_network_cidr", "tunnel_inside_cidr",
}  # fmt: skip
ADDRESSES = {"ip_address", "ipv4", "private_ip", "private_ipv4_address", "secondary_private_ip_addresses"}
DOCUMENTS = {"assume_role_policy", "policy", "policy_document"}
SIZED = {"aws_vpc", "aws_subnet", "aws_vpc_ipv4_cidr_block_association"}  # /16 to /28
LINK_LOCAL = ipaddress.IPv4Network("169.254.0.0/16")
AWS_OWN_TUNNELS = {f"169.254.{third}.0/30" for third in range(6)} | {"169.254.169.252/30"}


def refusals(type_name: str, block: Block, config: dict[str, Any]) -> Iterator[Refusal]:
    """What is wrong with one resource's configuration, each with the attribute's path."""
    yield from _exclusive(type_name, config)
    for path, value in leaves(block, config):
        name = re.sub(r"^tunnel[12]_", "tunnel_", path[-1])
        for item in value if isinstance(value, list) else [value]:
            if item is None or item is UNKNOWN:
                continue
            wrong = _wrong(type_name, name, item)
            if wrong:
                yield path, f"expected {path[-1]} to be {wrong}, got {item}"


def leaves(block: Block, value: dict[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every attribute of a configuration, those of nested blocks too."""
    for name in block["attributes"]:
        yield (*path, name), value[name]
    for name, inner in block["blocks"].items():
        nested = value[name]
        for item in nested if isinstance(nested, list) else [nested]:
            if isinstance(item, dict):
                yield from leaves(inner, item, (*path, name))


def _exclusive(type_name: str, config: dict[str, Any]) -> Iterator[Refusal]:
    for names in EXACTLY_ONE.get(type_name, ()):
        given = [name for name in names if config[name] not in (None, [])]
        if len(given) != 1:
            yield (given[0] if given else names[0],), f"exactly one of {', '.join(names)} must be given"
    for names in AT_MOST_ONE.get(type_name, ()):
        given = [name for name in names if config[name] not in (None, [])]
        if len(given) > 1:
            yield (given[1],), f"{given[1]} conflicts with {given[0]}"


def _wrong(type_name: str, name: str, value: Any) -> str | None:
    """What the value should have been, if it is wrong."""
    allowed = ENUMERATIONS.get(type_name, {}).get(name)
    if allowed is not None and value not in allowed:
        return f"one of {sorted(allowed)}"
    text = TEXTS.get(type_name, {}).get(name)
    if text is not None and not re.fullmatch(text, value, re.ASCII):
        return f"like {text}"
    if name in RANGES and not RANGES[name][0] <= value <= RANGES[name][1]:
        return f"in the range {RANGES[name][0]} to {RANGES[name][1]}"
    if name in CIDRS:
        return _wrong_network(type_name, name, value)
    if name in ADDRESSES and not _is_address(value):
        return "a valid IPv4 address"
    if name in DOCUMENTS and not _is_json(value):
        return "valid JSON"
    if name.endswith("_arn") and not value.startswith("arn:"):
        return "an ARN"
    return None


def _wrong_network(type_name: str, name: str, value: str) -> str | None:
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError:
        return "a valid IPv4 network without host bits"
    if name == "cidr_block" and type_name in SIZED and not 16 <= network.prefixlen <= 28:
        return "a network of /16 to /28"
    if name == "tunnel_inside_cidr" and (
        network.prefixlen != 30 or not network.subnet_of(LINK_LOCAL) or value in AWS_OWN_TUNNELS
    ):
        return "a /30 in 169.254.0.0/16 that AWS does not keep for itself"
    return None


def _is_address(value: str) -> bool:
    try:
        ipaddress.IPv4Address(value)
    except ValueError:
        return False
    return True


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return True
