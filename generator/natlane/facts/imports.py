"""How Terraform takes over what AWS holds already: import ids by type, and which options of a VPN may stay as they are.

Sources: the section "Import" of each type's page of hashicorp/aws 6.58, and the Importer of its code. Types that are
missing here have no importer (aws_vpn_gateway_attachment, aws_vpn_connection_route), or must not be imported (the
provider takes a VPC's default security group over by itself).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from natlane.facts.tunnel_options import FIELDS, of_both_tunnels

_CIDR: Final = r"\d+\.\d+\.\d+\.\d+/\d+"


def _one(prefix: str) -> re.Pattern[str]:
    return re.compile(rf"{prefix}-[0-9a-f]+")


IMPORT_IDS: Final[Mapping[str, re.Pattern[str]]] = {
    "aws_cloudwatch_log_group": re.compile(r"[\w./#-]+"),
    "aws_cloudwatch_metric_alarm": re.compile(r"[\w.-]+"),
    "aws_customer_gateway": _one("cgw"),
    "aws_ec2_transit_gateway_route": re.compile(rf"tgw-rtb-[0-9a-f]+_{_CIDR}"),
    "aws_ec2_transit_gateway_route_table": _one("tgw-rtb"),
    "aws_ec2_transit_gateway_route_table_association": re.compile(r"tgw-rtb-[0-9a-f]+_tgw-attach-[0-9a-f]+"),
    "aws_ec2_transit_gateway_vpc_attachment": _one("tgw-attach"),
    "aws_ec2_transit_gateway_vpc_attachment_accepter": _one("tgw-attach"),
    "aws_flow_log": _one("fl"),
    "aws_iam_role": re.compile(r"[\w+=,.@-]+"),
    "aws_iam_role_policy": re.compile(r"[\w+=,.@-]+:[\w+=,.@-]+"),
    "aws_nat_gateway": _one("nat"),
    "aws_route": re.compile(rf"rtb-[0-9a-f]+_{_CIDR}"),
    "aws_route_table": _one("rtb"),
    "aws_route_table_association": re.compile(r"subnet-[0-9a-f]+/rtb-[0-9a-f]+"),
    "aws_security_group": _one("sg"),
    "aws_subnet": _one("subnet"),
    "aws_vpc": _one("vpc"),
    "aws_vpc_endpoint": _one("vpce"),
    "aws_vpc_ipv4_cidr_block_association": _one("vpc-cidr-assoc"),
    "aws_vpc_security_group_ingress_rule": _one("sgr"),
    "aws_vpn_connection": _one("vpn"),
    "aws_vpn_gateway": _one("vgw"),
}

# Arguments of aws_vpn_connection that an adopted one may keep as AWS has them: no packet's way depends on any.
KEPT: Final = of_both_tunnels(sorted(FIELDS.keys() - {"inside_cidr"}))
