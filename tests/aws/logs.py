"""CloudWatch Logs: groups, their retention and tags.

Source: CloudWatch Logs API reference, each operation's page; ResourceAlreadyExistsException and
ResourceNotFoundException are its errors.
"""

from __future__ import annotations

from typing import Final

from tests.aws.call import Call, answers
from tests.aws.errors import AwsError
from tests.aws.paging import page
from tests.aws.world import NOW, Data

# The numbers of days that PutRetentionPolicy takes.
_DAYS: Final = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)


def _groups(call: Call) -> dict[str, Data]:
    held: dict[str, Data] = call.world.services.setdefault("logs", {})
    return held


def _key(call: Call, name: str) -> str:
    return f"{call.account}/{name}"


def _group(call: Call, name: str) -> Data:
    found = _groups(call).get(_key(call, name))
    if found is None:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    return found


@answers("logs", "CreateLogGroup")
def create_log_group(call: Call) -> Data:
    """One group of a name in an account."""
    name = call.params["logGroupName"]
    if _key(call, name) in _groups(call):
        raise AwsError("ResourceAlreadyExistsException", "The specified log group already exists")
    arn = call.world.arn("logs", call.account, f"log-group:{name}")
    group: Data = {
        "logGroupName": name,
        "creationTime": int(NOW.timestamp() * 1000),
        "metricFilterCount": 0,
        "arn": f"{arn}:*",
        "storedBytes": 0,
        "logGroupClass": call.params.get("logGroupClass", "STANDARD"),
        "logGroupArn": arn,
    }
    if "kmsKeyId" in call.params:
        group["kmsKeyId"] = call.params["kmsKeyId"]
    _groups(call)[_key(call, name)] = {"data": group, "tags": dict(call.params.get("tags", {}))}
    return {}


@answers("logs", "DescribeLogGroups")
def describe_log_groups(call: Call) -> Data:
    """By a prefix of the name, in pages of 50 at most."""
    prefix, part = call.params.get("logGroupNamePrefix", ""), call.params.get("logGroupNamePattern", "")
    own = [each["data"] for key, each in sorted(_groups(call).items()) if key.startswith(f"{call.account}/")]
    found = [each for each in own if each["logGroupName"].startswith(prefix) and part in each["logGroupName"]]
    params = {**call.params, "MaxResults": call.params.get("limit")}
    items, token = page(found, params, min(50, call.world.quotas.get("page", 50)), "nextToken")
    return {"logGroups": items, **({"nextToken": token} if token else {})}


@answers("logs", "DeleteLogGroup")
def delete_log_group(call: Call) -> Data:
    """With everything that is in it."""
    _group(call, call.params["logGroupName"])
    del _groups(call)[_key(call, call.params["logGroupName"])]
    return {}


@answers("logs", "PutRetentionPolicy")
def put_retention_policy(call: Call) -> Data:
    """A number of days of the list (PutRetentionPolicy)."""
    days = call.params["retentionInDays"]
    if days not in _DAYS:
        raise AwsError("InvalidParameterException", f"retentionInDays has no {days}")
    _group(call, call.params["logGroupName"])["data"]["retentionInDays"] = days
    return {}


@answers("logs", "DeleteRetentionPolicy")
def delete_retention_policy(call: Call) -> Data:
    """For ever, then."""
    _group(call, call.params["logGroupName"])["data"].pop("retentionInDays", None)
    return {}


@answers("logs", "AssociateKmsKey")
def associate_kms_key(call: Call) -> Data:
    """A key for what comes from now on."""
    _group(call, call.params["logGroupName"])["data"]["kmsKeyId"] = call.params["kmsKeyId"]
    return {}


@answers("logs", "DisassociateKmsKey")
def disassociate_kms_key(call: Call) -> Data:
    """No key for what comes from now on."""
    _group(call, call.params["logGroupName"])["data"].pop("kmsKeyId", None)
    return {}


def _tagged(call: Call) -> dict[str, str]:
    name = call.params["resourceArn"].partition(":log-group:")[2].removesuffix(":*")
    tags: dict[str, str] = _group(call, name)["tags"]
    return tags


@answers("logs", "ListTagsForResource")
def list_tags_for_resource(call: Call) -> Data:
    """A group's tags."""
    return {"tags": dict(_tagged(call))}


@answers("logs", "TagResource")
def tag_resource(call: Call) -> Data:
    """Adds or overwrites."""
    _tagged(call).update(call.params["tags"])
    return {}


@answers("logs", "UntagResource")
def untag_resource(call: Call) -> Data:
    """Takes tags away."""
    for key in call.params["tagKeys"]:
        _tagged(call).pop(key, None)
    return {}
