"""Log groups and alarms of one partner."""

from __future__ import annotations

from collections.abc import Iterable

from natlane.addresses import AddressPlan, ZoneAddresses
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.facts import aws
from natlane.plan.labels import APART, short_name, slug
from natlane.plan.model import Alarm, DevicesDown, Meter, Observability, Reference, Silence
from natlane.plan.routes import provider_of
from natlane.plan.vpn import connection_label, connection_suffix, device_title

# Below this prefix CloudWatch Logs keeps one resource policy for all VPN log groups, whose length is bounded.
VENDED_LOGS = "/aws/vendedlogs/natlane"
ROLE_NAME_MOST = 64  # characters (IAM)
NETWORK_ACCOUNT = (Reference("aws"), False)


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
    return (DevicesDown(f"{partner.made_as}-devices-down", partner.partner, f"MAX([{every}])", meters),)


def _tunnel_alarm(
    partner: Partner,
    where: tuple[Reference, bool],
    label: str,
    name: str,
    description: str,
    dimensions: dict[str, Reference],
) -> Alarm:
    # Of the connection, the metric is the mean of its tunnels: the maximum is 0 only where both are down.
    return Alarm(
        *where,
        label,
        name,
        description,
        "AWS/VPN",
        "TunnelState",
        dimensions,
        "Maximum",
        "LessThanOrEqualToThreshold",
        0,
        "breaching",
        waits=not partner.vpn.connected,
    )


def _nat_alarms(partner: Partner, zones: Iterable[ZoneAddresses]) -> list[Alarm]:
    return [
        Alarm(
            *NETWORK_ACCOUNT,
            f"nat_{zone.letter}_ports",
            f"{partner.made_as}-nat-{zone.letter.replace('_', '-')}-ports",
            f"NAT gateway of {zone.zone} ran out of ports: raise nat.addresses_per_gateway.",
            "AWS/NATGateway",
            "ErrorPortAllocation",
            {"NatGatewayId": Reference(f"aws_nat_gateway.nat_{zone.letter}.id")},
            "Sum",
            "GreaterThanThreshold",
            0,
            "notBreaching",
        )
        for zone in zones
    ]


def _silence(partner: Partner, zone: ZoneAddresses) -> Silence:
    # Not of the tunnels' own metrics: AWS's status checks and BGP keep those above zero.
    return Silence(
        f"nat_{zone.letter}_nothing_returns",
        f"{partner.made_as}-nat-{zone.letter.replace('_', '-')}-nothing-returns",
        zone.zone,
        f"nat_{zone.letter}",
    )


def _target_alarms(partner: Partner) -> list[Alarm]:
    outbound = partner.outbound.services if partner.outbound else ()
    services = [("services", each.name) for each in partner.inbound.services]
    services += [("outbound", each.name) for each in outbound]
    return [
        Alarm(
            *NETWORK_ACCOUNT,
            f"{direction}_{slug(name)}_unhealthy",
            f"{partner.made_as}-{direction}{APART}{name}-unhealthy",
            f"{name}: a target does not answer its health check.",
            "AWS/NetworkELB",
            "UnHealthyHostCount",
            {
                "LoadBalancer": Reference(f"aws_lb.{direction}.arn_suffix"),
                "TargetGroup": Reference(f"aws_lb_target_group.{direction}_{slug(name)}.arn_suffix"),
            },
            "Maximum",
            "GreaterThanThreshold",
            0,
            "breaching",
        )
        for direction, name in services
    ]
