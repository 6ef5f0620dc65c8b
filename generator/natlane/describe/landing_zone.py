"""The model of landing-zone.yaml, our side, and its parser."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Annotated, NamedTuple

from natlane.describe.accepted_impact import AcceptedImpact
from natlane.describe.accepted_warning import AcceptedWarning
from natlane.describe.document import Document
from natlane.describe.field_types import Listing, Named, Record, parse
from natlane.describe.grants import Grants
from natlane.describe.prices import Prices
from natlane.describe.scalar_types import Cidr, Flag, Integer, Text
from natlane.facts import aws
from natlane.facts.quotas import QUOTAS
from natlane.problems import Problem

_PARTITION = f"({'|'.join(aws.PARTITIONS)})"
REGION = Text("an AWS region", r"[a-z]{2,4}(-[a-z]+)+-[0-9]", 32, "eu-west-1")
ZONE = Text(
    "an availability zone",
    r"[a-z]{2,4}(-[a-z]+)+-[0-9]((-[a-z]+-[0-9])?[a-z]|-wl[0-9]-[a-z]+-wlz-[0-9])",
    40,
    "eu-west-1a",
)
ACCOUNT_ID = Text("an account id of 12 digits, quoted", r"[0-9]{12}", 12, "111111111111")
ROLE_ARN = Text(
    "the ARN of a role",
    rf"arn:{_PARTITION}:iam::[0-9]{{12}}:role/[\w+=,.@/-]{{1,128}}",
    200,
    "arn:aws:iam::111111111111:role/network-deployer",
)
NAME = Text(
    "a name of lower-case letters, digits and single hyphens",
    r"[a-z][a-z0-9]*(-[a-z0-9]+)*",
    31,
    "production",
)
VPC_NAME = Text(
    "a VPC's name: lower-case letters, digits and single hyphens, and not `partner`, which `trace --from` keeps",
    r"(?!partner$)[a-z][a-z0-9]*(-[a-z0-9]+)*",
    31,
    "production",
)
TAG_KEY = Text("a tag key", "", 1_024)
TAG_VALUE = Text("a tag value", "", 16_384)
TAGS = Named(TAG_VALUE, TAG_KEY, 0, 500)


def _aws_id(prefix: str) -> Text:
    return Text(
        f"an id that starts with {prefix}",
        rf"{prefix}-([0-9a-f]{{8}}|[0-9a-f]{{17}})",
        40,
        f"{prefix}-0a1b2c3d4e5f60718",
    )


TRANSIT_ROUTE_TABLE = _aws_id("tgw-rtb")


class Account(NamedTuple):
    """An AWS account of ours, and the role in which Terraform works there."""

    id: Annotated[str, ACCOUNT_ID, "the account's 12 digits, quoted"]
    role_arn: Annotated[
        str | None, ROLE_ARN, "the role that Terraform assumes there; absent: the caller's own rights"
    ] = None


class TransitGateway(NamedTuple):
    """The transit gateway that joins our VPCs and every VPC N."""

    id: Annotated[str, _aws_id("tgw"), "the transit gateway's id"]
    account: Annotated[str | None, NAME, "the account that owns it and its route tables; absent: network_account"] = (
        None
    )
    partner_route_table: Annotated[
        str | None,
        TRANSIT_ROUTE_TABLE,
        "the table of every VPC N's attachment; holds our VPCs only; absent: each partner gets a table of its own",
    ] = None
    auto_accept: Annotated[
        bool,
        Flag(),
        "whether a transit gateway of another account accepts attachments by itself (AutoAcceptSharedAttachments)",
    ] = False


class Vpc(NamedTuple):
    """One VPC of ours that partners may reach or be reached from."""

    account: Annotated[str, NAME, "the account that owns it"]
    cidrs: Annotated[tuple[IPv4Network, ...], Listing(Cidr(), 1, 50), "all its CIDRs"]
    attachment: Annotated[str, _aws_id("tgw-attach"), "its transit gateway attachment"]
    transit_route_table: Annotated[
        str, TRANSIT_ROUTE_TABLE, "the transit gateway table that this attachment is associated with"
    ]
    route_tables: Annotated[
        tuple[str, ...],
        Listing(_aws_id("rtb"), 1, 200),
        "the VPC route tables of the subnets that must reach partners",
    ]
    inline_routes: Annotated[
        bool,
        Flag(),
        "whether its owner's Terraform holds routes as `route` blocks inside aws_route_table, which removes all others",
    ] = False


class ReservedCidr(NamedTuple):
    """A block that is in use elsewhere."""

    cidr: Annotated[IPv4Network, Cidr(), "what our VPCs send to VPC N may not overlap it"]
    owner: Annotated[str, Text("an owner"), "who uses it"]


class State(NamedTuple):
    """The S3 bucket of Terraform's state."""

    bucket: Annotated[
        str,
        Text("a bucket name", r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", 63, "example-terraform-state"),
        "the bucket",
    ]
    region: Annotated[str, REGION, "the bucket's region"]
    key_prefix: Annotated[
        str,
        Text("a key prefix without slash at either end", r"[\w.-]+(/[\w.-]+)*", 200, "partners"),
        "before /<partner>/terraform.tfstate",
    ] = "partners"


class Alarms(NamedTuple):
    """Where alarms go."""

    sns_topic_arn: Annotated[
        str,
        Text(
            "the ARN of an SNS topic",
            rf"arn:{_PARTITION}:sns:[a-z0-9-]+:[0-9]{{12}}:[\w-]{{1,256}}",
            400,
            "arn:aws:sns:eu-west-1:111111111111:network-oncall",
        ),
        "the topic that every alarm notifies",
    ]


class Logs(NamedTuple):
    """What is written to CloudWatch Logs, and for how long."""

    flow_logs: Annotated[bool, Flag(), "VPC flow logs of every VPC N"] = True
    tunnel_logs: Annotated[bool, Flag(), "activity logs of both tunnels, and BGP logs where BGP is spoken"] = True
    bgp_logs: Annotated[bool, Flag(), "BGP logs beside the tunnels' own; false in a region that offers none"] = True
    retention_days: Annotated[int, Integer(1, 3_653), "days; one of the numbers that CloudWatch Logs takes"] = 365
    kms_key_arn: Annotated[
        str | None,
        Text(
            "the ARN of a KMS key",
            rf"arn:{_PARTITION}:kms:[a-z0-9-]+:[0-9]{{12}}:key/[\w-]+",
            200,
            "arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        ),
        "the KMS key of the log groups; absent: encrypted by CloudWatch's own key",
    ] = None


class Quotas(NamedTuple):
    """Quotas of the region and the transit gateway, where AWS raised them; each default is AWS's."""

    vpcs: Annotated[int, Integer(1, 100_000), "VPCs in the region"] = QUOTAS["vpcs"].default
    nat_gateways_per_zone: Annotated[int, Integer(1, 100_000), "NAT gateways in each zone"] = QUOTAS[
        "nat_gateways_per_zone"
    ].default
    vpn_gateways: Annotated[int, Integer(1, 100_000), "virtual private gateways in the region"] = QUOTAS[
        "vpn_gateways"
    ].default
    customer_gateways: Annotated[int, Integer(1, 100_000), "customer gateways in the region"] = QUOTAS[
        "customer_gateways"
    ].default
    vpn_connections: Annotated[int, Integer(1, 100_000), "VPN connections in the region"] = QUOTAS[
        "vpn_connections"
    ].default
    transit_gateway_attachments: Annotated[int, Integer(1, 100_000), "attachments of the transit gateway"] = QUOTAS[
        "transit_gateway_attachments"
    ].default
    transit_gateway_route_tables: Annotated[int, Integer(1, 100_000), "route tables of the transit gateway"] = QUOTAS[
        "transit_gateway_route_tables"
    ].default
    transit_gateway_routes: Annotated[int, Integer(1, 1_000_000), "routes in all tables of the transit gateway"] = (
        QUOTAS["transit_gateway_routes"].default
    )
    routes_per_route_table: Annotated[int, Integer(1, 1_000), "routes in a VPC route table"] = QUOTAS[
        "routes_per_route_table"
    ].default
    interface_endpoints_per_vpc: Annotated[int, Integer(1, 10_000), "interface endpoints in a VPC"] = QUOTAS[
        "interface_endpoints_per_vpc"
    ].default
    cidrs_per_vpc: Annotated[int, Integer(1, 50), "IPv4 CIDRs of a VPC"] = QUOTAS["cidrs_per_vpc"].default
    security_group_rules: Annotated[int, Integer(1, 1_000), "rules of a security group in, and as many out"] = QUOTAS[
        "security_group_rules"
    ].default


@dataclass(frozen=True, slots=True, eq=False)
class LandingZone:
    """Our side, once: what every partner's module is built into. Compared and hashed by identity."""

    region: Annotated[str, REGION, "the region of every VPC N"]
    zones: Annotated[tuple[str, ...], Listing(ZONE, 1, 6), "the zones that every VPC N uses, in this order"]
    network_account: Annotated[str, NAME, "where VPC N, its NAT gateways and the VPN are created"]
    accounts: Annotated[Mapping[str, Account], Named(Record(Account), NAME, 1), "our AWS accounts by name"]
    transit_gateway: Annotated[TransitGateway, Record(TransitGateway), "the transit gateway"]
    vpcs: Annotated[Mapping[str, Vpc], Named(Record(Vpc), VPC_NAME, 1), "our VPCs by name"]
    reserved_cidrs: Annotated[
        tuple[ReservedCidr, ...],
        Listing(Record(ReservedCidr), 0, 5_000),
        "blocks used elsewhere; nothing that our VPCs have a route to VPC N for may overlap them",
    ] = ()
    state: Annotated[State | None, Record(State), "Terraform's state in S3; absent: local state"] = None
    alarms: Annotated[Alarms | None, Record(Alarms), "absent: alarms without actions"] = None
    logs: Annotated[Logs, Record(Logs), "logs in CloudWatch"] = field(default_factory=Logs)
    quotas: Annotated[Quotas, Record(Quotas), "raised AWS quotas; absent: AWS's defaults"] = field(
        default_factory=Quotas
    )
    grants: Annotated[Grants, Record(Grants), "what partners' descriptors may take"] = field(default_factory=Grants)
    prices: Annotated[Prices, Record(Prices), "prices for `natlane cost`; absent: AWS's list prices"] = field(
        default_factory=Prices
    )
    tags: Annotated[Mapping[str, str], TAGS, "tags of everything that is made"] = field(default_factory=dict)
    accepted_impact: Annotated[
        AcceptedImpact | None, Record(AcceptedImpact), "one change of all partners that was agreed to"
    ] = None

    accepted: Annotated[
        tuple[AcceptedWarning, ...],
        Listing(Record(AcceptedWarning), 0, 100),
        "warnings that may stand, those of every partner too, each with a reason",
    ] = ()

    @property
    def transit_account(self) -> str:
        """The account that owns the transit gateway and its route tables."""
        return self.transit_gateway.account or self.network_account


LANDING_ZONE = Record(LandingZone)


def parse_landing_zone(document: Document, problems: list[Problem]) -> LandingZone | None:
    """Our side, or None with every reason why not in `problems`."""
    landing_zone: LandingZone | None = parse(document, LANDING_ZONE, problems)
    return landing_zone
