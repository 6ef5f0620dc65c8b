"""What one partner logs, and which alarms it has."""

from __future__ import annotations

from typing import NamedTuple

from natlane.addresses import AddressPlan
from natlane.describe.landing_zone import LandingZone
from natlane.describe.partner import Partner
from natlane.facts import aws
from natlane.plan.alarms import (
    Alarm,
    DevicesDown,
    Silence,
    devices_down,
    nat_alarms,
    silence,
    target_alarms,
    tunnel_alarms,
)
from natlane.plan.labels import short_name


class FlowLogs(NamedTuple):
    """Where VPC N's flow logs go, and the role that writes them."""

    log_group: str
    role: str
    account: str
    sources: str  # ARNs of the flow logs that may take the role
    log_groups: str  # ARNs of the account's log groups


class Observability(NamedTuple):
    """Log groups and alarms."""

    flow_logs: FlowLogs | None
    tunnel_log_group: str | None
    retention_days: int
    kms_key_arn: str
    alarms: tuple[Alarm, ...]
    alarm_topics: tuple[str, ...]
    devices_down: tuple[DevicesDown, ...]  # none or one
    silences: tuple[Silence, ...]


# Below this prefix CloudWatch Logs keeps one resource policy for all VPN log groups, whose length is bounded.
VENDED_LOGS = "/aws/vendedlogs/natlane"
ROLE_NAME_MOST = 64  # characters (IAM)


def observability(partner: Partner, landing_zone: LandingZone, addresses: AddressPlan) -> Observability:
    """What is logged, and what raises an alarm."""
    natting = addresses.zones if partner.needs_nat else ()
    logs = landing_zone.logs
    return Observability(
        flow_logs=_flow_logs(partner, landing_zone) if logs.flow_logs else None,
        tunnel_log_group=f"{VENDED_LOGS}/{partner.made_as}/tunnels" if logs.tunnel_logs else None,
        retention_days=logs.retention_days,
        kms_key_arn=logs.kms_key_arn or "",
        alarms=(
            *tunnel_alarms(partner, landing_zone),
            *nat_alarms(partner, natting),
            *target_alarms(partner),
        ),
        alarm_topics=(landing_zone.alarms.sns_topic_arn,) if landing_zone.alarms else (),
        devices_down=devices_down(partner),
        silences=tuple(silence(partner, zone) for zone in natting),
    )


def _flow_logs(partner: Partner, landing_zone: LandingZone) -> FlowLogs:
    account, region = landing_zone.accounts[landing_zone.network_account].id, landing_zone.region
    partition = aws.partition_of(region)
    return FlowLogs(
        log_group=f"{VENDED_LOGS}/{partner.made_as}/flow",
        role=short_name(f"natlane-{partner.made_as}-flow-logs-{region}", ROLE_NAME_MOST),
        account=account,
        sources=f"arn:{partition}:ec2:{region}:{account}:vpc-flow-log/*",
        log_groups=f"arn:{partition}:logs:{region}:{account}:log-group:*",
    )


def tunnel_log_group_arn(name: str, landing_zone: LandingZone) -> str:
    """Where the tunnels of a partner's connection log to; empty where they do not."""
    if not landing_zone.logs.tunnel_logs:
        return ""
    account, region = landing_zone.accounts[landing_zone.network_account].id, landing_zone.region
    return f"arn:{aws.partition_of(region)}:logs:{region}:{account}:log-group:{VENDED_LOGS}/{name}/tunnels"
