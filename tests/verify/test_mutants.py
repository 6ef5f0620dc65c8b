"""Every mutant of the golden modules is caught by the proof, at its partner, or is listed here with the reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest
from natlane.network.from_hcl import read_segment
from natlane.network.model import SharedRoute
from natlane.network.module import read_back
from natlane.problems import Problem
from natlane.verify.cross_partner import prove_between
from natlane.verify.fleet import verdict_of
from natlane.verify.proofs import PROOFS, prove, subject_of

from tests.conftest import ROOT, TRANSIT_ACCOUNT, TWO_DEVICES
from tests.counts import counted
from tests.verify.edited import our_side
from tests.verify.mutants import Mutant, mutants

pytestmark = pytest.mark.slow

Counted = Callable[[str, object], None]
ROOTS = (ROOT, TRANSIT_ACCOUNT, TWO_DEVICES)
GOLDEN = [
    (root, folder.name) for root in ROOTS for folder in sorted((root / "out").iterdir()) if folder.name != "cyberdyne"
]


@dataclass(frozen=True, slots=True)
class Spared:
    """Mutants that the proof lets pass: resource types and arguments, kinds of mistake (none: all), and why."""

    kinds: str
    arguments: str
    mistakes: str
    reason: str
    partners: str = ""  # none: all

    def holds(self, mutant: Mutant, partner: str = "") -> bool:
        """Whether this row is about the mutant."""
        kind, argument, mistake = mutant.sort
        fits = (kind in self.kinds.split(), argument in self.arguments.split() or argument == self.arguments)
        if partner and self.partners and partner not in self.partners.split():
            return False
        return all(fits) and (not self.mistakes or mistake in self.mistakes.split(", "))


# Packets go the same way, or Terraform does not apply it.
SAME = (
    Spared("aws_cloudwatch_metric_alarm aws_flow_log aws_iam_role_policy", "", "deleted", "carries no packet"),
    Spared("provider", "", "deleted", "no resource uses it, or Terraform asks for it"),
    Spared("provider", "allowed_account_ids", "other", "no resource uses it"),
    Spared("aws_default_security_group", "", "deleted", "nothing in VPC N is without a group of its own"),
    Spared("aws_default_security_group", "vpc_id", "", "the same VPC, or none"),
    Spared("aws_subnet aws_route_table aws_vpn_gateway_attachment", "vpc_id", "other, swapped", "the same VPC"),
    Spared("aws_subnet", "cidr_block", "swapped, next, wider, lower half", "each address is in its subnet"),
    Spared("aws_vpc aws_vpc_ipv4_cidr_block_association", "cidr_block", "wider", "nobody is in the added half"),
    Spared("aws_vpc aws_vpc_ipv4_cidr_block_association", "cidr_block", "lower half", "every subnet is in this half"),
    Spared("aws_vpc_ipv4_cidr_block_association", "cidr_block", "swapped", "VPC N has the same blocks"),
    Spared("aws_route_table_association", "", "deleted", "no VPC sends to natted subnets", "wayne dunder"),
    Spared("aws_route_table_association", "subnet_id route_table_id", "swapped", "the same", "wayne dunder"),
    Spared("aws_route_table_association", "route_table_id", "other", "no natted table has a route", "dunder"),
    Spared("aws_subnet", "availability_zone", "swapped", "the same", "wayne dunder aperture"),
    Spared(
        "aws_ec2_transit_gateway_route aws_ec2_transit_gateway_route_table_association",
        "transit_gateway_attachment_id",
        "other",
        "by the accepter or not, the same attachment",
        "soylent vandelay dunder",
    ),
    Spared(
        "aws_ec2_transit_gateway_route_table_association",
        "replace_existing_association",
        "",
        "Terraform refuses it where AWS has chosen a table",
    ),
    Spared("aws_vpc", "enable_dns_support enable_dns_hostnames", "", "names, not addresses"),
    Spared("aws_vpc_endpoint", "private_dns_enabled", "", "names, not addresses; AWS's own default is false"),
    Spared("aws_lb", "enable_deletion_protection", "", "no packet asks for it"),
    Spared("aws_lb", "enable_cross_zone_load_balancing", "", 'a target of "all" zones gets packets from each'),
    Spared("aws_lb_target_group", "port", "other", "each target has a port of its own"),
    Spared("aws_lb_target_group", "preserve_client_ip", "deleted", "AWS's default for targets that are addresses"),
    Spared("aws_lb_target_group_attachment", "port", "deleted", "the port of its group"),
    Spared("aws_vpn_connection", "local_ipv4_network_cidr remote_ipv4_network_cidr", "deleted", "the default"),
    Spared(
        "aws_vpn_connection",
        "local_ipv4_network_cidr remote_ipv4_network_cidr",
        "wider, everything, lower half, upper half",
        "lets all through that the routes send; verify warns",
    ),
    Spared("aws_vpn_connection", "static_routes_only enable_acceleration", "deleted", "AWS's default is the same"),
    Spared("aws_vpn_connection", "enable_acceleration", "other", "other outside addresses, the same packets"),
    Spared("aws_vpn_gateway", "amazon_side_asn", "deleted", "AWS's default is the same"),
    Spared(
        "aws_default_security_group aws_ec2_transit_gateway_route_table aws_ec2_transit_gateway_vpc_attachment_accepter"
        " aws_lb_target_group aws_route_table aws_security_group",
        "",
        "added",
        "nothing uses the second one, or it is the first one",
    ),
    Spared("aws_subnet aws_vpc_ipv4_cidr_block_association", "cidr_block", "added", "nobody has an address in it"),
    Spared("aws_vpc_ipv4_cidr_block_association", "", "added", "AWS refuses a block that VPC N has"),
    Spared(
        "aws_vpc_security_group_egress_rule aws_vpc_security_group_ingress_rule",
        "",
        "added",
        "AWS refuses a rule that is there",
    ),
    Spared("aws_vpc_security_group_egress_rule", "cidr_ipv4", "added", "to another target, for which a rule is there"),
    Spared("aws_vpn_connection", "preshared_key_storage", "", "where the key is kept"),
)


@lru_cache(maxsize=2)
def written(root: Path) -> dict[str, tuple[SharedRoute, ...]]:
    """What each module of a root writes into shared tables."""
    return {partner: verdict_of(str(root), partner, our_side(root)).shared for each, partner in GOLDEN if each == root}


def problems(root: Path, copy: Path, partner: str) -> Iterator[Problem]:
    """What verify reports of a module in a copy of its root beside the others', one proof after another."""
    module, found = read_back(str(copy), partner)
    yield from found
    if found:
        return
    part, found = read_segment(module, our_side(root))
    yield from found
    subject = subject_of(part, our_side(root)) if part else None
    if part is None or subject is None:
        yield from prove(module, our_side(root)).problems
        return
    for proof in PROOFS:
        yield from proof(subject)
    others = (entry for name, entries in written(root).items() if name != partner for entry in entries)
    yield from prove_between([*part.shared, *others])


def error(root: Path, copy: Path, mutant: Mutant, partner: str) -> Problem | None:
    """The first error that verify comes upon: what comes after it costs time and says no more."""
    path = copy / "out" / partner / mutant.file
    before = path.read_text()
    path.write_text(mutant.text)
    first = next((each for each in problems(root, copy, partner) if each.severity == "error"), None)
    path.write_text(before)
    return first


@pytest.mark.parametrize(("root", "partner"), GOLDEN, ids=[partner for _, partner in GOLDEN])
def test_every_mutant_is_caught(root: Path, partner: str, tmp_path: Path, record_property: Counted) -> None:
    shutil.copy(root / "landing-zone.yaml", tmp_path)
    shutil.copytree(root / "out" / partner, tmp_path / "out" / partner)
    passed, elsewhere, killed, total = list[str](), list[str](), 0, 0
    for mutant in mutants(root, partner):
        found = error(root, tmp_path, mutant, partner)
        words = f"{mutant.address} {mutant.argument} {mutant.mistake} {mutant.value}"
        if found and f"out/{partner}/" not in f"{found.path}/ {found.message}":
            elsewhere.append(words)
        total += 1
        killed += found is not None
        if found is None and not any(row.holds(mutant, partner) for row in SAME):
            passed.append(words)
    record_property("counted", f"{partner}: {killed} of {total} mutants caught, {total - killed} the same")
    assert passed == []
    assert elsewhere == []
    assert killed > total / 2
    counted(partner, killed, total - killed, total)


def test_every_spared_mutant_is_one() -> None:
    every = {mutant.sort: mutant for root, partner in GOLDEN for mutant in mutants(root, partner)}
    assert [row for row in SAME if not any(row.holds(mutant) for mutant in every.values())] == []
