"""A sample of the proof's mutants that the kernel can be asked about, some of every sort."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from natlane.assumptions import network_from
from natlane.network.from_hcl import read_segment
from natlane.network.module import Module, read_back

from tests.lab.fleet import Fleet
from tests.lab.reading import Interface, Site
from tests.verify.mutants import Mutant, mutants

_ALL = ""


@dataclass(frozen=True, slots=True)
class Unseen:
    """Mutants that no packet of the lab's can show: resource types and arguments (none: all), and why."""

    kinds: str
    arguments: str
    reason: str

    def holds(self, mutant: Mutant) -> bool:
        """Whether this row is about the mutant."""
        kind, argument, _ = mutant.sort
        kinds, arguments = self.kinds.split(), self.arguments.split()
        return (not kinds or kind in kinds) and (not arguments or argument in arguments)


UNSEEN = (
    Unseen(
        "aws_security_group aws_vpc_security_group_ingress_rule aws_vpc_security_group_egress_rule"
        " aws_default_security_group",
        _ALL,
        "the lab has no security groups",
    ),
    Unseen(_ALL, "security_groups security_group_ids", "the lab has no security groups"),
    Unseen("provider", _ALL, "the lab has no accounts and regions"),
    Unseen(_ALL, "provider", "the lab has no accounts and regions"),
    Unseen(
        "aws_cloudwatch_log_group aws_cloudwatch_metric_alarm aws_flow_log aws_iam_role aws_iam_role_policy",
        _ALL,
        "carries no packet",
    ),
    Unseen("aws_customer_gateway aws_vpn_gateway", _ALL, "the partner's device finds it, or Terraform refuses it"),
    Unseen(
        "aws_vpn_connection",
        "enable_acceleration preshared_key_storage type customer_gateway_id",
        "the same packets, or Terraform refuses it",
    ),
    Unseen(_ALL, "vpc_id", "the same VPC, or Terraform refuses it"),
    Unseen("aws_vpc", "enable_dns_support enable_dns_hostnames", "names, not addresses"),
    Unseen("aws_vpc_endpoint", "service_name private_dns_enabled", "names, not addresses"),
    Unseen(
        "aws_lb",
        "enable_cross_zone_load_balancing enable_deletion_protection internal load_balancer_type",
        "the same packets, or another kind of load balancer, which neither of both knows",
    ),
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mutant of a partner's module, as it is read back."""

    partner: str
    mutant: Mutant
    module: Module

    def __str__(self) -> str:
        """`hooli: aws_route.public_to_10_150_0_0_16 destination_cidr_block wider "10.150.0.0/15"`."""
        each = self.mutant
        return f"{self.partner}: {each.address} {each.argument} {each.mistake} {each.value}"


def rounds(root: Path, fleet: Fleet, folder: Path, count: int) -> list[list[Mistake]]:
    """So often one mistake in every module at once; the sorts that were taken least come first.

    `folder` is an empty one for the copies.
    """
    shutil.copytree(root / "out", folder / "out")
    left = {partner: _seen(root, partner) for partner in fleet.modules}
    taken: Counter[tuple[str, str, str]] = Counter()
    found = []
    for _ in range(count):
        world = fleet
        choice = []
        for partner, several in left.items():
            mistake = _next(folder, world, partner, several, taken)
            world = world.edited(mistake.module)
            choice.append(mistake)
        found.append(choice)
    return found


def _seen(root: Path, partner: str) -> list[Mutant]:
    """What a packet can show; a second one of the very same is refused by AWS, or used by nothing."""
    found = (each for each in mutants(root, partner) if each.argument or each.mistake != "added")
    return [each for each in found if not any(row.holds(each) for row in UNSEEN)]


def _next(
    folder: Path, world: Fleet, partner: str, several: list[Mutant], taken: Counter[tuple[str, str, str]]
) -> Mistake:
    """The mutant of the sort that was taken least so far, of those that AWS would take and the proof can read."""
    while True:
        mutant = min(several, key=lambda each: taken[each.sort])
        several.remove(mutant)
        taken[mutant.sort] += 1
        module = built(folder, partner, mutant)
        if module and applies(world.edited(module), partner):
            return Mistake(partner, mutant, module)


def built(folder: Path, partner: str, mutant: Mutant) -> Module | None:
    """The mutant's module, read back from a copy; None where it cannot be."""
    path = folder / "out" / partner / mutant.file
    before = path.read_text()
    path.write_text(mutant.text)
    module, problems = read_back(str(folder), partner)
    path.write_text(before)
    return None if problems else module


def applies(world: Fleet, partner: str) -> bool:
    """Whether the proof can read the module, and AWS would take it beside the others of this world."""
    part, problems = read_segment(world.modules[partner], network_from(world.landing_zone))
    if problems or part is None:
        return False
    sites = world.sites()
    mine = next(each for each in sites if each.partner == partner)
    return _each_prefix_once(world, sites) and _one_subnet_a_zone(mine)


def _each_prefix_once(world: Fleet, sites: Iterable[Site]) -> bool:
    """A table has a route to a prefix once; those of our VPCs have them to each other."""
    ours = world.landing_zone.vpcs.values()
    tables = [table for vpc in ours for table in vpc.route_tables]
    others = [(table, cidr) for table in tables for vpc in ours for cidr in vpc.cidrs]
    in_vpcs = [(route.table, route.destination) for each in sites for route in each.routes]
    in_transit = [(route.table, route.destination) for each in sites for route in each.transit_routes]
    prefixes = [*others, *in_vpcs, *in_transit]
    return len(prefixes) == len(set(prefixes))


def _one_subnet_a_zone(mine: Site) -> bool:
    """An attachment, an endpoint and a load balancer stand in one subnet of a zone."""
    zones = {subnet.name: subnet.zone for subnet in mine.subnets}
    standing: dict[str, list[Interface]] = {}
    for each in (*mine.endpoints, *mine.balancers):
        standing.setdefault(each.name, []).append(each)
    groups = [members for _, members in mine.attachments]
    groups += [tuple(each.subnet for each in several) for several in standing.values()]
    return all(len({zones.get(member) for member in group}) == len(group) for group in groups)
