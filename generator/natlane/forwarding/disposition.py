"""The ways in which a packet may end: delivered, or dropped, and by what."""

from __future__ import annotations

from enum import Enum


class Disposition(Enum):
    """How a packet ended. Batfish has the like as its FlowDisposition."""

    DELIVERED = "delivered"
    NO_ROUTE = "no route"  # no entry of the deciding table matches
    BLACKHOLE = "blackhole"  # the matching entry drops
    STAYS_LOCAL = "stays local"  # the destination is in the sender's own VPC
    NOT_ASSOCIATED = "not associated"  # the attachment has no transit gateway table
    NOT_ATTACHED = "not attached"  # VPC N has no attachment subnet there, or no VPN at this gateway
    NOT_PASSED_ON = "not passed on"  # a virtual private gateway passes packets on to its own VPC only
    NO_SUCH_HOST = "no such host"  # nobody has the address
    FILTERED = "filtered"  # by a traffic selector, a security group, or the kind of service
    NOT_LISTENING = "not listening"  # no listener with a target on the port
    NOT_TRANSLATED = "not translated"  # the NAT has no connection for it, or does not translate its protocol
    TUNNELS_DOWN = "tunnels down"
    LOOP = "loop"
