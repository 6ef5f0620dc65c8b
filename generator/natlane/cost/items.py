"""The items of AWS's bill for a partner's plan: what, how much of it in a month, at which price, and who pays.

Who pays (Transit Gateway pricing): the owner of a VPC for its attachment and for what the VPC sends, the owner of the
transit gateway for a VPN's attachment and for what comes in by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from natlane.cost.prices import Price, price_of
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.plan.plan import Plan

HOURS: Final = 730  # a month: 365 days of 24 hours, in twelve parts
_METRICS_OF_SILENCE: Final = 2  # what it compares: what was sent, and what came back
_ADDRESSES_OF_VPN: Final = 2  # one outside address a tunnel
_LOAD_BALANCER_GB: Final = 1  # a capacity unit of an NLB is a gigabyte of TCP in an hour (ELB pricing)


class Item(NamedTuple):
    """One line of the bill; `price` is None where nobody knows it."""

    code: str
    what: str
    account: str  # who pays: a name of the landing zone, or several with `or` where it depends on who sends
    quantity: Decimal  # of a month
    unit: str
    price: Price | None

    @property
    def cost(self) -> Decimal | None:
        """What it costs a month."""
        return None if self.price is None else self.quantity * self.price.amount


class _Line(NamedTuple):
    code: str
    what: str
    account: str
    quantity: int
    unit: str


def items_of(partner: Partner, plan: Plan, landing_zone: LandingZone, hours: int = HOURS) -> tuple[Item, ...]:
    """Everything that AWS bills for a partner in so many hours; nothing of one that is decommissioned."""
    if not plan.active:
        return ()
    lines = (*_hourly(plan, landing_zone, hours), *_monthly(plan, landing_zone), *_traffic(partner, plan, landing_zone))
    return tuple(
        Item(
            line.code,
            line.what,
            line.account,
            Decimal(line.quantity),
            line.unit,
            price_of(line.code, landing_zone.region, landing_zone.prices),
        )
        for line in lines
        if line.quantity
    )


def _owner_of_vpn(plan: Plan, zone: LandingZone) -> str:
    return zone.transit_account if plan.vpn.on_transit_gateway else zone.network_account


def _hourly(plan: Plan, zone: LandingZone, hours: int) -> Iterator[_Line]:
    ours, vpn = zone.network_account, _owner_of_vpn(plan, zone)
    connection = "large_vpn_connection_hour" if plan.vpn.has_large_tunnels else "vpn_connection_hour"
    balancers = len(plan.inbound) + len(plan.outbound)
    in_zones = sum(len(each.addresses) for each in plan.endpoints)
    yield _Line("nat_gateway_hour", "NAT gateways", ours, len(plan.nat_gateways) * hours, "hours")
    devices = len(plan.vpn.connections)
    yield _Line(connection, "VPN connection", vpn, devices * hours, "hours")
    yield _Line(
        "public_ipv4_hour", "public addresses of the tunnels", vpn, devices * _ADDRESSES_OF_VPN * hours, "hours"
    )
    if plan.transit_gateway.attached:
        yield _Line("attachment_hour", "transit gateway attachment of VPC N", ours, hours, "hours")
    if plan.vpn.on_transit_gateway:
        yield _Line("attachment_hour", "transit gateway attachment of the VPN", vpn, hours, "hours")
    if plan.vpn.acceleration:
        yield _Line("accelerator_hour", "accelerators of the tunnels", vpn, _ADDRESSES_OF_VPN * hours, "hours")
    yield _Line("endpoint_hour", "interface endpoints, by zone", ours, in_zones * hours, "hours")
    yield _Line("load_balancer_hour", "network load balancers", ours, balancers * hours, "hours")


def _monthly(plan: Plan, zone: LandingZone) -> Iterator[_Line]:
    ours, vpn = zone.network_account, _owner_of_vpn(plan, zone)
    abroad = sum(alarm.provider is not None for alarm in plan.observability.alarms)
    here = len(plan.observability.alarms) - abroad + _METRICS_OF_SILENCE * len(plan.observability.silences)
    here += sum(len(each.meters) for each in plan.observability.devices_down)
    yield _Line("alarm_metric", "alarms, by metric", ours, here, "months")
    yield _Line("alarm_metric", "alarms of the tunnels, by metric", zone.transit_account, abroad, "months")
    secrets = len(plan.vpn.connections) if plan.vpn.keys_are_kept_by_aws else 0
    yield _Line("secret", "secret with the pre-shared keys", vpn, secrets, "months")


def _traffic(partner: Partner, plan: Plan, zone: LandingZone) -> Iterator[_Line]:
    """What is billed by the gigabyte: all of it as of connections that we open, if we open any, else that the
    partner opens."""
    expected = partner.expected_gb
    if expected is None:
        return
    sent, received, ours = expected.to_partner, expected.from_partner, zone.network_account
    yield _Line("internet_gb", "sent to the partner over the internet", _owner_of_vpn(plan, zone), sent, "GB")
    yield _Line("log_gb", "flow logs and tunnel logs", ours, expected.logs, "GB")
    if plan.vpn.on_transit_gateway:
        yield _Line("transit_gateway_gb", "from the VPN to the transit gateway", zone.transit_account, received, "GB")
        yield _Line("transit_gateway_gb", "from VPC N to the transit gateway, for the VPN", ours, sent, "GB")
    if partner.reach:
        yield _Line("nat_gateway_gb", "through the NAT gateways, both ways", ours, sent + received, "GB")
        yield from _between(partner.reach, sent, received, zone)
    elif plan.inbound:
        units = -(-(sent + received) // _LOAD_BALANCER_GB)
        yield _Line("load_balancer_unit", "capacity of the load balancer, both ways", ours, units, "units")
        yield from _between(partner.served_vpcs, sent, received, zone)
    elif plan.endpoints:
        yield _Line("endpoint_gb", "through the endpoints, both ways", ours, sent + received, "GB")


def _between(vpcs: tuple[str, ...], sent: int, received: int, zone: LandingZone) -> Iterator[_Line]:
    """What our VPCs and VPC N send each other by the transit gateway."""
    owners = " or ".join(dict.fromkeys(zone.vpcs[name].account for name in vpcs))
    yield _Line("transit_gateway_gb", "from our VPCs to the transit gateway", owners, sent, "GB")
    yield _Line("transit_gateway_gb", "from VPC N to the transit gateway", zone.network_account, received, "GB")
