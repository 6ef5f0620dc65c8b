"""AWS's default quotas that a fleet uses up, by the landing zone's names for them, each with its page and code.

VPC = AWS General Reference, "Amazon Virtual Private Cloud endpoints and quotas", and the VPC guide, "Amazon VPC
quotas"; S2S = Site-to-Site VPN guide, "Quotas"; TGW = Transit Gateway guide, "Quotas". The code is Service Quotas' own.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Quota(NamedTuple):
    """One quota: what AWS grants at first, Service Quotas' code, and the page that says so."""

    default: int
    quota_code: str
    page: str


QUOTAS: Final = {
    "vpcs": Quota(5, "L-F678F1CE", "VPC"),
    "nat_gateways_per_zone": Quota(5, "L-FE5A380F", "VPC"),
    "vpn_gateways": Quota(5, "L-7029FAB6", "S2S"),
    "customer_gateways": Quota(50, "L-4FB7FF5D", "S2S"),
    "vpn_connections": Quota(50, "L-3E6EC3A3", "S2S"),
    "transit_gateway_attachments": Quota(5_000, "L-E0233F82", "TGW"),
    "transit_gateway_route_tables": Quota(20, "L-43872EB7", "TGW"),
    "transit_gateway_routes": Quota(10_000, "L-BCC1FB47", "TGW"),
    "routes_per_route_table": Quota(500, "L-93826ACB", "VPC"),  # 50 before June 2025
    "interface_endpoints_per_vpc": Quota(50, "L-29B6F2EB", "VPC"),
    "cidrs_per_vpc": Quota(5, "L-83CA0A9D", "VPC"),
    "security_group_rules": Quota(60, "L-0EA8095F", "VPC"),
}
