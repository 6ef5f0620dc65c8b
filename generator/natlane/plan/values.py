"""Values that several resources hold: references, pinned addresses, rules of security groups.

Records of a plan are named tuples, not dataclasses: thirty classes of these cost every start a fifth of the time.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple


class Reference(str):
    """A Terraform expression (`aws_vpc.vpc_n.id`), written without quotes."""

    __slots__ = ()


class SecurityRule(NamedTuple):
    """One rule of a security group: TCP on one port, from or to one block."""

    label: str
    description: str
    group: str
    cidr: IPv4Network
    port: int


class SubnetAddress(NamedTuple):
    """A pinned address in a subnet."""

    subnet: str
    address: IPv4Address
