"""The rules about overlapping blocks: VPC N's own, the partner's, our VPCs' and reserved ones.

A rule asks only where the two blocks stand in one table that packets of this partner use, or where a route that the
module writes takes packets from somebody else. Every transit gateway table is taken to hold all our VPCs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network
from itertools import combinations

from natlane.check.rule import Findings, rules_about
from natlane.check.subject import NATTED, Block, Subject
from natlane.describe.nodes import Path, dotted
from natlane.facts import aws
from natlane.prefixes import first_free, host

rule = rules_about("Blocks that meet")
ROUTES = "VPC, Route tables; TGW, Routing"
LOCAL = "VPC, Route tables, Routes more specific than the local route"
NAT: Path = ("nat_cidr",)
OUTBOUND: Path = ("outbound", "cidr")


@rule("block-overlap", "error", "VPC, Subnet CIDR blocks")
def block_overlap(subject: Subject) -> Findings:
    """nat_cidr, natted_cidr and outbound.cidr are apart from each other."""
    blocks = [each for each in subject.legal_vpc_n_blocks if each[0] != ("vpc_cidr",)]
    for (one_field, one), (two_field, two) in combinations(blocks, 2):
        if one.overlaps(two):
            natted = NATTED in (one_field, two_field)
            hint = _other_natted(subject) if natted else "write a block apart from it"
            place = _field_or_other(subject, two_field, one_field)
            other = (one_field, one) if place == two_field else (two_field, two)
            shown = two if place == two_field else one
            yield place, f"{shown} overlaps {_described(subject, other)}", hint


@rule("block-overlaps-vpc", "error", ROUTES)
def block_overlaps_vpc(subject: Subject) -> Findings:
    """No block of VPC N overlaps a CIDR of our VPCs where both stand in a route table that its packets use: VPC N's
    local route would keep what is for the VPC, or the route to the block would take what is the VPC's.
    """
    for block in subject.legal_vpc_n_blocks:
        for cidr, name in subject.ours.vpcs.overlapping(block[1]):
            why = _kept_by_vpc_n(subject, block[1], cidr, name) or _taken_from_vpc(subject, block, cidr, name)
            if why:
                hint = (
                    _other_natted(subject) if block[0] == NATTED else "write a block apart from it, or ask for another"
                )
                place = _field_or_other(subject, block[0], _where_joined(subject, name))
                shown = block[1] if place == block[0] else _described(subject, block)
                yield place, f"{shown} overlaps {cidr} of our VPC {name}: {why}", hint


def _kept_by_vpc_n(subject: Subject, block: IPv4Network, cidr: IPv4Network, vpc: str) -> str:
    """What VPC N's local route to a block keeps of what is sent to a VPC, or keeps from being routed; else empty."""
    if vpc in subject.partner.reach:
        return f"VPC N would keep the replies to hosts of VPC {vpc}"
    kept = [target for target in _targets(subject, vpc) if target in block and target in cidr]
    if kept:
        return f"VPC N would keep what is sent to {kept[0]}"
    inside = vpc in subject.partner.served_vpcs and cidr.subnet_of(block)
    return f"AWS takes no route to {cidr} inside VPC N's own blocks" if inside else ""


def _taken_from_vpc(subject: Subject, block: Block, cidr: IPv4Network, vpc: str) -> str:
    """What the routes to a block that our tables get take from a VPC, or lose to it; empty where they do not."""
    field, network = block
    if not _routed_by_us(subject, field):
        return ""
    if network.subnet_of(cidr):
        return f"the routes to it would take these addresses from VPC {vpc}"
    lost = [address for address in _pinned(subject, field) if address in cidr]
    return f"packets to {lost[0]} would go to VPC {vpc}" if lost else ""


def _routed_by_us(subject: Subject, field: Path) -> bool:
    """Whether tables of ours get routes to a block: where our VPCs answer its load balancer, or call it."""
    if field == NAT:
        return bool(subject.partner.served_vpcs)
    return field == OUTBOUND and bool(subject.partner.reach)


def _pinned(subject: Subject, field: Path) -> Iterator[IPv4Address]:
    """The addresses in a block that our VPCs send to."""
    for zone in subject.addresses.zones if subject.addresses else ():
        address = zone.inbound_nlb if field == NAT else zone.outbound_nlb
        if address is not None:
            yield address


@rule("block-reserved", "error", "landing-zone.yaml, reserved_cidrs")
def block_reserved(subject: Subject) -> Findings:
    """No block that our VPCs have a route to overlaps a reserved CIDR: VPC N would get its packets. A block that only
    VPC N and the partner know meets none.
    """
    for field, block in subject.legal_vpc_n_blocks:
        for cidr, owner in subject.ours.reserved.overlapping(block) if _routed_by_us(subject, field) else ():
            yield field, f"{block} overlaps {cidr}, reserved by {owner}", "write a block that is not reserved"


@rule("partner-cidr-overlaps-vpc", "error", ROUTES)
def partner_cidr_overlaps_vpc(subject: Subject) -> Findings:
    """A partner CIDR overlaps no CIDR of our VPCs where a table has routes to both: any VPC's where our VPCs have
    routes to the partner, else it is no address of a target that serves it.
    """
    reached = bool(subject.partner.reach)
    for field, cidr in subject.routed_partner_cidrs:
        for own, name in subject.ours.vpcs.overlapping(cidr):
            why = _misrouted(subject, cidr, own, name) if reached else _misrouted_by_vpc_n(subject, cidr, own, name)
            if why:
                hint = _ways_out(subject, cidr) if reached else "ask the partner to call from other addresses"
                yield field, f"{cidr} {_relation(cidr, own)} of VPC {name}: {why}", hint


def _relation(cidr: IPv4Network, own: IPv4Network) -> str:
    if cidr == own:
        return "is also a CIDR"
    return f"contains {own}" if cidr.prefixlen < own.prefixlen else f"lies in {own}"


def _misrouted(subject: Subject, cidr: IPv4Network, own: IPv4Network, name: str) -> str:
    """Which packets go wrong: longest prefix first, then local before static before propagated."""
    if cidr == own and name not in subject.partner.reach:
        return f"the static route to {cidr} takes these addresses from VPC {name} in the transit gateway"
    if cidr.prefixlen <= own.prefixlen:
        return f"{own} stays with VPC {name} and never reaches the partner"
    return f"the longer prefix {cidr} takes these addresses from VPC {name} in the transit gateway"


def _misrouted_by_vpc_n(subject: Subject, cidr: IPv4Network, own: IPv4Network, vpc: str) -> str:
    """What VPC N's public table confuses of a partner that only calls and a VPC that serves it; empty if nothing."""
    if vpc not in subject.partner.served_vpcs:
        return ""
    lost = [target for target in _targets(subject, vpc) if cidr == host(target) and target in own]
    return f"VPC N can send {lost[0]} to one of both only" if lost else ""


def _ways_out(subject: Subject, cidr: IPv4Network) -> str:
    """The ways out of an overlap, with the YAML of the first."""
    free = first_free(aws.RFC1918[0], 27, _taken(subject)) or "<a free /27 of ours>"
    example = next(iter(cidr.hosts()))
    yaml = (
        f"`outbound: {{cidr: {free}, translated_cidrs: [{cidr}], "
        f"services: [{{name: <name>, port: 443, targets: [{example}]}}]}}`"
    )
    return (
        f"let our hosts call it by addresses of ours: {yaml} (a block that landing-zone.yaml leaves free); or ask the "
        "partner to translate its side or to open a PrivateLink endpoint service, or put a firewall with 1:1 NAT in"
    )


@rule("partner-cidr-holds-target", "warning", ROUTES)
def partner_cidr_holds_target(subject: Subject) -> Findings:
    """No host of the partner's has the address of a target of ours that serves it: VPC N sends that address to ours."""
    if subject.partner.reach:
        return
    targets = [target for name in subject.partner.served_vpcs for target in _targets(subject, name)]
    for field, cidr in subject.routed_partner_cidrs:
        held = [target for target in targets if target in cidr and cidr != host(target)]
        if held:
            message = f"{cidr} contains our target {held[0]}: a host of theirs with this address gets no answer"
            yield field, message, "see that no host of the partner's with such an address calls"


@rule("partner-cidr-reserved", "error", "landing-zone.yaml, reserved_cidrs")
def partner_cidr_reserved(subject: Subject) -> Findings:
    """No partner CIDR that our VPCs have routes to overlaps a reserved CIDR: its packets would go to the partner."""
    for field, cidr in subject.routed_partner_cidrs if subject.partner.reach else ():
        for own, owner in subject.ours.reserved.overlapping(cidr):
            yield field, f"{cidr} overlaps {own}, reserved by {owner}", _ways_out(subject, cidr)


@rule("partner-cidr-in-vpc-n", "error", LOCAL)
def partner_cidr_in_vpc_n(subject: Subject) -> Findings:
    """No partner CIDR equals or lies in a block of VPC N: AWS takes no route to the VPN inside a VPC's own CIDR."""
    for field, cidr in subject.routable_partner_cidrs:
        for block in subject.legal_vpc_n_blocks:
            if cidr.subnet_of(block[1]):
                message = f"{cidr} lies in {_described(subject, block)}: AWS takes no route to the VPN there"
                yield field, message, _apart_from_theirs(subject, block[0])
                break


@rule("partner-cidr-holds-vpc-n", "error", "VPC, Route tables, Route priority")
def partner_cidr_holds_vpc_n(subject: Subject) -> Findings:
    """No partner CIDR contains a block of VPC N other than nat_cidr: hosts of theirs with these addresses could
    neither be reached nor answered.
    """
    inbound = subject.partner.inbound
    talking = subject.routable_partner_cidrs if inbound.endpoints or inbound.services else subject.routed_partner_cidrs
    for field, cidr in talking:
        for block in subject.legal_vpc_n_blocks:
            if cidr != block[1] and cidr.supernet_of(block[1]) and not block[1].subnet_of(subject.partner.nat_cidr):
                message = (
                    f"{cidr} contains {_described(subject, block)}: VPC N would keep what is for hosts of theirs there"
                )
                yield field, message, _apart_from_theirs(subject, block[0])


@rule("outbound-target-in-vpc-n", "error", "VPC, Route tables, Route priority")
def outbound_target_in_vpc_n(subject: Subject) -> Findings:
    """No target of outbound services lies in a block of VPC N: what is sent to it would not leave VPC N."""
    outbound = subject.partner.outbound
    for index, service in enumerate(outbound.services if outbound else ()):
        for at, target in enumerate(service.targets):
            for block in (each for each in subject.legal_vpc_n_blocks if target in each[1]):
                message = f"{target} lies in {_described(subject, block)}: VPC N would keep what is sent to it"
                field: Path = ("outbound", "services", index, "targets", at)
                yield field, message, _apart_from_theirs(subject, block[0])
                break


@rule("partner-cidr-around-vpc-n", "warning", "VPC, Route tables, Route priority")
def partner_cidr_around_vpc_n(subject: Subject) -> Findings:
    """A partner that grants nat_cidr out of its own network has no host of its own in it."""
    nat = subject.partner.nat_cidr
    for field, cidr in subject.routable_partner_cidrs:
        if cidr != nat and cidr.supernet_of(nat):
            message = f"{cidr} contains nat_cidr {nat}: hosts of theirs with these addresses cannot be reached"
            yield field, message, "see that the partner uses none of them"


def _apart_from_theirs(subject: Subject, field: Path) -> str:
    if field == NATTED:
        return _other_natted(subject)
    return f"write a {dotted(field)} apart from the partner's networks"


@rule("reach-overlap", "error", ROUTES)
def reach_overlap(subject: Subject) -> Findings:
    """The VPCs that a partner joins have CIDRs apart from each other where VPC N sends to both: a VPC that only serves
    is sent to at its targets, one that opens connections at all of its addresses.
    """
    order = {name: index for index, name in enumerate(subject.joined)}
    for name, index in order.items():
        for cidr in subject.landing_zone.vpcs[name].cidrs:
            for own, other in subject.ours.vpcs.overlapping(cidr):
                if order.get(other, index) < index and _misroutes(subject, (cidr, name), (own, other)):
                    message = f"{cidr} of VPC {name} overlaps {own} of VPC {other}: replies go to one of them only"
                    yield _where_joined(subject, name), message, "join one of the two"


def _misroutes(subject: Subject, one: tuple[IPv4Network, str], two: tuple[IPv4Network, str]) -> bool:
    """Whether VPC N sends an address to both VPCs: of one that opens connections any, of another its targets."""
    (cidr, vpc), (own, other) = one, two
    if vpc in subject.partner.reach and other in subject.partner.reach:
        return True
    if vpc in subject.partner.reach:
        return any(target in cidr for target in _targets(subject, other))
    if other in subject.partner.reach:
        return any(target in own for target in _targets(subject, vpc))
    return any(target in cidr and target in own for target in {*_targets(subject, vpc)} & {*_targets(subject, other)})


@rule("shared-table-overlap", "error", "TGW, Route propagation; EC2 API, CreateTransitGatewayVpcAttachment")
def shared_table_overlap(subject: Subject) -> Findings:
    """In a partner_route_table, no VPC has addresses of another one that the partner joins: AWS propagates one of two
    overlapping CIDRs, and replies to the other go wrong.
    """
    table = subject.landing_zone.transit_gateway.partner_route_table
    if table is None or subject.partner.vpn.termination == "transit_gateway":
        return
    for name in subject.joined:
        for cidr in _sent_to(subject, name):
            for own in (each for each in subject.ours.vpcs.overlapping(cidr) if each[1] != name):
                message = f"{cidr} of VPC {name} overlaps {own[0]} of VPC {own[1]}: {table} gets a route to one of them"
                hint = (
                    "one of the two needs other addresses; without partner_route_table each partner has its own table"
                )
                yield _where_joined(subject, name), message, hint


def _sent_to(subject: Subject, vpc: str) -> list[IPv4Network]:
    """The CIDRs of a VPC that VPC N sends to: all where it may open connections, else those with a target."""
    cidrs, targets = subject.landing_zone.vpcs[vpc].cidrs, tuple(_targets(subject, vpc))
    return [each for each in cidrs if vpc in subject.partner.reach or any(to in each for to in targets)]


def _targets(subject: Subject, vpc: str) -> Iterator[IPv4Address]:
    """The addresses in one of our VPCs that inbound services send to."""
    return (target for each in subject.partner.inbound.services if each.vpc == vpc for target in each.targets)


def _where_joined(subject: Subject, vpc: str) -> Path:
    """Where a VPC is named by this partner; what is routed there, where it is not."""
    partner = subject.partner
    if vpc in partner.reach:
        return ("reach", partner.reach.index(vpc))
    if vpc in partner.served_vpcs:
        return ("inbound", "services", [service.vpc for service in partner.inbound.services].index(vpc), "vpc")
    return NAT


def _field_or_other(subject: Subject, field: Path, other: Path) -> Path:
    """The field of a block; where it is a default, that of what it meets."""
    return field if subject.document.holds(field) else other


def _described(subject: Subject, block: Block) -> str:
    field, network = block
    return f"{dotted(field)}{'' if subject.document.holds(field) else chr(39) + 's default'} {network}"


def _other_natted(subject: Subject) -> str:
    """The line that gives the natted subnets a block which meets nothing that is known."""
    length = max(subject.partner.natted_cidr.prefixlen, aws.LARGEST_PREFIX)
    private = next((each for each in aws.RFC1918 if subject.primary.subnet_of(each)), None)
    for space in (aws.SHARED_SPACE, *([private] if private else [])):
        free = first_free(space, length, _taken(subject))
        if free is not None:
            return f"write `natted_cidr: {free}`"
    return "write a natted_cidr apart from it"


def _taken(subject: Subject) -> Iterable[IPv4Network]:
    """Every block that is known to be in use."""
    taken = [each for held in (subject.ours.vpcs, subject.ours.reserved) for each in held.blocks()]
    return [*taken, *(each for _, each in (*subject.vpc_n_blocks, *subject.routable_partner_cidrs))]
