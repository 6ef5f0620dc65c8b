"""The rules about a partner with two devices: each has a VPN connection of its own to one gateway of ours."""

from __future__ import annotations

from natlane.check.rule import Findings, repeats, rules_about
from natlane.check.subject import Subject

rule = rules_about("Two devices")
REDUNDANT = "S2S, Redundant Site-to-Site VPN connections for failover"
FIELD = ("vpn", "customer_gateways")


@rule("devices-alike", "error", "API, CreateCustomerGateway")
def devices_alike(subject: Subject) -> Findings:
    """Two devices have addresses of their own: two connections to one device are lost with it."""
    ips = [each.gateway.ip for each in subject.devices]
    yield from repeats(FIELD, "ip", ips, "write the second device's own public address, or `customer_gateway` alone")


@rule("devices-named-alike", "error", "docs/descriptor.md")
def devices_named_alike(subject: Subject) -> Findings:
    """Two devices differ in their names; one may be without, and keeps the labels of an only device."""
    one, *others = subject.devices
    for other in others:
        if other.gateway.name == one.gateway.name:
            named = f"is named {other.gateway.name} too" if other.gateway.name else "has no name, as the first one"
            hint = "write another `name:` for the device that is new; a name that changes makes a new connection"
            yield (*other.field, "name"), named, hint


@rule("devices-termination", "error", "TGW, Route evaluation order; TGW, Route propagation")
def devices_termination(subject: Subject) -> Findings:
    """Two devices need a virtual private gateway: a transit gateway's static route has one attachment, and does not
    turn to the other when its tunnels are down; what would, the partner's own announcements, is let into no table.
    """
    if len(subject.devices) > 1 and subject.partner.vpn.termination == "transit_gateway":
        message = "on the transit gateway nothing turns to the second device when the first one is lost"
        hint = "leave `termination` out (virtual_private_gateway), or write one device as `customer_gateway`"
        yield ("vpn", "termination"), message, hint


@rule("devices-asymmetric", "warning", REDUNDANT)
def devices_asymmetric(subject: Subject) -> Findings:
    """With static routes AWS chooses the device: the partner's devices must take answers to what the other one sent."""
    if len(subject.devices) > 1 and subject.partner.vpn.routing == "static":
        message = "AWS sends to either device, whichever the partner sends by"
        hint = "let both devices share the state of connections and accept this warning, or speak BGP (routing)"
        yield FIELD, message, hint


@rule("devices-asn", "warning", "S2S, VPN CloudHub")
def devices_asn(subject: Subject) -> Findings:
    """With BGP two devices have one ASN: with two AWS announces to each device the networks behind the other one, and
    carries the partner's own packets between them.
    """
    asns = {each.gateway.asn for each in subject.devices}
    if len(asns) > 1 and subject.partner.vpn.routing == "bgp":
        first, *others = subject.devices
        other = others[-1].gateway.asn
        message = f"{other} is not {first.gateway.asn}, so AWS announces to each device the other one's networks"
        hint = f"write {first.gateway.asn} for both, or have the partner refuse its own networks from AWS"
        yield (*others[-1].field, "asn"), message, hint


@rule("devices-adopted", "error", "docs/descriptor.md")
def devices_adopted(subject: Subject) -> Findings:
    """An adopted partner has one device: what its connection keeps as AWS has it would be kept of a new one too."""
    if len(subject.devices) > 1 and subject.partner.adopted:
        hint = (
            "write one device as `customer_gateway`; take `adopted` away once nothing is kept, and then add the other"
        )
        yield FIELD, "an adopted connection would stand beside another device's", hint
