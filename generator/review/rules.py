"""The rules of a review, in the order in which they speak."""

from __future__ import annotations

from generator.review.accounts import another_account, providers
from generator.review.beside import told_otherwise, unprotected
from generator.review.findings import Rule
from generator.review.gateways import customer_gateway, neighbour
from generator.review.order import addresses_in_use, attachment_not_yet_known, in_use, taken
from generator.review.reachable import called_addresses, nat_addresses, policies
from generator.review.routed import prefixes
from generator.review.services import called_ports, targets, uncalled
from generator.review.tunnels import connection_replaced, keys, tunnels

RULES: tuple[Rule, ...] = (
    another_account,
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
    uncalled,
    prefixes,
    providers,
    in_use,
    attachment_not_yet_known,
    addresses_in_use,
    taken,
    unprotected,
    told_otherwise,
)
