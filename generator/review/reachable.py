"""Changes of addresses, ports and targets become findings: what either side can no longer call, or as another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from generator.prove.hcl import Value
from generator.review.changes import Change, held
from generator.review.effects import BOTH_DOWN, IN_PLACE, RE_ENGAGE
from generator.review.findings import Changed, Finding, addresses, listed, refers
from generator.review.resources import Resource, Resources, text_of

_PLACES = ("nat_cidr", "vpc_cidr", "zones")


def nat_addresses(changed: Changed) -> Iterator[Finding]:
    """The source addresses that the partner sees, and may have allowed one by one."""
    before, after = pinned_nat(changed.old.by_address.values()), pinned_nat(_as_held(changed))
    gone, new = [each for each in before if each not in after], [each for each in after if each not in before]
    found = [
        each
        for each in changed.of("aws_nat_gateway")
        if each.old is None
        or each.new is None
        or {"private_ip", "secondary_private_ip_addresses"}.intersection(each.written)
    ]
    fields = ("nat.addresses_per_gateway", "nat", *_PLACES)
    if gone:
        instead = f", {listed(new)} come instead" if new else ""
        seen = "the partner sees us under other addresses" if new else "the partner sees us under fewer addresses"
        sentence = f"{_nat(gone, 'goes', 'go')}{instead}: {seen}"
        yield Finding(RE_ENGAGE, "nat-address-gone", sentence, fields, addresses(found))
    elif new:
        coming = _nat(new, "comes", "come")
        sentence = f"{coming}, inside nat_cidr: a partner that allows single addresses must allow it too"
        only_new = [each for each in found if each.action in ("create", "update")]
        yield Finding(IN_PLACE, "nat-address-new", sentence, fields, addresses(only_new))


def called_addresses(changed: Changed) -> Iterator[Finding]:
    """The addresses that the partner calls us at (inbound), or that our hosts call (outbound)."""
    before, after = called(changed.old), called(changed.new)
    for address, (what, was) in before.items():
        now = after.get(address, (what, ()))[1]
        gone = [each for each in was if each not in now]
        if not gone:
            continue
        outbound = address == "aws_lb.outbound"
        who = "our hosts" if outbound else "the partner"
        new = [each for each in now if each not in was]
        where = f", and must call {listed(new)}" if new else ""
        fields = ("outbound", "zones") if outbound else ("inbound", *_PLACES)
        level = BOTH_DOWN if outbound else RE_ENGAGE
        sentence = f"{who} can no longer call {what} at {listed(gone)}{where}"
        yield Finding(level, "called-address-gone", sentence, fields, _only(changed, address))


def called_ports(changed: Changed) -> Iterator[Finding]:
    """The ports on which an NLB answers."""
    after = {_listens(each): each.address for each in changed.new.by_address.values() if each.type == "aws_lb_listener"}
    for change in changed.of("aws_lb_listener"):
        was = change.old.arguments.get("port") if change.old else None
        now = change.new.arguments.get("port") if change.new else None
        if change.old is None or was is None or was == now:
            continue
        heir = after.get(_listens(change.old))
        if heir is not None:
            yield _service_renamed(changed, change.address, heir, str(was))
            continue
        outbound = change.address.startswith("aws_lb_listener.outbound_")
        who, field = ("our hosts", "outbound.services") if outbound else ("the partner", "inbound.services")
        label = _service_of(change.address)
        end = f", and must call port {now}" if now is not None else ""
        yield Finding(
            BOTH_DOWN if outbound else RE_ENGAGE,
            "called-port-gone",
            f"{who} can no longer call {label} on port {was}{end}",
            (field,),
            (change.address, *_of_service(changed, change.address.partition(".")[2])),
        )


def _listens(listener: Resource) -> tuple[str, str]:
    """Where a listener stands: its load balancer and port, of which AWS takes one only."""
    return text_of(listener.arguments.get("load_balancer_arn")), str(listener.arguments.get("port"))


def _service_renamed(changed: Changed, old: str, new: str, port: str) -> Finding:
    names = [_service_of(address) for address in (old, new)]
    sentence = f"{names[0]} is {names[1]} now, on the same port {port}: nobody answers while its listener is made anew"
    step = "where the apply says DuplicateListener or InvalidPermission.Duplicate, apply again: the old one was there"
    labels = [address.partition(".")[2] for address in (old, new)]
    spoken = (old, new, *(name for label in labels for name in _of_service(changed, label, gone=False)))
    return Finding(BOTH_DOWN, "service-renamed", sentence, ("inbound.services", "outbound.services"), spoken, (step,))


def _service_of(listener: str) -> str:
    return listener.partition(".")[2].partition("_")[2].replace("_", "-")


def policies(changed: Changed) -> Iterator[Finding]:
    """An endpoint's policy decides which calls of the partner are answered."""
    for change in changed.of("aws_vpc_endpoint"):
        if change.action == "update" and "policy" in change.arguments:
            what = change.address.partition(".")[2].replace("_", "-")
            sentence = f"calls of {what} are judged by another policy: what it does not allow is refused at once"
            yield Finding(BOTH_DOWN, "endpoint-policy", sentence, ("inbound.endpoints",), (change.address,))


def targets(changed: Changed) -> Iterator[Finding]:
    """A service none of whose targets stays is without any for a moment."""
    kind = "aws_lb_target_group_attachment"
    told = {address for finding in called_ports(changed) for address in finding.addresses}
    groups: dict[str, list[Change]] = {}
    for change in changed.of(kind):
        if change.address in told:
            continue
        group = text_of(change.resource.arguments.get("target_group_arn"))
        groups.setdefault(group, []).append(change)
    for group, found in groups.items():
        old = [each for each in changed.old.by_address.values() if _is_target(each, kind, group)]
        gone = [each for each in found if each.gone]
        if old and len(gone) == len(old) and any(not each.follows for each in gone):
            label = group.split(".")[1]
            name = label.partition("_")[2].replace("_", "-")
            sentence = f"{name} loses all of its targets: nobody answers until new ones are healthy"
            fields = ("inbound.services", "outbound.services")
            spoken = (*addresses(found), *_of_service(changed, label))
            yield Finding(BOTH_DOWN, "targets-gone", sentence, fields, spoken)


def _nat(found: list[str], one: str, more: str) -> str:
    return f"NAT address {found[0]} {one}" if len(found) == 1 else f"NAT addresses {listed(found)} {more}"


def pinned_nat(resources: Iterable[Resource]) -> list[str]:
    """Every address of the NAT gateways among some resources."""
    found: list[str] = []
    for each in resources:
        if each.type == "aws_nat_gateway":
            secondary = each.arguments.get("secondary_private_ip_addresses")
            found += [str(each.arguments.get("private_ip"))]
            found += [str(item) for item in secondary] if isinstance(secondary, tuple) else []
    return found


def _as_held(changed: Changed) -> Iterator[Resource]:
    """The newer NAT gateways, as AWS will hold them."""
    for each in changed.new.by_address.values():
        before = changed.old.by_address.get(each.address)
        if each.type == "aws_nat_gateway":
            yield replace(each, arguments=held(before, each)) if before else each


def called(side: Resources) -> dict[str, tuple[str, tuple[str, ...]]]:
    """By resource: what is called there, and at which addresses."""
    found = {}
    for each in side.by_address.values():
        if each.type == "aws_lb":
            pinned = _pinned(each.arguments.get("subnet_mapping"), "private_ipv4_address")
            what = "the partner's services" if each.address == "aws_lb.outbound" else "our services"
            found[each.address] = (what, pinned)
        if each.type == "aws_vpc_endpoint":
            what = each.address.partition(".")[2].replace("_", "-")
            found[each.address] = (what, _pinned(each.arguments.get("subnet_configuration"), "ipv4"))
    return found


def _pinned(blocks: Value, name: str) -> tuple[str, ...]:
    if not isinstance(blocks, tuple):
        return ()
    return tuple(str(block[name]) for block in blocks if isinstance(block, dict) and name in block)


def _only(changed: Changed, address: str) -> tuple[str, ...]:
    """The changes of what was called, and of its security group where that goes too."""
    group = "endpoints" if address.startswith("aws_vpc_endpoint.") else address.partition(".")[2]
    gone = {each.address for each in changed.of("aws_security_group") if each.action == "destroy"}
    guard = f"aws_security_group.{group}"
    return tuple(
        each.address
        for each in changed.changes
        if each.address == address or (guard in gone and (each.address == guard or refers(each, guard)))
    )


def _of_service(changed: Changed, label: str, *, gone: bool = True) -> tuple[str, ...]:
    """What goes with a service: its target group, its targets, and what its security group allows."""
    found = changed.of("aws_lb_target_group", "aws_lb_target_group_attachment", "aws_vpc_security_group_ingress_rule")
    names = (each.address for each in found if each.gone or not gone)
    return tuple(name for name in names if f"{name.partition('.')[2]}_".startswith(f"{label}_"))


def _is_target(resource: Resource, kind: str, group: str) -> bool:
    return resource.type == kind and text_of(resource.arguments.get("target_group_arn")) == group
