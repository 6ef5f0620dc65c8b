"""The model of partners/<name>.yaml, one partner's descriptor, and its parser."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, NamedTuple

from natlane.describe.accepted_impact import AcceptedImpact
from natlane.describe.accepted_warning import AcceptedWarning
from natlane.describe.adopted import Adopted
from natlane.describe.document import Document
from natlane.describe.field_types import ABSENT, Either, Listing, Record, UnreadableError, parse, parse_partly
from natlane.describe.handover import HandOverDetails
from natlane.describe.landing_zone import NAME, TAGS, ZONE
from natlane.describe.prices import ExpectedGb
from natlane.describe.scalar_types import Address, Choice, Cidr, Flag, Integer, Text
from natlane.describe.vpn import Vpn, with_tunnels
from natlane.facts import aws
from natlane.problems import Problem

PARTNER_NAME = Text(
    "a partner's name: 2 to 31 of a-z, 0-9 and single hyphens, a letter first",
    r"[a-z](?!.*--)[a-z0-9-]{0,29}[a-z0-9]",
    31,
    "acme-clearing",
)
SERVICE_NAME = Text(
    "a service's name: lower-case letters, digits and single hyphens",
    r"[a-z](?!.*--)[a-z0-9-]{0,15}(?<!-)",
    16,
    "orders",
)
PORT = Integer(1, 65_535)
# A constant, so that nothing which is written elsewhere moves a partner. Eight /28s: more than a region has zones.
NATTED_CIDR = IPv4Network("100.64.0.0/25")


class Nat(NamedTuple):
    """The private NAT gateways."""

    addresses_per_gateway: Annotated[
        int,
        Integer(1, aws.NAT_ADDRESSES),
        "private addresses of each NAT gateway, 55,000 flows each to one destination",
    ] = 1
    release_addresses: Annotated[
        bool,
        Flag(),
        "takes further addresses away that the gateways had; Terraform keeps what nothing is said of",
    ] = False


class Endpoint(NamedTuple):
    """An interface endpoint in every public subnet."""

    service: Annotated[
        str,
        Text("a service's short name, or a PrivateLink name", r"[a-z][a-z0-9_.-]{1,127}", 128, "execute-api"),
        "an AWS service's short name, or a whole PrivateLink name",
    ]
    offset: Annotated[
        int | None,
        Integer(4, 65_534),
        "its distance from each public subnet's first address; absent: the next free one downwards",
    ] = None
    ports: Annotated[
        tuple[int, ...] | None,
        Listing(PORT, 1, 20),
        "the TCP ports that the partner calls; absent: those that AWS names for the service, mostly 443",
    ] = None
    private_dns: Annotated[
        bool, Flag(), "private DNS names inside VPC N; of no use to a partner, who resolves elsewhere"
    ] = False
    policy: Annotated[
        str | None,
        Text("an endpoint policy in JSON", "", aws.ENDPOINT_POLICY_MOST),
        "endpoint policy, JSON; absent: AWS's own, which allows all, or the former one, which AWS keeps",
    ] = None


class LoadBalancer(NamedTuple):
    """The one internal NLB for all services of a direction."""

    offset: Annotated[int | None, Integer(4, 65_534), "its distance from each subnet's first address"] = None
    cross_zone: Annotated[
        bool, Flag(), "cross-zone balancing, for targets inside VPC N; those outside are served by every zone's node"
    ] = True
    idle_timeout: Annotated[
        int, Integer(*aws.NLB_IDLE_TIMEOUT), "seconds after which an idle connection is forgotten"
    ] = aws.NLB_IDLE_TIMEOUT_DEFAULT


class InboundService(NamedTuple):
    """A TCP service of ours that the partner calls."""

    name: Annotated[str, SERVICE_NAME, "the service's name"]
    port: Annotated[int, PORT, "the port that the partner calls"]
    vpc: Annotated[str, NAME, "which of our VPCs it runs in"]
    targets: Annotated[tuple[IPv4Address, ...], Listing(Address(), 1, 500), "its addresses in that VPC"]
    target_port: Annotated[int | None, PORT, "its own port; absent: as port"] = None
    protocol: Annotated[str, Choice(("tcp", "udp")), "tcp; udp is refused, with the reason"] = "tcp"

    @property
    def listened_port(self) -> int:
        """The port that the targets listen on."""
        return self.target_port or self.port


class Inbound(NamedTuple):
    """What the partner may call."""

    endpoints: Annotated[tuple[Endpoint, ...], Listing(Record(Endpoint)), "AWS services, by interface endpoints"] = ()
    services: Annotated[
        tuple[InboundService, ...],
        Listing(Record(InboundService), 0, 50),
        "TCP services of ours, by one internal NLB",
    ] = ()
    load_balancer: Annotated[LoadBalancer, Record(LoadBalancer), "the NLB of the services"] = LoadBalancer()


class OutboundService(NamedTuple):
    """A TCP service of the partner's that we call at an address of ours."""

    name: Annotated[str, SERVICE_NAME, "the service's name"]
    port: Annotated[int, PORT, "the port that our hosts call"]
    targets: Annotated[tuple[IPv4Address, ...], Listing(Address(), 1, 500), "the partner's addresses"]
    target_port: Annotated[int | None, PORT, "the partner's port; absent: as port"] = None
    protocol: Annotated[str, Choice(("tcp", "udp")), "tcp; udp is refused, with the reason"] = "tcp"

    @property
    def listened_port(self) -> int:
        """The port that the targets listen on."""
        return self.target_port or self.port


class Outbound(NamedTuple):
    """Partner CIDRs that overlap ours or another partner's: both source and destination are translated."""

    cidr: Annotated[IPv4Network, Cidr(), "a block of ours, routed to VPC N, in which the NLB's addresses lie"]
    services: Annotated[
        tuple[OutboundService, ...],
        Listing(Record(OutboundService), 1, 50),
        "what our hosts call, by one internal NLB",
    ]
    translated_cidrs: Annotated[
        tuple[IPv4Network, ...] | None,
        Listing(Cidr(), 1),
        "which of partner_cidrs are reached by these services only; absent: all",
    ] = None
    load_balancer: Annotated[LoadBalancer, Record(LoadBalancer), "the NLB of the services"] = LoadBalancer()


class Partner(NamedTuple):
    """One VPN partner, as its descriptor says it, every default filled."""

    partner: Annotated[str, PARTNER_NAME, "the partner's name; equals the file's stem"]
    nat_cidr: Annotated[IPv4Network, Cidr(), "what the partner accepts; it never sees anything else of us"]
    partner_cidrs: Annotated[tuple[IPv4Network, ...], Listing(Cidr(), 1, 500), "theirs: what we open connections to"]
    vpn: Annotated[Vpn, Record(Vpn, one_of=("customer_gateway", "customer_gateways")), "the VPN connection"]
    description: Annotated[str, Text("a description", "", 20_480), "who the partner is, and what for"] = ""
    contacts: Annotated[tuple[str, ...], Listing(Text("a contact")), "whom to call"] = ()
    status: Annotated[
        str,
        Choice(("active", "decommissioned")),
        "active, or decommissioned: everything is destroyed by the next apply",
    ] = "active"
    renamed_from: Annotated[
        str | None, PARTNER_NAME, "the partner's name when its things in AWS were made; AWS's own names keep it"
    ] = None
    vpc_cidr: Annotated[IPv4Network | None, Cidr(), "VPC N's primary CIDR; absent: nat_cidr itself"] = None
    natted_cidr: Annotated[
        IPv4Network,
        Cidr(),
        "the natted subnets' block, which neither the partner nor our VPCs ever see; the same in every VPC N",
    ] = NATTED_CIDR
    zones: Annotated[
        int | tuple[str, ...] | None,
        Either(Integer(1, 6), Listing(ZONE, 1, 6)),
        "how many of the landing zone's zones, or which; absent: as many as nat_cidr can hold /28s for",
    ] = None
    reach: Annotated[tuple[str, ...], Listing(NAME), "which of our VPCs may open connections to the partner"] = ()
    nat: Annotated[Nat, Record(Nat), "the private NAT gateways"] = Nat()
    inbound: Annotated[Inbound, Record(Inbound), "what the partner may call"] = Inbound()
    outbound: Annotated[
        Outbound | None, Record(Outbound), "for partner CIDRs that overlap: what we call by addresses of ours"
    ] = None
    expected_gb: Annotated[
        ExpectedGb | None, Record(ExpectedGb), "gigabytes a month, for `natlane cost`; absent: cost without traffic"
    ] = None
    accepted_impact: Annotated[
        AcceptedImpact | None, Record(AcceptedImpact), "one change of this partner that was agreed to"
    ] = None
    handover: Annotated[HandOverDetails, Record(HandOverDetails), "what only the hand-over to the partner needs"] = (
        HandOverDetails()
    )
    accepted: Annotated[
        tuple[AcceptedWarning, ...],
        Listing(Record(AcceptedWarning), 0, 100),
        "warnings of this partner that may stand, each with a reason",
    ] = ()
    adopted: Annotated[
        Adopted | None, Record(Adopted), "for a VPN that was not made by natlane: what is taken over (natlane adopt)"
    ] = None
    tags: Annotated[Mapping[str, str], TAGS, "tags of everything of this partner"] = {}

    @property
    def made_as(self) -> str:
        """The name in AWS's own names, which no rename may change: AWS would replace what bears it."""
        return self.renamed_from or self.partner

    @property
    def primary_cidr(self) -> IPv4Network:
        """VPC N's primary CIDR."""
        return self.vpc_cidr or self.nat_cidr

    @property
    def translated_cidrs(self) -> tuple[IPv4Network, ...]:
        """Partner CIDRs that our hosts reach through outbound services only."""
        if self.outbound is None:
            return ()
        return self.partner_cidrs if self.outbound.translated_cidrs is None else self.outbound.translated_cidrs

    @property
    def routed_cidrs(self) -> tuple[IPv4Network, ...]:
        """Partner CIDRs that our VPCs have routes to."""
        translated = self.translated_cidrs
        return tuple(cidr for cidr in self.partner_cidrs if cidr not in translated)

    @property
    def served_vpcs(self) -> tuple[str, ...]:
        """Our VPCs that inbound services run in, each once."""
        return tuple(dict.fromkeys(service.vpc for service in self.inbound.services))

    @property
    def needs_nat(self) -> bool:
        """Whether VPC N has NAT gateways: where our VPCs open connections, and where AWS has them already."""
        return bool(self.reach) or self.adopted is not None

    @property
    def needs_attachment(self) -> bool:
        """Whether VPC N is attached to the transit gateway, and has natted subnets for that: where it exchanges
        packets with our VPCs or with a VPN that ends there, and where AWS has the attachment already."""
        return self.needs_nat or bool(self.served_vpcs) or self.vpn.termination == "transit_gateway"


PARTNER = Record(Partner)


def parse_partner(document: Document, problems: list[Problem]) -> Partner | None:
    """The partner, or None with every reason why not in `problems`."""
    partner: Partner | None = parse(document, PARTNER, problems)
    return partner and partner._replace(vpn=with_tunnels(partner.vpn))


def parse_readable(document: Document) -> Partner | None:
    """As much of a partner as can be read: any use of another field is an UnreadableError. None for no mapping."""
    partner: Partner | None = parse_partly(document, PARTNER)
    if partner is None:
        return None
    try:
        return partner._replace(vpn=with_tunnels(partner.vpn))
    except UnreadableError:
        return partner._replace(vpn=ABSENT)  # type: ignore[arg-type]
