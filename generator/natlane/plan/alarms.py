"""Alarms of one partner: tunnels, NAT gateways, and targets that do not answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from natlane.addresses import ZoneAddresses
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.plan.labels import APART, slug
from natlane.plan.providers import provider_of
from natlane.plan.values import Reference
from natlane.plan.vpn import connection_label, connection_suffix, device_title


class Alarm(NamedTuple):
    """A CloudWatch alarm on one metric."""

    provider: Reference | None
    label: str
    name: str
    description: str
    namespace: str
    metric: str
    dimensions: Mapping[str, Reference]
    statistic: str
    comparison: str
    threshold: int
    missing: str
    waits: bool = False  # it notifies nobody until the partner's device is connected


class Silence(NamedTuple):
    """An alarm for what a NAT gateway sends to the partner while nothing comes back."""

    label: str
    name: str
    zone: str
    nat_gateway: str


class Meter(NamedTuple):
    """One connection's metric in an alarm on several."""

    id: str
    connection: str


class DevicesDown(NamedTuple):
    """An alarm for the loss of all of a partner's devices."""

    name: str
    partner: str
    expression: str
    meters: tuple[Meter, ...]


def tunnel_alarms(partner: Partner, landing_zone: LandingZone) -> list[Alarm]:
    name, made_as = partner.partner, partner.made_as
    on_tgw = partner.vpn.termination == "transit_gateway"
    provider = provider_of(landing_zone.transit_account if on_tgw else landing_zone.network_account, landing_zone)
    meaning = "its BGP session is not established" if partner.vpn.routing == "bgp" else "it is down"
    only = len(partner.vpn.customer_gateways) == 1
    alarms = []
    for device in partner.vpn.customer_gateways:
        suffix, connection = connection_suffix(device), f"aws_vpn_connection.{connection_label(device)}"
        named = f"{made_as}{APART}{device.name}" if device.name else made_as
        to = name if only else f"{name}, device {device_title(device)}"
        alarms += [
            _tunnel_alarm(
                partner,
                provider=provider,
                label=f"tunnel{number}_down{suffix}",
                name=f"{named}-tunnel{number}-down",
                description=f"Tunnel {number} to {to}: {meaning}. Traffic uses the other tunnel.",
                dimensions={"TunnelIpAddress": Reference(f"{connection}.tunnel{number}_address")},
            )
            for number in (1, 2)
        ]
        lost = "no traffic in either direction" if only else "traffic uses the other device"
        alarms.append(
            _tunnel_alarm(
                partner,
                provider=provider,
                label=f"tunnels_down{suffix}",
                name=f"{named}-tunnels-down",
                description=f"Both tunnels to {to} are down: {lost}.",
                dimensions={"VpnId": Reference(f"{connection}.id")},
            )
        )
    return alarms


def devices_down(partner: Partner) -> tuple[DevicesDown, ...]:
    """The alarm for the loss of every device; of an only one, the alarm of its tunnels says it."""
    devices = partner.vpn.customer_gateways
    if len(devices) == 1:
        return ()
    meters = tuple(Meter(f"device{connection_suffix(each)}", connection_label(each)) for each in devices)
    every = ", ".join(f"FILL({each.id}, 0)" for each in meters)
    name = f"{partner.made_as}-devices-down"
    return (DevicesDown(name=name, partner=partner.partner, expression=f"MAX([{every}])", meters=meters),)


def _tunnel_alarm(
    partner: Partner,
    *,
    provider: Reference | None,
    label: str,
    name: str,
    description: str,
    dimensions: dict[str, Reference],
) -> Alarm:
    # Of the connection, the metric is the mean of its tunnels: the maximum is 0 only where both are down.
    return Alarm(
        provider=provider,
        label=label,
        name=name,
        description=description,
        namespace="AWS/VPN",
        metric="TunnelState",
        dimensions=dimensions,
        statistic="Maximum",
        comparison="LessThanOrEqualToThreshold",
        threshold=0,
        missing="breaching",
        waits=not partner.vpn.connected,
    )


def nat_alarms(partner: Partner, zones: Iterable[ZoneAddresses]) -> list[Alarm]:
    return [
        Alarm(
            provider=None,
            label=f"nat_{zone.letter}_ports",
            name=f"{partner.made_as}-nat-{zone.letter.replace('_', '-')}-ports",
            description=f"NAT gateway of {zone.zone} ran out of ports: raise nat.addresses_per_gateway.",
            namespace="AWS/NATGateway",
            metric="ErrorPortAllocation",
            dimensions={"NatGatewayId": Reference(f"aws_nat_gateway.nat_{zone.letter}.id")},
            statistic="Sum",
            comparison="GreaterThanThreshold",
            threshold=0,
            missing="notBreaching",
        )
        for zone in zones
    ]


def silence(partner: Partner, zone: ZoneAddresses) -> Silence:
    # Not of the tunnels' own metrics: AWS's status checks and BGP keep those above zero.
    return Silence(
        label=f"nat_{zone.letter}_nothing_returns",
        name=f"{partner.made_as}-nat-{zone.letter.replace('_', '-')}-nothing-returns",
        zone=zone.zone,
        nat_gateway=f"nat_{zone.letter}",
    )


def target_alarms(partner: Partner) -> list[Alarm]:
    outbound = partner.outbound.services if partner.outbound else ()
    services = [("services", each.name) for each in partner.inbound.services]
    services += [("outbound", each.name) for each in outbound]
    return [
        Alarm(
            provider=None,
            label=f"{direction}_{slug(name)}_unhealthy",
            name=f"{partner.made_as}-{direction}{APART}{name}-unhealthy",
            description=f"{name}: a target does not answer its health check.",
            namespace="AWS/NetworkELB",
            metric="UnHealthyHostCount",
            dimensions={
                "LoadBalancer": Reference(f"aws_lb.{direction}.arn_suffix"),
                "TargetGroup": Reference(f"aws_lb_target_group.{direction}_{slug(name)}.arn_suffix"),
            },
            statistic="Maximum",
            comparison="GreaterThanThreshold",
            threshold=0,
            missing="breaching",
        )
        for direction, name in services
    ]
