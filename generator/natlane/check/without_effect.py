"""The rule about fields that have no effect beside what else is written.

A line of a table says of one field where it has no effect, and why. A test writes every field in every variant, and
finds those that change nothing and stand in no table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from natlane.check.rule import Findings, rules_about
from natlane.check.subject import devices_of
from natlane.describe.document import Document
from natlane.describe.field_types import Record
from natlane.describe.landing_zone import LandingZone
from natlane.describe.nodes import Path
from natlane.describe.partner import Partner
from natlane.describe.vpn import TunnelOptions

rule = rules_about("Fields without effect")


class Idle(NamedTuple):
    """A field, where it has no effect, and why."""

    field: Path
    where: Callable[[Any], bool]
    why: str
    hint: str = "leave it out"


class Written(NamedTuple):
    """A document with its model, and the table of that model's fields."""

    document: Document
    model: Partner | LandingZone
    fields: tuple[Idle, ...]


def _ends_on_transit_gateway(partner: Partner) -> bool:
    return partner.vpn.termination == "transit_gateway"


def _calls_no_service(partner: Partner) -> bool:
    return not partner.inbound.services


def _owns_transit_gateway(zone: LandingZone) -> bool:
    return zone.transit_account == zone.network_account


def _logs_nothing(zone: LandingZone) -> bool:
    return not (zone.logs.flow_logs or zone.logs.tunnel_logs)


PARTNER: Final = (
    Idle(
        ("vpn", "amazon_side_asn"),
        _ends_on_transit_gateway,
        "the VPN ends on the transit gateway, which has an ASN of its own",
    ),
    Idle(
        ("nat", "release_addresses"),
        lambda partner: partner.nat.addresses_per_gateway > 1,
        "the gateways' further addresses are written anyhow, and others taken away",
    ),
    Idle(("inbound", "load_balancer"), _calls_no_service, "inbound has no services, and so no load balancer"),
)
LANDING_ZONE: Final = (
    Idle(
        ("transit_gateway", "auto_accept"),
        _owns_transit_gateway,
        "the transit gateway is the network account's own, and nobody has to accept",
        "leave it out, or write the `account:` that owns the transit gateway",
    ),
    Idle(("logs", "retention_days"), _logs_nothing, "nothing is logged"),
    Idle(("logs", "kms_key_arn"), _logs_nothing, "nothing is logged"),
    Idle(("logs", "bgp_logs"), lambda zone: not zone.logs.tunnel_logs, "tunnel_logs are off, and BGP's with them"),
)


NUMBERS: Final = ("1", "2")


def _leaves(shape: Record) -> Iterator[Path]:
    for name, each in shape.fields.items():
        inner = _leaves(each.shape) if isinstance(each.shape, Record) else [()]
        yield from ((name, *rest) for rest in inner)


# What both tunnels have in common where neither has its own: all but the addresses inside.
TUNNEL_OPTIONS: Final = tuple(option for option in _leaves(Record(TunnelOptions)) if option != ("inside_cidr",))


@rule("field-without-effect", "error", "docs/descriptor.md")
def field_without_effect(written: Written) -> Findings:
    """No field is written that has no effect beside the others: whoever wrote it believes that it has one."""
    for each in written.fields:
        if written.document.holds(each.field) and each.where(written.model):
            yield each.field, f"has no effect: {each.why}", each.hint
    if isinstance(written.model, Partner):
        yield from _said_by_all(written.document, [each.field for each in devices_of(written.model, written.document)])


def _said_by_all(document: Document, devices: list[Path]) -> Findings:
    """What `vpn` says of tunnels that all say it themselves, and `vpn.tunnels` of those whose devices all do."""
    own = {number: [(*device, "tunnels", number) for device in devices] for number in NUMBERS}
    for option in (("inside_cidr",), *TUNNEL_OPTIONS):
        beaten = {number: all(document.holds((*field, *option)) for field in own[number]) for number in NUMBERS}
        held = {number: document.holds(("vpn", "tunnels", number, *option)) for number in NUMBERS}
        for number in NUMBERS:
            if held[number] and beaten[number]:
                why = "every device says it itself" if len(devices) > 1 else "the device says it itself"
                yield ("vpn", "tunnels", number, *option), f"has no effect: {why}", "leave it out"
        if document.holds(("vpn", *option)) and all(held[number] or beaten[number] for number in NUMBERS):
            yield ("vpn", *option), "has no effect: both tunnels say it themselves", "leave it out"
