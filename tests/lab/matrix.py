"""Every flow worth asking for in a world, with what the descriptors promise of it.

Who is asked and what is expected is the descriptors' and their address plans' word alone, so that what a
module lacks is asked for nevertheless.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from natlane.addresses import AddressPlan
from natlane.describe.partner import InboundService, OutboundService, Partner
from natlane.plan.labels import slug

from tests.lab.probes import Flow, Outcome
from tests.lab.side import Side
from tests.lab.world import Host, World, space_of

ALWAYS_ASKED = (22, 443, 0)  # 0 is a ping
OURS = "between ours"


@dataclass(frozen=True, slots=True)
class Promise:
    """A flow of a partner's, or of none between our own VPCs.

    `by`, `sources`, `targets`: who may answer, as whom we may be seen, and which address and port may be
    called in the end; empty where the flow must be dropped.
    """

    partner: str
    kind: str
    flow: Flow
    by: frozenset[str]
    sources: frozenset[str]
    targets: frozenset[str]

    @property
    def answered(self) -> bool:
        """Whether the flow has to work."""
        return bool(self.by)

    def kept(self, outcome: Outcome) -> bool:
        """Whether what came of the flow is what is promised. Pings are answered by nobody's name."""
        if not outcome.by:
            return outcome.answered == self.answered
        space, source, target = outcome.at
        return space in self.by and source in self.sources and target in self.targets


def promises(partners: Mapping[str, Partner], world: World) -> tuple[Promise, ...]:
    """Every flow between our hosts and the partners, between our VPCs, and from every partner to everything else."""
    found = list(_between_ours(world.hosts))
    for side in world.sides:
        partner, plan = partners[side.partner], world.plans[side.partner]
        found += _outbound(partner, plan, side, world.hosts)
        found += _translated(partner, plan, side, world.hosts)
        found += _endpoints(partner, plan, side)
        found += _services(partner, plan, side)
        found += _nothing_else(world, side, side.space, side.addresses[:1])
    return tuple(found)


def isolation(world: World) -> tuple[Promise, ...]:
    """From every further host of every partner, and from addresses that are not its own, to everything else."""
    found: list[Promise] = []
    for side in world.sides:
        found += _nothing_else(world, side, side.space, side.addresses[1:])
        found += _nothing_else(world, side, side.forger, side.forged)
    return tuple(found)


def alternatives(promises: Iterable[Promise]) -> tuple[Promise, ...]:
    """One connection for each choice among several that AWS has: NAT addresses of a zone, targets of a service.

    Whoever enters VPC N by a zone that is not its own may be seen as any zone's, and is not asked for all.
    """
    found: dict[tuple[str, frozenset[str], frozenset[str]], Promise] = {}
    for each in promises:
        if each.flow.port and each.answered:
            found.setdefault((each.partner, each.sources, each.targets), each)
    several = [each for each in found.values() if len(each.sources) > 1 or len(each.targets) > 1]
    zones = {(each.partner, each.sources) for each in found.values()}
    return tuple(each for each in several if not any(p == each.partner and s < each.sources for p, s in zones))


def dropped(promise: Promise) -> Promise:
    """The same flow, promised to nobody: while something is lost."""
    return replace(promise, by=frozenset(), sources=frozenset(), targets=frozenset())


def ports(world: World) -> dict[str, tuple[int, ...]]:
    """Everything that has an address listens on every port that is asked of anything: the network must drop."""
    listeners = [listener for site in world.sites for listener in site.listeners]
    asked = {port for port in ALWAYS_ASKED if port}
    asked |= {listener.port for listener in listeners} | {port for each in listeners for _, port in each.targets}
    spaces = [host.space for host in world.hosts] + [side.space for side in world.sides]
    spaces += [space_of(site, each) for site in world.sites for each in (*site.nats, *site.endpoints, *site.balancers)]
    return {space: tuple(sorted(asked)) for space in spaces}


def _between_ours(hosts: Sequence[Host]) -> Iterator[Promise]:
    """Our VPCs reach each other over the transit gateway, whatever any module writes."""
    for one in hosts:
        for other in hosts:
            if one.vpc != other.vpc:
                for port in ALWAYS_ASKED:
                    flow = Flow(one.space, one.address, other.address, port)
                    yield _promise("", OURS, flow, [other.space], [one.address], [f"{other.address}:{port}"])


def _outbound(partner: Partner, plan: AddressPlan, side: Side, hosts: Iterable[Host]) -> Iterator[Promise]:
    """Our hosts to the partner's: by `reach`, seen as the NAT gateway of the host's zone."""
    for host in hosts:
        for address in side.addresses:
            open_ = host.vpc in partner.reach and any(IPv4Address(address) in c for c in partner.routed_cidrs)
            for port in ALWAYS_ASKED:
                flow = Flow(host.space, host.address, address, port)
                by = [side.space] if open_ else []
                yield _promise(side.partner, "outbound", flow, by, _nat(plan, host.zone), [f"{address}:{port}"])


def _translated(partner: Partner, plan: AddressPlan, side: Side, hosts: Iterable[Host]) -> Iterator[Promise]:
    """Our hosts to addresses of ours that stand for the partner's services."""
    services = {service.port: service for service in partner.outbound.services} if partner.outbound else {}
    for zone in plan.zones:
        for host in hosts if zone.outbound_nlb else ():
            for port in sorted({*ALWAYS_ASKED, *services}):
                flow = Flow(host.space, host.address, str(zone.outbound_nlb), port)
                by = [side.space] if host.vpc in partner.reach and port in services else []
                targets = _targets(services.get(port))
                yield _promise(side.partner, "outbound service", flow, by, _nat(plan, zone.zone), targets)


def _endpoints(partner: Partner, plan: AddressPlan, side: Side) -> Iterator[Promise]:
    """The partner's hosts to each endpoint in each zone, on HTTPS."""
    for source in side.addresses:
        for zone in plan.zones:
            for endpoint, address in zip(partner.inbound.endpoints, zone.endpoints, strict=True):
                for port in ALWAYS_ASKED:
                    flow = Flow(side.space, source, str(address), port)
                    by = [f"{side.partner}.{slug(endpoint.service)}-{address}"] if port == 443 else []
                    yield _promise(side.partner, "endpoint", flow, by, [source], [f"{address}:443"])


def _services(partner: Partner, plan: AddressPlan, side: Side) -> Iterator[Promise]:
    """The partner's hosts to our services on their ports in each zone, seen as the NLB."""
    services = {service.port: service for service in partner.inbound.services}
    for source in side.addresses:
        for node in (str(zone.inbound_nlb) for zone in plan.zones if zone.inbound_nlb):
            for port in sorted({*ALWAYS_ASKED, *services}):
                service = services.get(port)
                by = [f"{service.vpc}.{target}" for target in service.targets] if service else []
                flow = Flow(side.space, source, node, port)
                yield _promise(side.partner, "service", flow, by, [node], _targets(service))


def _nothing_else(world: World, side: Side, space: str, sources: Iterable[str]) -> Iterator[Promise]:
    """A partner to whatever else has an address: our hosts, NAT gateways, subnets, every other partner.

    But for the addresses that it forges, which are its own machine's.
    """
    others = [address for other in world.sides if other is not side for address in other.addresses]
    others += [host.address for host in world.hosts]
    for plan in world.plans.values():
        others += [str(address) for address in (*plan.nat_addresses, *_called(plan))]
        others += [
            str(subnet[4]) for zone in plan.zones for subnet in (zone.public, zone.natted, zone.outbound) if subnet
        ]
    mine = {*map(str, _called(world.plans[side.partner])), *(side.addresses if space == side.space else side.forged)}
    for source in sources:
        for address in dict.fromkeys(others):
            if address not in mine:
                for port in ALWAYS_ASKED:
                    yield _promise(side.partner, "nothing else", Flow(space, source, address, port), [], [], [])


def _called(plan: AddressPlan) -> tuple[IPv4Address, ...]:
    """Every address of an endpoint or an NLB."""
    found = [address for zone in plan.zones for address in (*zone.endpoints, zone.inbound_nlb, zone.outbound_nlb)]
    return tuple(address for address in found if address)


def _targets(service: InboundService | OutboundService | None) -> list[str]:
    return [f"{target}:{service.target_port or service.port}" for target in service.targets] if service else []


def _nat(plan: AddressPlan, zone: str) -> list[str]:
    """The NAT addresses of a zone, or of all where VPC N is not in that zone: the transit gateway picks one."""
    near = [address for each in plan.zones if each.zone == zone for address in each.nat]
    return [str(address) for address in near or plan.nat_addresses]


def _promise(
    partner: str, kind: str, flow: Flow, by: Iterable[str], sources: Iterable[str], targets: Iterable[str]
) -> Promise:
    may = frozenset(by)
    return Promise(partner, kind, flow, may, frozenset(sources if may else ()), frozenset(targets if may else ()))
