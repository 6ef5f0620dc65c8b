"""The picture of a partner's traffic: boxes and arrows at fixed places, and their SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from natlane.plan.load_balancers import LoadBalancer
from natlane.plan.plan import Plan

_BOX: Final = (204, 46)  # width and height
_ROW: Final = 62
_TOP: Final = 46
_COLUMNS: Final = {"ours": 12, "gateway": 262, "inside": 528, "vpn": 794, "partner": 1_044}
_WIDTH: Final = 1_260
_MARGIN: Final = 14  # between the frame of VPC N and what is in it
_MOST: Final = 30  # characters of a line in a box
_ESCAPED: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


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

    told: str
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    @property
    def width(self) -> int:
        """The same for every picture."""
        return _WIDTH


def drawing_of(plan: Plan) -> Drawing:
    """The picture of a plan; of a partner that is decommissioned, a box that says so."""
    if not plan.active:
        box = Box("partner", _COLUMNS["ours"], _TOP, *_BOX, (plan.partner, "decommissioned"))
        return Drawing(f"{plan.partner} is decommissioned", _TOP + _ROW, (box,), ())
    ours = _column("ours", [("ours", lines) for lines in _ours(plan)])
    inside = _column("inside", _inside(plan))
    devices = len(plan.vpn.connections)
    rows = max(len(ours), len(inside), devices)
    height = _TOP + rows * _ROW + 10
    middle = _TOP + (rows * _ROW - _ROW) // 2
    how = "static routes" if plan.vpn.static_routes_only else "BGP"
    gateway = Box("gateway", _COLUMNS["gateway"], middle, *_BOX, ("transit gateway", plan.transit_gateway.id))
    where = "VPN on the transit gateway" if plan.vpn.on_transit_gateway else "VPN, virtual private gateway"
    vpn = Box("vpn", _COLUMNS["vpn"], middle, *_BOX, (where, f"{'two' if devices == 1 else 'four'} tunnels, {how}"))
    theirs = _devices(plan, middle)
    frame = Box(
        "frame", _COLUMNS["inside"] - _MARGIN, 8, _BOX[0] + 2 * _MARGIN, height - 14, (f"VPC N, {plan.vpc_cidr}",)
    )
    boxes = (frame, *ours, *([gateway] if plan.transit_gateway.attached else []), *inside, vpn, *theirs)
    return Drawing(_told(plan), height, boxes, tuple(_arrows(plan, ours, gateway, inside, vpn, theirs)))


def _devices(plan: Plan, middle: int) -> list[Box]:
    """The partner, once for each of its devices."""
    connections = plan.vpn.connections
    top = middle - (len(connections) - 1) * _ROW // 2
    names = [
        plan.partner if len(connections) == 1 else f"{plan.partner}, {each.customer_gateway_ip}" for each in connections
    ]
    lines = [(name, _some(plan.partner_cidrs)) for name in names]
    return [Box("partner", _COLUMNS["partner"], top + number * _ROW, *_BOX, each) for number, each in enumerate(lines)]


def svg(drawing: Drawing, first_line: str) -> str:
    """The picture as a file by itself, light or dark as the reader's screen is; `first_line` is a comment in it."""
    parts = [
        f"<!-- {first_line} -->",
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width} {drawing.height}" role="img"'
        f' aria-label="{_text(drawing.told)}">',
        f"<title>{_text(drawing.told)}</title>",
        _STYLE,
        *(_box(each) for each in drawing.boxes),
        *(_arrow(each) for each in drawing.arrows),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


_STYLE: Final = """\
<defs>
<style>
text { font: 13px system-ui, "DejaVu Sans", sans-serif; fill: #1b2330; }
text.second { font-size: 12px; fill: #3d4a5c; }
rect { fill: #ffffff; stroke: #5a6b80; stroke-width: 1.5; }
rect.frame { fill: #eef3fa; stroke: #34567c; stroke-dasharray: 6 4; }
rect.nat { fill: #dcecdf; stroke: #2f6b3c; }
rect.inbound { fill: #fbe8d3; stroke: #9a5b12; }
rect.outbound { fill: #e6e2f6; stroke: #56469b; }
rect.partner { fill: #f7dfe3; stroke: #9b3345; }
path { fill: none; stroke: #34567c; stroke-width: 1.6; marker-end: url(#out); }
path.inward { stroke: #9a5b12; stroke-dasharray: 7 4; marker-end: url(#in); }
@media (prefers-color-scheme: dark) {
text { fill: #e8edf4; }
text.second { fill: #b9c6d6; }
rect { fill: #18202b; stroke: #8fa3bb; }
rect.frame { fill: #141d2a; stroke: #7fa7d6; }
rect.nat { fill: #173322; }
rect.inbound { fill: #3b2912; }
rect.outbound { fill: #292349; }
rect.partner { fill: #3d1a22; }
path { stroke: #7fa7d6; }
path.inward { stroke: #e0a45a; }
}
</style>
<marker id="out" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<polygon points="0,0 8,4 0,8" fill="#34567c"/>
</marker>
<marker id="in" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
<polygon points="0,0 8,4 0,8" fill="#9a5b12"/>
</marker>
</defs>"""


def _box(box: Box) -> str:
    rect = f'<rect class="{box.kind}" x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="6"/>'
    if box.kind == "frame":
        return f'{rect}\n<text x="{box.x + 12}" y="{box.y + 22}">{_text(_short(box.lines[0]))}</text>'
    texts = [
        f'<text{"" if number == 0 else " class=" + chr(34) + "second" + chr(34)} x="{box.x + 10}"'
        f' y="{box.y + 20 + 17 * number}">{_text(_short(line))}</text>'
        for number, line in enumerate(box.lines)
    ]
    return "\n".join([rect, *texts])


def _arrow(arrow: Arrow) -> str:
    bend = (arrow.x1 + arrow.x2) // 2 if arrow.x1 != arrow.x2 else arrow.x1 - _MARGIN
    way = f"M{arrow.x1},{arrow.y1} C{bend},{arrow.y1} {bend},{arrow.y2} {arrow.x2},{arrow.y2}"
    return f'<path{" class=" + chr(34) + "inward" + chr(34) if arrow.inward else ""} d="{way}"/>'


def _text(text: str) -> str:
    """A text as XML holds it, in an attribute too."""
    return text.translate(_ESCAPED)


def _short(line: str) -> str:
    return line if len(line) <= _MOST else f"{line[: _MOST - 1]}…"


def _some(values: Iterable[object]) -> str:
    """The first of several, and how many more."""
    first, *rest = map(str, values)
    return f"{first} and {len(rest)} more" if rest else first


def _column(column: str, entries: Sequence[tuple[str, tuple[str, ...]]]) -> list[Box]:
    return [
        Box(kind, _COLUMNS[column], _TOP + number * _ROW, *_BOX, lines) for number, (kind, lines) in enumerate(entries)
    ]


def _ours(plan: Plan) -> list[tuple[str, ...]]:
    reached = [(f"VPC {vpc.name}", _some(vpc.cidrs)) for vpc in plan.reach]
    served = [("our services", _some(each.service for each in nlb.services)) for nlb in plan.inbound]
    return [*reached, *served]


def _inside(plan: Plan) -> list[tuple[str, tuple[str, ...]]]:
    rows = [("outbound", _balancer("NLB for our calls", nlb)) for nlb in plan.outbound]
    for nat in plan.nat_gateways:
        more = f" and {len(nat.secondary_ips)} more" if nat.secondary_ips else ""
        rows.append(("nat", (f"NAT gateway, {nat.zone}", f"{nat.private_ip}{more}")))
    rows += [
        ("inbound", (f"endpoint {each.service}", _called(each.ports, [place.address for place in each.addresses])))
        for each in plan.endpoints
    ]
    rows += [("inbound", _balancer("NLB for the partner's calls", nlb)) for nlb in plan.inbound]
    return rows


def _balancer(what: str, nlb: LoadBalancer) -> tuple[str, ...]:
    return what, _called([each.port for each in nlb.services], nlb.ips)


def _called(ports: Sequence[int], addresses: Sequence[object]) -> str:
    """The first address and port at which something is called, and how many more."""
    more = [f" +{len(each) - 1}" if len(each) > 1 else "" for each in (addresses, ports)]
    return f"{addresses[0]}{more[0]}, port {ports[0]}{more[1]}"


def _arrows(plan: Plan, ours: list[Box], gateway: Box, inside: list[Box], vpn: Box, theirs: list[Box]) -> list[Arrow]:
    opening = [box for box in ours if box.lines[0] != "our services"]
    serving = [box for box in ours if box.lines[0] == "our services"]
    balancers = [box for box in inside if box.lines[0].startswith("NLB for the partner")]
    found = [_joined(box, gateway) for box in opening]
    for box in inside:
        if box.kind == "inbound":
            found.append(_back(vpn, box))
            continue
        if opening and (box.kind == "outbound" or plan.has_routed_cidrs):
            found.append(_joined(gateway, box))
        if opening and box.kind == "outbound":
            found += [Arrow(False, box.x, _centre(box), nat.x, _centre(nat)) for nat in inside if nat.kind == "nat"]
        if box.kind == "nat" and opening:
            found.append(_joined(box, vpn))
    if opening:
        found += [_joined(vpn, device, -6) for device in theirs]
    if any(box.kind == "inbound" for box in inside):
        found += [_back(device, vpn, 6) for device in theirs]
    found += [_back(box, gateway) for box in balancers]
    found += [_back(gateway, box) for box in serving]
    return found


def _joined(left: Box, right: Box, shift: int = 0) -> Arrow:
    return Arrow(False, left.x + left.width, _centre(left) + shift, right.x, _centre(right) + shift)


def _back(right: Box, left: Box, shift: int = 0) -> Arrow:
    return Arrow(True, right.x, _centre(right) + shift, left.x + left.width, _centre(left) + shift)


def _centre(box: Box) -> int:
    return box.y + box.height // 2


def _told(plan: Plan) -> str:
    vpcs = ", ".join(vpc.name for vpc in plan.reach)
    outward = f"our VPC{'s' if len(plan.reach) > 1 else ''} {vpcs} to {_some(plan.partner_cidrs)}" if vpcs else ""
    services = [each.service for each in plan.endpoints]
    services += [each.service for nlb in plan.inbound for each in nlb.services]
    inward = f"the partner to {', '.join(services)}" if services else ""
    ways = "; ".join(filter(None, (outward, inward))) or "nothing"
    return f"Connections with {plan.partner}: {ways}"
