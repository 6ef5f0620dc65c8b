"""CIDR blocks as EC2 reads them."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Final

from tests.aws.errors import AwsError
from tests.aws.world import Record

# VPC user guide, "VPC CIDR blocks", restrictions on associating: blocks of one group do not join those of another.
_PRIVATE: Final = tuple(IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_BENCHMARK: Final = IPv4Network("198.19.0.0/16")


def block(text: str, parameter: str = "cidrBlock") -> IPv4Network:
    """A block; host bits are cleared (EC2 API reference, CreateVpc: 100.68.0.18/18 becomes 100.68.0.0/18)."""
    try:
        return IPv4Network(text, strict=False)
    except ValueError:
        raise AwsError(
            "InvalidParameterValue",
            f"Value ({text}) for parameter {parameter} is invalid. This is not a valid CIDR block.",
        ) from None


def sized(text: str, code: str) -> IPv4Network:
    """A block of a VPC or a subnet: /16 to /28 (VPC user guide, "VPC CIDR blocks")."""
    found = block(text)
    if not 16 <= found.prefixlen <= 28:
        raise AwsError(code, f"The CIDR '{text}' is invalid.")
    return found


def may_join(new: IPv4Network, primary: IPv4Network) -> bool:
    """Whether a block may become a secondary one beside this primary (the same page's table)."""
    if new.overlaps(IPv4Network("169.254.0.0/16")):
        return False
    if primary.overlaps(IPv4Network("10.0.0.0/15")) and new.overlaps(IPv4Network("10.0.0.0/16")):
        return False
    if _BENCHMARK.overlaps(primary) != _BENCHMARK.overlaps(new):
        return not (_BENCHMARK.overlaps(primary) or _BENCHMARK.overlaps(new)) or not _private(new, primary)
    mine = [group for group in _PRIVATE if group.overlaps(primary)]
    theirs = [group for group in _PRIVATE if group.overlaps(new)]
    return not mine or not theirs or mine == theirs


def _private(*blocks: IPv4Network) -> bool:
    return any(group.overlaps(each) for each in blocks for group in _PRIVATE)


def blocks(vpc: Record) -> list[IPv4Network]:
    """All blocks that a VPC has."""
    return [
        IPv4Network(each["CidrBlock"])
        for each in vpc.data["CidrBlockAssociationSet"]
        if each["CidrBlockState"]["State"] == "associated"
    ]
