"""How AWS applies a changed argument in place: harmless, one tunnel, both tunnels, or new keys.

What replaces a resource is in natlane.facts.replacing_arguments.

Sources: each type's file below internal/service of hashicorp/terraform-provider-aws; Site-to-Site VPN user guide,
"Tunnel endpoint replacements"; EC2 API reference, ModifyVpnConnection, ModifyVpnConnectionOptions and
ModifyVpnTunnelOptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Arguments of resources that packets cross, whose change packets do not notice. Of all others the worst is assumed.
HARMLESS_IN_PLACE: Final[Mapping[str, frozenset[str]]] = {
    kind: frozenset(("tags", "tags_all", *names.split()))
    for kind, names in {
        "aws_ec2_transit_gateway_vpc_attachment": "dns_support security_group_referencing_support",
        "aws_ec2_transit_gateway_vpc_attachment_accepter": "dns_support security_group_referencing_support",
        # Used while the association is made, and never read again (ec2/transitgateway_route_table_association.go).
        "aws_ec2_transit_gateway_route_table_association": "replace_existing_association",
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
# Lists to which an entry may be added without disturbing the others.
GROWING: Final = frozenset(
    ("security_group_ids", "security_groups", "subnet_configuration", "subnet_ids", "subnet_mapping")
)

# Lists that the provider reads from AWS where they are not written, and to which AWS adds nothing by itself.
EMPTY_UNASKED: Final[Mapping[str, Mapping[str, tuple[()]]]] = {
    "aws_nat_gateway": {"secondary_private_ip_addresses": ()},  # of a private one; ec2/vpc_nat_gateway.go
}

# In place, by ModifyVpnConnection and ModifyVpnConnectionOptions: AWS replaces both tunnel endpoints.
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
