"""All rules of a review, in the order of their findings, and what they find."""

from __future__ import annotations

from natlane.impact.findings import Finding, ModuleDiff, Rule
from natlane.impact.rules.accounts import another_account, providers
from natlane.impact.rules.address_order import address_kept, addresses_in_use
from natlane.impact.rules.addresses import called_addresses, kept_nat_addresses, nat_addresses
from natlane.impact.rules.attachment import attachment_not_yet_known
from natlane.impact.rules.conflicts import conflicts, relabelled_only
from natlane.impact.rules.customer_gateway import customer_gateway, neighbour
from natlane.impact.rules.general import general_findings
from natlane.impact.rules.in_use import in_use
from natlane.impact.rules.other_blocks import other_blocks, unprotected
from natlane.impact.rules.our_tables import our_tables
from natlane.impact.rules.policies import kept_policies, policies
from natlane.impact.rules.removed_without_use import removed_without_use
from natlane.impact.rules.routes import prefixes
from natlane.impact.rules.security_rules import covered_rules
from natlane.impact.rules.services import called_ports, targets, uncalled
from natlane.impact.rules.tunnels import connection_replaced, device_gone, keys, tunnels
from natlane.impact_levels import BOTH_DOWN, at_least

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
    kept_policies,
    targets,
    uncalled,
    prefixes,
    our_tables,
    removed_without_use,
    providers,
    in_use,
    attachment_not_yet_known,
    address_kept,
    addresses_in_use,
    relabelled_only,
    conflicts,
    unprotected,
    other_blocks,
)


def findings_of(diff: ModuleDiff) -> list[Finding]:
    """Every finding, in the order of the rules; changes that no rule is about get a general one."""
    found = [finding for rule in RULES for finding in rule(diff)]
    reported = {address for finding in found for address in finding.addresses}
    left = [change for change in diff.changes if change.address not in reported]
    covered = list(covered_rules(diff, left))
    told = {address for finding in covered for address in finding.addresses}
    left = [change for change in left if change.address not in told]
    outage_found = any(at_least(finding.level, BOTH_DOWN) for finding in found)
    return [*found, *covered, *general_findings(left, outage_found=outage_found)]
