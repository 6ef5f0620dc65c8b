"""The rules about landing-zone.yaml: accounts, region, our VPCs and their tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network

from natlane.check.names import nearest
from natlane.check.rule import Fault, Findings, rules_about
from natlane.check.subject import ours_of
from natlane.describe.landing_zone import LandingZone
from natlane.describe.nodes import Path
from natlane.facts import aws

rule = rules_about("Landing zone")
ARNS = "IAM, Amazon Resource Names"
TABLES = "TGW, Transit gateway route tables"


@rule("account-unknown", "error", "landing-zone.yaml, accounts")
def account_unknown(landing_zone: LandingZone) -> Findings:
    """Every account that is named is one of accounts."""
    named: list[tuple[Path, str | None]] = [
        (("network_account",), landing_zone.network_account),
        (("transit_gateway", "account"), landing_zone.transit_gateway.account),
        *((("vpcs", name, "account"), vpc.account) for name, vpc in landing_zone.vpcs.items()),
    ]
    for field, name in named:
        if name is not None and name not in landing_zone.accounts:
            yield field, f"accounts has no {name}", nearest(name, landing_zone.accounts)


@rule("grant-unknown", "error", "landing-zone.yaml, grants")
def grant_unknown(landing_zone: LandingZone) -> Findings:
    """grants name VPCs of vpcs."""
    named: list[tuple[Path, str]] = [
        *((("grants", "reach", index), name) for index, name in enumerate(landing_zone.grants.reach or ())),
        *(
            (("grants", "inbound", index, "vpc"), each.vpc)
            for index, each in enumerate(landing_zone.grants.inbound or ())
        ),
    ]
    for field, name in named:
        if name not in landing_zone.vpcs:
            yield field, f"vpcs has no {name}", nearest(name, landing_zone.vpcs)


@rule("account-repeats", "error", "TGW, Transit gateway attachments")
def account_repeats(landing_zone: LandingZone) -> Findings:
    """No two names stand for one account: natlane would treat it as two, and share with itself."""
    ids = [(("accounts", name, "id"), name, account.id) for name, account in landing_zone.accounts.items()]
    yield from _repeats(ids, "account", "keep one name")


@rule("role-account", "error", ARNS)
def role_account(landing_zone: LandingZone) -> Findings:
    """An account's role is in that account."""
    for name, account in landing_zone.accounts.items():
        if account.role_arn and account.role_arn.split(":")[4] != account.id:
            message = f"the role is in account {account.role_arn.split(':')[4]}, not in {account.id}"
            yield ("accounts", name, "role_arn"), message, "write the role of this account, or mend id"


def _arns(landing_zone: LandingZone) -> Iterator[tuple[Path, str]]:
    for name, account in landing_zone.accounts.items():
        if account.role_arn:
            yield ("accounts", name, "role_arn"), account.role_arn
    if landing_zone.alarms:
        yield ("alarms", "sns_topic_arn"), landing_zone.alarms.sns_topic_arn
    if landing_zone.logs.kms_key_arn:
        yield ("logs", "kms_key_arn"), landing_zone.logs.kms_key_arn


@rule("arn-partition", "error", ARNS)
def arn_partition(landing_zone: LandingZone) -> Findings:
    """Every ARN is of the region's partition: aws, aws-cn, aws-eusc or aws-us-gov."""
    partition = aws.partition_of(landing_zone.region)
    for field, arn in _arns(landing_zone):
        if arn.split(":")[1] != partition:
            yield (
                field,
                f"is an ARN of {arn.split(':')[1]}, and {landing_zone.region} is in {partition}",
                f"write arn:{partition}:...",
            )


@rule("arn-region", "error", "CloudWatch, Alarm actions; CloudWatch Logs, KMS keys")
def arn_region(landing_zone: LandingZone) -> Findings:
    """The alarms' topic and the logs' key are in the region that uses them."""
    for field, arn in _arns(landing_zone):
        region = arn.split(":")[3]
        if region and region != landing_zone.region:
            yield (
                field,
                f"is in {region}, and alarms and logs are in {landing_zone.region}",
                f"write one in {landing_zone.region}",
            )


@rule("zone-region", "error", "EC2, Regions and zones")
def zone_region(landing_zone: LandingZone) -> Findings:
    """Every zone is one of the region."""
    for index, name in enumerate(landing_zone.zones):
        if not name.startswith(landing_zone.region) or name == landing_zone.region:
            yield (
                ("zones", index),
                f"{name} is not in {landing_zone.region}",
                f"write one of it, such as {_free_zone(landing_zone)}",
            )


@rule("zone-local", "error", "TGW, Transit gateway VPC attachments; EC2, Local Zones and Wavelength Zones")
def zone_local(landing_zone: LandingZone) -> Findings:
    """Every zone is an Availability Zone: a transit gateway takes no attachment in a Local or a Wavelength Zone."""
    for index, name in enumerate(landing_zone.zones):
        beyond = name.removeprefix(landing_zone.region)
        if beyond != name and beyond.startswith("-"):
            kind = "Wavelength" if "-wlz-" in name else "Local"
            message = f"{name} is a {kind} Zone, which a transit gateway cannot be attached in"
            yield ("zones", index), message, f"write an Availability Zone, such as {_free_zone(landing_zone)}"


def _free_zone(landing_zone: LandingZone) -> str:
    return next(
        (each for each in (f"{landing_zone.region}{letter}" for letter in "abcdef") if each not in landing_zone.zones),
        "",
    )


@rule("region-partition", "error", "AWS General Reference, Partitions")
def region_partition(landing_zone: LandingZone) -> Findings:
    """The region is of the commercial, the Chinese, the European Sovereign or the GovCloud partition: others have
    names of their own.
    """
    if "-iso" in landing_zone.region:
        hint = f"natlane knows the partitions {', '.join(aws.PARTITIONS)}"
        yield ("region",), f"{landing_zone.region} is of a partition with other names", hint


@rule("log-retention", "error", "CloudWatch Logs API, PutRetentionPolicy")
def log_retention(landing_zone: LandingZone) -> Findings:
    """retention_days is one of the numbers that CloudWatch Logs takes."""
    days = landing_zone.logs.retention_days
    if days not in aws.LOG_RETENTION_DAYS:
        longer = next(each for each in aws.LOG_RETENTION_DAYS if each > days)
        yield ("logs", "retention_days"), f"CloudWatch Logs does not take {days} days", f"the next longer is {longer}"


@rule("bucket-name", "error", "S3, Bucket naming rules")
def bucket_name(landing_zone: LandingZone) -> Findings:
    """The state bucket's name has no two dots in a row, and is no IP address."""
    if landing_zone.state and (
        ".." in landing_zone.state.bucket or re.fullmatch(r"[0-9]+(\.[0-9]+){3}", landing_zone.state.bucket)
    ):
        yield (
            ("state", "bucket"),
            f"{landing_zone.state.bucket} is no bucket name",
            "write the bucket's name, not its address",
        )


@rule("vpc-cidr-space", "error", "VPC, VPC CIDR blocks")
def vpc_cidr_space(landing_zone: LandingZone) -> Findings:
    """A CIDR of our VPCs is from /16 to /28, and none that AWS gives to no VPC."""
    for field, cidr in _cidrs(landing_zone):
        special = next((name for block, name in aws.NOT_UNICAST if cidr.overlaps(block)), "")
        if special or not aws.LARGEST_PREFIX <= cidr.prefixlen <= aws.SMALLEST_PREFIX:
            why = f"is {special} space" if special else f"is not from /{aws.LARGEST_PREFIX} to /{aws.SMALLEST_PREFIX}"
            yield (
                field,
                f"{cidr} {why}: no VPC has such a CIDR",
                "write the VPC's CIDRs as AWS shows them, each for itself",
            )


def _cidrs(landing_zone: LandingZone) -> Iterator[tuple[Path, IPv4Network]]:
    for name, vpc in landing_zone.vpcs.items():
        for index, cidr in enumerate(vpc.cidrs):
            yield ("vpcs", name, "cidrs", index), cidr


@rule("vpc-cidrs-overlap", "error", "VPC, VPC CIDR blocks")
def vpc_cidrs_overlap(landing_zone: LandingZone) -> Findings:
    """The CIDRs of a VPC are apart from each other."""
    for field, cidr in _cidrs(landing_zone):
        name = str(field[1])
        for own, other in ours_of(landing_zone).vpcs.overlapping(cidr):
            if other == name and own.prefixlen < cidr.prefixlen:
                yield field, f"{cidr} lies in {own} of the same VPC", "keep one"


@rule("attachment-repeats", "error", "TGW, Transit gateway VPC attachments")
def attachment_repeats(landing_zone: LandingZone) -> Findings:
    """Each VPC has an attachment of its own."""
    held = [(("vpcs", name, "attachment"), name, vpc.attachment) for name, vpc in landing_zone.vpcs.items()]
    yield from _repeats(held, "VPC", "write this VPC's own attachment")


@rule("route-table-repeats", "error", "VPC, Route tables")
def route_table_repeats(landing_zone: LandingZone) -> Findings:
    """A VPC route table belongs to one VPC."""
    held = [
        (("vpcs", name, "route_tables", index), name, table)
        for name, vpc in landing_zone.vpcs.items()
        for index, table in enumerate(vpc.route_tables)
    ]
    yield from _repeats(held, "VPC", "write this VPC's own route tables")


@rule("inline-routes", "warning", "hashicorp/aws, aws_route_table, route")
def inline_routes(landing_zone: LandingZone) -> Findings:
    """No owner of our VPCs' route tables writes them with `route` blocks inside: its next apply removes every route
    that it does not hold, natlane's too.
    """
    for name, vpc in landing_zone.vpcs.items():
        if vpc.inline_routes:
            message = f"the next apply of VPC {name}'s owner removes the partners' routes from its tables"
            hint = (
                "have the owner write aws_route resources instead, or `lifecycle { ignore_changes = [route] }`, then"
                " leave inline_routes out"
            )
            yield ("vpcs", name, "inline_routes"), message, hint


def _repeats(held: Sequence[tuple[Path, str, str]], what: str, hint: str) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for field, name, value in held:
        other = first.setdefault(value, name)
        if other != name:
            yield field, f"{value} is also that of {what} {other}", hint


@rule("partner-route-table-shared", "error", TABLES)
def partner_route_table_shared(landing_zone: LandingZone) -> Findings:
    """The partners' table is the table of no VPC of ours: it would hold the partners' CIDRs, and partners
    would reach each other.
    """
    table = landing_zone.transit_gateway.partner_route_table
    users = [name for name, vpc in landing_zone.vpcs.items() if table and vpc.transit_route_table == table]
    if users:
        message = f"{table} is also the table of VPC {', '.join(users)}: partners would reach each other by it"
        hint = "write a table that holds our VPCs only, or leave it out: each partner gets its own then"
        yield ("transit_gateway", "partner_route_table"), message, hint
