"""A site: what AWS would hold for one partner, by names, read from its module in out/.

Written apart from generator/natlane/network/from_hcl.py, so that a mistake in one reading is not in the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from natlane.hcl.blocks import Block, Value
from natlane.network.module import Module

_ATTACHMENT = "aws_ec2_transit_gateway_vpc_attachment"


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet of VPC N. `table` is empty where no association names one: the main table, local only."""

    name: str
    zone: str
    cidr: IPv4Network
    table: str


@dataclass(frozen=True, slots=True)
class Route:
    """An entry of a VPC route table. `kind`: nat, vgw or tgw; `target` its name."""

    table: str
    destination: IPv4Network
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class TransitRoute:
    """A static entry of a transit gateway table. `attachment` is empty for a blackhole."""

    table: str
    destination: IPv4Network
    attachment: str


@dataclass(frozen=True, slots=True)
class Interface:
    """An address of a NAT gateway, an endpoint or an NLB in a subnet; a NAT gateway may have several."""

    name: str
    subnet: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listener:
    """What an NLB forwards: its port to targets (address, port)."""

    balancer: str
    port: int
    targets: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Vpn:
    """The VPN connection. `end` names its VGW or is empty (transit gateway); `statics` are its own routes."""

    name: str
    end: str
    bgp: bool
    statics: tuple[IPv4Network, ...]
    ours: IPv4Network
    theirs: IPv4Network
    inside: tuple[IPv4Network, IPv4Network]
    customer: str
    customer_asn: int
    amazon_asn: int


@dataclass(frozen=True, slots=True)
class Site:
    """Everything of one partner that a packet can meet."""

    partner: str
    cidrs: tuple[IPv4Network, ...]
    subnets: tuple[Subnet, ...]
    routes: tuple[Route, ...]
    nats: tuple[Interface, ...]
    endpoints: tuple[Interface, ...]
    balancers: tuple[Interface, ...]
    listeners: tuple[Listener, ...]
    attachments: tuple[tuple[str, tuple[str, ...]], ...]
    associations: tuple[tuple[str, str], ...]
    propagations: tuple[tuple[str, str], ...]
    transit_routes: tuple[TransitRoute, ...]
    attached_gateways: tuple[str, ...]
    gateway_propagations: tuple[tuple[str, str], ...]  # (virtual private gateway, VPC route table)
    vpn: Vpn | None
    others: tuple[Vpn, ...]  # the connections of further devices, on the same gateway


class Reading:
    """A Module's attributes by the names that a Site uses."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.all = module.resources

    def own(self, block: Block) -> str:
        """What a block is called in the whole fleet."""
        return f"{self.module.partner}/{'.'.join(block.labels)}"

    def name(self, value: Value) -> str:
        """A literal as it is, a reference as its block's name, through attributes that are references too."""
        found = self.module.resolve(value)
        if found is None:
            return value if isinstance(value, str) else ""
        block, rest = found
        if block.labels[0].endswith("_attachment_accepter"):  # its id is the accepted attachment's
            rest = "transit_gateway_attachment_id"
        return self.name(block.attributes[rest].value) if rest in block.attributes else self.own(block)

    def at(self, block: Block, key: str) -> str:
        """An attribute's name; empty where it is absent."""
        return self.name(block.attributes[key].value) if key in block.attributes else ""

    def names(self, block: Block, key: str) -> tuple[str, ...]:
        """An attribute that is a list, name by name; empty where it is absent."""
        value = block.attributes[key].value if key in block.attributes else ()
        return tuple(self.name(item) for item in value) if isinstance(value, tuple) else ()

    def number(self, block: Block, key: str) -> int:
        """An attribute that is a whole number, quoted or not."""
        return int(str(block.attributes[key].value))

    def net(self, block: Block, key: str) -> IPv4Network:
        """An attribute that is a CIDR, anything where it is absent. AWS clears host bits."""
        return IPv4Network(self.at(block, key) or "0.0.0.0/0", strict=False)

    def pairs(self, kind: str, *keys: str) -> tuple[tuple[str, ...], ...]:
        """Of every resource of a type, these attributes."""
        return tuple(tuple(self.at(block, key) for key in keys) for block in self.all(kind))


def site(module: Module) -> Site:
    """What the module would make AWS hold."""
    r = Reading(module)
    vpns = [_vpn(r, block) for block in r.all("aws_vpn_connection")]
    return Site(
        partner=module.partner,
        cidrs=tuple(r.net(b, "cidr_block") for b in (*r.all("aws_vpc"), *r.all("aws_vpc_ipv4_cidr_block_association"))),
        subnets=_subnets(r),
        routes=tuple(_route(r, block) for block in r.all("aws_route")),
        nats=tuple(_nat(r, block) for block in r.all("aws_nat_gateway")),
        endpoints=_endpoints(r),
        balancers=_interfaces(r, "aws_lb", "subnet_mapping", "private_ipv4_address"),
        listeners=tuple(_listener(r, block) for block in r.all("aws_lb_listener")),
        attachments=tuple((r.own(b), r.names(b, "subnet_ids")) for b in r.all(_ATTACHMENT)),
        associations=_memberships(r, "aws_ec2_transit_gateway_route_table_association"),
        propagations=_memberships(r, "aws_ec2_transit_gateway_route_table_propagation"),
        transit_routes=tuple(
            TransitRoute(table, IPv4Network(cidr, strict=False), attachment)
            for table, cidr, attachment in r.pairs(
                "aws_ec2_transit_gateway_route",
                "transit_gateway_route_table_id",
                "destination_cidr_block",
                "transit_gateway_attachment_id",
            )
        ),
        attached_gateways=tuple(r.at(block, "vpn_gateway_id") for block in r.all("aws_vpn_gateway_attachment")),
        gateway_propagations=_gateway_propagations(r),
        vpn=vpns[0] if vpns else None,
        others=tuple(vpns[1:]),
    )


def _subnets(r: Reading) -> tuple[Subnet, ...]:
    pairs = ((r.at(b, "subnet_id"), r.at(b, "route_table_id")) for b in r.all("aws_route_table_association"))
    tables = dict(pairs)
    return tuple(
        Subnet(r.own(b), r.at(b, "availability_zone"), r.net(b, "cidr_block"), tables.get(r.own(b), ""))
        for b in r.all("aws_subnet")
    )


def _route(r: Reading, block: Block) -> Route:
    kinds = {"nat_gateway_id": "nat", "gateway_id": "vgw", "transit_gateway_id": "tgw"}
    kind, target = next((short, r.at(block, key)) for key, short in kinds.items() if r.at(block, key))
    return Route(r.at(block, "route_table_id"), r.net(block, "destination_cidr_block"), kind, target)


def _nat(r: Reading, block: Block) -> Interface:
    addresses = (r.at(block, "private_ip"), *r.names(block, "secondary_private_ip_addresses"))
    return Interface(r.own(block), r.at(block, "subnet_id"), addresses)


def _interfaces(r: Reading, kind: str, inner: str, address: str) -> tuple[Interface, ...]:
    return tuple(
        Interface(r.own(block), r.at(part, "subnet_id"), (r.at(part, address),))
        for block in r.all(kind)
        for part in block.blocks
        if part.kind == inner
    )


def _endpoints(r: Reading) -> tuple[Interface, ...]:
    """An endpoint stands in its subnet_ids; a subnet_configuration only pins the address that it has there."""
    subnets = {r.own(block): r.names(block, "subnet_ids") for block in r.all("aws_vpc_endpoint")}
    pinned = _interfaces(r, "aws_vpc_endpoint", "subnet_configuration", "ipv4")
    return tuple(each for each in pinned if each.subnet in subnets[each.name])


def _gateway_propagations(r: Reading) -> tuple[tuple[str, str], ...]:
    """Either way of writing it: a resource of its own, or an argument of the table."""
    found = r.pairs("aws_vpn_gateway_route_propagation", "vpn_gateway_id", "route_table_id")
    pairs = [(gateway, table) for gateway, table in found]
    pairs += [(each, r.own(block)) for block in r.all("aws_route_table") for each in r.names(block, "propagating_vgws")]
    return tuple(dict.fromkeys(pairs))


def _memberships(r: Reading, kind: str) -> tuple[tuple[str, str], ...]:
    found = r.pairs(kind, "transit_gateway_attachment_id", "transit_gateway_route_table_id")
    return tuple((attachment, table) for attachment, table in found)


def _listener(r: Reading, block: Block) -> Listener:
    group = next(r.at(action, "target_group_arn") for action in block.blocks if action.kind == "default_action")
    usual = next(r.number(each, "port") for each in r.all("aws_lb_target_group") if r.own(each) == group)
    targets = tuple(
        (r.at(each, "target_id"), r.number(each, "port") if "port" in each.attributes else usual)
        for each in r.all("aws_lb_target_group_attachment")
        if r.at(each, "target_group_arn") == group
    )
    return Listener(r.at(block, "load_balancer_arn"), r.number(block, "port"), targets)


def _vpn(r: Reading, block: Block) -> Vpn:
    customer = next(b for b in r.all("aws_customer_gateway") if r.own(b) == r.at(block, "customer_gateway_id"))
    end = r.at(block, "vpn_gateway_id")
    asns = [r.at(b, "amazon_side_asn") for b in r.all("aws_vpn_gateway") if r.own(b) == end]
    return Vpn(
        name=r.own(block),
        end=end,
        bgp="static_routes_only" not in block.attributes or block.attributes["static_routes_only"].value is not True,
        statics=tuple(
            IPv4Network(cidr, strict=False)
            for connection, cidr in r.pairs("aws_vpn_connection_route", "vpn_connection_id", "destination_cidr_block")
            if connection == r.own(block)
        ),
        ours=r.net(block, "remote_ipv4_network_cidr"),
        theirs=r.net(block, "local_ipv4_network_cidr"),
        inside=(r.net(block, "tunnel1_inside_cidr"), r.net(block, "tunnel2_inside_cidr")),
        customer=r.at(customer, "ip_address"),
        customer_asn=int(r.at(customer, "bgp_asn") or r.at(customer, "bgp_asn_extended")),
        amazon_asn=int(asns[0]) if asns and asns[0] else 64_512,
    )
