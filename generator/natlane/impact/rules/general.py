"""Findings about changes that no other rule is about: by what carries packets, and by what AWS keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from natlane.english import counted, listed
from natlane.facts.changed_in_place import GROWING, HARMLESS_IN_PLACE
from natlane.facts.replacing_arguments import TYPES
from natlane.impact.changes import Change
from natlane.impact.findings import Finding, addresses
from natlane.impact.resources import Resource
from natlane.impact_levels import BOTH_DOWN, IN_PLACE, REPLACED


def general_findings(left: list[Change], *, outage_found: bool) -> Iterator[Finding]:
    """Findings about the changes that no rule of their own is about.

    Where a rule found an outage already, a resource that only follows another one needs no finding: that other one
    has its own.
    """
    roots = [each for each in left if not each.follows]
    yield from _path(roots if outage_found else left)
    for finding in (_interrupts, _logs, _replaced, _in_place):
        yield from finding(roots)


def fields_of(changes: Iterable[Change]) -> tuple[str, ...]:
    """The fields of a descriptor or of the landing zone that a change in general may come from."""
    types = {change.resource.type for change in changes if not change.follows}
    found = [name for kind, names in _FIELDS.items() if kind in types for name in names]
    return tuple(dict.fromkeys(found))


_PLACES = ("vpc_cidr", "nat_cidr", "natted_cidr", "zones")
_FIELDS: dict[str, tuple[str, ...]] = {
    "aws_vpn_connection": ("vpn.customer_gateways", "vpn.customer_gateway"),
    "aws_vpc": _PLACES,
    "aws_vpc_ipv4_cidr_block_association": ("natted_cidr", "outbound.cidr", *_PLACES),
    "aws_subnet": ("zones", "natted_cidr", "nat_cidr", "outbound.cidr"),
    "aws_nat_gateway": ("nat", *_PLACES),
    "aws_ec2_transit_gateway_vpc_attachment": ("transit_gateway", "zones"),
    "aws_ec2_transit_gateway_route_table_association": ("transit_gateway", "vpcs", "vpn.termination"),
    "aws_vpn_gateway": ("vpn.amazon_side_asn", "vpn.termination"),
    "aws_route": ("transit_gateway", "vpn.termination", "partner_cidrs", "reach", "vpcs"),
    "aws_ec2_transit_gateway_route": ("transit_gateway", "vpn.termination", "partner_cidrs", "reach", "vpcs"),
    "aws_lb": ("inbound", "outbound"),
    "aws_lb_target_group": ("inbound.services", "outbound.services"),
    "aws_lb_target_group_attachment": ("inbound.services", "outbound.services"),
    "aws_lb_listener": ("inbound.services", "outbound.services", "inbound.load_balancer"),
    "aws_vpc_endpoint": ("inbound.endpoints",),
    "aws_vpc_security_group_ingress_rule": ("partner_cidrs", "inbound", "outbound", "reach", "vpcs"),
    "aws_vpc_security_group_egress_rule": ("inbound.services", "outbound.services"),
    "aws_cloudwatch_log_group": ("logs", "partner"),
    "aws_flow_log": ("logs",),
    "aws_iam_role": ("logs", "partner"),
    "aws_cloudwatch_metric_alarm": ("alarms", "partner", "inbound", "nat"),
}


def _path(left: list[Change]) -> Iterator[Finding]:
    """Something that packets cross is replaced or removed: they stop, at least until the apply is done."""
    gone = [each for each in left if each.gone and _carries_packets(each)]
    if not gone:
        return
    roots = sorted([each for each in gone if not each.follows] or gone, key=_greatest_first)
    names = listed(each.address for each in roots)
    sentence = f"traffic that crosses {names} stops: replaced or removed"
    yield Finding(level=BOTH_DOWN, code="path", sentence=sentence, fields=fields_of(roots), addresses=addresses(gone))


# What takes other things with it, the greatest first.
_GREATEST = (
    "aws_vpc",
    "aws_vpn_connection",
    "aws_vpn_gateway",
    "aws_ec2_transit_gateway_vpc_attachment",
    "aws_lb",
    "aws_subnet",
    "aws_nat_gateway",
)


def _greatest_first(change: Change) -> int:
    kind = change.resource.type
    return _GREATEST.index(kind) if kind in _GREATEST else len(_GREATEST)


def _interrupts(left: list[Change]) -> Iterator[Finding]:
    """Something that packets cross changes in place, and the change is not known to be harmless."""
    found = [(each, harmful_arguments(each)) for each in left]
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change, names in found:
        if names:
            groups.setdefault(names, []).append(change)
    if groups:
        what = "; ".join(f"{listed(names)} of {listed(addresses(some))}" for names, some in groups.items())
        changed = [change for change, names in found if names]
        yield Finding(
            level=BOTH_DOWN,
            code="touched",
            sentence=f"traffic may stop, because this changes in place: {what}",
            fields=fields_of(changed),
            addresses=addresses(changed),
        )


def _carries_packets(change: Change) -> bool:
    """Whether packets cross what changes."""
    known = TYPES.get(change.resource.type)
    return known is not None and known.carries_packets


_TAGS = frozenset(("tags", "tags_all"))


def harmful_arguments(change: Change) -> tuple[str, ...]:
    """The changed arguments that are not known to be harmless to packets."""
    if change.action != "update" or not _carries_packets(change) or change.old is None or change.new is None:
        return ()
    quiet = HARMLESS_IN_PLACE.get(change.resource.type, _TAGS)
    return tuple(name for name in change.written if name not in quiet and not _grows(name, change.old, change.new))


def _grows(name: str, old: Resource, new: Resource) -> bool:
    """Whether a list argument only gained entries."""
    was, now = old.arguments.get(name), new.arguments.get(name)
    return name in GROWING and isinstance(was, tuple) and isinstance(now, tuple) and all(each in now for each in was)


def _logs(left: list[Change]) -> Iterator[Finding]:
    groups = [each for each in left if each.gone and each.resource.type == "aws_cloudwatch_log_group"]
    names = listed(each.old.arguments.get("name") for each in groups if each.old)
    if groups:
        one = f"log group {names} goes, and every event in it"
        sentence = one if len(groups) == 1 else f"log groups {names} go, and every event in them"
        yield Finding(
            level=REPLACED, code="logs", sentence=sentence, fields=fields_of(groups), addresses=addresses(groups)
        )


def _replaced(left: list[Change]) -> Iterator[Finding]:
    """A replaced resource that no packet crosses, and that no finding above is about."""
    found = [
        each
        for each in left
        if each.action == "replace" and each.resource.type != "aws_cloudwatch_log_group" and not _carries_packets(each)
    ]
    unknown = [each for each in found if each.resource.type not in TYPES]
    known = [each for each in found if each.resource.type in TYPES]
    if known:
        sentence = f"{listed(addresses(known))} {_are(known)} replaced, without outage for the partner"
        yield Finding(
            level=REPLACED, code="replaced", sentence=sentence, fields=fields_of(known), addresses=addresses(known)
        )
    if unknown:
        kinds = listed(sorted({each.resource.type for each in unknown}))
        sentence = f"{listed(addresses(unknown))} may be replaced: natlane has no table of what replaces {kinds}"
        yield Finding(
            level=REPLACED, code="replaced-perhaps", sentence=sentence, fields=(), addresses=addresses(unknown)
        )


def _in_place(left: list[Change]) -> Iterator[Finding]:
    """Everything else: created, changed without interruption, or removed where no packet passes."""
    roots = [each for each in left if not _reported_above(each)]
    if not roots:
        return
    tags = all(set(each.arguments) <= {"tags", "tags_all"} and each.action == "update" for each in roots)
    if tags:
        sentence = f"the tags of {counted(len(roots), 'resource')} change in place"
        yield Finding(
            level=IN_PLACE, code="tags", sentence=sentence, fields=("tags", "partner"), addresses=addresses(roots)
        )
        return
    kinds = {
        "import": "imported, as AWS holds them",
        "create": "made",
        "update": "changed in place",
        "destroy": "removed",
    }
    parts = []
    for action, verb in kinds.items():
        some = [each for each in roots if each.action == action]
        if some:
            what = counted(len(some), "resource") if action in ("create", "import") else listed(addresses(some), 3)
            parts.append(f"{what} {_are(some)} {verb}")
    yield Finding(
        level=IN_PLACE, code="in-place", sentence="; ".join(parts), fields=fields_of(roots), addresses=addresses(roots)
    )


def _reported_above(change: Change) -> bool:
    """Whether one of the general findings above is about it already."""
    if change.action == "destroy":
        return _carries_packets(change) or change.resource.type == "aws_cloudwatch_log_group"
    return change.action == "replace" or bool(harmful_arguments(change))


def _are(changes: list[Change]) -> str:
    return "is" if len(changes) == 1 else "are"
