"""Findings about load balancers: who answers on which port."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

from natlane.english import listed
from natlane.hcl.blocks import text_of
from natlane.impact.allowed import EGRESS, INGRESS, Allowed, allowed_by, rules_of, still_allowed
from natlane.impact.changes import Change
from natlane.impact.findings import Finding, ModuleDiff, addresses
from natlane.impact.resources import Resource, Resources
from natlane.impact_levels import BOTH_DOWN, RE_ENGAGE

_INBOUND, _OUTBOUND = ("inbound.services",), ("outbound.services",)
_TARGET = "aws_lb_target_group_attachment"


@dataclass(frozen=True, slots=True)
class Service:
    """Who answers on a port: the addresses of its listener and target group, and the targets behind it."""

    name: str
    listener: str
    group: str
    targets: frozenset[tuple[str, str]]


def services(side: Resources) -> dict[tuple[str, str], Service]:
    """Every service by its load balancer's address and its port."""
    found = {}
    targets: dict[str, set[tuple[str, str]]] = {}
    for each in side.by_address.values():
        if each.type == _TARGET:
            ends = text_of(each.arguments.get("target_id")), text_of(each.arguments.get("port"))
            targets.setdefault(_group(each), set()).add(ends)
    for each in side.by_address.values():
        if each.type == "aws_lb_listener":
            balancer = text_of(each.arguments.get("load_balancer_arn")).rpartition(".")[0]
            actions = each.arguments.get("default_action")
            action = actions[0] if isinstance(actions, tuple) and actions else {}
            group = text_of(action.get("target_group_arn")).rpartition(".")[0] if isinstance(action, dict) else ""
            name = each.address.partition(".")[2].removeprefix(f"{balancer.partition('.')[2]}_").replace("_", "-")
            service = Service(name, each.address, group, frozenset(targets.get(group, ())))
            found[balancer, text_of(each.arguments.get("port"))] = service
    return found


def _elsewhere(was: Service, balancer: str, after: Mapping[tuple[str, str], Service]) -> str:
    """The port on which a service answers now: its own listener, else one with the same targets; empty for none."""
    ports = {port: each for (holder, port), each in after.items() if holder == balancer}
    own = [port for port, each in ports.items() if each.listener == was.listener]
    same = [port for port, each in ports.items() if each.targets and each.targets == was.targets]
    return next(iter((*own, *same)), "")


def _group(target: Resource) -> str:
    return text_of(target.arguments.get("target_group_arn")).rpartition(".")[0]


def called_ports(diff: ModuleDiff) -> Iterator[Finding]:
    """Who answers on each port of a load balancer: the same service as before, another one, or nobody."""
    before, after = services(diff.old), services(diff.new)
    for (balancer, port), was in before.items():
        now = after.get((balancer, port))
        if now and now.listener == was.listener:
            continue
        outbound = balancer == "aws_lb.outbound"
        who, fields = ("our hosts", _OUTBOUND) if outbound else ("the partner", _INBOUND)
        level = BOTH_DOWN if outbound else RE_ENGAGE
        moved = _elsewhere(was, balancer, after)
        spoken = (was.listener, *_of_service(diff, was))
        if now is None:
            end = f", and must call port {moved}" if moved else ""
            sentence = f"{who} can no longer call {was.name} on port {port}{end}"
            yield Finding(level=level, code="called-port-gone", sentence=sentence, fields=fields, addresses=spoken)
        elif now.targets & was.targets and now.listener not in {each.listener for each in before.values()}:
            sentence = (
                f"{was.name} is {now.name} now, on the same port {port}: nobody answers while its listener is replaced"
            )
            spoken = (*spoken, now.listener, *_of_service(diff, now))
            yield Finding(level=BOTH_DOWN, code="service-renamed", sentence=sentence, fields=fields, addresses=spoken)
        else:
            end = f"; {was.name} answers on port {moved}" if moved else f"; {was.name} answers nowhere"
            sentence = f"{who} gets to {now.name} on port {port}, where {was.name} answered{end}"
            spoken = (*spoken, now.listener, *_of_service(diff, now))
            yield Finding(level=level, code="called-port-other", sentence=sentence, fields=fields, addresses=spoken)


def uncalled(diff: ModuleDiff) -> Iterator[Finding]:
    """What a load balancer may no longer send to its targets: its security group lets it not out."""
    ends = {end for each in services(diff.new).values() for end in each.targets}
    after = rules_of(diff.new)
    lost: dict[str, Change] = {}
    for change in diff.of(EGRESS):
        was = allowed_by(change.old) if change.old else None
        for address, port in sorted(ends) if was else ():
            end = _called(was, address, port)
            if end is not None and not still_allowed(end, after):
                lost.setdefault(f"{address}:{port}", change)
    if lost:
        yield Finding(
            level=BOTH_DOWN,
            code="target-uncalled",
            sentence=f"load balancers can no longer call {listed(lost)}: no security group rule lets them out",
            fields=(*_INBOUND, *_OUTBOUND),
            addresses=tuple(dict.fromkeys(addresses(lost.values()))),
        )


def _called(rule: Allowed | None, address: str, port: str) -> Allowed | None:
    """The part of what a rule let out that goes to one target; None where it let nothing out there."""
    try:
        target, number = IPv4Network(address), int(port)
    except ValueError:  # a template's own expression
        return None
    if rule is None or not (target.subnet_of(rule.block) and rule.first <= number <= rule.last):
        return None
    return None if rule.protocol not in ("tcp", "-1") else Allowed(rule.way, target, "tcp", number, number)


def _end(rule: Resource) -> tuple[str, str]:
    """The one target, by address and port, that a rule of the generated form lets out to."""
    return text_of(rule.arguments.get("cidr_ipv4")).removesuffix("/32"), text_of(rule.arguments.get("from_port"))


def targets(diff: ModuleDiff) -> Iterator[Finding]:
    """A service none of whose targets stays is without any for a moment."""
    told = {address for finding in called_ports(diff) for address in finding.addresses}
    after = {each.group: each for each in services(diff.new).values()}
    for was in services(diff.old).values():
        now = after.get(was.group)
        found = [each for each in diff.of(_TARGET) if _group(each.resource) == was.group and each.address not in told]
        going = [each for each in found if each.gone]
        if now and was.targets and len(going) == len(was.targets) and any(not each.follows for each in going):
            sentence = f"{was.name} loses all of its targets: nobody answers until new ones are healthy"
            spoken = (*addresses(found), *_of_service(diff, was))
            yield Finding(
                level=BOTH_DOWN,
                code="targets-gone",
                sentence=sentence,
                fields=(*_INBOUND, *_OUTBOUND),
                addresses=spoken,
            )


def _of_service(diff: ModuleDiff, service: Service) -> Iterator[str]:
    """What goes or comes with a service: its target group, its targets, and the rules that name its port or targets."""
    ports = {port for side in (diff.old, diff.new) for (_, port), each in services(side).items() if each == service}
    for each in diff.of("aws_lb_target_group", _TARGET, INGRESS, EGRESS):
        own = each.address == service.group or (
            each.resource.type == _TARGET and _group(each.resource) == service.group
        )
        rules = [side for side in (each.old, each.new) if side and side.type in (INGRESS, EGRESS)]
        called = any(rule.type == INGRESS and _end(rule)[1] in ports for rule in rules)
        calls = any(rule.type == EGRESS and _end(rule) in service.targets for rule in rules)
        if own or called or calls:
            yield each.address
