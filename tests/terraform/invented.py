"""Planned resources with every value that AWS would have chosen filled in.

Ids and addresses are derived from a hash of what is known, so a run gives the same ones each time; two
resources of one type that are the same in everything known share them. Where templates and their tests read
a value, it has the form that AWS gives it; anything else is its own name and a hash, or the empty value of
its type.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
from dataclasses import dataclass
from typing import Any

from tests.terraform.aws_schema import Block
from tests.terraform.wire import UNKNOWN

ID_PREFIXES = {
    "customer_gateway": "cgw",
    "ec2_transit_gateway": "tgw",
    "ec2_transit_gateway_route_table": "tgw-rtb",
    "ec2_transit_gateway_vpc_attachment": "tgw-attach",
    "ec2_transit_gateway_peering_attachment": "tgw-attach",
    "ec2_transit_gateway_connect": "tgw-attach",
    "eip": "eipalloc",
    "flow_log": "fl",
    "internet_gateway": "igw",
    "nat_gateway": "nat",
    "default_network_acl": "acl",
    "network_acl": "acl",
    "network_interface": "eni",
    "default_route_table": "rtb",
    "route_table": "rtb",
    "route_table_association": "rtbassoc",
    "default_security_group": "sg",
    "security_group": "sg",
    "security_group_rule": "sgrule",
    "vpc_security_group_egress_rule": "sgr",
    "vpc_security_group_ingress_rule": "sgr",
    "subnet": "subnet",
    "transit_gateway_attachment": "tgw-attach",
    "vpc": "vpc",
    "vpc_endpoint": "vpce",
    "vpc_endpoint_service": "vpce-svc",
    "vpc_ipv4_cidr_block_association": "vpc-cidr-assoc",
    "vpn_connection": "vpn",
    "vpn_gateway": "vgw",
}

# Types whose id is one of their other attributes.
ID_FROM = {
    "aws_cloudwatch_composite_alarm": "alarm_name",
    "aws_cloudwatch_log_group": "name",
    "aws_cloudwatch_log_resource_policy": "policy_name",
    "aws_cloudwatch_metric_alarm": "alarm_name",
    "aws_default_route_table": "default_route_table_id",
    "aws_ec2_transit_gateway_vpc_attachment_accepter": "transit_gateway_attachment_id",
    "aws_iam_policy": "arn",
    "aws_iam_role": "name",
    "aws_lb": "arn",
    "aws_lb_listener": "arn",
    "aws_lb_target_group": "arn",
    "aws_secretsmanager_secret": "arn",
}

# What AWS fills in where an argument is left out (EC2 API reference).
DEFAULTS: dict[str, Any] = {
    "amazon_side_asn": "64512",
    "instance_tenancy": "default",
    "ip_address_type": "ipv4",
    "local_ipv4_network_cidr": "0.0.0.0/0",
    "preshared_key_storage": "Standard",
    "remote_ipv4_network_cidr": "0.0.0.0/0",
    "state": "available",
    "tunnel_inside_ip_version": "ipv4",
}

# Where an ARN is not of EC2, or ends in a name instead of an id.
ARNS = {
    "aws_cloudwatch_log_group": "arn:aws:logs:{region}:{account}:log-group:{name}",
    "aws_iam_policy": "arn:aws:iam::{account}:policy/{name}",
    "aws_iam_role": "arn:aws:iam::{account}:role/{name}",
    "aws_kms_key": "arn:aws:kms:{region}:{account}:key/{digits}",
    "aws_lb": "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/net/{name}/{digits}",
    "aws_lb_listener": "arn:aws:elasticloadbalancing:{region}:{account}:listener/net/{digits}/{digits}",
    "aws_lb_target_group": "arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{digits}",
    "aws_secretsmanager_secret": "arn:aws:secretsmanager:{region}:{account}:secret:{name}-{digits}",
    "preshared_key": "arn:aws:secretsmanager:{region}:{account}:secret:s2svpn!{digits}",
}

EMPTY: dict[str, Any] = {"number": 0, "bool": False, "list": [], "set": [], "map": {}}


@dataclass(frozen=True, slots=True)
class Account:
    """Whose AWS it is: the part of a provider configuration that shows in what it creates."""

    id: str
    region: str


@dataclass(frozen=True, slots=True)
class Inventor:
    """One resource's type, known values and account; every value that it lacks follows from these."""

    type_name: str
    known: dict[str, Any]
    account: Account

    def hash(self, name: str) -> str:
        """64 hexadecimal digits, the resource's own for this name."""
        stated = {key: value for key, value in self.known.items() if value is not UNKNOWN}
        content = json.dumps([self.type_name, name, stated], sort_keys=True, default=repr)
        return hashlib.sha256(content.encode()).hexdigest()

    def id(self) -> str:
        if self.type_name in ID_FROM:
            return str(self.value(ID_FROM[self.type_name], "string"))
        short = self.type_name.removeprefix("aws_")
        return f"{ID_PREFIXES.get(short, short.replace('_', '-'))}-{self.hash('id')[:17]}"

    def value(self, name: str, of_type: Any) -> Any:
        """The attribute's own value where it is known, else the invented one."""
        stated = self.known.get(name, UNKNOWN)
        if stated is not UNKNOWN:
            return stated
        if name in DEFAULTS:
            return int(DEFAULTS[name]) if of_type == "number" else DEFAULTS[name]
        if isinstance(of_type, list):
            return EMPTY[of_type[0]]
        return self.string(name) if of_type == "string" else EMPTY[of_type]

    def string(self, name: str) -> str:
        """Account and region, ids, ARNs, then addresses and tunnels; else the name and a hash."""
        digits = self.hash(name)
        if name == "id":
            return self.id()
        if name == "region":
            return self.account.region
        if "ipv6" in name or name.endswith("name_prefix") or name.startswith("core_network"):
            return ""  # unused here, which the provider tells by an empty string
        if name in ("account_id", "owner_id") or name.endswith("_owner_id"):
            return self.account.id
        if name == "arn" or name.endswith("_arn"):
            return self.arn(name)
        if name.endswith("_id"):
            stem = name.removesuffix("_id")
            fitting = (prefix for short, prefix in ID_PREFIXES.items() if stem.endswith(short))
            return f"{max(fitting, key=len, default=stem)}-{digits[:17]}"
        if name == "dns_name":
            return f"{digits[:16]}.elb.{self.account.region}.amazonaws.com"
        return self.tunnel(name, digits) or self.address(name, digits) or f"{name}-{digits[:8]}"

    def arn(self, name: str) -> str:
        noun = self.type_name if name == "arn" else name.removesuffix("_arn")
        return ARNS.get(noun, "arn:aws:ec2:{region}:{account}:{noun}/{digits}").format(
            region=self.account.region,
            account=self.account.id,
            name=self.known.get("name"),
            noun=noun.removeprefix("aws_").replace("_", "-"),
            digits=self.hash(name)[:16],
        )

    def tunnel(self, name: str, digits: str) -> str | None:
        """The values of tunnelN_* of a VPN connection: AWS holds the first address of the inside /30."""
        number, _, what = name.partition("_")
        if number not in ("tunnel1", "tunnel2"):
            return None
        last = int(digits[:8], 16)
        inside = f"{number}_inside_cidr"
        match what:
            case "address":
                return f"{'192.0.2' if number == 'tunnel1' else '198.51.100'}.{last % 254 + 1}"
            case "inside_cidr":
                return f"169.254.{6 + last % 160}.{last // 256 % 64 * 4}/30"
            case "vgw_inside_address":
                return str(ipaddress.IPv4Network(self.value(inside, "string"))[1])
            case "cgw_inside_address":
                return str(ipaddress.IPv4Network(self.value(inside, "string"))[2])
            case "preshared_key":
                hidden = self.known.get("preshared_key_storage") == "SecretsManager"
                return "REDACTED" if hidden else f"a{digits[:31]}"
            case "bgp_asn":
                return "64512"
        return None

    def address(self, name: str, digits: str) -> str | None:
        if not name.endswith(("_ip", "_address")):
            return None
        last = int(digits[:8], 16) % 254 + 1
        return f"203.0.113.{last}" if name.startswith("public") else f"192.0.2.{last}"


def complete(type_name: str, block: Block, planned: dict[str, Any], account: Account) -> dict[str, Any]:
    """`planned` with nothing unknown left in it."""
    inventor = Inventor(type_name, planned, account)
    filled = {}
    for name, value in planned.items():
        if name in block["attributes"]:
            filled[name] = inventor.value(name, block["attributes"][name][1]) if value is UNKNOWN else value
        else:
            inner = block["blocks"][name]
            filled[name] = _nested(f"{type_name}.{name}", inner, value, account)
    return filled


def _nested(type_name: str, block: Block, value: Any, account: Account) -> Any:
    if isinstance(value, list):
        return [complete(type_name, block, item, account) for item in value]
    return complete(type_name, block, value, account) if isinstance(value, dict) else value
