"""Findings about the VPN's two ends: the partner's device, and our gateway."""

from __future__ import annotations

from collections.abc import Iterator, Set

from natlane.hcl.blocks import text_of
from natlane.impact.changes import Change
from natlane.impact.findings import Finding, ModuleDiff, addresses
from natlane.impact.resources import Resource
from natlane.impact.rules.devices import MEANWHILE, another_carries, connections_to, device_field, of_device
from natlane.impact_levels import RE_ENGAGE

GATEWAYS = frozenset({"transit_gateway_id", "vpn_gateway_id"})


def customer_gateway(diff: ModuleDiff) -> Iterator[Finding]:
    """The partner's device moves to another address, or its gateway in AWS is replaced."""
    for change in diff.of("aws_customer_gateway"):
        if change.action == "replace" and "ip_address" in change.written and change.old and change.new:
            was, now = (text_of(side.arguments.get("ip_address")) or "nowhere" for side in (change.old, change.new))
            number = f", as AS {_device_asn(change.new)}" if _NUMBERS.intersection(change.written) else ""
            yield Finding(
                level=RE_ENGAGE,
                code="customer-gateway-address",
                sentence=f"the partner's device moves from {was} to {now}{number}: {_down(diff, change)} until the "
                f"partner has brought them up there{_meanwhile(diff, change)}",
                fields=_fields(diff, change, "ip"),
                addresses=(change.address, *_follow(diff, change)),
            )


_NUMBERS = frozenset({"bgp_asn", "bgp_asn_extended"})


def _device_asn(gateway: Resource) -> str:
    return next((text_of(gateway.arguments[name]) for name in sorted(_NUMBERS) if name in gateway.arguments), "unknown")


def neighbour(diff: ModuleDiff) -> Iterator[Finding]:
    """On BGP our AS number is configured on the partner's device."""
    ends = [each for each in diff.new.by_address.values() if each.type == "aws_vpn_connection"]
    if not any(each.arguments.get("static_routes_only") is False for each in ends):
        return
    yield from _device_as(diff)
    for change in diff.of("aws_vpn_connection"):
        if change.action == "update" and "transit_gateway_id" in change.arguments:
            gateways = [each for each in diff.of("aws_vpn_gateway") if each.action in ("create", "destroy")]
            yield Finding(
                level=RE_ENGAGE,
                code="bgp-neighbour",
                sentence="the partner's BGP neighbour becomes another gateway of ours: where that has another AS "
                "number, both tunnels are down until the partner has changed it",
                fields=("vpn.termination", "transit_gateway"),
                addresses=(*addresses(gateways), *attached(diff), *connections(diff, GATEWAYS)),
            )
    for change in diff.of("aws_vpn_gateway"):
        if change.action == "replace" and "amazon_side_asn" in change.written and change.old and change.new:
            was, now = (text_of(side.arguments.get("amazon_side_asn")) or "AWS's" for side in (change.old, change.new))
            yield Finding(
                level=RE_ENGAGE,
                code="bgp-neighbour",
                sentence=f"the partner's BGP neighbour becomes AS {now} (it was {was}): both tunnels are down until "
                "the partner has changed it",
                fields=("vpn.amazon_side_asn",),
                addresses=(change.address, *attached(diff), *connections(diff, {"vpn_gateway_id"})),
            )


def _device_as(diff: ModuleDiff) -> Iterator[Finding]:
    """On BGP the partner's own AS number is what we expect of its device."""
    for change in diff.of("aws_customer_gateway"):
        numbers = _NUMBERS.intersection(change.written)
        if change.action == "replace" and numbers and "ip_address" not in change.written:
            own = connections_to(diff, change.address)
            which = next((of_device(diff, each) for each in own), "") or " of the partner's device"
            sentence = (
                f"we expect another AS{which}: {_down(diff, change)} until it has that one{_meanwhile(diff, change)}"
            )
            spoken = (change.address, *_follow(diff, change))
            fields = _fields(diff, change, "asn")
            yield Finding(level=RE_ENGAGE, code="bgp-device", sentence=sentence, fields=fields, addresses=spoken)


def _down(diff: ModuleDiff, change: Change) -> str:
    return "its tunnels are down" if _meanwhile(diff, change) else "both tunnels are down"


def _meanwhile(diff: ModuleDiff, change: Change) -> str:
    """That the other device carries the packets, where it does."""
    return f"; {MEANWHILE}" if another_carries(diff, connections_to(diff, change.address)) else ""


def _fields(diff: ModuleDiff, change: Change, name: str) -> tuple[str, ...]:
    found = [device_field(diff, each) for each in connections_to(diff, change.address)] or ["vpn.customer_gateway"]
    return (*(f"{each}.{name}" for each in found), *found)


def _follow(diff: ModuleDiff, change: Change) -> tuple[str, ...]:
    """The connections that change by this device alone."""
    own = connections_to(diff, change.address)
    return tuple(each for each in connections(diff, {"customer_gateway_id"}) if each in own)


def explained(diff: ModuleDiff) -> set[str]:
    """Arguments whose change a finding about a gateway covers already."""
    found = {"customer_gateway_id"} if any(customer_gateway(diff)) else set()
    told = {finding.code for finding in neighbour(diff)}
    found |= {"customer_gateway_id"} if "bgp-device" in told else set()
    return found | (GATEWAYS if "bgp-neighbour" in told else set())


def attached(diff: ModuleDiff) -> tuple[str, ...]:
    """What goes or moves with a virtual private gateway."""
    if not any(each.gone for each in diff.of("aws_vpn_gateway")):
        return ()
    found = diff.of("aws_vpn_gateway_attachment", "aws_vpn_connection_route")
    return tuple(each.address for each in found if each.gone)


def connections(diff: ModuleDiff, arguments: Set[str]) -> tuple[str, ...]:
    """Connections that change by these arguments alone, tags aside."""
    beside = {"tags", "tags_all"}
    return tuple(
        each.address
        for each in diff.of("aws_vpn_connection")
        if each.action == "update" and set(each.arguments) <= arguments | beside
    )
