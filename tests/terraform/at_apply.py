"""What AWS refuses at apply although the provider lets it through, by resource type.

Only what the templates could get wrong. Sources: EC2 API reference, VpnTunnelOptionsSpecification, CreateSubnet,
CreateSecurityGroup, CreateVpnConnection, CreateVpnConnectionRoute, CreateNatGateway and CreateRoute; Elastic Load
Balancing API reference, CreateTargetGroup.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from tests.terraform.aws_schema import Block
from tests.terraform.rules import Refusal, leaves
from tests.terraform.wire import UNKNOWN

GROUP_TEXT = r"[0-9A-Za-z ._:/()#,@\[\]+=&;{}!$*-]{0,255}"
PHASE1_DH_GROUPS = frozenset({2, *range(14, 25)})
PHASE2_DH_GROUPS = frozenset({2, 5, *range(14, 25)})


def _like(pattern: str) -> Callable[[Any], str | None]:
    return lambda value: None if re.fullmatch(pattern, value, re.ASCII) else f"like {pattern}"


def _in(allowed: frozenset[int]) -> Callable[[Any], str | None]:
    return lambda value: None if value in allowed else f"one of {sorted(allowed)}"


def _network(value: str) -> str | None:
    with suppress(ValueError):
        ipaddress.IPv4Network(value)
        return None
    return "a valid IPv4 network without host bits"


def _subnet(value: str) -> str | None:
    return None if 16 <= ipaddress.IPv4Network(value).prefixlen <= 28 else "a network of /16 to /28"


def _address(value: str) -> str | None:
    with suppress(ValueError):
        ipaddress.IPv4Address(value)
        return None
    return "a valid IPv4 address"


def _plain_asn(value: str) -> str | None:
    """The provider itself, on apply: it reads the text as a signed number of 32 bits (vpnsite_customer_gateway.go)."""
    return None if int(value) <= 2_147_483_647 else "at most 2147483647; bgp_asn_extended takes more"


REFUSES: dict[str, dict[str, Callable[[Any], str | None]]] = {
    "aws_customer_gateway": {"bgp_asn": _plain_asn},
    "aws_lb_target_group": {"name": _like("(?!internal-).*")},
    "aws_nat_gateway": {"secondary_private_ip_addresses": _address},
    "aws_security_group": {"name": _like(GROUP_TEXT), "description": _like(GROUP_TEXT)},
    "aws_subnet": {"cidr_block": _subnet},
    "aws_vpc_endpoint": {"subnet_configuration.ipv4": _address},
    "aws_vpc_security_group_egress_rule": {"description": _like(GROUP_TEXT)},
    "aws_vpc_security_group_ingress_rule": {"description": _like(GROUP_TEXT)},
    "aws_vpn_connection": {
        f"tunnel{number}_phase{phase}_dh_group_numbers": _in(groups)
        for number in (1, 2)
        for phase, groups in ((1, PHASE1_DH_GROUPS), (2, PHASE2_DH_GROUPS))
    },
    "aws_vpn_connection_route": {"destination_cidr_block": _network},
}


def refusals_at_apply(type_name: str, block: Block, config: dict[str, Any]) -> Iterator[Refusal]:
    """What AWS does not take, each with the attribute's path."""
    refuses = REFUSES.get(type_name, {})
    for path, value in leaves(block, config) if refuses else ():
        check = refuses.get(".".join(path))
        for item in value if isinstance(value, list) else [value]:
            said = check(item) if check and item is not None and item is not UNKNOWN else None
            if said:
                yield path, f"expected {path[-1]} to be {said}, got {item}"
