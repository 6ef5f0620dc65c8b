"""Service Quotas: the limits that the fake enforces, by AWS's codes for them.

Source: Service Quotas user guide and the quota pages of each service, which give codes and default values.
"""

from __future__ import annotations

from typing import Final

from tests.aws.call import Call, answers
from tests.aws.errors import AwsError
from tests.aws.paging import page
from tests.aws.world import Data

# Service and code to AWS's name, the fake's name, AWS's default.
QUOTAS: Final = {
    ("vpc", "L-F678F1CE"): ("VPCs per Region", "vpcs", 5),
    ("vpc", "L-FE5A380F"): ("NAT gateways per Availability Zone", "nat_gateways_per_zone", 5),
    ("vpc", "L-93826ACB"): ("Routes per route table", "routes_per_route_table", 500),
    ("vpc", "L-29B6F2EB"): ("Interface VPC endpoints per VPC", "interface_endpoints_per_vpc", 50),
    ("vpc", "L-83CA0A9D"): ("IPv4 CIDR blocks per VPC", "cidrs_per_vpc", 5),
    ("vpc", "L-0EA8095F"): ("Inbound or outbound rules per security group", "security_group_rules", 60),
    ("ec2", "L-7029FAB6"): ("Virtual private gateways per region", "vpn_gateways", 5),
    ("ec2", "L-4FB7FF5D"): ("Customer gateways per region", "customer_gateways", 50),
    ("ec2", "L-3E6EC3A3"): ("VPN connections per region", "vpn_connections", 50),
    ("ec2", "L-E0233F82"): ("Attachments per transit gateway", "transit_gateway_attachments", 5_000),
    ("ec2", "L-43872EB7"): ("Route tables per transit gateway", "transit_gateway_route_tables", 20),
    ("ec2", "L-BCC1FB47"): ("Routes per transit gateway", "transit_gateway_routes", 10_000),
    ("ec2", "L-B91E5754"): ("VPN connections per VGW", "vpn_connections_per_vpn_gateway", 10),
}


def _told(call: Call, service: str, code: str, default: bool) -> Data:
    name, own, value = QUOTAS[service, code]
    granted = call.world.quotas.get(f"{call.account}/{own}", call.world.quotas.get(own, value))
    return {
        "ServiceCode": service,
        "ServiceName": {"vpc": "Amazon Virtual Private Cloud (Amazon VPC)"}.get(
            service, "Amazon Elastic Compute Cloud"
        ),
        "QuotaArn": call.world.arn("servicequotas", call.account, f"{service}/{code}"),
        "QuotaCode": code,
        "QuotaName": name,
        "Value": float(value if default else granted),
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }


@answers("service-quotas", "GetServiceQuota", "GetAWSDefaultServiceQuota")
def get_service_quota(call: Call) -> Data:
    """One quota, as it applies to the account or by default."""
    service, code = call.params["ServiceCode"], call.params["QuotaCode"]
    if (service, code) not in QUOTAS:
        raise AwsError(
            "NoSuchResourceException", "The request failed because the specified service quota is not found."
        )
    return {"Quota": _told(call, service, code, "Default" in call.operation)}


@answers("service-quotas", "ListServiceQuotas", "ListAWSDefaultServiceQuotas")
def list_service_quotas(call: Call) -> Data:
    """All of a service, in pages of 100 at most."""
    service = call.params["ServiceCode"]
    told = [_told(call, service, code, "Default" in call.operation) for owner, code in QUOTAS if owner == service]
    items, token = page(told, call.params, min(100, call.world.quotas.get("page", 100)))
    return {"Quotas": items, **({"NextToken": token} if token else {})}
