"""Descriptors and a World become every flow worth asking, each with what the descriptor promises of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from generator.describe.partner import Partner
from tests.lab.probes import Flow
from tests.lab.reading import Interface, Site
from tests.lab.side import Side
from tests.lab.world import Host, World, space_of

ALWAYS_ASKED = (22, 443, 0)  # 0 is a ping


@dataclass(frozen=True, slots=True)
class Promise:
    """A flow of a partner's. `by` and `sources`: who may answer, and as whom we may be seen; empty: dropped."""

    partner: str
    kind: str
    flow: Flow
    by: frozenset[str]
    sources: frozenset[str]

    @property
    def answered(self) -> bool:
        """Whether the flow has to work."""
        return bool(self.by)


def promises(partners: Mapping[str, Partner], world: World) -> tuple[Promise, ...]:
    """Every flow between our hosts and the partners, and from every partner to everything else."""
    found: list[Promise] = []
    for site, side in zip(world.sites, world.sides, strict=True):
        partner = partners[site.partner]
        found += _outbound(partner, site, side, world.hosts)
        found += _translated(partner, site, side, world.hosts)
        found += _inbound(partner, site, side, world)
        found += _nothing_else(site, side, world)
    return tuple(found)


def ports(world: World) -> dict[str, tuple[int, ...]]:
    """Everything that has an address listens on every port that is asked of anything: the network must drop."""
    listeners = [listener for site in world.sites for listener in site.listeners]
    asked = {port for port in ALWAYS_ASKED if port}
    asked |= {listener.port for listener in listeners} | {port for each in listeners for _, port in each.targets}
    spaces = [host.space for host in world.hosts] + [side.space for side in world.sides]
    spaces += [space_of(site, each) for site in world.sites for each in (*site.nats, *site.endpoints, *site.balancers)]
    return {space: tuple(sorted(asked)) for space in spaces}


def _outbound(partner: Partner, site: Site, side: Side, hosts: Iterable[Host]) -> Iterator[Promise]:
    """Our hosts to the partner's: by `reach`, seen as the NAT gateway of the host's zone."""
    for host in hosts:
        for address in side.addresses:
            open_ = host.vpc in partner.reach and any(IPv4Address(address) in c for c in partner.routed_cidrs)
            sources = _nat_addresses(site, host.zone)
            for port in ALWAYS_ASKED:
                flow = Flow(host.space, host.address, address, port)
                yield _promise(site, "outbound", flow, [side.space] if open_ else [], sources)


def _translated(partner: Partner, site: Site, side: Side, hosts: Iterable[Host]) -> Iterator[Promise]:
    """Our hosts to addresses of ours that stand for the partner's services."""
    services = {service.port for service in partner.outbound.services} if partner.outbound else set()
    cidrs = [partner.outbound.cidr] if partner.outbound else []
    for node in site.balancers:
        if not any(IPv4Address(node.addresses[0]) in cidr for cidr in cidrs):
            continue
        for host in hosts:
            for port in {*ALWAYS_ASKED, *services}:
                flow = Flow(host.space, host.address, node.addresses[0], port)
                open_ = host.vpc in partner.reach and port in services
                sources = _nat_addresses(site, _zone(site, node))
                yield _promise(site, "outbound service", flow, [side.space] if open_ else [], sources)


def _inbound(partner: Partner, site: Site, side: Side, world: World) -> Iterator[Promise]:
    """The partner's hosts to our endpoints on HTTPS, and to our services on their ports, seen as the NLB."""
    services = {service.port: service for service in partner.inbound.services}
    for source in side.addresses:
        for node in site.endpoints:
            for port in ALWAYS_ASKED:
                flow = Flow(side.space, source, node.addresses[0], port)
                yield _promise(site, "endpoint", flow, [space_of(site, node)] if port == 443 else [], [source])
        for node in site.balancers:
            for port in {*ALWAYS_ASKED, *services}:
                targets = [str(target) for target in services[port].targets] if port in services else []
                theirs = partner.outbound is not None and IPv4Address(node.addresses[0]) in partner.outbound.cidr
                by = [host.space for host in world.hosts if host.address in targets and not theirs]
                flow = Flow(side.space, source, node.addresses[0], port)
                yield _promise(site, "service", flow, by, node.addresses)


def _nothing_else(site: Site, side: Side, world: World) -> Iterator[Promise]:
    """The partner's first host to whatever else has an address: our hosts, NAT gateways, every other partner."""
    own = {address for node in (*site.endpoints, *site.balancers) for address in node.addresses}
    others = [address for other in world.sides if other is not side for address in other.addresses]
    others += [host.address for host in world.hosts]
    for each in world.sites:
        others += [a for node in (*each.nats, *each.endpoints, *each.balancers) for a in node.addresses]
        others += [str(subnet.cidr[4]) for subnet in each.subnets]
    mine = {*own, *side.addresses}
    for address in dict.fromkeys(others):
        if address not in mine:
            for port in ALWAYS_ASKED:
                yield _promise(site, "nothing else", Flow(side.space, side.addresses[0], address, port), [], [])


def _promise(site: Site, kind: str, flow: Flow, by: Sequence[str], sources: Iterable[str]) -> Promise:
    return Promise(site.partner, kind, flow, frozenset(by), frozenset(sources) if by else frozenset())


def _zone(site: Site, node: Interface) -> str:
    return next(subnet.zone for subnet in site.subnets if subnet.name == node.subnet)


def _nat_addresses(site: Site, zone: str) -> tuple[str, ...]:
    """The NAT gateway of a zone, or of all where VPC N is not in that zone: the transit gateway picks one."""
    near = tuple(a for node in site.nats if _zone(site, node) == zone for a in node.addresses)
    return near or tuple(a for node in site.nats for a in node.addresses)
