"""The picture of a partner's traffic: boxes and arrows at fixed places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from natlane.plan.load_balancers import LoadBalancer
from natlane.plan.plan import Plan

_BOX: Final = (204, 46)  # width and height
_ROW: Final = 62
_TOP: Final = 46
_COLUMNS: Final = {"ours": 12, "gateway": 262, "inside": 528, "vpn": 794, "partner": 1_044}
_WIDTH: Final = 1_260
MARGIN: Final = 14  # between the frame of VPC N and what is in it


class Box(NamedTuple):
    """A box of one kind: ours, gateway, nat, inbound, outbound, vpn, partner, or the frame of VPC N."""

    kind: str
    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]


class Arrow(NamedTuple):
    """The way of connections, from who opens them; inward where that is the partner."""

    inward: bool
    x1: int
    y1: int
    x2: int
    y2: int


class Drawing(NamedTuple):
    """A whole picture, and the same in a sentence."""

    sentence: str
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    @property
    def width(self) -> int:
        """The same for every picture."""
        return _WIDTH


class _Boxes(NamedTuple):
    """The boxes by what they are for: our VPCs that open connections, our services, and what is on the way."""

    reached: list[Box]
    served: list[Box]
    gateway: Box
    outbound: list[Box]
    nats: list[Box]
    endpoints: list[Box]
    balancers: list[Box]  # that the partner calls
    vpn: Box
    devices: list[Box]


def drawing_of(plan: Plan) -> Drawing:
    """The picture of a plan; of a partner that is decommissioned, a box that says so."""
    if not plan.active:
        box = Box("partner", _COLUMNS["ours"], _TOP, *_BOX, (plan.partner, "decommissioned"))
        return Drawing(f"{plan.partner} is decommissioned", _TOP + _ROW, (box,), ())
    boxes = _boxes(plan)
    ours = [*boxes.reached, *boxes.served]
    inside = [*boxes.outbound, *boxes.nats, *boxes.endpoints, *boxes.balancers]
    height = _TOP + max(len(ours), len(inside), len(boxes.devices)) * _ROW + 10
    width = _BOX[0] + 2 * MARGIN
    frame = Box("frame", _COLUMNS["inside"] - MARGIN, 8, width, height - 14, (f"VPC N, {plan.vpc_cidr}",))
    gateway = [boxes.gateway] if plan.transit_gateway.attached else []
    return Drawing(
        sentence=_sentence(plan),
        height=height,
        boxes=(frame, *ours, *gateway, *inside, boxes.vpn, *boxes.devices),
        arrows=tuple(_arrows(boxes, past_balancers=plan.has_routed_cidrs)),
    )


def _boxes(plan: Plan) -> _Boxes:
    reached = _column("ours", "ours", [(f"VPC {vpc.name}", _some(vpc.cidrs)) for vpc in plan.reach])
    services = [("our services", _some(each.service for each in nlb.services)) for nlb in plan.inbound]
    served = _column("ours", "ours", services, above=reached)
    outbound = _column("inside", "outbound", [_balancer("NLB for our calls", nlb) for nlb in plan.outbound])
    nats = _column("inside", "nat", list(_nats(plan)), above=outbound)
    endpoints = _column("inside", "inbound", list(_endpoints(plan)), above=[*outbound, *nats])
    called = [_balancer("NLB for the partner's calls", nlb) for nlb in plan.inbound]
    balancers = _column("inside", "inbound", called, above=[*outbound, *nats, *endpoints])
    devices = len(plan.vpn.connections)
    rows = max(len(reached + served), len(outbound + nats + endpoints + balancers), devices)
    middle = _TOP + (rows * _ROW - _ROW) // 2
    how = "static routes" if plan.vpn.static_routes_only else "BGP"
    where = "VPN on the transit gateway" if plan.vpn.on_transit_gateway else "VPN, virtual private gateway"
    tunnels = f"{'two' if devices == 1 else 'four'} tunnels, {how}"
    return _Boxes(
        reached=reached,
        served=served,
        gateway=Box("gateway", _COLUMNS["gateway"], middle, *_BOX, ("transit gateway", plan.transit_gateway.id)),
        outbound=outbound,
        nats=nats,
        endpoints=endpoints,
        balancers=balancers,
        vpn=Box("vpn", _COLUMNS["vpn"], middle, *_BOX, (where, tunnels)),
        devices=_devices(plan, middle),
    )


def _devices(plan: Plan, middle: int) -> list[Box]:
    """The partner, once for each of its devices."""
    connections = plan.vpn.connections
    top = middle - (len(connections) - 1) * _ROW // 2
    names = [
        plan.partner if len(connections) == 1 else f"{plan.partner}, {each.customer_gateway_ip}" for each in connections
    ]
    lines = [(name, _some(plan.partner_cidrs)) for name in names]
    return [Box("partner", _COLUMNS["partner"], top + number * _ROW, *_BOX, each) for number, each in enumerate(lines)]


def _some(values: Iterable[object]) -> str:
    """The first of several, and how many more."""
    first, *rest = map(str, values)
    return f"{first} and {len(rest)} more" if rest else first


def _column(column: str, kind: str, rows: Sequence[tuple[str, ...]], above: Sequence[Box] = ()) -> list[Box]:
    """Boxes of one kind with these lines, in a column below those that are in it already."""
    places = enumerate(rows, len(above))
    return [Box(kind, _COLUMNS[column], _TOP + place * _ROW, *_BOX, lines) for place, lines in places]


def _nats(plan: Plan) -> Iterator[tuple[str, ...]]:
    for nat in plan.nat_gateways:
        more = f" and {len(nat.secondary_ips)} more" if nat.secondary_ips else ""
        yield f"NAT gateway, {nat.zone}", f"{nat.private_ip}{more}"


def _endpoints(plan: Plan) -> Iterator[tuple[str, ...]]:
    for each in plan.endpoints:
        yield f"endpoint {each.service}", _called(each.ports, [place.address for place in each.addresses])


def _balancer(what: str, nlb: LoadBalancer) -> tuple[str, ...]:
    return what, _called([each.port for each in nlb.services], nlb.ips)


def _called(ports: Sequence[int], addresses: Sequence[object]) -> str:
    """The first address and port at which something is called, and how many more."""
    more = [f" +{len(each) - 1}" if len(each) > 1 else "" for each in (addresses, ports)]
    return f"{addresses[0]}{more[0]}, port {ports[0]}{more[1]}"


def _arrows(boxes: _Boxes, *, past_balancers: bool) -> Iterator[Arrow]:
    """Every arrow; `past_balancers`: our VPCs call the partner's own addresses too, by the NAT gateways."""
    if boxes.reached:
        yield from _from_our_vpcs(boxes, past_balancers=past_balancers)
    called = [*boxes.endpoints, *boxes.balancers]
    yield from (_back(boxes.vpn, box) for box in called)
    if boxes.reached:
        yield from (_joined(boxes.vpn, device, -6) for device in boxes.devices)
    if called:
        yield from (_back(device, boxes.vpn, 6) for device in boxes.devices)
    yield from (_back(box, boxes.gateway) for box in boxes.balancers)
    yield from (_back(boxes.gateway, box) for box in boxes.served)


def _from_our_vpcs(boxes: _Boxes, *, past_balancers: bool) -> Iterator[Arrow]:
    """From our VPCs to the VPN."""
    yield from (_joined(box, boxes.gateway) for box in boxes.reached)
    for box in boxes.outbound:
        yield _joined(boxes.gateway, box)
        yield from (Arrow(False, box.x, _centre(box), nat.x, _centre(nat)) for nat in boxes.nats)
    for nat in boxes.nats:
        if past_balancers:
            yield _joined(boxes.gateway, nat)
        yield _joined(nat, boxes.vpn)


def _joined(left: Box, right: Box, shift: int = 0) -> Arrow:
    return Arrow(False, left.x + left.width, _centre(left) + shift, right.x, _centre(right) + shift)


def _back(right: Box, left: Box, shift: int = 0) -> Arrow:
    return Arrow(True, right.x, _centre(right) + shift, left.x + left.width, _centre(left) + shift)


def _centre(box: Box) -> int:
    return box.y + box.height // 2


def _sentence(plan: Plan) -> str:
    vpcs = ", ".join(vpc.name for vpc in plan.reach)
    outward = f"our VPC{'s' if len(plan.reach) > 1 else ''} {vpcs} to {_some(plan.partner_cidrs)}" if vpcs else ""
    services = [each.service for each in plan.endpoints]
    services += [each.service for nlb in plan.inbound for each in nlb.services]
    inward = f"the partner to {', '.join(services)}" if services else ""
    ways = "; ".join(filter(None, (outward, inward))) or "nothing"
    return f"Connections with {plan.partner}: {ways}"
