"""What the load balancing service holds, by ARN, and its tags.

Source: Elastic Load Balancing API reference (2015-12-01), each operation's page with its errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tests.aws.call import Call, answers
from tests.aws.errors import AwsError
from tests.aws.world import Data

MISSING: Final = {
    "loadbalancer": "LoadBalancerNotFound",
    "listener": "ListenerNotFound",
    "targetgroup": "TargetGroupNotFound",
}


@dataclass(slots=True)
class Held:
    """A load balancer, listener or target group."""

    kind: str
    arn: str
    account: str
    data: Data
    tags: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    targets: list[Data] = field(default_factory=list)
    subnets: dict[str, str] = field(default_factory=dict)  # subnet to the address pinned there, or an empty text


def all_held(call: Call) -> dict[str, Held]:
    """Everything, by ARN."""
    held: dict[str, Held] = call.world.services.setdefault("elbv2", {})
    return held


def own(call: Call, kind: str) -> Iterator[Held]:
    """The account's own of a kind."""
    yield from (each for each in list(all_held(call).values()) if each.kind == kind and each.account == call.account)


def find(call: Call, kind: str, arn: str) -> Held:
    """One by its ARN."""
    found = all_held(call).get(arn)
    if found is None or found.kind != kind or found.account != call.account:
        raise AwsError(MISSING[kind], f"One or more {kind}s not found", 400)
    return found


def keep(call: Call, kind: str, path: str, data: Data) -> Held:
    """A new one, with the tags of the call."""
    digits = call.world.new_id("x", call.account, path)[-16:]
    arn = call.world.arn("elasticloadbalancing", call.account, f"{kind}/{path}/{digits}")
    tags = {tag["Key"]: tag.get("Value", "") for tag in call.params.get("Tags", ())}
    found = Held(kind, arn, call.account, data, tags)
    all_held(call)[arn] = found
    return found


def drop(call: Call, held: Held) -> None:
    """It is gone."""
    del all_held(call)[held.arn]


def _any(call: Call, arn: str) -> Held:
    found = all_held(call).get(arn)
    if found is None:
        kind = arn.split(":")[5].partition("/")[0]
        raise AwsError(MISSING.get(kind, "LoadBalancerNotFound"), f"{arn} not found")
    return found


@answers("elbv2", "DescribeTags")
def describe_tags(call: Call) -> Data:
    """Tags of up to 20 resources."""
    return {
        "TagDescriptions": [
            {
                "ResourceArn": arn,
                "Tags": [{"Key": key, "Value": value} for key, value in sorted(_any(call, arn).tags.items())],
            }
            for arn in call.params["ResourceArns"]
        ]
    }


@answers("elbv2", "AddTags")
def add_tags(call: Call) -> Data:
    """Adds or overwrites."""
    for arn in call.params["ResourceArns"]:
        _any(call, arn).tags |= {tag["Key"]: tag.get("Value", "") for tag in call.params["Tags"]}
    return {}


@answers("elbv2", "RemoveTags")
def remove_tags(call: Call) -> Data:
    """Takes tags away."""
    for arn in call.params["ResourceArns"]:
        for key in call.params["TagKeys"]:
            _any(call, arn).tags.pop(key, None)
    return {}
