"""All rules of a review, in the order of their findings."""

from __future__ import annotations

from natlane.impact.findings import Rule
from natlane.impact.rules.accounts import another_account, providers
from natlane.impact.rules.address_order import address_kept, addresses_in_use
from natlane.impact.rules.addresses import called_addresses, kept_nat_addresses, nat_addresses, policies
from natlane.impact.rules.apply_order import attachment_not_yet_known, in_use, taken
from natlane.impact.rules.gateways import customer_gateway, neighbour
from natlane.impact.rules.routes import prefixes
from natlane.impact.rules.safeguards import other_blocks, unprotected
from natlane.impact.rules.services import called_ports, targets, uncalled
from natlane.impact.rules.tunnels import connection_replaced, device_gone, keys, tunnels

RULES: tuple[Rule, ...] = (
    another_account,
    connection_replaced,
    device_gone,
    customer_gateway,
    neighbour,
    keys,
    tunnels,
    nat_addresses,
    kept_nat_addresses,
    called_addresses,
    called_ports,
    policies,
    targets,
    uncalled,
    prefixes,
    providers,
    in_use,
    attachment_not_yet_known,
    address_kept,
    addresses_in_use,
    taken,
    unprotected,
    other_blocks,
)
