"""Terraform labels, and names within the lengths that AWS allows."""

from __future__ import annotations

import hashlib
import re
from ipaddress import IPv4Address, IPv4Network

# Between two names in a name that is one of its kind in an account: neither holds two hyphens, so no two pairs meet.
APART = "--"
_NOT_LABEL = re.compile(r"[^a-zA-Z0-9]+")


def slug(name: object) -> str:
    """`192.168.50.0/24` as a label holds it: 192_168_50_0_24."""
    return _NOT_LABEL.sub("_", str(name)).strip("_")


def route_label(table: str, network: IPv4Network | IPv4Address) -> str:
    """From where to where: natted_a_to_192_168_50_0_24."""
    return f"{table}_to_{slug(network)}"


def short_name(name: str, most: int) -> str:
    """A name within AWS's length: cut, with a hash of the whole, so that no two names meet."""
    if len(name) <= most:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{name[: most - 7].rstrip('-')}-{digest}"
