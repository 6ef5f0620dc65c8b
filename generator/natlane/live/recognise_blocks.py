"""Recognition of a VPC in AWS: its subnets by what they are for, and the blocks that give exactly these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any, Final

from natlane.addresses import largest_subnets, smallest_subnets, zones_that_fit
from natlane.describe.partner import NATTED_CIDR
from natlane.live import calls
from natlane.live.calls import Item
from natlane.live.discover import cidrs_of
from natlane.live.held import Held
from natlane.problems import Problem, file_problem

BY_HAND: Final = "write the descriptor by hand, or change it in AWS first"


@dataclass(frozen=True, slots=True)
class Subnets:
    """The VPC's subnets by what they are for, each in the order of addresses, and the zones in that order."""

    public: tuple[Item, ...]
    natted: tuple[Item, ...]
    zones: tuple[str, ...]


def subnets_of(held: Held) -> tuple[Subnets, list[Problem]]:
    """Natted are those of the attachment, public those of NAT gateways; there are no others."""
    problems: list[Problem] = []
    attached = set(held.attachment.get("SubnetIds", ()))
    translating = {each["SubnetId"] for each in held.in_vpc(calls.NAT_GATEWAYS)}
    found = sorted(held.in_vpc(calls.SUBNETS), key=lambda each: IPv4Network(each["CidrBlock"]))
    public = tuple(each for each in found if each["SubnetId"] in translating - attached)
    natted = tuple(each for each in found if each["SubnetId"] in attached - translating)
    for each in found:
        number = each["SubnetId"]
        if number in attached & translating:
            message = "holds a NAT gateway and the transit gateway's attachment, which need subnets of their own"
            problems.append(file_problem("adopt-subnet", number, message, BY_HAND))
        elif each not in public and each not in natted:
            message = f"{each['CidrBlock']} has neither a NAT gateway nor the attachment, and is not the pattern's"
            problems.append(file_problem("adopt-subnet", number, message, "delete it, or write the descriptor by hand"))
    zones = tuple(each["AvailabilityZone"] for each in public)
    if sorted(zones) != sorted(each["AvailabilityZone"] for each in natted) or len(set(zones)) != len(zones):
        message = "has not exactly one subnet with a NAT gateway and one of the attachment in each of its zones"
        problems.append(file_problem("adopt-zones", held.vpc["VpcId"], message, BY_HAND))
    return Subnets(public, natted, zones), problems


Fields = dict[str, Any]
Cut = Callable[[IPv4Network, int], tuple[IPv4Network, ...] | None]


def blocks_of(held: Held, subnets: Subnets, known: Sequence[str]) -> tuple[Fields, list[Problem]]:
    """The blocks whose carving gives exactly these subnets."""
    primary, *others = cidrs_of(held.vpc)
    problems: list[Problem] = []
    if not subnets.public or not subnets.natted:
        return {}, problems
    natted_order = [each["AvailabilityZone"] for each in subnets.natted]
    if natted_order != list(subnets.zones):
        message = (
            f"its natted subnets lie in the order of zones {natted_order}, its public ones in {list(subnets.zones)}"
        )
        problems.append(file_problem("adopt-carving", held.vpc["VpcId"], message, BY_HAND))
    nat_cidr = _block(_cidrs_of(subnets.public), largest_subnets, (primary, *others))
    natted = _block(_cidrs_of(subnets.natted), smallest_subnets, (primary, *others))
    if nat_cidr is None:
        problems.append(_not_cut(held, "nat_cidr", "public", subnets.public))
    if natted is None:
        problems.append(_not_cut(held, "natted_cidr", "natted", subnets.natted))
    if nat_cidr is None or natted is None:
        return {}, problems
    for cidr in others:
        if cidr != natted:
            message = f"has the block {cidr} too, which is none of the pattern's"
            problems.append(file_problem("adopt-block", held.vpc["VpcId"], message, "take it from the VPC"))
    fits = zones_that_fit(nat_cidr, len(known))
    by_count = tuple(known[: len(subnets.zones)]) == subnets.zones
    zones: Fields = {"zones": len(subnets.zones) if by_count else list(subnets.zones)}
    fields: Fields = {
        "nat_cidr": str(nat_cidr),
        **({"vpc_cidr": str(primary)} if primary != nat_cidr else {}),
        **({"natted_cidr": str(natted)} if natted != NATTED_CIDR else {}),
        **({} if by_count and fits == len(subnets.zones) else zones),
    }
    return fields, problems


def _cidrs_of(subnets: Iterable[Item]) -> tuple[IPv4Network, ...]:
    return tuple(IPv4Network(each["CidrBlock"]) for each in subnets)


def _block(wanted: tuple[IPv4Network, ...], cut: Cut, blocks: tuple[IPv4Network, ...]) -> IPv4Network | None:
    """The block of which these are the first parts: the whole one of the VPC, or the least part of its primary one."""
    whole = next((block for block in blocks if wanted[0].subnet_of(block)), None)
    tried = (
        []
        if whole is None
        else [wanted[0].supernet(new_prefix=n) for n in range(wanted[0].prefixlen, whole.prefixlen - 1, -1)]
    )
    fitting = [block for block in tried if cut(block, len(wanted)) == wanted]
    if whole is not None and whole in fitting and whole != blocks[0]:
        return whole
    return fitting[0] if fitting else None


def _not_cut(held: Held, field: str, role: str, subnets: tuple[Item, ...]) -> Problem:
    listed = ", ".join(map(str, _cidrs_of(subnets)))
    message = f"its {role} subnets {listed} are not what natlane would cut from any {field}"
    hint = "a subnet cannot be changed: make a new VPC N beside it, and move the VPN to that"
    return file_problem("adopt-carving", held.vpc["VpcId"], message, hint)
