"""The roles of VPC N's subnets and interfaces: where packets enter, are translated, and are called."""

from __future__ import annotations

from ipaddress import IPv4Network

from natlane.network.model import Endpoint, Interface, LoadBalancer, NatGateway, Segment, VpcN
from natlane.network.tables import Table
from natlane.prefixes import covering


def labels_of(vpc_n: VpcN, kind: type[NatGateway | Endpoint | LoadBalancer]) -> tuple[str, ...]:
    """The subnets in which a kind of owner stands, each once."""
    return tuple(dict.fromkeys(each.subnet for each in vpc_n.owners(kind)))


def tables_of(vpc_n: VpcN, subnets: tuple[str, ...]) -> tuple[Table, ...]:
    """The route tables of these subnets, each once."""
    return tuple({vpc_n.subnets[label].table: vpc_n.table_of(label) for label in subnets}.values())


def entry_subnets(segment: Segment) -> tuple[str, ...]:
    """The subnets in which packets enter VPC N from the transit gateway: the natted ones."""
    return tuple(label for each in segment.attachments if each.kind == "vpc_n" for label in each.subnets)


def public_subnets(vpc_n: VpcN) -> tuple[str, ...]:
    """The subnets that the partner may see: those of NAT gateways; where VPC N has none, so that nothing of ours calls
    the partner, those of endpoints and load balancers."""
    return labels_of(vpc_n, NatGateway) or tuple(
        dict.fromkeys((*labels_of(vpc_n, Endpoint), *labels_of(vpc_n, LoadBalancer)))
    )


def nat_block(vpc_n: VpcN) -> IPv4Network | None:
    """The smallest block around the public subnets; None without one."""
    subnets = public_subnets(vpc_n)
    return covering(vpc_n.subnets[label].cidr for label in subnets) if subnets else None


def outbound_subnets(vpc_n: VpcN) -> tuple[str, ...]:
    """The subnets of load balancers that are not public: our VPCs call the partner there."""
    public = public_subnets(vpc_n)
    return tuple(label for label in labels_of(vpc_n, LoadBalancer) if label not in public)


def inbound_interfaces(vpc_n: VpcN) -> tuple[Interface, ...]:
    """What the partner may call: endpoints, and load balancers in public subnets."""
    outbound = outbound_subnets(vpc_n)
    return tuple(each for each in vpc_n.owners(Endpoint | LoadBalancer) if each.subnet not in outbound)


def outbound_block(vpc_n: VpcN) -> IPv4Network | None:
    """The smallest block around the subnets of load balancers that our VPCs call; None without one."""
    subnets = outbound_subnets(vpc_n)
    return covering(vpc_n.subnets[label].cidr for label in subnets) if subnets else None


def balancers(vpc_n: VpcN, *, outbound: bool) -> tuple[Interface, ...]:
    """The load balancers that our VPCs call, or those that the partner calls: an interface for each zone."""
    inside = outbound_subnets(vpc_n)
    return tuple(each for each in vpc_n.owners(LoadBalancer) if (each.subnet in inside) == outbound)


def zones_of(segment: Segment) -> tuple[str, ...]:
    """The zones in which VPC N is attached to the transit gateway; where it is not, those of its public subnets."""
    labels = entry_subnets(segment) or public_subnets(segment.vpc_n)
    return tuple(dict.fromkeys(segment.vpc_n.subnets[label].zone for label in labels))
