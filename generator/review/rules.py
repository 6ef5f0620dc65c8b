"""The rules of a review, in the order in which they speak."""

from __future__ import annotations

from generator.review.findings import Rule
from generator.review.order import addresses_in_use, attachment_not_yet_known, subnets_in_use
from generator.review.reachable import (
    called_addresses,
    called_ports,
    nat_addresses,
    policies,
    targets,
)
from generator.review.routed import prefixes, providers
from generator.review.tunnels import connection_replaced, customer_gateway, keys, neighbour, tunnels, unprotected

RULES: tuple[Rule, ...] = (
    connection_replaced,
    customer_gateway,
    neighbour,
    keys,
    tunnels,
    nat_addresses,
    called_addresses,
    called_ports,
    policies,
    targets,
    prefixes,
    providers,
    subnets_in_use,
    attachment_not_yet_known,
    addresses_in_use,
    unprotected,
)
