"""Findings about addresses: who can no longer be called, or is seen under another address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple

from natlane.english import listed
from natlane.hcl.blocks import Value
from natlane.impact.findings import Finding, ModuleDiff, addresses, refers
from natlane.impact.held import held_after_update
from natlane.impact.references import addresses_in
from natlane.impact.resources import Resource, Resources
from natlane.impact.unused import unused_before
from natlane.impact_levels import BOTH_DOWN, IN_PLACE, RE_ENGAGE

_PLACES = ("nat_cidr", "vpc_cidr", "zones")
_EACH = 64  # addresses that somebody's firewall holds are named one by one


def nat_addresses(diff: ModuleDiff) -> Iterator[Finding]:
    """The source addresses that the partner sees, and may have allowed one by one."""
    unused = unused_before(diff)
    before = pinned_nat(each for name, each in diff.old.by_address.items() if name not in unused)
    after = pinned_nat(_as_held(diff))
    gone, new = [each for each in before if each not in after], [each for each in after if each not in before]
    found = [
        each
        for each in diff.of("aws_nat_gateway")
        if each.old is None
        or each.new is None
        or {"private_ip", "secondary_private_ip_addresses"}.intersection(each.written)
    ]
    fields = ("nat.addresses_per_gateway", "nat", *_PLACES)
    if gone and not after:
        yield Finding(
            level=IN_PLACE,
            code="nat-address-gone",
            sentence=f"{_nat(gone, 'goes', 'go')}, as nothing of ours calls the partner any more, which need not allow "
            f"{'it' if len(gone) == 1 else 'them'}",
            fields=("reach", *fields),
            addresses=addresses(found),
        )
    elif gone:
        instead = f", {listed(new, _EACH)} come instead" if new else ""
        seen = "the partner sees us under other addresses" if new else "the partner sees us under fewer addresses"
        sentence = f"{_nat(gone, 'goes', 'go')}{instead}: {seen}"
        yield Finding(
            level=RE_ENGAGE, code="nat-address-gone", sentence=sentence, fields=fields, addresses=addresses(found)
        )
    elif new:
        coming = _nat(new, "comes", "come")
        them = "it" if len(new) == 1 else "them"
        sentence = f"{coming}, inside nat_cidr: a partner that allows single addresses must allow {them} too"
        only_new = [each for each in found if each.action in ("create", "update")]
        yield Finding(
            level=IN_PLACE, code="nat-address-new", sentence=sentence, fields=fields, addresses=addresses(only_new)
        )


def kept_nat_addresses(diff: ModuleDiff) -> Iterator[Finding]:
    """A NAT address that nobody speaks of any more stays in AWS: packets leave by it, and the partner drops them."""
    said = set(pinned_nat(diff.new.by_address.values()))
    kept = [each for each in pinned_nat(_as_held(diff)) if each not in said]
    if kept:
        yield Finding(
            level=RE_ENGAGE,
            code="nat-address-kept",
            sentence=f"{_nat(kept, 'stays', 'stay')} in AWS, where Terraform keeps what nothing is said of: we go on "
            "sending from there, whatever the partner was promised",
            fields=("nat", *_PLACES),
            steps=("write `nat: {release_addresses: true}`, and take it out once that was applied",),
        )


def called_addresses(diff: ModuleDiff) -> Iterator[Finding]:
    """The addresses that the partner calls us at (inbound), or that our hosts call (outbound)."""
    after = called(diff.new)
    for address, was in called(diff.old).items():
        now = after[address].addresses if address in after else ()
        gone = [each for each in was.addresses if each not in now]
        if not gone:
            continue
        outbound = address == "aws_lb.outbound"
        who = "our hosts" if outbound else "the partner"
        new = [each for each in now if each not in was.addresses]
        where = f", and must call {listed(new, _EACH)}" if new else ""
        fields = ("outbound", "zones") if outbound else ("inbound", *_PLACES)
        level = BOTH_DOWN if outbound else RE_ENGAGE
        sentence = f"{who} can no longer call {was.what} at {listed(gone, _EACH)}{where}"
        spoken = _with_its_groups(diff, was.resource)
        yield Finding(
            level=level,
            code="called-address-gone",
            sentence=sentence,
            fields=fields,
            addresses=spoken,
            steps=tuple(_kept_by_offset(diff, was, gone)) if new else (),
        )


def _kept_by_offset(diff: ModuleDiff, was: Called, gone: Sequence[str]) -> Iterator[str]:
    """How the descriptor leaves addresses where they are: by an offset, where their subnets stay."""
    cidrs = [each.arguments.get("cidr_block") for each in diff.new.by_address.values() if each.type == "aws_subnet"]
    subnets = [IPv4Network(each) for each in cidrs if isinstance(each, str)]
    places = [next((to for to in subnets if IPv4Address(each) in to), None) for each in gone]
    offsets = {int(IPv4Address(each)) - int(to[0]) if to else None for each, to in zip(gone, places, strict=True)}
    if len(offsets) == 1 and None not in offsets:
        line = f"offset: {offsets.pop()}"
        if was.resource.type == "aws_lb":
            yield f"to leave the load balancer where it is, write `load_balancer: {{{line}}}` beside its services"
        else:
            yield f"to leave {was.what} where it is, write `{line}` in its entry"


def _nat(found: list[str], one: str, more: str) -> str:
    return f"NAT address {found[0]} {one}" if len(found) == 1 else f"NAT addresses {listed(found, _EACH)} {more}"


def pinned_nat(resources: Iterable[Resource]) -> list[str]:
    """Every address of the NAT gateways among some resources."""
    found: list[str] = []
    for each in resources:
        if each.type == "aws_nat_gateway":
            secondary = each.arguments.get("secondary_private_ip_addresses")
            found += [str(each.arguments.get("private_ip"))]
            found += [str(item) for item in secondary] if isinstance(secondary, tuple) else []
    return found


def nat_holders(resources: Iterable[Resource]) -> dict[str, str]:
    """The NAT gateway that has each address."""
    return {address: each.address for each in resources for address in pinned_nat([each])}


def _as_held(diff: ModuleDiff) -> Iterator[Resource]:
    """The newer NAT gateways, as AWS will hold them."""
    for each in diff.new.by_address.values():
        before = diff.old.by_address.get(each.address)
        if each.type == "aws_nat_gateway":
            yield replace(each, arguments=held_after_update(before, each)) if before else each


class Called(NamedTuple):
    """A load balancer or an endpoint, what it is in words, and the addresses at which it is called."""

    resource: Resource
    what: str
    addresses: tuple[str, ...]


def called(side: Resources) -> dict[str, Called]:
    """What is called at pinned addresses, by the address of its resource."""
    found = {}
    for each in side.by_address.values():
        if each.type == "aws_lb":
            pinned = _pinned(each.arguments.get("subnet_mapping"), "private_ipv4_address")
            what = "the partner's services" if each.address == "aws_lb.outbound" else "our services"
            found[each.address] = Called(each, what, pinned)
        if each.type == "aws_vpc_endpoint":
            pinned = _pinned(each.arguments.get("subnet_configuration"), "ipv4")
            found[each.address] = Called(each, endpoint_name(each.address), pinned)
    return found


def endpoint_name(address: str) -> str:
    return address.partition(".")[2].replace("_", "-")


def _pinned(blocks: Value, name: str) -> tuple[str, ...]:
    if not isinstance(blocks, tuple):
        return ()
    return tuple(str(block[name]) for block in blocks if isinstance(block, dict) and name in block)


def _with_its_groups(diff: ModuleDiff, called: Resource) -> tuple[str, ...]:
    """The changes of what was called, and of its security groups and their rules where those go too."""
    arguments = called.arguments
    groups = {*addresses_in(arguments.get("security_groups")), *addresses_in(arguments.get("security_group_ids"))}
    gone = [each.address for each in diff.of("aws_security_group") if each.action == "destroy"]
    lost = [address for address in gone if address in groups]
    return tuple(
        each.address
        for each in diff.changes
        if each.address == called.address or any(each.address == group or refers(each, group) for group in lost)
    )
