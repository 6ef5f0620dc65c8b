"""The Plan and its parts: what AWS will hold for one partner, with every name, number and reference.

A `label` is a Terraform name within its type; a `name` is AWS's Name tag. Values that only AWS
knows are References. `provider` is the aliased provider of a thing outside the network account.
Named tuples, not dataclasses: thirty classes of these cost every start a fifth of the time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple

from natlane.describe.vpn import TunnelOptions
from natlane.facts import aws


class Reference(str):
    """A Terraform expression (`aws_vpc.vpc_n.id`), written without quotes."""

    __slots__ = ()


class Provider(NamedTuple):
    """One `provider "aws"` block."""

    alias: str
    region: str
    account_id: str
    role_arn: str | None

    @property
    def aliased(self) -> bool:
        """False for the network account's own."""
        return self.alias != ""

    @property
    def assumes_role(self) -> bool:
        """Whether Terraform works there by a role."""
        return self.role_arn is not None


class S3State(NamedTuple):
    """The S3 backend."""

    bucket: str
    key: str
    region: str


class SecondaryCidr(NamedTuple):
    """A block that joins VPC N beside its primary one."""

    label: str
    cidr: IPv4Network


class Subnet(NamedTuple):
    """A subnet, and the route table that it is associated with."""

    label: str
    name: str
    role: str
    zone: str
    cidr: IPv4Network
    vpc: Reference  # through its secondary CIDR's association where it lies in one, so that it waits for it
    route_table: str


class RouteTable(NamedTuple):
    """A route table of VPC N."""

    label: str
    name: str
    role: str


class NatGateway(NamedTuple):
    """A private NAT gateway with pinned addresses."""

    label: str
    name: str
    zone: str
    subnet: str
    private_ip: IPv4Address
    secondary_ips: tuple[IPv4Address, ...]
    releases: bool  # it may have had more addresses before: Terraform takes away only what it is told to

    @property
    def writes_secondary_ips(self) -> bool:
        """Whether it has more than the primary address, or had."""
        return bool(self.secondary_ips) or self.releases


class Route(NamedTuple):
    """A route in one of VPC N's own tables; `nat_gateway` only where that is its target."""

    label: str
    route_table: str
    destination: IPv4Network
    nat_gateway: str = ""


class VpcRoute(NamedTuple):
    """A route to the transit gateway in a table of one of our VPCs; another name of the VPC is no other route."""

    label: str
    vpc: str
    provider: Reference
    aliased: bool
    route_table_id: str
    destination: IPv4Network


class RoutedVpc(NamedTuple):
    """One of our VPCs, with every route in its tables."""

    name: str
    routes: tuple[VpcRoute, ...]


class TransitTable(NamedTuple):
    """A transit gateway route table of this partner's own."""

    label: str
    name: str


class TransitAssociation(NamedTuple):
    """Which transit gateway table decides about what an attachment sends; `replaces` AWS's own choice."""

    label: str
    attachment: Reference
    route_table: str
    replaces: bool = False


class TransitRoute(NamedTuple):
    """A static route in a transit gateway table."""

    label: str
    route_table: str
    destination: IPv4Network
    attachment: str


class TransitGateway(NamedTuple):
    """VPC N's attachment, and the tables of the transit gateway as far as this partner needs them."""

    id: str
    provider: Reference
    aliased: bool  # it is another account's: its tables are written there
    attached: bool  # VPC N is attached to it; else nothing of this partner is there
    accepted: bool  # that account accepts the attachment by a resource of its own
    accepts_itself: bool  # the transit gateway accepts the attachment without being asked
    attachment_name: str
    attachment: Reference
    attachment_resource: Reference
    attachment_subnets: tuple[Reference, ...]
    tables: tuple[TransitTable, ...]
    associations: tuple[TransitAssociation, ...]
    routes: tuple[TransitRoute, ...]
    our_tables: tuple[str, ...]  # those of the landing zone, in which nothing may be propagated from a partner

    @property
    def own_account(self) -> bool:
        """Whether the transit gateway is the network account's."""
        return not self.aliased

    @property
    def replaces_associations(self) -> bool:
        """Whether AWS associates anything with a table before."""
        return any(each.replaces for each in self.associations)


class Tunnel(NamedTuple):
    """Every option of one tunnel."""

    number: int
    options: TunnelOptions
    preshared_key: Reference
    other_inside: IPv4Address  # the first address of the block inside of the other tunnel
    connection: str  # its connection's label
    suffix: str  # what its outputs and variables end in
    title: str  # its number, and beside another device's also whose it is


class VpnRoute(NamedTuple):
    """A prefix that the virtual private gateway knows to be behind the tunnels."""

    label: str
    destination: IPv4Network


class Connection(NamedTuple):
    """A device of the partner's, and the VPN connection to it."""

    suffix: str  # what its labels and outputs end in: nothing, or an underscore and the device's name
    label: str
    name: str
    introduction: str  # how a sentence about it begins
    customer_gateway_ip: IPv4Address
    customer_gateway_asn: int
    has_extended_asn: bool
    device: str
    tunnels: tuple[Tunnel, Tunnel]
    routes: tuple[VpnRoute, ...]


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


class Vpn(NamedTuple):
    """Customer gateways, virtual private gateway or transit gateway, and the connections."""

    provider: Reference
    aliased: bool
    on_transit_gateway: bool
    name: str
    connections: tuple[Connection, ...]
    amazon_side_asn: int
    static_routes_only: bool
    acceleration: bool
    has_large_tunnels: bool
    ecmp: bool
    partner_side: IPv4Network  # local_ipv4_network_cidr is the customer's side
    our_side: IPv4Network  # remote_ipv4_network_cidr is AWS's
    preshared_key_storage: str
    keys_are_variables: bool
    connected: bool  # the partner's device is there, so that a silent tunnel is a fault
    logged: bool
    bgp_logged: bool
    gateway_has_vpc: bool  # the gateway was attached before: the attachment is an argument of its own
    kept: tuple[Reference, ...]  # arguments that stay as AWS has them

    @property
    def tunnels(self) -> tuple[Tunnel, ...]:
        """Those of every connection, by number."""
        return tuple(sorted((each for one in self.connections for each in one.tunnels), key=lambda each: each.number))

    @property
    def key_variables(self) -> str:
        """The environment's variables that hold the pre-shared keys, as a sentence has them."""
        return _and([f"TF_VAR_tunnel{each.number}_preshared_key{each.suffix}" for each in self.tunnels])

    @property
    def key_outputs(self) -> str:
        """The outputs that name the secrets, as a sentence has them."""
        names = [f"preshared_key_arn{each.suffix}" for each in self.connections]
        return f"{'outputs' if self.has_several_devices else 'output'} {_and(names)}"

    @property
    def has_several_devices(self) -> bool:
        """Whether the partner has more than one device."""
        return len(self.connections) > 1

    @property
    def on_vpn_gateway(self) -> bool:
        """Whether the connection ends on VPC N's own virtual private gateway."""
        return not self.on_transit_gateway

    @property
    def announces_to_transit_gateway(self) -> bool:
        """Whether the partner announces prefixes to the transit gateway itself."""
        return self.on_transit_gateway and not self.static_routes_only

    @property
    def awaited(self) -> bool:
        """Whether the partner's device is still to come."""
        return not self.connected

    @property
    def unlogged(self) -> bool:
        """Whether no tunnel writes a log."""
        return not self.logged

    @property
    def keys_are_kept_by_aws(self) -> bool:
        """Whether AWS makes the pre-shared keys and keeps them in Secrets Manager."""
        return self.preshared_key_storage == "SecretsManager"


class Import(NamedTuple):
    """What AWS holds already, and the resource that takes it over."""

    to: Reference
    id: str


class SecurityRule(NamedTuple):
    """One rule of a security group: TCP on one port, from or to one block."""

    label: str
    description: str
    group: str
    cidr: IPv4Network
    port: int


class SubnetAddress(NamedTuple):
    """A pinned address in a subnet."""

    subnet: str
    address: IPv4Address


class EndpointGroup(NamedTuple):
    """The security group of endpoints that listen on the same ports."""

    label: str
    name: str
    description: str
    ingress: tuple[SecurityRule, ...]


class Endpoint(NamedTuple):
    """An interface endpoint with a pinned address in every public subnet."""

    label: str
    name: str
    service: str
    service_name: str
    private_dns: bool
    policy: str
    service_region: str  # another region than VPC N's, else empty
    ports: tuple[int, ...]
    group: str  # its security group's label
    addresses: tuple[SubnetAddress, ...]

    @property
    def in_another_region(self) -> bool:
        """Whether the service is in another region than VPC N."""
        return self.service_region != ""

    @property
    def port_list(self) -> str:
        """Its ports as a page shows them."""
        return ", ".join(map(str, self.ports))

    @property
    def subnet_ids(self) -> tuple[Reference, ...]:
        """The public subnets."""
        return tuple(Reference(f"aws_subnet.{place.subnet}.id") for place in self.addresses)


class Target(NamedTuple):
    """One address behind a target group."""

    label: str
    target_group: str
    address: IPv4Address
    port: int


class Service(NamedTuple):
    """One listener of an NLB and its target group."""

    label: str
    name: str
    service: str
    port: int
    target_port: int
    targets: tuple[Target, ...]


class LoadBalancer(NamedTuple):
    """An internal NLB with a pinned address in each zone; `label` is also its security group's."""

    label: str
    name: str
    group_name: str
    description: str
    cross_zone: bool
    idle_timeout: int  # seconds
    addresses: tuple[SubnetAddress, ...]
    services: tuple[Service, ...]
    ingress: tuple[SecurityRule, ...]
    egress: tuple[SecurityRule, ...]

    @property
    def has_idle_timeout(self) -> bool:
        """Whether its listeners forget idle connections sooner or later than AWS's own."""
        return self.idle_timeout != aws.NLB_IDLE_TIMEOUT_DEFAULT

    @property
    def ips(self) -> tuple[IPv4Address, ...]:
        """Its address in each zone."""
        return tuple(place.address for place in self.addresses)

    @property
    def targets(self) -> dict[str, tuple[str, ...]]:
        """Where each port leads: addresses with their ports."""
        return {str(each.port): tuple(f"{to.address}:{to.port}" for to in each.targets) for each in self.services}


class Alarm(NamedTuple):
    """A CloudWatch alarm on one metric."""

    provider: Reference
    aliased: bool
    label: str
    name: str
    description: str
    namespace: str
    metric: str
    dimensions: Mapping[str, Reference]
    statistic: str
    comparison: str
    threshold: int
    missing: str
    waits: bool = False  # it notifies nobody until the partner's device is connected


class Silence(NamedTuple):
    """An alarm for what a NAT gateway sends to the partner while nothing comes back."""

    label: str
    name: str
    zone: str
    nat_gateway: str


class Meter(NamedTuple):
    """One connection's metric in an alarm on several."""

    id: str
    connection: str


class DevicesDown(NamedTuple):
    """An alarm for the loss of all of a partner's devices."""

    name: str
    partner: str
    expression: str
    meters: tuple[Meter, ...]


class Observability(NamedTuple):
    """Log groups and alarms."""

    flow_log_group: str
    has_flow_logs: bool
    flow_log_role: str
    flow_log_account: str
    flow_log_sources: str  # ARNs of the flow logs that may take the role
    log_groups: str  # ARNs of the account's log groups
    tunnel_log_group: str
    has_tunnel_logs: bool
    retention_days: int
    kms_key_arn: str
    alarms: tuple[Alarm, ...]
    alarm_topics: tuple[str, ...]
    devices_down: tuple[DevicesDown, ...]  # none or one
    silences: tuple[Silence, ...]


class ReachedVpc(NamedTuple):
    """One of our VPCs that may open connections to the partner."""

    name: str
    cidrs: tuple[IPv4Network, ...]

    @property
    def cidr_list(self) -> str:
        """Its CIDRs as a picture holds them."""
        return ", ".join(map(str, self.cidrs))


class Plan(NamedTuple):
    """Everything of one partner's root module, in the order of its files."""

    partner: str
    active: bool
    description: str
    contacts: tuple[str, ...]
    tags: Mapping[str, str]
    state: S3State | None
    in_s3: bool
    providers: tuple[Provider, ...]
    region: str
    agreed: Mapping[str, object]
    nat_cidr: IPv4Network
    partner_cidrs: tuple[IPv4Network, ...]
    routed_cidrs: tuple[IPv4Network, ...]
    reach: tuple[ReachedVpc, ...]
    vpc_name: str
    vpc_cidr: IPv4Network
    secondary_cidrs: tuple[SecondaryCidr, ...]
    subnets: tuple[Subnet, ...]
    route_tables: tuple[RouteTable, ...]
    nat_gateways: tuple[NatGateway, ...]
    routes_to_nat: tuple[Route, ...]
    routes_to_vgw: tuple[Route, ...]
    routes_to_tgw: tuple[Route, ...]
    vpc_routes: tuple[VpcRoute, ...]
    transit_gateway: TransitGateway
    vpn: Vpn
    endpoints: tuple[Endpoint, ...]
    endpoint_groups: tuple[EndpointGroup, ...]
    inbound: tuple[LoadBalancer, ...]  # none or one
    outbound: tuple[LoadBalancer, ...]  # none or one
    observability: Observability
    imports: tuple[Import, ...]

    @property
    def asks_transit_gateway(self) -> bool:
        """Whether the module reads the transit gateway's own settings before it builds on them."""
        gateway = self.transit_gateway
        return (gateway.attached and gateway.aliased) or self.vpn.announces_to_transit_gateway

    @property
    def has_routed_cidrs(self) -> bool:
        """Whether our VPCs have a route to any partner CIDR."""
        return bool(self.routed_cidrs and self.reach)

    @property
    def opens_connections(self) -> bool:
        """Whether anything of ours opens connections to the partner, by its NAT gateways."""
        return bool(self.routes_to_nat)

    @property
    def only_called(self) -> bool:
        """Whether nothing of ours opens connections, so that VPC N has no NAT gateway."""
        return not self.nat_gateways

    @property
    def unattached(self) -> bool:
        """Whether VPC N has no part in the transit gateway."""
        return not self.transit_gateway.attached

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones that VPC N stands in, each once."""
        return tuple(dict.fromkeys(subnet.zone for subnet in self.subnets))

    @property
    def routed_vpcs(self) -> tuple[RoutedVpc, ...]:
        """Our VPCs that have a route to VPC N, each with its routes."""
        names = dict.fromkeys(route.vpc for route in self.vpc_routes)
        return tuple(RoutedVpc(name, tuple(each for each in self.vpc_routes if each.vpc == name)) for name in names)

    @property
    def endpoint_addresses(self) -> dict[str, tuple[IPv4Address, ...]]:
        """The addresses that the partner calls, by AWS service."""
        return {each.service_name: tuple(place.address for place in each.addresses) for each in self.endpoints}

    @property
    def endpoint_ids(self) -> dict[str, Reference]:
        """AWS's id of each endpoint, by AWS service."""
        return {each.service_name: Reference(f"aws_vpc_endpoint.{each.label}.id") for each in self.endpoints}

    @property
    def endpoint_names(self) -> dict[str, Reference]:
        """The DNS names that AWS gives each endpoint, by AWS service."""
        return {
            each.service_name: Reference(f"aws_vpc_endpoint.{each.label}.dns_entry[*].dns_name")
            for each in self.endpoints
        }

    @property
    def has_inbound(self) -> bool:
        """Whether the partner may call anything."""
        return bool(self.endpoints or self.inbound)

    @property
    def nat_addresses(self) -> tuple[IPv4Address, ...]:
        """Every source address that the partner will see, by zone."""
        return tuple(ip for nat in self.nat_gateways for ip in (nat.private_ip, *nat.secondary_ips))
