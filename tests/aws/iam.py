"""IAM: roles with inline policies.

Source: IAM API reference, each operation's page; EntityAlreadyExists, NoSuchEntity (404), DeleteConflict (409) are
its errors.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from tests.aws.call import Call, answers
from tests.aws.errors import AwsError
from tests.aws.world import NOW, Data


def _roles(call: Call) -> dict[str, Data]:
    held: dict[str, Data] = call.world.services.setdefault("iam", {})
    return held


def _role(call: Call) -> Data:
    name = call.params["RoleName"]
    found = _roles(call).get(f"{call.account}/{name}")
    if found is None:
        raise AwsError("NoSuchEntity", f"The role with name {name} cannot be found.", 404)
    return found


def _document(text: str) -> str:
    """A policy must be JSON (MalformedPolicyDocument); IAM tells it percent-encoded (RFC 3986)."""
    try:
        json.loads(text)
    except ValueError:
        raise AwsError("MalformedPolicyDocument", "This policy contains invalid Json") from None
    return quote(text, safe="")


@answers("iam", "CreateRole")
def create_role(call: Call) -> Data:
    """One role of a name in an account."""
    name, path = call.params["RoleName"], call.params.get("Path", "/")
    key = f"{call.account}/{name}"
    if key in _roles(call):
        raise AwsError("EntityAlreadyExists", f"Role with name {name} already exists.", 409)
    data: Data = {
        "Path": path,
        "RoleName": name,
        "RoleId": call.world.new_id("AROA", call.account, name).replace("-", "").upper(),
        "Arn": f"arn:{call.world.partition}:iam::{call.account}:role{path}{name}",
        "CreateDate": NOW,
        "AssumeRolePolicyDocument": _document(call.params["AssumeRolePolicyDocument"]),
        "MaxSessionDuration": call.params.get("MaxSessionDuration", 3600),
        "Tags": list(call.params.get("Tags", [])),
    }
    if call.params.get("Description"):
        data["Description"] = call.params["Description"]
    _roles(call)[key] = {"data": data, "policies": {}}
    return {"Role": data}


@answers("iam", "GetRole")
def get_role(call: Call) -> Data:
    """A role with its tags."""
    return {"Role": _role(call)["data"]}


@answers("iam", "DeleteRole")
def delete_role(call: Call) -> Data:
    """Its inline policies must be gone (DeleteConflict)."""
    if _role(call)["policies"]:
        raise AwsError("DeleteConflict", "Cannot delete entity, must delete policies first.", 409)
    del _roles(call)[f"{call.account}/{call.params['RoleName']}"]
    return {}


@answers("iam", "UpdateAssumeRolePolicy")
def update_assume_role_policy(call: Call) -> Data:
    """Who may assume it."""
    _role(call)["data"]["AssumeRolePolicyDocument"] = _document(call.params["PolicyDocument"])
    return {}


@answers("iam", "PutRolePolicy")
def put_role_policy(call: Call) -> Data:
    """Makes or overwrites."""
    _role(call)["policies"][call.params["PolicyName"]] = _document(call.params["PolicyDocument"])
    return {}


@answers("iam", "GetRolePolicy")
def get_role_policy(call: Call) -> Data:
    """One inline policy."""
    role, name = _role(call), call.params["PolicyName"]
    if name not in role["policies"]:
        raise AwsError("NoSuchEntity", f"The role policy with name {name} cannot be found.", 404)
    return {"RoleName": call.params["RoleName"], "PolicyName": name, "PolicyDocument": role["policies"][name]}


@answers("iam", "DeleteRolePolicy")
def delete_role_policy(call: Call) -> Data:
    """One inline policy."""
    get_role_policy(call)
    del _role(call)["policies"][call.params["PolicyName"]]
    return {}


@answers("iam", "ListRolePolicies")
def list_role_policies(call: Call) -> Data:
    """The names of inline policies."""
    return {"PolicyNames": sorted(_role(call)["policies"]), "IsTruncated": False}


@answers("iam", "ListAttachedRolePolicies")
def list_attached_role_policies(call: Call) -> Data:
    """None: nothing here attaches one."""
    _role(call)
    return {"AttachedPolicies": [], "IsTruncated": False}


@answers("iam", "ListInstanceProfilesForRole")
def list_instance_profiles_for_role(call: Call) -> Data:
    """None: nothing here makes one."""
    _role(call)
    return {"InstanceProfiles": [], "IsTruncated": False}


@answers("iam", "TagRole")
def tag_role(call: Call) -> Data:
    """Adds or overwrites."""
    data = _role(call)["data"]
    kept = {tag["Key"]: tag["Value"] for tag in data["Tags"]} | {
        tag["Key"]: tag["Value"] for tag in call.params["Tags"]
    }
    data["Tags"] = [{"Key": key, "Value": value} for key, value in kept.items()]
    return {}


@answers("iam", "UntagRole")
def untag_role(call: Call) -> Data:
    """Takes tags away."""
    data = _role(call)["data"]
    data["Tags"] = [tag for tag in data["Tags"] if tag["Key"] not in call.params["TagKeys"]]
    return {}


@answers("iam", "ListRoleTags")
def list_role_tags(call: Call) -> Data:
    """A role's tags."""
    return {"Tags": _role(call)["data"]["Tags"], "IsTruncated": False}
