"""CloudWatch: metric alarms and their tags.

Source: CloudWatch API reference, PutMetricAlarm, DescribeAlarms, DeleteAlarms, ListTagsForResource.
"""

from __future__ import annotations

from tests.aws.call import Call, answers
from tests.aws.errors import AwsError
from tests.aws.paging import page
from tests.aws.world import NOW, Data


def _alarms(call: Call) -> dict[str, Data]:
    held: dict[str, Data] = call.world.services.setdefault("cloudwatch", {})
    return held


@answers("cloudwatch", "PutMetricAlarm")
def put_metric_alarm(call: Call) -> Data:
    """Makes an alarm, or overwrites the one of the same name; tags count only where it is new (PutMetricAlarm)."""
    given = dict(call.params)
    if ("Metrics" in given) == ("MetricName" in given):
        raise AwsError("ValidationError", "either Metrics or MetricName is to be given")
    name = given["AlarmName"]
    tags = {tag["Key"]: tag["Value"] for tag in given.pop("Tags", ())}
    key = f"{call.account}/{name}"
    old = _alarms(call).get(key)
    data: Data = {
        "AlarmArn": call.world.arn("cloudwatch", call.account, f"alarm:{name}"),
        "AlarmConfigurationUpdatedTimestamp": NOW,
        "ActionsEnabled": True,
        "OKActions": [],
        "AlarmActions": [],
        "InsufficientDataActions": [],
        "StateValue": "INSUFFICIENT_DATA",
        "StateReason": "Unchecked: Initial alarm creation",
        "StateUpdatedTimestamp": NOW,
        "StateTransitionedTimestamp": NOW,
        **given,
    }
    _alarms(call)[key] = {"data": data, "tags": old["tags"] if old else tags}
    return {}


@answers("cloudwatch", "DescribeAlarms")
def describe_alarms(call: Call) -> Data:
    """By names or a prefix, in pages of 100 at most."""
    names, prefix = call.params.get("AlarmNames"), call.params.get("AlarmNamePrefix", "")
    own = [each["data"] for key, each in sorted(_alarms(call).items()) if key.startswith(f"{call.account}/")]
    found = [
        each for each in own if (names is None or each["AlarmName"] in names) and each["AlarmName"].startswith(prefix)
    ]
    items, token = page(found, call.params, min(100, call.world.quotas.get("page", 100)))
    return {"MetricAlarms": items, "CompositeAlarms": [], **({"NextToken": token} if token else {})}


@answers("cloudwatch", "DeleteAlarms")
def delete_alarms(call: Call) -> Data:
    """All, or none where one is not there (ResourceNotFound)."""
    keys = [f"{call.account}/{name}" for name in call.params["AlarmNames"]]
    if any(key not in _alarms(call) for key in keys):
        raise AwsError("ResourceNotFound", "an alarm does not exist", 404)
    for key in keys:
        del _alarms(call)[key]
    return {}


def _tagged(call: Call) -> dict[str, str]:
    name = call.params["ResourceARN"].partition(":alarm:")[2]
    found = _alarms(call).get(f"{call.account}/{name}")
    if found is None:
        raise AwsError("ResourceNotFoundException", "the alarm does not exist", 404)
    tags: dict[str, str] = found["tags"]
    return tags


@answers("cloudwatch", "ListTagsForResource")
def list_tags_for_resource(call: Call) -> Data:
    """An alarm's tags."""
    return {"Tags": [{"Key": key, "Value": value} for key, value in sorted(_tagged(call).items())]}


@answers("cloudwatch", "TagResource")
def tag_resource(call: Call) -> Data:
    """Adds or overwrites."""
    _tagged(call).update({tag["Key"]: tag["Value"] for tag in call.params["Tags"]})
    return {}


@answers("cloudwatch", "UntagResource")
def untag_resource(call: Call) -> Data:
    """Takes tags away."""
    for key in call.params["TagKeys"]:
        _tagged(call).pop(key, None)
    return {}
