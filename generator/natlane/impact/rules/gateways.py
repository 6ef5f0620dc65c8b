"""Changes of the VPN's ends become findings: the partner's device, and our gateway."""

from __future__ import annotations

from collections.abc import Iterator, Set

from natlane.facts.provider import RE_ENGAGE
from natlane.impact.findings import Changed, Finding, addresses
from natlane.impact.resources import Resource, text_of

GATEWAYS = frozenset({"transit_gateway_id", "vpn_gateway_id"})


def customer_gateway(changed: Changed) -> Iterator[Finding]:
    """The partner's device moves to another address, or its gateway in AWS is made anew."""
    for change in changed.of("aws_customer_gateway"):
        if change.action == "replace" and "ip_address" in change.written and change.old and change.new:
            was, now = change.old.arguments["ip_address"], change.new.arguments["ip_address"]
            number = f", as AS {_device_asn(change.new)}" if _NUMBERS.intersection(change.written) else ""
            yield Finding(
                RE_ENGAGE,
                "customer-gateway-address",
                f"the partner's device moves from {was} to {now}{number}: both tunnels are down until the partner "
                "has brought them up there",
                ("vpn.customer_gateway.ip", "vpn.customer_gateway"),
                (change.address, *connections(changed, {"customer_gateway_id"})),
            )


_NUMBERS = frozenset({"bgp_asn", "bgp_asn_extended"})


def _device_asn(gateway: Resource) -> str:
    return next(text_of(gateway.arguments[name]) for name in sorted(_NUMBERS) if name in gateway.arguments)


def neighbour(changed: Changed) -> Iterator[Finding]:
    """On BGP our AS number is configured on the partner's device."""
    ends = [each for each in changed.new.by_address.values() if each.type == "aws_vpn_connection"]
    if not any(each.arguments.get("static_routes_only") is False for each in ends):
        return
    yield from _device_as(changed)
    for change in changed.of("aws_vpn_connection"):
        if change.action == "update" and "transit_gateway_id" in change.arguments:
            gateways = [each for each in changed.of("aws_vpn_gateway") if each.action in ("create", "destroy")]
            yield Finding(
                RE_ENGAGE,
                "bgp-neighbour",
                "the partner's BGP neighbour becomes another gateway of ours: where that has another AS number, both "
                "tunnels are down until the partner has changed it",
                ("vpn.termination", "transit_gateway"),
                (*addresses(gateways), *attached(changed), *connections(changed, GATEWAYS)),
            )
    for change in changed.of("aws_vpn_gateway"):
        if change.action == "replace" and "amazon_side_asn" in change.written and change.old and change.new:
            was, now = change.old.arguments["amazon_side_asn"], change.new.arguments["amazon_side_asn"]
            yield Finding(
                RE_ENGAGE,
                "bgp-neighbour",
                f"the partner's BGP neighbour becomes AS {now} (it was {was}): both tunnels are down until "
                "the partner has changed it",
                ("vpn.amazon_side_asn",),
                (change.address, *attached(changed), *connections(changed, {"vpn_gateway_id"})),
            )


def _device_as(changed: Changed) -> Iterator[Finding]:
    """On BGP the partner's own AS number is what we expect of its device."""
    for change in changed.of("aws_customer_gateway"):
        numbers = _NUMBERS.intersection(change.written)
        if change.action == "replace" and numbers and "ip_address" not in change.written:
            sentence = "we expect another AS of the partner's device: both tunnels are down until it has that one"
            fields = ("vpn.customer_gateway.asn", "vpn.customer_gateway")
            spoken = (change.address, *connections(changed, {"customer_gateway_id"}))
            yield Finding(RE_ENGAGE, "bgp-device", sentence, fields, spoken)


def explained(changed: Changed) -> set[str]:
    """Arguments whose change a finding about a gateway tells already."""
    found = {"customer_gateway_id"} if any(customer_gateway(changed)) else set()
    told = {finding.code for finding in neighbour(changed)}
    found |= {"customer_gateway_id"} if "bgp-device" in told else set()
    return found | (GATEWAYS if "bgp-neighbour" in told else set())


def attached(changed: Changed) -> tuple[str, ...]:
    """What goes or moves with a virtual private gateway."""
    if not any(each.gone for each in changed.of("aws_vpn_gateway")):
        return ()
    found = changed.of("aws_vpn_gateway_attachment", "aws_vpn_connection_route")
    return tuple(each.address for each in found if each.gone)


def connections(changed: Changed, arguments: Set[str]) -> tuple[str, ...]:
    """Connections that change by these arguments alone, tags aside."""
    beside = {"tags", "tags_all"}
    return tuple(
        each.address
        for each in changed.of("aws_vpn_connection")
        if each.action == "update" and set(each.arguments) <= arguments | beside
    )
