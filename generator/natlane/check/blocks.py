"""The rules about VPC N's own blocks: size, space, what they may overlap, what may join."""

from __future__ import annotations

from ipaddress import IPv4Network

from natlane.check.rule import Findings, rules_about
from natlane.check.subject import NOT_UNICAST, Subject
from natlane.facts import aws

rule = rules_about("VPC N's blocks")
VPC = "VPC, VPC CIDR blocks"


@rule("block-size", "error", VPC)
def block_size(subject: Subject) -> Findings:
    """Every block of VPC N is from /16 to /28."""
    for field, block in subject.vpc_n_blocks:
        if block.prefixlen < aws.LARGEST_PREFIX:
            inside = subject.partner.nat_cidr.network_address if field == ("vpc_cidr",) else block.network_address
            most = IPv4Network((inside, aws.LARGEST_PREFIX), strict=False)
            yield field, f"{block} is larger than a /{aws.LARGEST_PREFIX}", f"write {most} or smaller"
        elif block.prefixlen > aws.SMALLEST_PREFIX:
            wider = block.supernet(new_prefix=aws.SMALLEST_PREFIX)
            yield field, f"{block} is smaller than a /{aws.SMALLEST_PREFIX}", f"ask for {wider} or larger"


@rule("block-space", "error", VPC)
def block_space(subject: Subject) -> Findings:
    """No block of VPC N lies in space that AWS gives to no VPC: this-network, loopback, link-local, multicast
    and above.
    """
    for field, block in subject.legal_vpc_n_blocks:
        for special, name in NOT_UNICAST.overlapping(block):
            yield (
                field,
                f"{block} lies in {special} ({name}), which no VPC can have",
                "write a private block, or one that the partner assigned",
            )


@rule("block-service-collision", "warning", VPC)
def block_service_collision(subject: Subject) -> Findings:
    """No block of VPC N lies in 172.17.0.0/16, which some AWS services use inside themselves."""
    for field, block in subject.legal_vpc_n_blocks:
        if block.overlaps(aws.SERVICE_COLLISION):
            yield (
                field,
                f"{block} lies in {aws.SERVICE_COLLISION}, which Cloud9 and SageMaker use themselves",
                "ask for another block",
            )


@rule("nat-outside-vpc", "error", "VPC, Subnet CIDR blocks")
def nat_outside_vpc(subject: Subject) -> Findings:
    """nat_cidr lies inside vpc_cidr."""
    vpc, nat = subject.partner.vpc_cidr, subject.partner.nat_cidr
    if vpc is not None and not nat.subnet_of(vpc):
        yield (
            ("nat_cidr",),
            f"{nat} is not inside vpc_cidr {vpc}",
            "write a vpc_cidr that contains it, or leave vpc_cidr out: nat_cidr is the VPC's CIDR then",
        )


@rule("block-mix", "error", "VPC, IPv4 CIDR block association restrictions")
def block_mix(subject: Subject) -> Findings:
    """A secondary CIDR joins the primary one only where AWS's association table lets them mix."""
    primary = subject.partner.primary_cidr
    written = {block: field for field, block in subject.legal_vpc_n_blocks}
    for _, block in subject.addresses.secondary if subject.addresses else ():
        why = _cannot_join(primary, block)
        if why:
            field, hint = written.get(block, ("nat_cidr",)), f"write a block of {aws.SHARED_SPACE}, or another nat_cidr"
            if primary.overlaps(aws.BENCHMARK_SPACE):  # no other block could join it
                field, hint = ("nat_cidr",), f"ask for a block outside {aws.BENCHMARK_SPACE}"
            yield field, f"{block} cannot join a VPC of {primary}: {why}", hint


def _cannot_join(primary: IPv4Network, block: IPv4Network) -> str:
    if primary.overlaps(aws.BENCHMARK_SPACE) or block.overlaps(aws.BENCHMARK_SPACE):
        return f"nothing joins {aws.BENCHMARK_SPACE}"
    private = next((each for each in aws.RFC1918 if block.subnet_of(each)), None)
    if private is None:
        return ""
    if not primary.subnet_of(private):
        return f"a secondary CIDR in {private} joins only a primary one in {private}"
    if primary.overlaps(aws.FIRST_TEN) and block.subnet_of(aws.FIRST_TEN_REFUSED):
        return f"beside a primary in {aws.FIRST_TEN}, {aws.FIRST_TEN_REFUSED} is refused"
    if block.subnet_of(aws.DEFAULT_VPC):
        return f"{aws.DEFAULT_VPC} is the default VPC's"
    return ""


@rule("vpc-cidrs", "warning", "VPC, Quotas, IPv4 CIDR blocks per VPC")
def vpc_cidrs(subject: Subject) -> Findings:
    """VPC N stays within the quota of CIDRs of a VPC."""
    granted = subject.landing_zone.quotas.cidrs_per_vpc
    if subject.addresses and 1 + len(subject.addresses.secondary) > granted:
        roles = " and ".join(role for role, _ in subject.addresses.secondary)
        message = f"VPC N needs a CIDR more for each of {roles}, the quota is {granted}"
        yield ("nat_cidr",), message, "write a vpc_cidr that contains them, or ask AWS for more"


@rule("zone-single", "warning", "VPC, NAT gateways")
def zone_single(subject: Subject) -> Findings:
    """VPC N has more than one zone, or the loss of one zone is the loss of the partner."""
    if subject.addresses and len(subject.addresses.zones) == 1:
        nat = subject.partner.nat_cidr
        several = nat.prefixlen < aws.SMALLEST_PREFIX
        hint = "write `zones: 2`" if several else "ask the partner for a /27: it holds two zones"
        field = ("zones",) if subject.partner.zones else ("nat_cidr",)
        if len(subject.landing_zone.zones) > 1:
            yield field, f"{nat} is in one zone only ({subject.addresses.zones[0].zone})", hint
