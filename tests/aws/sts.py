"""STS: who calls, and roles of other accounts.

Source: STS API reference, GetCallerIdentity and AssumeRole. A role may be assumed where its account is one of the
fake's; whom it trusts is not asked.
"""

from __future__ import annotations

from datetime import timedelta

from tests.aws.call import Call, answers
from tests.aws.errors import AwsError
from tests.aws.world import NOW, Data


@answers("sts", "GetCallerIdentity")
def get_caller_identity(call: Call) -> Data:
    """The account of the keys."""
    arn = f"arn:{call.world.partition}:sts::{call.account}:assumed-role/network-deployer/natlane"
    return {"UserId": "AROA00000000000000000:natlane", "Account": call.account, "Arn": arn}


@answers("sts", "AssumeRole")
def assume_role(call: Call) -> Data:
    """Keys of the role's account."""
    role = call.params["RoleArn"]
    partition, account = role.split(":")[1], role.split(":")[4]
    if partition != call.world.partition or account not in call.world.accounts.values():
        text = f"User: arn is not authorized to perform: sts:AssumeRole on resource: {role}"
        raise AwsError("AccessDenied", text, 403)
    name = role.rpartition("/")[2]
    session = call.params["RoleSessionName"]
    return {
        "Credentials": {
            "AccessKeyId": f"ASIA{account}",
            "SecretAccessKey": "fake",
            "SessionToken": "fake",
            # A time that no client takes for past.
            "Expiration": NOW + timedelta(days=365 * 50),
        },
        "AssumedRoleUser": {
            "AssumedRoleId": f"AROA00000000000000000:{session}",
            "Arn": f"arn:{partition}:sts::{account}:assumed-role/{name}/{session}",
        },
    }
