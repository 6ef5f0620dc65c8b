"""Security groups and their rules, told both ways: as permissions of a group and as rules with ids."""

from __future__ import annotations

from typing import Any

from tests.aws.call import Call, answers
from tests.aws.describes import COMPUTED
from tests.aws.ec2.prefixes import block
from tests.aws.errors import AwsError, in_use
from tests.aws.filters import matching
from tests.aws.models import operation
from tests.aws.world import Data, Record, World

_RANGES = (("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6"), ("PrefixListIds", "PrefixListId"))


def make_group(call: Call, vpc: Record, name: str, description: str, tags: list[Data]) -> Record:
    """A group that lets everything out, as AWS makes it."""
    data: Data = {
        "GroupName": name,
        "Description": description,
        "OwnerId": vpc.owner,
        "VpcId": vpc.id,
        "Tags": tags,
    }
    group = call.world.add("security-group", vpc.owner, [vpc.id, name], data)
    group.data["SecurityGroupArn"] = call.world.arn("ec2", vpc.owner, f"security-group/{group.id}")
    allow(call, group, True, {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}, [])
    return group


@answers("ec2", "CreateSecurityGroup")
def create_security_group(call: Call) -> Data:
    """One group of a name in a VPC: error code InvalidGroup.Duplicate; `default` is reserved."""
    vpc = call.find("vpc", "VpcId")
    name = call.params["GroupName"]
    for other in call.world.live("security-group"):
        if other.data["VpcId"] == vpc.id and other.data["GroupName"] == name:
            raise AwsError("InvalidGroup.Duplicate", f"The security group '{name}' already exists for VPC '{vpc.id}'")
    tags = call.tags("security-group")
    group = make_group(call, vpc, name, call.params["Description"], tags)
    return {"GroupId": group.id, "Tags": tags, "SecurityGroupArn": group.data["SecurityGroupArn"]}


@answers("ec2", "DeleteSecurityGroup")
def delete_security_group(call: Call) -> Data:
    """Refused while an interface has it or another group's rule names it (DeleteSecurityGroup; DependencyViolation)."""
    group = call.find("security-group", "GroupId")
    if group.kept.get("default"):
        raise AwsError("CannotDelete", 'the specified group: "default" name: "default" cannot be deleted by a user')
    interfaces = call.world.live("network-interface")
    used = any(held["GroupId"] == group.id for each in interfaces for held in each.data["Groups"])
    named = any(
        rule.data.get("ReferencedGroupInfo", {}).get("GroupId") == group.id and rule.data["GroupId"] != group.id
        for rule in call.world.live("security-group-rule")
    )
    if used or named:
        raise in_use("DependencyViolation", f"resource {group.id} has a dependent object")
    for rule in rules(call.world, group):
        call.world.remove(rule)
    call.world.remove(group)
    return {}


def rules(world: World, group: Record, egress: bool | None = None) -> list[Record]:
    """A group's rules, or those of one direction."""
    return [
        each
        for each in world.live("security-group-rule")
        if each.data["GroupId"] == group.id and egress in (None, each.data["IsEgress"])
    ]


def allow(call: Call, group: Record, egress: bool, permission: Data, tags: list[Data]) -> list[Record]:
    """A permission as rules, one a source; a rule that is there already is refused (InvalidPermission.Duplicate)."""
    made = []
    for data in _told_of(permission):
        data |= {"GroupId": group.id, "GroupOwnerId": group.owner, "IsEgress": egress}
        for other in rules(call.world, group, egress):
            if _key(other.data) == _key(data):
                raise AwsError("InvalidPermission.Duplicate", f"the specified rule {_key(data)} already exists")
        data["Tags"] = tags
        made.append(call.world.add("security-group-rule", group.owner, [group.id, egress, _key(data)], data))
        arn = call.world.arn("ec2", group.owner, f"security-group-rule/{made[-1].id}")
        made[-1].data["SecurityGroupRuleArn"] = arn
    return made


def _key(data: Data) -> tuple[Any, ...]:
    source = data.get("CidrIpv4") or data.get("CidrIpv6") or data.get("PrefixListId")
    group = data.get("ReferencedGroupInfo", {}).get("GroupId")
    return (data["IpProtocol"], data.get("FromPort", -1), data.get("ToPort", -1), source or group)


def _told_of(permission: Data) -> list[Data]:
    protocol = permission["IpProtocol"]
    ports = {name: permission.get(name, -1) if protocol != "-1" else -1 for name in ("FromPort", "ToPort")}
    if ports["FromPort"] > ports["ToPort"]:
        raise AwsError("InvalidParameterValue", "Invalid TCP/UDP port range.")
    common = {"IpProtocol": protocol, **ports}
    found = []
    for member, name in _RANGES:
        for each in permission.get(member, ()):
            told = {"CidrIpv4": str(block(each["CidrIp"]))} if name == "CidrIp" else {name: each[name]}
            found.append({**common, **told, **_description(each)})
    for pair in permission.get("UserIdGroupPairs", ()):
        referenced = {key: pair[key] for key in ("GroupId", "UserId") if key in pair}
        found.append({**common, "ReferencedGroupInfo": referenced, **_description(pair)})
    return found


def _description(each: Data) -> Data:
    return {"Description": each["Description"]} if each.get("Description") else {}


@answers("ec2", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress")
def authorize(call: Call) -> Data:
    """EC2 API reference, AuthorizeSecurityGroupIngress; 60 rules a direction (RulesPerSecurityGroupLimitExceeded)."""
    group = call.find("security-group", "GroupId")
    egress = call.operation.endswith("Egress")
    used = len(rules(call.world, group, egress))
    call.world.limit("security_group_rules", 60, used, "RulesPerSecurityGroupLimitExceeded")
    tags = call.tags("security-group-rule")
    made = [
        rule for permission in call.params["IpPermissions"] for rule in allow(call, group, egress, permission, tags)
    ]
    return {"Return": True, "SecurityGroupRules": [rule.data for rule in made]}


@answers("ec2", "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress")
def revoke(call: Call) -> Data:
    """By ids or by permissions (EC2 API reference, RevokeSecurityGroupIngress); InvalidPermission.NotFound."""
    group = call.find("security-group", "GroupId")
    egress = call.operation.endswith("Egress")
    held = {rule.id: rule for rule in rules(call.world, group, egress)}
    wanted = list(call.params.get("SecurityGroupRuleIds", ()))
    by_key = {_key(rule.data): number for number, rule in held.items()}
    for permission in call.params.get("IpPermissions", ()):
        wanted += [by_key.get(_key(data), "") for data in _told_of(permission)]
    if any(number not in held for number in wanted):
        code = (
            "InvalidSecurityGroupRuleId.NotFound"
            if "SecurityGroupRuleIds" in call.params
            else "InvalidPermission.NotFound"
        )
        raise AwsError(code, f"The specified rule does not exist in {group.id}")
    for number in wanted:
        call.world.remove(held[number])
    return {"Return": True}


@answers("ec2", "ModifySecurityGroupRules")
def modify_security_group_rules(call: Call) -> Data:
    """A rule's own values, under the same id (EC2 API reference, ModifySecurityGroupRules)."""
    group = call.find("security-group", "GroupId")
    for each in call.params["SecurityGroupRules"]:
        rule = call.world.find("security-group-rule", each["SecurityGroupRuleId"], call.account)
        new = dict(each["SecurityGroupRule"])
        if any(
            _key(new) == _key(other.data)
            for other in rules(call.world, group, rule.data["IsEgress"])
            if other is not rule
        ):
            raise AwsError("InvalidPermission.Duplicate", f"the specified rule {_key(new)} already exists")
        for name in ("CidrIpv4", "CidrIpv6", "PrefixListId", "Description", "FromPort", "ToPort"):
            rule.data.pop(name, None)
        rule.data |= new
    return {"Return": True}


def _told(call: Call, group: Record) -> Data:
    """A group with its rules as permissions."""
    told = {
        name: _permissions(rules(call.world, group, egress))
        for name, egress in (("IpPermissions", False), ("IpPermissionsEgress", True))
    }
    return {**group.data, **told}


def _permissions(found: list[Record]) -> list[Data]:
    told: dict[tuple[Any, ...], Data] = {}
    for rule in found:
        data = rule.data
        ports = {name: data[name] for name in ("FromPort", "ToPort") if data["IpProtocol"] != "-1"}
        key = (data["IpProtocol"], *ports.values())
        empty: Data = {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
        entry = told.setdefault(key, {"IpProtocol": data["IpProtocol"], **ports, **empty})
        _add(entry, data)
    return list(told.values())


def _add(entry: Data, data: Data) -> None:
    text = _description(data)
    if "CidrIpv4" in data:
        entry["IpRanges"].append({"CidrIp": data["CidrIpv4"], **text})
    if "CidrIpv6" in data:
        entry["Ipv6Ranges"].append({"CidrIpv6": data["CidrIpv6"], **text})
    if "PrefixListId" in data:
        entry["PrefixListIds"].append({"PrefixListId": data["PrefixListId"], **text})
    if "ReferencedGroupInfo" in data:
        entry["UserIdGroupPairs"].append({**data["ReferencedGroupInfo"], **text})


COMPUTED["security-group"] = _told


@answers("ec2", "DescribeSecurityGroups")
def describe_security_groups(call: Call) -> Data:
    """By ids, names or filters; `group-id` and `group-name` are the group's own here (DescribeSecurityGroups)."""
    ids, names = call.params.get("GroupIds"), call.params.get("GroupNames")
    found = [call.world.find("security-group", each, call.account) for each in ids or ()]
    if not ids:
        found = sorted(call.world.live("security-group", call.account), key=lambda each: each.id)
    told = [_told(call, each) for each in found if not names or each.data["GroupName"] in names]
    known = operation("ec2", call.operation)
    assert known is not None
    assert known.output_shape is not None
    return {
        "SecurityGroups": matching(
            told, call.params.get("Filters", []), known.output_shape.members["SecurityGroups"].member
        )
    }
