"""Log groups and alarms of one partner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from natlane.addresses import AddressPlan, ZoneAddresses
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.facts import aws
from natlane.plan.labels import APART, short_name, slug
from natlane.plan.providers import provider_of
from natlane.plan.values import Reference
from natlane.plan.vpn import connection_label, connection_suffix, device_title


class Alarm(NamedTuple):
    """A CloudWatch alarm on one metric."""

    provider: Reference
    aliased: bool
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


class Observability(NamedTuple):
    """Log groups and alarms."""

    flow_log_group: str
    has_flow_logs: bool
    flow_log_role: str
    flow_log_account: str
    flow_log_sources: str  # ARNs of the flow logs that may take the role
    log_groups: str  # ARNs of the account's log groups
    tunnel_log_group: str
    has_tunnel_logs: bool
    retention_days: int
    kms_key_arn: str
    alarms: tuple[Alarm, ...]
    alarm_topics: tuple[str, ...]
    devices_down: tuple[DevicesDown, ...]  # none or one
    silences: tuple[Silence, ...]


# Below this prefix CloudWatch Logs keeps one resource policy for all VPN log groups, whose length is bounded.
VENDED_LOGS = "/aws/vendedlogs/natlane"
ROLE_NAME_MOST = 64  # characters (IAM)
NETWORK_ACCOUNT = Reference("aws")  # the provider without an alias


def observability(partner: Partner, landing_zone: LandingZone, addresses: AddressPlan) -> Observability:
    """What is logged, and what raises an alarm."""
    natting = addresses.zones if partner.needs_nat else ()
    logs = landing_zone.logs
    account, region = landing_zone.accounts[landing_zone.network_account].id, landing_zone.region
    partition = aws.partition_of(region)
    return Observability(
        flow_log_group=f"{VENDED_LOGS}/{partner.made_as}/flow",
        has_flow_logs=logs.flow_logs,
        flow_log_role=short_name(f"natlane-{partner.made_as}-flow-logs-{landing_zone.region}", ROLE_NAME_MOST),
        flow_log_account=account,
        flow_log_sources=f"arn:{partition}:ec2:{region}:{account}:vpc-flow-log/*",
        log_groups=f"arn:{partition}:logs:{region}:{account}:log-group:*",
        tunnel_log_group=f"{VENDED_LOGS}/{partner.made_as}/tunnels",
        has_tunnel_logs=logs.tunnel_logs,
        retention_days=logs.retention_days,
        kms_key_arn=logs.kms_key_arn or "",
        alarms=(
            *_tunnel_alarms(partner, landing_zone),
            *_nat_alarms(partner, natting),
            *_target_alarms(partner),
        ),
        alarm_topics=(landing_zone.alarms.sns_topic_arn,) if landing_zone.alarms else (),
        devices_down=_devices_down(partner),
        silences=tuple(_silence(partner, zone) for zone in natting),
    )


def tunnel_log_group_arn(name: str, landing_zone: LandingZone) -> str:
    """Where the tunnels of a partner's connection log to; empty where they do not."""
    if not landing_zone.logs.tunnel_logs:
        return ""
    account, region = landing_zone.accounts[landing_zone.network_account].id, landing_zone.region
    return f"arn:{aws.partition_of(region)}:logs:{region}:{account}:log-group:{VENDED_LOGS}/{name}/tunnels"


def _tunnel_alarms(partner: Partner, landing_zone: LandingZone) -> list[Alarm]:
    name, made_as = partner.partner, partner.made_as
    on_tgw = partner.vpn.termination == "transit_gateway"
    where = provider_of(landing_zone.transit_account if on_tgw else landing_zone.network_account, landing_zone)
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
                where,
                f"tunnel{number}_down{suffix}",
                f"{named}-tunnel{number}-down",
                f"Tunnel {number} to {to}: {meaning}. Traffic uses the other tunnel.",
                {"TunnelIpAddress": Reference(f"{connection}.tunnel{number}_address")},
            )
            for number in (1, 2)
        ]
        lost = "no traffic in either direction" if only else "traffic uses the other device"
        both = f"Both tunnels to {to} are down: {lost}."
        vpn_id = {"VpnId": Reference(f"{connection}.id")}
        alarms.append(_tunnel_alarm(partner, where, f"tunnels_down{suffix}", f"{named}-tunnels-down", both, vpn_id))
    return alarms


def _devices_down(partner: Partner) -> tuple[DevicesDown, ...]:
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
    where: tuple[Reference, bool],
    label: str,
    name: str,
    description: str,
    dimensions: dict[str, Reference],
) -> Alarm:
    # Of the connection, the metric is the mean of its tunnels: the maximum is 0 only where both are down.
    provider, aliased = where
    return Alarm(
        provider=provider,
        aliased=aliased,
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


def _nat_alarms(partner: Partner, zones: Iterable[ZoneAddresses]) -> list[Alarm]:
    return [
        Alarm(
            provider=NETWORK_ACCOUNT,
            aliased=False,
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


def _silence(partner: Partner, zone: ZoneAddresses) -> Silence:
    # Not of the tunnels' own metrics: AWS's status checks and BGP keep those above zero.
    return Silence(
        label=f"nat_{zone.letter}_nothing_returns",
        name=f"{partner.made_as}-nat-{zone.letter.replace('_', '-')}-nothing-returns",
        zone=zone.zone,
        nat_gateway=f"nat_{zone.letter}",
    )


def _target_alarms(partner: Partner) -> list[Alarm]:
    outbound = partner.outbound.services if partner.outbound else ()
    services = [("services", each.name) for each in partner.inbound.services]
    services += [("outbound", each.name) for each in outbound]
    return [
        Alarm(
            provider=NETWORK_ACCOUNT,
            aliased=False,
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
