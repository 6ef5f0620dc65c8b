"""Attributes of load balancers, target groups and listeners: key and value, with AWS's defaults.

Source: Elastic Load Balancing API reference, LoadBalancerAttribute, TargetGroupAttribute, ListenerAttribute.
"""

from __future__ import annotations

from typing import Final

from tests.aws.call import Call, answers
from tests.aws.elb.store import Held, find
from tests.aws.errors import AwsError
from tests.aws.world import Data

BALANCER: Final = {
    "access_logs.s3.bucket": "",
    "access_logs.s3.enabled": "false",
    "access_logs.s3.prefix": "",
    "deletion_protection.enabled": "false",
    "dns_record.client_routing_policy": "any_availability_zone",
    "ipv6.deny_all_igw_traffic": "false",
    "load_balancing.cross_zone.enabled": "false",
    "secondary_ips.auto_assigned.per_subnet": "0",
    "zonal_shift.config.enabled": "false",
}
GROUP: Final = {
    "deregistration_delay.connection_termination.enabled": "false",
    "deregistration_delay.timeout_seconds": "300",
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
    "preserve_client_ip.enabled": "false",
    "proxy_protocol_v2.enabled": "false",
    "stickiness.enabled": "false",
    "stickiness.type": "source_ip",
    "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
    "target_health_state.unhealthy.connection_termination.enabled": "true",
    "target_health_state.unhealthy.draining_interval_seconds": "0",
}
LISTENER: Final = {"tcp.idle_timeout.seconds": "350"}
_KINDS: Final = {
    "LoadBalancer": ("loadbalancer", "LoadBalancerArn"),
    "TargetGroup": ("targetgroup", "TargetGroupArn"),
    "Listener": ("listener", "ListenerArn"),
}


def _held(call: Call) -> Held:
    name = call.operation.removeprefix("Describe").removeprefix("Modify").removesuffix("Attributes")
    kind, member = _KINDS[name]
    return find(call, kind, call.params[member])


def _told(held: Held) -> Data:
    return {"Attributes": [{"Key": key, "Value": value} for key, value in sorted(held.attributes.items())]}


@answers("elbv2", "DescribeLoadBalancerAttributes", "DescribeTargetGroupAttributes", "DescribeListenerAttributes")
def describe_attributes(call: Call) -> Data:
    """All of them."""
    return _told(_held(call))


@answers("elbv2", "ModifyLoadBalancerAttributes", "ModifyTargetGroupAttributes", "ModifyListenerAttributes")
def modify_attributes(call: Call) -> Data:
    """Those given; a key that the resource does not have is refused (InvalidConfigurationRequest)."""
    held = _held(call)
    for each in call.params["Attributes"]:
        if each["Key"] not in held.attributes:
            raise AwsError("ValidationError", f"Load balancer attribute key '{each['Key']}' is not recognized")
        held.attributes[each["Key"]] = each.get("Value", "")
    return _told(held)
