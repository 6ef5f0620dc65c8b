"""Findings about the changes of one partner's resources: a level, and a sentence for the reviewer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from natlane.facts.impact_levels import BOTH_DOWN, IN_PLACE, LEVELS, REPLACED
from natlane.facts.provider import CALM, GROWING
from natlane.facts.resource_types import TYPES
from natlane.hcl.blocks import Expression
from natlane.impact.changes import Change
from natlane.impact.resources import Resource, Resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One consequence. `fields` are where a descriptor may have caused it, the likeliest first;
    `addresses` the resources that it speaks for; `steps` what to do instead, or before."""

    level: str
    code: str
    sentence: str
    fields: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModuleDiff:
    """Both versions of a partner's resources, and the changes between them."""

    partner: str
    old: Resources
    new: Resources
    changes: tuple[Change, ...]

    def of(self, *types: str) -> tuple[Change, ...]:
        """The changes of some types of resource."""
        return tuple(change for change in self.changes if change.resource.type in types)


Rule = Callable[[ModuleDiff], Iterator[Finding]]


def findings_of(diff: ModuleDiff, rules: Iterable[Rule]) -> list[Finding]:
    """Every finding, in the order of the rules; changes that no rule is about get a general one."""
    found = [finding for rule in rules for finding in rule(diff)]
    spoken = {address for finding in found for address in finding.addresses}
    left = [change for change in diff.changes if change.address not in spoken]
    if not any(LEVELS.index(finding.level) <= LEVELS.index(BOTH_DOWN) for finding in found):
        found += _path(left)
    else:  # a resource that only follows another one needs no finding: that other one has its own
        found += _path([each for each in left if not each.follows])
    left = [each for each in left if not each.follows]
    return [*found, *_touched(left), *_logs(left), *_replaced(left), *_in_place(left)]


def listed(names: Iterable[object], most: int = 4) -> str:
    """Some names in a sentence: `a, b and 3 more`."""
    texts = list(dict.fromkeys(map(str, names)))
    if len(texts) > most:
        return f"{', '.join(texts[:most])} and {len(texts) - most} more"
    return " and ".join(filter(None, (", ".join(texts[:-1]), *texts[-1:])))


def counted(number: int, noun: str) -> str:
    """`1 route`, `2 routes`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def addresses(changes: Iterable[Change]) -> tuple[str, ...]:
    """What a finding about these changes speaks for."""
    return tuple(change.address for change in changes)


def fields_of(changes: Iterable[Change]) -> tuple[str, ...]:
    """The fields of a descriptor or of the landing zone that a change in general may come from."""
    types = {change.resource.type for change in changes if not change.follows}
    found = [name for kind, names in _FIELDS.items() if kind in types for name in names]
    return tuple(dict.fromkeys(found))


_PLACES = ("vpc_cidr", "nat_cidr", "natted_cidr", "zones")
_FIELDS: dict[str, tuple[str, ...]] = {
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


def refers(change: Change, address: str) -> bool:
    """Whether what a change is about references a resource, or a type of resource."""
    return any(
        isinstance(value, Expression) and value.text.startswith(f"{address}.")
        for value in change.resource.arguments.values()
    )


def _path(left: list[Change]) -> Iterator[Finding]:
    """Something that packets cross is replaced or removed: they stop, at least until the apply is done."""
    gone = [each for each in left if each.gone and each.resource.type in TYPES and TYPES[each.resource.type].carries]
    if not gone:
        return
    roots = [each for each in gone if not each.follows] or gone
    names = listed(each.address for each in roots)
    sentence = f"traffic that crosses {names} stops: made anew or removed"
    yield Finding(level=BOTH_DOWN, code="path", sentence=sentence, fields=fields_of(roots), addresses=addresses(gone))


def _touched(left: list[Change]) -> Iterator[Finding]:
    """Something that packets cross changes in place, and the change is not known to be harmless."""
    found = [each for each in left if _loud(each)]
    if found:
        alike = {names: [each.address for each in found if _loud(each) == names] for names in map(_loud, found)}
        what = "; ".join(f"{listed(names)} of {listed(some)}" for names, some in alike.items())
        sentence = f"traffic may stop, because this changes in place: {what}"
        yield Finding(
            level=BOTH_DOWN, code="touched", sentence=sentence, fields=fields_of(found), addresses=addresses(found)
        )


_TAGS = frozenset(("tags", "tags_all"))


def _loud(change: Change) -> tuple[str, ...]:
    """The changed arguments that are not known to be harmless to packets."""
    known = TYPES.get(change.resource.type)
    if change.action != "update" or known is None or not known.carries or change.old is None or change.new is None:
        return ()
    quiet = CALM.get(change.resource.type, _TAGS)
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
        if each.action == "replace"
        and each.resource.type != "aws_cloudwatch_log_group"
        and not (each.resource.type in TYPES and TYPES[each.resource.type].carries)
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
    roots = [each for each in left if not _told(each)]
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


def _told(change: Change) -> bool:
    """Whether one of the general findings above is about it already."""
    known = TYPES.get(change.resource.type)
    carries = known is not None and known.carries
    return (
        change.action == "replace"
        or bool(_loud(change))
        or (change.action == "destroy" and (carries or change.resource.type == "aws_cloudwatch_log_group"))
    )


def _are(changes: list[Change]) -> str:
    return "is" if len(changes) == 1 else "are"
